"""``ndihma audit``: is the trail as it was written, and what does it hold? Mounted by the main command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.audit.chain import StoredEntry
from ndihma.audit.reader import Anchor, AuditReader, Verdict
from ndihma.clock import BELGRADE
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.failure import Failure
from ndihma.operator_commands import with_database
from ndihma.secrets import audit_key

__all__ = ["app"]

app = typer.Typer(
    help="The audit trail: who did what to whose account, and why.", no_args_is_help=True, add_completion=False
)

_PIPE_WIDTH: Final = 200
"""Columns of a table that goes to a file or another program, so that no line breaks inside a value."""


@app.command("verify")
def verify_command(
    context: typer.Context,
    anchor: Annotated[
        str | None,
        typer.Option("--anchor", metavar="NUMBER:HASH", help="What an earlier verify printed; it must still stand."),
    ] = None,
) -> None:
    """Read the whole trail and check that no entry was changed, removed or added. Exit code 1: one was."""
    settings = _settings(context)
    try:
        known = None if anchor is None else Anchor.parse(anchor)
    except ValueError as error:
        raise Failure(str(error)) from None

    async def verify(database: Database) -> Verdict:
        return await AuditReader(database, audit_key(settings)).verify(known)

    verdict = with_database(settings, verify)
    if verdict.broken is not None:
        raise Failure(f"the audit trail is broken at entry {verdict.broken.sequence}: {verdict.broken.problem}")
    typer.echo(f"The audit trail holds: {verdict.entries} entries.")
    if verdict.anchor.sequence:
        typer.echo(f"Last entry, to be kept elsewhere and given to --anchor later: {verdict.anchor}")


@app.command("list")
def list_command(
    context: typer.Context,
    number: Annotated[str | None, typer.Option("--number", metavar="MSISDN", help="Only what concerns it.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="Only from this day on (2026-11-22).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show entries, oldest first. Numbers stand in the trail as keyed hashes; --number finds a number's."""
    settings = _settings(context)
    try:
        msisdn = None if number is None else Msisdn.parse(number)
    except InvalidMsisdn as error:
        raise Failure(str(error)) from None
    try:
        day = None if since is None else datetime.combine(date.fromisoformat(since), time(), BELGRADE)
    except ValueError:
        raise Failure("--since takes a day such as 2026-11-22") from None

    async def read(database: Database) -> list[StoredEntry]:
        return await AuditReader(database, audit_key(settings)).entries(msisdn, day)

    entries = with_database(settings, read)
    if as_json:
        for entry in entries:
            typer.echo(json.dumps(_as_json(entry), ensure_ascii=False))
    else:
        _show(entries)


def _as_json(entry: StoredEntry) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "at": entry.at.astimezone(BELGRADE).isoformat(),
        "actor": {"kind": entry.actor_kind, "id": entry.actor_id},
        "action": entry.action,
        "subject": entry.subject,
        "fields": list(entry.fields),
        "reason": entry.reason,
    }


def _show(entries: Iterable[StoredEntry]) -> None:
    table = Table("entry", "at", "who", "did", "what", "why", "whose")
    for entry in entries:
        table.add_row(
            str(entry.sequence),
            entry.at.astimezone(BELGRADE).strftime("%Y-%m-%d %H:%M:%S"),
            Text(f"{entry.actor_kind} {entry.actor_id}"),
            entry.action,
            Text(", ".join(entry.fields)),
            Text(entry.reason),
            (entry.subject or "")[:12],
        )
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)).print(table)


def _settings(context: typer.Context) -> Settings:
    """What the main command handed over: read when it is needed, so that ``--help`` needs no settings."""
    read: Callable[[], Settings] = context.obj
    return read()
