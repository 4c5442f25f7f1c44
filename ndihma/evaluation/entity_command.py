"""What ``ndihma evaluate-entities`` does."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ndihma.classification import find_entities
from ndihma.config import Settings
from ndihma.evaluation.entities import EntityReport, parse_entities, report_on
from ndihma.failure import Failure
from ndihma.progress import Reporter

__all__ = ["measure_entities", "show_entities"]

_PIPE_WIDTH = 140


def measure_entities(settings: Settings, file: Path, reporter: Reporter) -> EntityReport:
    """Find the entities of every line of ``file`` with the model. Raises Failure."""
    try:
        messages, malformed = parse_entities(file.read_bytes())
    except OSError as error:
        raise Failure(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise Failure(f"cannot read {file}: {error}") from error
    for each in malformed:
        reporter.line(f"{file}:{each.line}: {each.reason}; skipped")
    if not messages:
        raise Failure(f"{file} holds no usable line")
    found = find_entities(settings, [(message.written_at, message.text) for message in messages], reporter)
    return report_on(messages, found, malformed)


def show_entities(report: EntityReport, console: Console | None = None) -> None:
    """Print the figures of each half, then every find that was wrong."""
    console = console or Console()
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    for half, rows in report.halves().items():
        table = Table("entity", "precision", "recall", "F1", "right values", "in the file", title=half)
        for label, row in rows.items():
            shares = (_percent(row[name]) for name in ("precision", "recall", "f1", "value_accuracy"))
            table.add_row(label, *shares, str(row["gold"]))
        console.print(table)
    wrong = Table("line", "half", "what", "entity", "surface", "is", "found", title="wrong")
    for row in report.wrong():
        values = ("" if row[name] is None else str(row[name]) for name in ("value", "found"))
        wrong.add_row(str(row["line"]), row["half"], row["kind"], row["entity"], *map(Text, (row["surface"], *values)))
    if wrong.row_count:
        console.print(wrong)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
