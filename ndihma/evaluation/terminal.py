"""An evaluation report for a person at a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ndihma.evaluation.authors import CrossValidation
from ndihma.evaluation.scores import Report

__all__ = ["show"]

_PIPE_WIDTH = 160


def show(report: Report, console: Console | None = None) -> None:
    """Print the report, the weakest intents and styles first."""
    console = console or Console()
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    totals = Table(show_header=False, box=None)
    for name, share in (
        (f"accuracy ({len(report.predictions)} messages)", report.accuracy),
        ("accuracy in scope", report.in_scope_accuracy),
        ("out-of-scope recall", report.out_of_scope_recall),
        ("false rejections", report.false_rejections),
        ("out-of-scope recall at ≤ 2 % false rejections", report.recall_at_budget),
    ):
        totals.add_row(name, _percent(share))
    error = report.calibration_error
    totals.add_row("expected calibration error", "–" if error is None else f"{error:.3f}")
    console.print(totals)

    intents = Table("intent", "precision", "recall", "F1", "messages", title="by intent, the weakest first")
    for intent, row in report.per_intent().items():
        intents.add_row(
            intent, _percent(row["precision"]), _percent(row["recall"]), _percent(row["f1"]), str(row["examples"])
        )
    console.print(intents)

    styles = report.per_style()
    if styles:
        table = Table("style", "accuracy", "messages", title="by style")
        for style, row in styles.items():
            table.add_row(Text(style), _percent(row["accuracy"]), str(row["examples"]))
        console.print(table)

    confusions = Table("is", "taken for", "times", "for example", title="worst confusions")
    for each in report.confusions():
        examples = "\n".join(f"{example['line']}: {example['text']}" for example in each["examples"])
        confusions.add_row(each["intent"], each["predicted"], str(each["count"]), Text(examples))
    if confusions.row_count:
        console.print(confusions)
    if report.malformed:
        console.print(f"{len(report.malformed)} malformed lines were skipped")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def show_authors(result: CrossValidation, console: Console | None = None) -> None:
    """Print what leaving authors out told, the weakest authors and registers first."""
    console = console or Console()
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    totals = Table(show_header=False, box=None)
    totals.add_row(
        f"accuracy ({len(result.rows)} messages, {result.folds} trainings)", _percent(result.report.accuracy)
    )
    totals.add_row("accuracy in scope", _percent(result.report.in_scope_accuracy))
    totals.add_row("out-of-scope recall", _percent(result.report.out_of_scope_recall))
    totals.add_row("false rejections", _percent(result.report.false_rejections))
    totals.add_row("out-of-scope recall at ≤ 2 % false rejections", _percent(result.report.recall_at_budget))
    console.print(totals)
    for name, groups in (("author", result.by_author()), ("register", result.by_register())):
        table = Table(name, "accuracy", "in scope", "out-of-scope recall", "messages", title=f"by {name}")
        for key, report in groups.items():
            shares = (report.accuracy, report.in_scope_accuracy, report.out_of_scope_recall)
            table.add_row(Text(key), *(_percent(share) for share in shares), str(len(report.predictions)))
        console.print(table)
