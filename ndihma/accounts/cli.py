"""``ndihma accounts``: import an export, show a number, load the demo customers. Mounted by the main command."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Final, NoReturn, TypeVar

import typer
from alembic.util import CommandError
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from ndihma.accounts import messages
from ndihma.accounts.adapters.opening import open_accounts
from ndihma.accounts.adapters.sql import SqlAccountWriter
from ndihma.accounts.demo import DemoCustomer, DemoRefused, demo_customers, ensure_demo_allowed, load_demo
from ndihma.accounts.importer import parse_accounts
from ndihma.accounts.lifecycle import ContradictoryLife
from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.accounts.ports import AccountsUnavailable, InvalidAccountSettings, Written
from ndihma.accounts.summary import summary_json, summary_rows
from ndihma.audit.model import AuditAction, AuditEntry
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import BELGRADE, Clock, FixedClock, SystemClock, local_date
from ndihma.config import AccountsSource, Settings
from ndihma.database_trouble import place_of, trouble_of
from ndihma.db import Database
from ndihma.failure import Failure
from ndihma.operator_commands import on_newest_schema, operator
from ndihma.secrets import SecretError, audit_key

__all__ = ["app"]

app = typer.Typer(help=messages.HELP, no_args_is_help=True, add_completion=False)

_PIPE_WIDTH: Final = 160
"""Columns of a table that goes to a file or another program, so that no line breaks inside a value."""

_T = TypeVar("_T")


@app.command("import", help=messages.HELP_IMPORT)
def import_command(
    file: Annotated[Path, typer.Argument(help=messages.HELP_FILE)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=messages.HELP_DRY_RUN)] = False,
) -> None:
    try:
        data = file.read_bytes()
    except OSError:
        _fail(messages.UNREADABLE_FILE)

    now = SystemClock().now()
    parsed = parse_accounts(data, now)
    if parsed.problems:
        for problem in parsed.problems:
            typer.echo(messages.import_problem(problem), err=True)
        _fail(messages.IMPORT_FAILED.format(problems=len(parsed.problems)))
    if dry_run:
        typer.echo(messages.DRY_RUN_FINE.format(rows=len(parsed.lines)))
        return

    async def store(database: Database) -> Written:
        return await SqlAccountWriter(database).upsert(parsed.lines, now)

    _tell_written(messages.IMPORTED, _with_database(_settings(), store))


@app.command("show", help=messages.HELP_SHOW)
def show_command(
    msisdn: Annotated[list[str], typer.Argument(help=messages.HELP_MSISDN)],
    as_json: Annotated[bool, typer.Option("--json", help=messages.HELP_JSON)] = False,
) -> None:
    try:
        number = Msisdn.parse(" ".join(msisdn))  # a number typed in groups needs no quotation marks
    except InvalidMsisdn:
        _fail(messages.BAD_MSISDN)

    settings, actor = _settings(), operator()

    async def find(database: Database) -> Line | None:
        line = await _found(settings, database, number)
        fields = () if line is None else ("line",)
        trail = SqlAuditTrail(database, SystemClock(), audit_key(settings))
        await trail.record(AuditEntry(actor, AuditAction.ACCOUNT_READ, number, fields, "accounts show"))
        return line

    line = _with_database(settings, find)
    if line is None:
        _fail(messages.UNKNOWN_MSISDN.format(masked=number.masked))
    today = local_date(SystemClock().now())
    try:
        if as_json:
            typer.echo(json.dumps(summary_json(line, today), ensure_ascii=False, indent=2))
        else:
            _print_summary(line, today)
    except ContradictoryLife:
        _fail(messages.CONTRADICTORY.format(masked=number.masked))


@app.command("demo", help=messages.HELP_DEMO)
def demo_command(
    only_list: Annotated[bool, typer.Option("--list", help=messages.HELP_LIST)] = False,
    today: Annotated[str | None, typer.Option("--today", help=messages.HELP_TODAY)] = None,
) -> None:
    clock = _clock(today)
    if not only_list:
        settings = _settings()
        try:
            ensure_demo_allowed(settings.mode)
        except DemoRefused:
            _fail(messages.DEMO_REFUSED)

        async def load(database: Database) -> Written:
            return await load_demo(SqlAccountWriter(database), settings.mode, clock)

        _tell_written(messages.DEMO_LOADED, _with_database(settings, load))
    _print_demo(demo_customers(clock.now()))


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        # A fault of one setting is found at its name; one of several together names them in its message.
        names = {f"NDIHMA_{part}".upper() for fault in faults for part in fault["loc"]}
        names |= {name for fault in faults for name in re.findall("NDIHMA_[A-Z_]+", fault["msg"])}
        _fail(messages.BAD_SETTINGS.format(names=", ".join(sorted(names))))


def _with_database(settings: Settings, work: Callable[[Database], Awaitable[_T]]) -> _T:
    """``on_newest_schema``, and what is wrong with the database in Albanian."""
    try:
        return asyncio.run(on_newest_schema(settings, work))
    except SecretError as error:
        raise Failure(str(error)) from error
    except (AccountsUnavailable, SQLAlchemyError, CommandError, OSError) as error:
        url = settings.sqlalchemy_url
        _fail(messages.DATABASE_TROUBLES[trouble_of(error, url)].format(place=place_of(url)))


async def _found(settings: Settings, database: Database, number: Msisdn) -> Line | None:
    """The line as its system tells it now, never a copy."""
    try:
        accounts = open_accounts(settings, database, SystemClock(), may_be_stale=False)
    except InvalidAccountSettings as error:
        _fail(messages.BAD_SETTINGS.format(names=error))
    try:
        return await accounts.directory.find(number)
    except AccountsUnavailable as error:
        if settings.accounts is AccountsSource.SQL:
            raise
        _fail(messages.OPERATOR_UNAVAILABLE.format(reason=error))
    finally:
        await accounts.close()


def _clock(today: str | None) -> Clock:
    if today is None:
        return SystemClock()
    try:
        return FixedClock(datetime.combine(date.fromisoformat(today), time(12), BELGRADE))
    except ValueError:
        _fail(messages.BAD_TODAY)


def _tell_written(sentence: str, written: Written) -> None:
    rows = written.added + written.updated
    typer.echo(sentence.format(rows=rows, added=written.added, updated=written.updated))


def _print_summary(line: Line, today: date) -> None:
    table = Table(show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in summary_rows(line, today):
        table.add_row(label, Text(value))
    _console().print(table)


def _print_demo(customers: Iterable[DemoCustomer]) -> None:
    """The one table with whole numbers: they are made up, and one needs them to try the assistant."""
    table = Table()
    table.add_column(messages.LABEL_NUMBER, no_wrap=True)
    table.add_column(messages.LABEL_KIND, no_wrap=True)
    table.add_column(messages.LABEL_DESCRIPTION, overflow="fold")
    for customer in customers:
        national = customer.line.msisdn.national
        table.add_row(
            f"{national[:3]} {national[3:6]} {national[6:]}",
            messages.LINE_KINDS[customer.line.kind],
            messages.DEMO_DESCRIPTIONS[customer.key],
        )
    _console().print(table)


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)


def _fail(sentence: str) -> NoReturn:
    typer.echo(messages.ERROR.format(sentence=sentence), err=True)
    raise typer.Exit(1)
