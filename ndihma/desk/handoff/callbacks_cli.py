"""``ndihma callbacks``: customers who want to be called, for who has no console at hand."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import BELGRADE, SystemClock
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.desk.handoff.callbacks import Callback, OpenCallbacks, UnknownCallback
from ndihma.failure import Failure
from ndihma.formatting import plain_moment
from ndihma.operator_commands import operator, with_database
from ndihma.secrets import audit_key

__all__ = ["app"]

app = typer.Typer(
    help="Customers who want to be called.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_PIPE_WIDTH: Final = 160
_LONGEST_REASON: Final = 300
"""As the console takes it."""
_T = TypeVar("_T")

Reference = Annotated[str, typer.Argument(help="Such as TH-7F3K9Q.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.command("list")
def list_command(context: typer.Context, as_json: AsJson = False) -> None:
    """Requests that wait for their call, the longest waiting first (200 at most); numbers are masked."""
    waiting = _with_callbacks(context, lambda callbacks: callbacks.open_ones())
    if as_json:
        typer.echo(json.dumps([_as_json(each, masked=True) for each in waiting], ensure_ascii=False, indent=2))
        return
    table = Table("Reference", "Number", "The number is", "Asked", "Conversation")
    for each in waiting:
        row = (each.reference, each.msisdn.masked, _verified(each), plain_moment(each.asked_at), each.conversation_id)
        table.add_row(*map(Text, row))
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)).print(table)


@app.command("show")
def show_command(
    context: typer.Context,
    reference: Reference,
    reason: Annotated[str, typer.Option("--reason", help="Why the number is looked at; recorded in the audit trail.")],
    as_json: AsJson = False,
) -> None:
    """One request with its number in clear; audited."""
    why = " ".join(reason.split())
    if not 1 <= len(why) <= _LONGEST_REASON:
        raise Failure(f"--reason takes 1 to {_LONGEST_REASON} characters")
    shown = _with_callbacks(context, lambda callbacks: callbacks.show(reference.upper(), operator(), why), reference)
    if as_json:
        typer.echo(json.dumps(_as_json(shown, masked=False), ensure_ascii=False, indent=2))
        return
    typer.echo(
        f"{shown.reference}: {shown.msisdn.national} ({'verified' if shown.verified else 'typed, not verified'})"
    )


@app.command("done")
def done_command(
    context: typer.Context,
    reference: Reference,
    by: Annotated[str | None, typer.Option("--by", help="Who called; default: the system's user.")] = None,
) -> None:
    """The customer was called: the request waits no more."""
    name = by or operator().id
    _with_callbacks(context, lambda callbacks: callbacks.done(reference.upper(), name), reference)
    typer.echo(f"{reference.upper()} is done by {name}.")


def _with_callbacks(context: typer.Context, work: Callable[[OpenCallbacks], Awaitable[_T]], reference: str = "") -> _T:
    read: Callable[[], Settings] = context.obj
    settings = read()

    async def run(database: Database) -> _T:
        clock = SystemClock()
        return await work(OpenCallbacks(database, clock, SqlAuditTrail(database, clock, audit_key(settings))))

    try:
        return with_database(settings, run)
    except UnknownCallback:
        raise Failure(f"no request {reference} waits for a call; `ndihma callbacks list` shows those that do") from None


def _verified(callback: Callback) -> str:
    return "verified" if callback.verified else "typed, not verified"


def _as_json(callback: Callback, *, masked: bool) -> dict[str, Any]:
    return {
        "reference": callback.reference,
        "conversation": callback.conversation_id,
        "number": callback.msisdn.masked if masked else callback.msisdn.national,
        "verified": callback.verified,
        "asked_at": callback.asked_at.astimezone(BELGRADE).isoformat(timespec="seconds"),
    }
