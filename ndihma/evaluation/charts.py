"""The report's charts, drawn from its figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET  # only built and written here, never parsed

from markupsafe import Markup

from ndihma.evaluation import messages as say
from ndihma.evaluation.calibration import Bin
from ndihma.evaluation.learning import Learned
from ndihma.evaluation.rejection import BUDGET, Point
from ndihma.evaluation.svg import WIDTH, Plot, drawing, markup, text

__all__ = [
    "FEW",
    "Counts",
    "histogram",
    "learning_curve",
    "number",
    "percent",
    "registers",
    "rejection_curve",
    "reliability",
]

Counts = tuple[int, int]
"""How many were read right and wrong."""

FEW: Final = 10
"""Below this many messages a share says little."""

_ROUND: Final = [factor * 10**power for power in range(7) for factor in (1, 4)]
_MOST_TICKS: Final = 4
_FIFTHS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_ROW: Final = 24
_NAME_WIDTH: Final = 96
_NAME_CHARS: Final = 13
_MOST_ROWS: Final = 40
_X_MOST: Final = 0.1


def percent(share: float | None, digits: int = 1) -> str:
    """``0.9563`` as ``95,6 %``, with a space that does not break."""
    return say.NOTHING if share is None else f"{100 * share:.{digits}f}\u00a0%".replace(".", ",")


def number(value: float | None, digits: int = 3) -> str:
    """A number with a decimal comma."""
    return say.NOTHING if value is None else f"{value:.{digits}f}".replace(".", ",")


def reliability(bins: Sequence[Bin]) -> Markup:
    """Bars of accuracy by confidence, beside the line on which they would all end; faint where few messages are."""
    plot = _of_confidence(say.RELIABILITY_CHART, say.SHARE_RIGHT, 1, _FIFTHS, lambda y: percent(y, 0))
    for each in bins:
        if each.accuracy is not None:
            plot.bar(each.low, each.high, 0, each.accuracy, "right few" if each.count < FEW else "right")
    plot.line([(0, 0), (1, 1)], "ideal")
    return plot.markup()


def histogram(title: str, counts: Sequence[Counts], thresholds: Mapping[str, float]) -> Markup:
    """How many messages were read right and wrong, by confidence; ``counts`` are bins of equal width from 0 to 1.

    Heights are square roots: nearly all messages are in the last bin, and the others are what one looks for.
    """
    most = max((right + wrong for right, wrong in counts), default=0) or 1
    ticks = [tick for tick in _ROUND if tick <= most][-_MOST_TICKS:]
    plot = _of_confidence(title, say.MESSAGES, math.sqrt(most), [0, *map(math.sqrt, ticks)], lambda y: f"{y * y:.0f}")
    for index, (right, wrong) in enumerate(counts):
        left, end = index / len(counts), (index + 1) / len(counts)
        plot.bar(left, end, 0, math.sqrt(right), "right")
        plot.bar(left, end, math.sqrt(right), math.sqrt(right + wrong), "wrong")
    for row, value in enumerate(sorted(thresholds.values())):
        plot.upright(value, say.THRESHOLD.format(value=number(value, 2)), "threshold", row)
    return plot.markup()


def rejection_curve(points: Sequence[Point], now: tuple[float, float] | None) -> Markup:
    """Recall against false rejections; ``now`` is where the assistant stands (false rejections, recall)."""
    most = max(_X_MOST, 1.5 * now[0] if now else 0)
    plot = Plot(
        say.REJECTION_CHART,
        x=(0, most),
        y=(0, 1),
        x_label=say.REJECTED,
        y_label=say.FOUND,
        x_ticks=[most * part for part in _FIFTHS],
        y_ticks=_FIFTHS,
        shown_x=lambda x: percent(x, 0 if most == _X_MOST else 1),
        shown_y=lambda y: percent(y, 0),
    )
    plot.line([(each.false_rejections, each.recall) for each in points if each.false_rejections <= most], "curve")
    plot.upright(BUDGET, say.BUDGET, "threshold", row=9)  # below the curve
    if now:
        plot.dot(now, "now")
    return plot.markup()


def learning_curve(learned: Sequence[Learned]) -> Markup:
    """Accuracy by examples an intent; each step doubles the one before, the last is all there are."""
    places = [float(index) for index in range(len(learned))]
    plot = Plot(
        say.LEARNING_CHART,
        x=(0, max(1.0, places[-1])),
        y=(0, 1),
        x_label=say.EXAMPLES_EACH,
        y_label=say.RIGHT,
        x_ticks=places,
        y_ticks=_FIFTHS,
        shown_x=lambda x: str(learned[int(x)].each),
        shown_y=lambda y: percent(y, 0),
    )
    plot.line([(x, each.accuracy) for x, each in zip(places, learned, strict=True)], "curve")
    for x, each in zip(places, learned, strict=True):
        plot.dot((x, each.accuracy), "now")
    return plot.markup()


def registers(shares: Mapping[str, float]) -> Markup:
    """One bar for each register, the weakest first; of very many only the weakest."""
    rows = list(shares.items())[:_MOST_ROWS]
    root = drawing(say.REGISTERS_CHART, height=_ROW * len(rows) + 4)
    full = WIDTH - _NAME_WIDTH - 62
    for index, (name, share) in enumerate(rows):
        top = _ROW * index + 2
        shown = name if len(name) <= _NAME_CHARS else f"{name[: _NAME_CHARS - 1]}…"
        text(root, _NAME_WIDTH - 8, top + 16, shown, css="tick", anchor="end")
        box = {"x": str(_NAME_WIDTH), "y": str(top + 3), "height": str(_ROW - 6), "class": "right"}
        ET.SubElement(root, "rect", {**box, "width": f"{full * share:.1f}"})
        text(root, _NAME_WIDTH + full * share + 6, top + 16, percent(share), css="tick")
    return markup(root)


def _of_confidence(
    title: str, y_label: str, highest: float, y_ticks: Sequence[float], shown_y: Callable[[float], str]
) -> Plot:
    return Plot(
        title,
        x=(0, 1),
        y=(0, highest),
        x_label=say.SURE,
        y_label=y_label,
        x_ticks=_FIFTHS,
        y_ticks=y_ticks,
        shown_x=lambda x: percent(x, 0),
        shown_y=shown_y,
    )
