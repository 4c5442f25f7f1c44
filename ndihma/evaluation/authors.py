"""How the model will do on a stranger: every author's messages read by a model that never saw that author."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ndihma.config import Settings
from ndihma.contentcheck.project import Project
from ndihma.evaluation.experiment import Row, folds_by_author, run_experiment
from ndihma.evaluation.labelled import Example
from ndihma.evaluation.scores import Prediction, Report, evaluate
from ndihma.progress import Reporter

__all__ = ["CrossValidation", "leave_authors_out", "training_rows"]


@dataclass(frozen=True)
class CrossValidation:
    """``report`` is over all training rows, each read once; ``rows`` are in the order of its predictions."""

    report: Report
    rows: tuple[Row, ...]
    folds: int

    def by_author(self) -> dict[str, Report]:
        """The report on each author's messages, the weakest first."""
        return self._grouped(lambda row: row.author)

    def by_register(self) -> dict[str, Report]:
        """The report on each register's messages, the weakest first."""
        return self._grouped(lambda row: row.register)

    def as_json(self) -> dict[str, Any]:
        """Everything, ready for ``json.dumps``."""
        whole = self.report.as_json()
        del whole["malformed"], whole["per_style"]
        for key, groups in (("per_author", self.by_author()), ("per_register", self.by_register())):
            whole[key] = {
                name: {
                    "examples": len(report.predictions),
                    "accuracy": report.accuracy,
                    "in_scope": report.in_scope_accuracy,
                    "out_of_scope_recall": report.out_of_scope_recall,
                }
                for name, report in groups.items()
            }
        return {"folds": self.folds, **whole}

    def _grouped(self, key: Callable[[Row], str]) -> dict[str, Report]:
        groups: dict[str, list[Prediction]] = defaultdict(list)
        for row, prediction in zip(self.rows, self.report.predictions, strict=True):
            groups[key(row) or "–"].append(prediction)
        reports = {name: Report(tuple(predictions), ()) for name, predictions in groups.items()}
        return dict(sorted(reports.items(), key=lambda item: (item[1].accuracy or 0.0, item[0])))


def training_rows(settings: Settings) -> list[Row]:
    """The training messages with their authors and registers, in the files' order. Raises Failure."""
    project = Project.load(settings.home)
    return [Row(each.text, each.intent, each.author, each.register) for each in project.training]


def leave_authors_out(
    settings: Settings, reporter: Reporter, folds: int | None = None, *, whole: bool = False
) -> CrossValidation:
    """Read all training rows, each with a model of other authors' rows; ``folds`` groups the authors. Raises Failure.

    What the model holds likeliest counts; the fallback's thresholds take no part. Without ``whole`` the model is the
    linear classifier alone.
    """
    rows = training_rows(settings)
    runs = folds_by_author(rows, folds)
    rankings: dict[int, list[tuple[str, float]]] = {}
    for scored in run_experiment(settings, rows, runs, reporter, "leave authors out", whole=whole):
        for position, number in enumerate(scored.run.test):
            rankings[number] = scored.ranking(position)
    examples = [Example(number, row.text, row.intent, row.register or None) for number, row in enumerate(rows, 1)]
    ordered = [rankings[number] for number in range(len(rows))]
    report = evaluate(examples, [ranking[0] for ranking in ordered], rankings=ordered)
    return CrossValidation(report, tuple(rows), len(runs))
