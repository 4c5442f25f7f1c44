"""The trail is verified beside other work, and looked through, on each kind of database."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.engine import Connection

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit import browsing, watch
from ndihma.audit.browsing import AuditBrowser, AuditFilter
from ndihma.audit.chain import Break, Head, Problem
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry
from ndihma.audit.reader import AuditReader
from ndihma.audit.tables import AuditEntryRow
from ndihma.audit.trail import SqlAuditTrail
from ndihma.audit.watch import ChainState, ChainWatch
from ndihma.clock import FixedClock
from ndihma.db import Database
from tests.integration.audit.conftest import KEY, NOON

ONE, OTHER = Msisdn.parse("044 123 456"), Msisdn.parse("045 200 300")
ANITA, SYSTEM = Actor(ActorKind.AGENT, "anita"), Actor(ActorKind.SYSTEM, "retention")


def read(actor: Actor = ANITA, subject: Msisdn | None = ONE, reason: str = "thirrje") -> AuditEntry:
    return AuditEntry(actor, AuditAction.ACCOUNT_READ, subject, ("bills",), reason)


@pytest.fixture(autouse=True)
def in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_ROWS_AT_ONCE", 3)
    monkeypatch.setattr(browsing, "_ROWS_AT_ONCE", 3)


@pytest.fixture
def watching(database: Database, clock: FixedClock) -> ChainWatch:
    return ChainWatch(database, clock, KEY)


async def verified(watching: ChainWatch) -> ChainState:
    watching.start()
    assert watching.state.running
    return await over(watching)


async def over(watching: ChainWatch) -> ChainState:
    async with asyncio.timeout(60):
        while watching.state.running:  # noqa: ASYNC110  (a task of its own is waited for)
            await asyncio.sleep(0.01)
    return watching.state


async def without_triggers(database: Database, *statements: object) -> None:
    """What somebody can do who has the database and not the key."""
    async with database.session() as session:
        if "postgresql" in str(database.engine.url):
            await session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER ALL"))
        else:
            names = await session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for name in names.all():
                await session.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            await session.execute(statement)  # type: ignore[call-overload]


async def test_s10_a_trail_that_holds_is_said_to_hold_and_where_it_ended(
    database: Database, trail: SqlAuditTrail, watching: ChainWatch
) -> None:
    assert (await verified(watching)) == ChainState(checked_at=NOON)
    for _ in range(7):
        await trail.record(read())
    state = await verified(watching)
    assert (state.checked_at, state.entries, state.broken, state.failed) == (NOON, 7, None, False)
    assert state.anchor == (await AuditReader(database, KEY).verify()).anchor


@pytest.mark.parametrize(
    ("done", "found"),
    [
        (update(AuditEntryRow).where(AuditEntryRow.sequence == 5).values(reason="x"), Break(5, Problem.CHANGED)),
        (delete(AuditEntryRow).where(AuditEntryRow.sequence == 4), Break(4, Problem.MISSING)),
        (delete(AuditEntryRow).where(AuditEntryRow.sequence > 5), Break(6, Problem.CUT_OFF)),
    ],
)
async def test_s10_what_was_done_to_it_is_found_as_by_the_command(
    database: Database, trail: SqlAuditTrail, watching: ChainWatch, done: object, found: Break
) -> None:
    for _ in range(7):
        await trail.record(read())
    await without_triggers(database, done)
    assert (await verified(watching)).broken == found
    assert (await AuditReader(database, KEY).verify()).broken == found


async def test_s10_an_entry_put_behind_the_end_is_found(
    database: Database, trail: SqlAuditTrail, watching: ChainWatch
) -> None:
    await trail.record(read())
    columns = {"at": NOON, "actor_kind": "agent", "actor_id": "x", "action": "account_read", "fields": [], "reason": ""}
    forged = insert(AuditEntryRow).values(sequence=2, previous_hash="0" * 64, hash="0" * 64, **columns)
    await without_triggers(database, forged)
    assert (await verified(watching)).broken == Break(2, Problem.END_CHANGED)


async def test_a_trail_whose_beginning_was_retired_holds(
    trail: SqlAuditTrail, clock: FixedClock, watching: ChainWatch
) -> None:
    for _ in range(4):
        await trail.record(read())
    clock.advance(timedelta(days=1))
    await trail.record(read())
    await trail.retire(clock.now() - timedelta(hours=1), "12 months")
    state = await verified(watching)
    assert (state.entries, state.broken) == (2, None)


async def test_entries_that_come_meanwhile_break_nothing(trail: SqlAuditTrail, watching: ChainWatch) -> None:
    for _ in range(10):
        await trail.record(read())
    watching.start()
    for _ in range(10):
        await trail.record(read())
    state = await over(watching)
    assert state.broken is None
    assert state.entries >= 10


async def test_entries_that_come_between_two_looks_at_the_end_break_nothing(
    database: Database, trail: SqlAuditTrail, watching: ChainWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each statement of a transaction sees what was committed before it: entries may come around any of them."""
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    await trail.record(read())
    loop, read_head = asyncio.get_running_loop(), watch.read_head

    def busy(connection: Connection) -> Head:
        asyncio.run_coroutine_threadsafe(trail.record(read()), loop).result(timeout=60)
        head = read_head(connection)
        asyncio.run_coroutine_threadsafe(trail.record(read()), loop).result(timeout=60)
        return head

    monkeypatch.setattr(watch, "read_head", busy)
    state = await verified(watching)
    assert (state.broken, state.failed) == (None, False)
    assert (await AuditReader(database, KEY).verify()).broken is None


async def test_the_trail_is_looked_through_by_who_what_whose_and_when(
    database: Database, trail: SqlAuditTrail, clock: FixedClock
) -> None:
    browser = AuditBrowser(database, KEY)
    await trail.record(read(), read(SYSTEM, None), read(subject=OTHER))
    clock.advance(timedelta(days=1))
    await trail.record(AuditEntry(Actor(ActorKind.AGENT, "an_ita"), AuditAction.TAKEN_OVER, None, ("c1",)), read())

    async def found(**wanted: object) -> list[int]:
        return [entry.sequence for entry in await browser.page(AuditFilter(**wanted), None, 50)]  # type: ignore[arg-type]

    assert await found() == [5, 4, 3, 2, 1]
    assert await found(actor="ANITA") == [5, 3, 1]
    assert await found(actor="n_i") == [4]
    assert await found(kind=ActorKind.SYSTEM) == [2]
    assert await found(action=AuditAction.TAKEN_OVER) == [4]
    assert await found(msisdn=ONE) == [5, 1]
    assert await found(subject=trail.subject(OTHER)[:12]) == [3]
    assert await found(subject="%") == []
    assert await found(since=NOON + timedelta(hours=1)) == [5, 4]
    assert await found(until=NOON + timedelta(hours=1)) == [3, 2, 1]
    assert await found(actor="anita", msisdn=ONE, since=NOON + timedelta(hours=1)) == [5]


async def test_pages_and_the_whole_hold_each_entry_once(database: Database, trail: SqlAuditTrail) -> None:
    browser = AuditBrowser(database, KEY)
    for _ in range(8):
        await trail.record(read(), read(SYSTEM, None))
    wanted = AuditFilter(kind=ActorKind.AGENT)
    count, last = await browser.extent(wanted)
    assert (count, last) == (8, 16)
    await trail.record(read())
    assert [entry.sequence async for entry in browser.entries(wanted, last)] == list(range(1, 16, 2))
    first = await browser.page(wanted, None, 5)
    second = await browser.page(wanted, first[-1].sequence, 5)
    assert [entry.sequence for entry in (*first, *second)] == [17, *range(15, 0, -2)]
