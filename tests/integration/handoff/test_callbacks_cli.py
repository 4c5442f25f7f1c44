"""``ndihma callbacks``: what waits is listed masked, shown for a reason that is recorded, done once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.tables import AuditEntryRow
from ndihma.clock import FixedClock
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.desk.handoff.callbacks_cli import app
from ndihma.desk.handoff.rules import HandoffRules
from ndihma.desk.handoff.tables import CallbackRow
from ndihma.failure import Failure
from ndihma.operator_commands import operator
from tests.integration.gateway.scripted_desk import NOW

from .floor import Floor

Run = Callable[..., Result]
_T = TypeVar("_T")


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    return Settings(var_dir=tmp_path)


@pytest.fixture
def run(settings: Settings) -> Run:
    def run(*args: str) -> Result:
        return CliRunner().invoke(app, list(args), obj=lambda: settings)

    return run


def on(settings: Settings, work: Callable[[Floor], Awaitable[_T]]) -> _T:
    async def run() -> _T:
        database = Database(settings.sqlalchemy_url)
        floor = Floor(database, FixedClock(NOW), HandoffRules())
        try:
            return await work(floor)
        finally:
            await floor.stop()
            await database.close()

    return asyncio.run(run())


@pytest.fixture
def waiting(settings: Settings) -> tuple[str, str]:
    """Two requests, the first of a number that was proved."""

    async def ask(floor: Floor) -> tuple[str, str]:
        proved, typed = await floor.service.open(), await floor.service.open()
        floor.identities.of[proved] = Msisdn.parse("044 123 456")
        first = await floor.callbacks.ask(proved)
        floor.clock.advance(timedelta(minutes=5))
        second = await floor.callbacks.file(typed, Msisdn.parse("045 765 432"))
        assert first is not None
        return first.reference, second.reference

    return on(settings, ask)


def audited(settings: Settings) -> list[tuple[str, str, str]]:
    async def read(floor: Floor) -> list[tuple[str, str, str]]:
        async with floor.database.session() as session:
            return [(row.actor_kind, row.actor_id, row.reason) for row in await session.scalars(select(AuditEntryRow))]

    return on(settings, read)


def test_s9_what_waits_is_listed_masked_the_longest_first(run: Run, waiting: tuple[str, str]) -> None:
    shown = run("list")
    assert shown.exit_code == 0
    lines = shown.output.splitlines()
    first, second = (next(i for i, line in enumerate(lines) if each in line) for each in waiting)
    assert first < second
    assert "044 ••• •56" in lines[first]
    assert "verified" in lines[first]
    assert "typed, not verified" in lines[second]
    assert "123" not in shown.output.replace(waiting[0], "").replace(waiting[1], "").split("Conversation")[0]
    listed = json.loads(run("list", "--json").output)
    assert [(each["reference"], each["number"], each["verified"]) for each in listed] == [
        (waiting[0], "044 ••• •56", True),
        (waiting[1], "045 ••• •32", False),
    ]


def test_s10_a_number_is_shown_for_a_reason_that_is_recorded(
    settings: Settings, run: Run, waiting: tuple[str, str]
) -> None:
    shown = run("show", waiting[0].lower(), "--reason", "thirrje  nga salla")
    assert (shown.exit_code, shown.output) == (0, f"{waiting[0]}: 044123456 (verified)\n")
    assert json.loads(run("show", waiting[1], "--reason", "thirrje", "--json").output)["number"] == "045765432"
    who = operator()
    assert audited(settings) == [
        (who.kind.value, who.id, "thirrje nga salla"),
        (who.kind.value, who.id, "thirrje"),
    ]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_no_number_without_a_reason(settings: Settings, run: Run, waiting: tuple[str, str], reason: str) -> None:
    refused = run("show", waiting[0], "--reason", reason)
    assert isinstance(refused.exception, Failure)
    assert run("show", waiting[0]).exit_code == 2
    assert audited(settings) == []


def test_a_call_is_done_once_by_somebody(settings: Settings, run: Run, waiting: tuple[str, str]) -> None:
    assert run("done", waiting[0], "--by", "besa").output == f"{waiting[0]} is done by besa.\n"
    again = run("done", waiting[0])
    assert isinstance(again.exception, Failure)
    assert "`ndihma callbacks list`" in str(again.exception)
    assert isinstance(run("show", waiting[0], "--reason", "thirrje").exception, Failure)
    assert [each["reference"] for each in json.loads(run("list", "--json").output)] == [waiting[1]]

    async def done(floor: Floor) -> tuple[str | None, str]:
        async with floor.database.session() as session:
            row = await session.get(CallbackRow, waiting[0])
            assert row is not None
            return row.done_by, row.state

    assert on(settings, done) == ("besa", "done")


@pytest.mark.parametrize("command", [(), ("list",), ("show",), ("done",)])
def test_each_command_tells_what_it_does(run: Run, command: tuple[str, ...]) -> None:
    told = run(*command, "--help")
    assert told.exit_code == 0
    assert "call" in told.output.lower() or "number" in told.output.lower()
