"""``ndihma feedback``: what agents made of suggestions, and what they marked wrong as candidate training rows."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ndihma.assist.feedback import FeedbackAction, FeedbackStore, ReviewItem
from ndihma.clock import BELGRADE, SystemClock
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.failure import from_os_error
from ndihma.operator_commands import with_database

__all__ = ["app"]

app = typer.Typer(
    help="What agents made of suggested answers (docs/operations.md).", no_args_is_help=True, add_completion=False
)
_PIPE_WIDTH: Final = 200
_COLUMNS: Final = ("text", "intent", "shown", "confidence", "at")
_T = TypeVar("_T")
_Days = Annotated[int, typer.Option("--days", min=1, max=90, help="How far back.")]


@app.command("list")
def list_command(
    context: typer.Context,
    days: _Days = 90,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, of what was marked wrong.")] = False,
) -> None:
    """Show how often suggestions were shown, inserted, edited, sent and marked wrong, then what was marked wrong."""
    clock = SystemClock()
    since = clock.now() - timedelta(days=days)
    items = _on_store(context, lambda store: store.to_review(since))
    if as_json:
        for item in items:
            typer.echo(json.dumps(_as_row(item), ensure_ascii=False))
        return
    counts = _on_store(context, lambda store: store.counts(since))
    console = Console(highlight=False)
    console = console if console.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)
    table = Table("suggestion", *(action.value for action in FeedbackAction))
    for intent, counted in counts.items():
        table.add_row(intent, *(str(counted.get(action, 0)) for action in FeedbackAction))
    console.print(table)
    wrong = Table("marked wrong", "shown", "right", "by", "at")
    for item in items:
        at = item.at.astimezone(BELGRADE).strftime("%Y-%m-%d %H:%M")
        wrong.add_row(Text(item.text), item.intent, item.right_intent or "", item.actor, at)
    console.print(wrong)


@app.command("export")
def export_command(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there; a new file.")] = None,
    days: _Days = 90,
) -> None:
    """Write what was marked wrong as candidate training rows: tab-separated, redacted, to be reviewed by a person.

    ``intent`` is what the agent says would have been right, empty when they did not.
    """
    since = SystemClock().now() - timedelta(days=days)
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, _COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_as_row(item) for item in _on_store(context, lambda store: store.to_review(since)))
    if out is None:
        typer.echo(sheet.getvalue(), nl=False)
        return
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(sheet.getvalue())
    except OSError as error:
        raise from_os_error(error, "write the rows") from error


def _as_row(item: ReviewItem) -> dict[str, str | float | None]:
    return {
        "text": item.text,
        "intent": item.right_intent or "",
        "shown": item.intent,
        "confidence": item.confidence,
        "at": item.at.astimezone(BELGRADE).isoformat(timespec="seconds"),
    }


def _on_store(context: typer.Context, work: Callable[[FeedbackStore], Awaitable[_T]]) -> _T:
    read: Callable[[], Settings] = context.obj

    async def run(database: Database) -> _T:
        return await work(FeedbackStore(database, SystemClock()))

    return with_database(read(), run)
