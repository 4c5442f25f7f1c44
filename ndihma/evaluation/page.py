"""The report as one HTML page: no script, nothing from elsewhere, every text of a customer escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from mako.template import Template
from markupsafe import Markup

from ndihma.evaluation import charts, messages
from ndihma.evaluation.charts import Counts
from ndihma.evaluation.explanation import Explanation
from ndihma.evaluation.labelled import OUT_OF_SCOPE
from ndihma.evaluation.learning import Learned
from ndihma.evaluation.rejection import recall_within
from ndihma.evaluation.scores import Prediction, Report

__all__ = ["About", "misreadings", "render", "unsure"]

_HERE: Final = Path(__file__).parent
_WORST: Final = 30
_HISTOGRAM_BINS: Final = 20
_BUDGETS: Final = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1)
_HEAT_STEPS: Final = 5
_TELLING: Final = 0.25
"""A word whose weight is at least this part of the heaviest's is marked."""


@dataclass(frozen=True)
class About:
    """What the report is about. ``thresholds`` are those of config.yml, by name, between 0 and 1."""

    file: str
    model: str
    made: datetime
    thresholds: Mapping[str, float]


@dataclass(frozen=True)
class Misreading:
    """A wrong reading, ready to be shown; ``words`` are (word, css class), spaces included in neither."""

    prediction: Prediction
    words: tuple[tuple[str, str], ...]
    features: tuple[tuple[str, float], ...]


def misreadings(report: Report) -> list[Prediction]:
    """What the model itself read wrongly, the surest first, at most thirty."""
    wrong = [each for each in report.predictions if each.likeliest[0] != each.example.intent]
    return sorted(wrong, key=lambda each: -each.likeliest[1])[:_WORST]


def unsure(report: Report) -> int:
    """How many messages the model read rightly but for which it was not sure enough."""
    return sum(not each.is_right and each.likeliest[0] == each.example.intent for each in report.predictions)


def render(report: Report, about: About, explanations: Sequence[Explanation], learned: Sequence[Learned] = ()) -> str:
    """The whole page. ``explanations`` belong to ``misreadings(report)``; without ``learned`` there is no curve."""
    css = (_HERE / "report.css").read_text(encoding="utf-8")
    template = Template(  # noqa: S702  (default_filters escape every expression; what is markup says so)
        filename=str(_HERE / "report.html.mako"),
        default_filters=["h"],
        strict_undefined=True,
        input_encoding="utf-8",
    )
    in_scope = [each for each in report.predictions if each.example.intent != OUT_OF_SCOPE]
    out_of_scope = [each for each in report.predictions if each.example.intent == OUT_OF_SCOPE]
    curve = report.rejection_curve()
    now = None
    if report.false_rejections is not None and report.out_of_scope_recall is not None:
        now = (report.false_rejections, report.out_of_scope_recall)
    styles = report.per_style()
    page: str = template.render(
        t=messages,
        percent=charts.percent,
        number=charts.number,
        css=Markup(css),  # noqa: S704  (our own file)
        policy=_policy(css),
        few=charts.FEW,
        report=report,
        about=about,
        registers=charts.registers({name: row["accuracy"] for name, row in styles.items()}) if styles else None,
        styles=styles,
        intents=report.per_intent(),
        matrix=list(_matrix(report)),
        reliability=charts.reliability(report.reliability()),
        histograms=[
            _histogram(title, group, about.thresholds)
            for title, group in (
                (messages.HISTOGRAM_IN_CHART, in_scope),
                (messages.HISTOGRAM_OUT_CHART, out_of_scope),
            )
        ],
        rejection=charts.rejection_curve(curve, now) if curve else None,
        budgets=[(budget, recall_within(curve, budget)) for budget in _BUDGETS] if curve else [],
        learned=learned,
        learning=charts.learning_curve(learned) if learned else None,
        misreadings=[
            Misreading(prediction, tuple(_marked(explanation)), explanation.ngrams)
            for prediction, explanation in zip(misreadings(report), explanations, strict=True)
        ],
        unsure=unsure(report),
    )
    return page


def _policy(css: str) -> str:
    """The page's content security policy: its own style sheet, told by its hash, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _matrix(report: Report) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Each intent with its row of (count, css class); the shade is the count's share of the row."""
    counts: dict[tuple[str, str], int] = {}
    for each in report.predictions:
        pair = each.example.intent, each.predicted
        counts[pair] = counts.get(pair, 0) + 1
    names = sorted({name for pair in counts for name in pair})
    for gold in names:
        total = sum(counts.get((gold, read), 0) for read in names) or 1
        row = []
        for read in names:
            count = counts.get((gold, read), 0)
            shade = min(_HEAT_STEPS, 1 + int(_HEAT_STEPS * count / total)) if count else 0
            row.append((count, f"{'hit' if gold == read else 'miss'}{shade}" if count else ""))
        yield gold, row


def _histogram(title: str, group: Sequence[Prediction], thresholds: Mapping[str, float]) -> dict[str, Any]:
    counts: list[Counts] = [(0, 0)] * _HISTOGRAM_BINS
    for each in group:
        index = min(_HISTOGRAM_BINS - 1, int(each.likeliest[1] * _HISTOGRAM_BINS))
        right, wrong = counts[index]
        is_right = each.likeliest[0] == each.example.intent
        counts[index] = (right + is_right, wrong + (not is_right))
    rows = [(index / _HISTOGRAM_BINS, (index + 1) / _HISTOGRAM_BINS, *pair) for index, pair in enumerate(counts)]
    return {"title": title, "chart": charts.histogram(title, counts, thresholds), "rows": rows}


def _marked(explanation: Explanation) -> Iterator[tuple[str, str]]:
    heaviest = max((abs(weight) for _, weight in explanation.words), default=0.0)
    for word, weight in explanation.words:
        telling = heaviest > 0 and abs(weight) >= _TELLING * heaviest
        yield word, ("for" if weight > 0 else "against") if telling else ""
