"""``ndihma ratings``: how customers rated their conversations, by week, and what they wrote last."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ndihma.clock import BELGRADE, SystemClock
from ndihma.config import Settings
from ndihma.desk.ratings import SCORES, RatingService, RatingSummary
from ndihma.operator_commands import with_database

__all__ = ["show_ratings"]

_PIPE_WIDTH: Final = 160


def show_ratings(settings: Settings, *, weeks: int, comments: int, as_json: bool) -> None:
    """Print the summary. Raises Failure when the database cannot be used."""
    summary = with_database(settings, lambda database: RatingService(database, SystemClock()).summary(weeks, comments))
    if as_json:
        typer.echo(json.dumps(_as_json(summary), ensure_ascii=False, indent=2))
        return
    if not summary.weeks:
        typer.echo(f"No ratings in the last {weeks} weeks.")
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_PIPE_WIDTH)
    table = Table("Week from", "Ratings", "Average", *(str(score) for score in SCORES))
    for week in summary.weeks:
        times = (str(week.by_score[score]) for score in SCORES)
        table.add_row(week.monday.isoformat(), str(week.count), f"{week.average:.2f}", *times)
    console.print(table)
    if summary.comments:
        said = Table("Written", "Score", "Comment")
        for comment in summary.comments:
            said.add_row(_moment(comment.rated_at), str(comment.score), Text(comment.text))
        console.print(said)


def _as_json(summary: RatingSummary) -> dict[str, Any]:
    return {
        "weeks": [
            {
                "monday": week.monday.isoformat(),
                "count": week.count,
                "average": round(week.average, 2),
                "by_score": {str(score): times for score, times in week.by_score.items()},
            }
            for week in summary.weeks
        ],
        "comments": [
            {
                "rated_at": comment.rated_at.astimezone(BELGRADE).isoformat(timespec="seconds"),
                "score": comment.score,
                "comment": comment.text,
            }
            for comment in summary.comments
        ],
    }


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(BELGRADE):%Y-%m-%d %H:%M}"
