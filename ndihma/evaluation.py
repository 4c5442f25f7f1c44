"""How well the model understands: a labelled file against its predictions.

The file has a message and its intent per line, separated by a tab, and optionally a style (register). A first line
that names the columns (``text``, ``intent``, ``style``, in any order, more are ignored) is taken as such.
``nlu_fallback`` counts as ``out_of_scope``, as does a message in which the model saw nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["Example", "Malformed", "Prediction", "Report", "evaluate", "parse"]

OUT_OF_SCOPE: Final = "out_of_scope"
_SAME_AS_OUT_OF_SCOPE: Final = frozenset({"nlu_fallback", "", None})
_CONFUSIONS: Final = 15
_EXAMPLES_EACH: Final = 3
_NO_STYLE: Final = "–"


@dataclass(frozen=True)
class Example:
    """One labelled message; ``line`` is where it stands in its file, from 1."""

    line: int
    text: str
    intent: str
    style: str | None = None


@dataclass(frozen=True)
class Malformed:
    """A line that cannot be used, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Prediction:
    """An example and what the model made of it."""

    example: Example
    predicted: str
    confidence: float

    @property
    def is_right(self) -> bool:
        return self.predicted == self.example.intent


def normal_intent(name: str | None) -> str:
    """The name under which an intent is counted."""
    return OUT_OF_SCOPE if name in _SAME_AS_OUT_OF_SCOPE else str(name)


def parse(data: bytes, known_intents: frozenset[str] | None = None) -> tuple[list[Example], list[Malformed]]:
    """Read a labelled file; empty lines are skipped. ``known_intents`` makes any other intent malformed."""
    examples: list[Example] = []
    malformed: list[Malformed] = []
    columns = {"text": 0, "intent": 1, "style": 2}
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            line = raw.decode("utf-8").rstrip("\r")
        except UnicodeDecodeError:
            malformed.append(Malformed(number, "not UTF-8"))
            continue
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        names = [cell.lower() for cell in cells]
        if number == 1 and "text" in names and "intent" in names:
            columns = {name: names.index(name) for name in ("text", "intent", "style") if name in names}
            continue
        problem = _problem(cells, columns, known_intents)
        if problem:
            malformed.append(Malformed(number, problem))
            continue
        style = cells[columns["style"]] if "style" in columns and columns["style"] < len(cells) else ""
        examples.append(Example(number, cells[columns["text"]], normal_intent(cells[columns["intent"]]), style or None))
    return examples, malformed


def _problem(cells: list[str], columns: dict[str, int], known_intents: frozenset[str] | None) -> str | None:
    if len(cells) <= max(columns["text"], columns["intent"]):
        return "no tab between text and intent"
    if not cells[columns["text"]]:
        return "no text"
    intent = cells[columns["intent"]]
    if not intent:
        return "no intent"
    if known_intents is not None and normal_intent(intent) not in known_intents:
        return f"no such intent: {intent}"
    return None


@dataclass(frozen=True)
class Report:
    """Shares are between 0 and 1; None where there is nothing to count."""

    predictions: tuple[Prediction, ...]
    malformed: tuple[Malformed, ...]

    @property
    def _in_scope(self) -> list[Prediction]:
        return [each for each in self.predictions if each.example.intent != OUT_OF_SCOPE]

    @property
    def _out_of_scope(self) -> list[Prediction]:
        return [each for each in self.predictions if each.example.intent == OUT_OF_SCOPE]

    @property
    def accuracy(self) -> float | None:
        return _share_right(self.predictions)

    @property
    def in_scope_accuracy(self) -> float | None:
        return _share_right(self._in_scope)

    @property
    def out_of_scope_recall(self) -> float | None:
        return _share_right(self._out_of_scope)

    @property
    def false_rejections(self) -> float | None:
        """The share of in-scope messages that were taken for out of scope."""
        return _share([each.predicted == OUT_OF_SCOPE for each in self._in_scope])

    def per_intent(self) -> dict[str, dict[str, Any]]:
        """Precision, recall, F1 and the number of examples, by intent; the weakest first."""
        gold = Counter(each.example.intent for each in self.predictions)
        predicted = Counter(each.predicted for each in self.predictions)
        right = Counter(each.predicted for each in self.predictions if each.is_right)
        rows = {}
        for intent in gold | predicted:
            precision = right[intent] / predicted[intent] if predicted[intent] else None
            recall = right[intent] / gold[intent] if gold[intent] else None
            f1 = 2 * right[intent] / (gold[intent] + predicted[intent])
            rows[intent] = {"precision": precision, "recall": recall, "f1": f1, "examples": gold[intent]}
        return dict(sorted(rows.items(), key=lambda item: (item[1]["f1"], item[0])))

    def per_style(self) -> dict[str, dict[str, Any]]:
        """Accuracy and the number of examples, by style; empty when the file names none."""
        groups: dict[str, list[Prediction]] = defaultdict(list)
        for each in self.predictions:
            groups[each.example.style or _NO_STYLE].append(each)
        if set(groups) <= {_NO_STYLE}:
            return {}
        rows = {style: {"accuracy": _share_right(group), "examples": len(group)} for style, group in groups.items()}
        return dict(sorted(rows.items(), key=lambda item: (item[1]["accuracy"] or 0.0, item[0])))

    def confusions(self) -> list[dict[str, Any]]:
        """The most frequent wrong pairs, each with some of its messages, the most confident first."""
        pairs: dict[tuple[str, str], list[Prediction]] = defaultdict(list)
        for each in self.predictions:
            if not each.is_right:
                pairs[each.example.intent, each.predicted].append(each)
        worst = sorted(pairs.items(), key=lambda item: (-len(item[1]), item[0]))[:_CONFUSIONS]
        return [
            {
                "intent": intent,
                "predicted": predicted,
                "count": len(group),
                "examples": [
                    {"line": each.example.line, "text": each.example.text, "confidence": round(each.confidence, 3)}
                    for each in sorted(group, key=lambda each: -each.confidence)[:_EXAMPLES_EACH]
                ],
            }
            for (intent, predicted), group in worst
        ]

    def as_json(self) -> dict[str, Any]:
        """Everything, ready for ``json.dumps``."""
        return {
            "examples": len(self.predictions),
            "accuracy": self.accuracy,
            "in_scope": {"examples": len(self._in_scope), "accuracy": self.in_scope_accuracy},
            "out_of_scope": {"examples": len(self._out_of_scope), "recall": self.out_of_scope_recall},
            "false_rejections": self.false_rejections,
            "per_intent": self.per_intent(),
            "per_style": self.per_style(),
            "confusions": self.confusions(),
            "malformed": [{"line": each.line, "reason": each.reason} for each in self.malformed],
        }


def evaluate(
    examples: Sequence[Example], predicted: Sequence[tuple[str | None, float]], malformed: Sequence[Malformed] = ()
) -> Report:
    """The report on ``examples`` whose predictions (intent, confidence) are ``predicted``, in the same order."""
    return Report(
        tuple(
            Prediction(example, normal_intent(intent), confidence)
            for example, (intent, confidence) in zip(examples, predicted, strict=True)
        ),
        tuple(malformed),
    )


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def _share_right(predictions: Sequence[Prediction]) -> float | None:
    return _share([each.is_right for each in predictions])
