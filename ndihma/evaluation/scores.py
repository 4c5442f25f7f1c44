"""What was understood right: labelled messages beside the model's readings of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ndihma.evaluation import calibration, rejection
from ndihma.evaluation.labelled import OUT_OF_SCOPE, Example, Malformed, normal_intent

__all__ = ["Prediction", "Report", "evaluate"]

_CONFUSIONS: Final = 15
_EXAMPLES_EACH: Final = 3
_NO_STYLE: Final = "–"
_FALLBACK: Final = "nlu_fallback"


@dataclass(frozen=True)
class Prediction:
    """An example and what the model made of it."""

    example: Example
    predicted: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()
    """The likeliest intents with their confidence, best first, before the fallback decided; empty when not known."""

    @property
    def is_right(self) -> bool:
        return self.predicted == self.example.intent

    @property
    def likeliest(self) -> tuple[str, float]:
        """What the model itself held likeliest, whatever the fallback made of it."""
        return self.ranking[0] if self.ranking else (self.predicted, self.confidence)

    @property
    def rejection_score(self) -> float:
        """From -1 (surely ours) to 1 (surely not): the confidence in ``out_of_scope`` over the best other's.

        An intent below the ranking's end counts as 0; the model takes a message for out of scope from 0 on.
        """
        ranking = self.ranking or ((self.predicted, self.confidence),)
        ours = max((share for name, share in ranking if name != OUT_OF_SCOPE), default=0.0)
        return max((share for name, share in ranking if name == OUT_OF_SCOPE), default=0.0) - ours


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

    def reliability(self) -> list[calibration.Bin]:
        """How often the model's likeliest intent was right, by the confidence it had."""
        return calibration.bins(
            (each.likeliest[1], each.likeliest[0] == each.example.intent) for each in self.predictions
        )

    @property
    def calibration_error(self) -> float | None:
        """Expected calibration error of the model's likeliest intent; 0 is perfect."""
        return calibration.expected_error(self.reliability())

    def rejection_curve(self) -> list[rejection.Point]:
        """Out-of-scope recall against false rejections, over every threshold; empty where one side has no messages."""
        return rejection.curve(
            [each.rejection_score for each in self._in_scope], [each.rejection_score for each in self._out_of_scope]
        )

    @property
    def recall_at_budget(self) -> float | None:
        """Out-of-scope recall at no more than 2 % false rejections."""
        return rejection.recall_within(self.rejection_curve(), rejection.BUDGET)

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
            "out_of_scope_recall_at_2_percent_false_rejections": self.recall_at_budget,
            "expected_calibration_error": self.calibration_error,
            "per_intent": self.per_intent(),
            "per_style": self.per_style(),
            "confusions": self.confusions(),
            "malformed": [{"line": each.line, "reason": each.reason} for each in self.malformed],
        }


def evaluate(
    examples: Sequence[Example],
    predicted: Sequence[tuple[str | None, float]],
    malformed: Sequence[Malformed] = (),
    rankings: Sequence[Sequence[tuple[str, float]]] | None = None,
) -> Report:
    """The report on ``examples`` whose predictions (intent, confidence) are ``predicted``, in the same order.

    ``rankings`` has the likeliest intents of each; without it the figures on confidence rest on the first one alone.
    """
    ranked = rankings or [()] * len(examples)
    return Report(
        tuple(
            Prediction(
                example,
                normal_intent(intent),
                confidence,
                tuple((name, share) for name, share in ranking if name != _FALLBACK),
            )
            for example, (intent, confidence), ranking in zip(examples, predicted, ranked, strict=True)
        ),
        tuple(malformed),
    )


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def _share_right(predictions: Sequence[Prediction]) -> float | None:
    return _share([each.is_right for each in predictions])
