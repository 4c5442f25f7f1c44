"""The learning curve: the model trained on a few examples of each intent, then on more, then on all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ndihma.config import Settings
from ndihma.evaluation.experiment import Row, Run, run_experiment, samples_per_intent
from ndihma.evaluation.labelled import Example
from ndihma.evaluation.scores import Report, evaluate
from ndihma.progress import Reporter

__all__ = ["Learned", "learning_curve"]

_SIZES: Final = (5, 10, 20, 40, 80, 160, 320, 640, 1280)


@dataclass(frozen=True)
class Learned:
    """How well the file was read after learning at most ``each`` examples of every intent, ``total`` in all."""

    each: int
    total: int
    accuracy: float
    in_scope_accuracy: float | None
    out_of_scope_recall: float | None


def learning_curve(
    settings: Settings, training: Sequence[Row], examples: Sequence[Example], reporter: Reporter
) -> list[Learned]:
    """Train once for each size, the last time on everything, and read ``examples``. Raises Failure.

    The thresholds of the running assistant take no part: what the model holds likeliest counts.
    """
    largest = max(sum(row.intent == intent for row in training) for intent in {row.intent for row in training})
    sizes = [*(size for size in _SIZES if size < largest), largest]
    read = tuple(range(len(training), len(training) + len(examples)))
    rows = [*training, *(Row(example.text, example.intent) for example in examples)]
    runs = [Run(sample, read) for sample in samples_per_intent(training, sizes)]
    learned = []
    for size, scored in zip(sizes, run_experiment(settings, rows, runs, reporter, "learning curve"), strict=True):
        report = _report(examples, [scored.ranking(position) for position in range(len(read))])
        learned.append(
            Learned(
                size,
                len(scored.run.train),
                report.accuracy or 0.0,
                report.in_scope_accuracy,
                report.out_of_scope_recall,
            )
        )
    return learned


def _report(examples: Sequence[Example], rankings: Sequence[Sequence[tuple[str, float]]]) -> Report:
    return evaluate(examples, [ranking[0] for ranking in rankings], rankings=rankings)
