"""The audit trail in a real database: numbered, chained, append-only, shared by processes (S10)."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry
from ndihma.audit.reader import AuditReader
from ndihma.audit.tables import AuditCheckpointRow, AuditEntryRow, AuditHeadRow
from ndihma.audit.trail import AuditBroken, SqlAuditTrail
from ndihma.clock import FixedClock
from ndihma.db import Database
from tests.integration.audit.conftest import KEY, NOON

NUMBER = Msisdn.parse("044 123 456")
READER = Actor(ActorKind.CUSTOMER, "conversation-1")


def entry(reason: str = "asked", subject: Msisdn | None = NUMBER) -> AuditEntry:
    return AuditEntry(READER, AuditAction.ACCOUNT_READ, subject, ("bills", "suspended_since"), reason)


async def rows(database: Database) -> list[AuditEntryRow]:
    async with database.session() as session:
        return list(await session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.sequence)))


async def test_s10_an_entry_says_who_did_what_to_which_field_and_why_without_the_number(
    database: Database, trail: SqlAuditTrail
) -> None:
    await trail.record(entry("the customer of 044 123 456 asked, code 918273"))
    (row,) = await rows(database)
    assert (row.sequence, row.at, row.actor_kind, row.actor_id) == (1, NOON, "customer", "conversation-1")
    assert (row.action, row.fields) == ("account_read", ["bills", "suspended_since"])
    assert row.reason == "the customer of <msisdn> asked, code <code>"
    assert row.subject == trail.subject(NUMBER)
    assert row.subject not in {None, NUMBER.e164}
    assert "123456" not in repr(vars(row))


async def test_entries_are_numbered_without_gaps_and_stored_all_or_none(
    database: Database, trail: SqlAuditTrail
) -> None:
    await trail.record(entry(), entry())
    with pytest.raises(ValueError, match="characters"):
        await trail.record(entry(), entry("x" * 501))
    await trail.record(entry())
    await trail.record()
    assert [row.sequence for row in await rows(database)] == [1, 2, 3]
    assert (await AuditReader(database, KEY).verify()).broken is None


async def test_an_actor_is_never_a_number(trail: SqlAuditTrail) -> None:
    with pytest.raises(ValueError, match="never by a telephone number"):
        await trail.record(AuditEntry(Actor(ActorKind.AGENT, "044 123 456"), AuditAction.TAKEN_OVER))


async def test_an_entry_of_a_transaction_that_fails_is_not_there(database: Database, trail: SqlAuditTrail) -> None:
    await trail.record(entry())

    async def act() -> None:
        async with database.session() as session:
            await trail.append(session, entry())
            raise RuntimeError("the act failed")

    with pytest.raises(RuntimeError):
        await act()
    await trail.record(entry())
    assert [row.sequence for row in await rows(database)] == [1, 2]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entries SET reason = 'other' WHERE sequence = 1",
        "DELETE FROM audit_entries WHERE sequence = 2",
        "DELETE FROM audit_entries",
        "UPDATE audit_head SET sequence = 0",
        "DELETE FROM audit_head",
    ],
)
async def test_s10_the_database_refuses_to_change_or_remove_an_entry(
    database: Database, trail: SqlAuditTrail, change: str
) -> None:
    await trail.record(entry(), entry())
    with pytest.raises(DatabaseError, match="append-only"):
        async with database.session() as session:
            await session.execute(text(change))
    assert len(await rows(database)) == 2


async def test_s10_an_entry_cannot_be_replaced_or_the_table_emptied_at_once(
    database: Database, trail: SqlAuditTrail
) -> None:
    await trail.record(entry())
    (row,) = await rows(database)
    values = {column.key: getattr(row, column.key) for column in AuditEntryRow.__table__.columns}
    sqlite = database.engine.dialect.name == "sqlite"
    statement = insert(AuditEntryRow).prefix_with("OR REPLACE") if sqlite else text("TRUNCATE audit_entries")
    with pytest.raises(DatabaseError, match="append-only"):
        async with database.session() as session:
            await session.execute(statement, values | {"reason": "other"} if sqlite else {})
    assert [row.reason for row in await rows(database)] == ["asked"]


async def test_s10_tasks_and_connections_write_one_chain(database_url: str, database: Database) -> None:
    """Several databases objects stand for several processes: each has connections and turns of its own."""
    databases = [Database(database_url) for _ in range(3)]
    trails = [SqlAuditTrail(each, FixedClock(NOON), KEY) for each in databases]
    await asyncio.gather(*(trail.record(entry(), entry()) for trail in trails for _ in range(10)))
    for each in databases:
        await each.close()
    verdict = await AuditReader(database, KEY).verify()
    assert (verdict.entries, verdict.broken) == (60, None)


_WRITER = """
import asyncio, sys
from pydantic import SecretStr
from ndihma.audit.model import *
from ndihma.audit.trail import AuditBroken, SqlAuditTrail
from ndihma.clock import SystemClock
from ndihma.db import Database

async def main():
    database = Database(sys.argv[1])
    trail = SqlAuditTrail(database, SystemClock(), SecretStr(sys.argv[2]))
    for _ in range(15):
        await trail.record(AuditEntry(Actor(ActorKind.SYSTEM, "writer"), AuditAction.ACCOUNT_READ))
    await database.close()

asyncio.run(main())
"""


async def test_s10_processes_write_one_chain(database_url: str, database: Database) -> None:
    arguments = (sys.executable, "-c", _WRITER, database_url, KEY.get_secret_value())
    writers = [await asyncio.create_subprocess_exec(*arguments) for _ in range(2)]
    assert [await writer.wait() for writer in writers] == [0, 0]
    verdict = await AuditReader(database, KEY).verify()
    assert (verdict.entries, verdict.broken) == (30, None)


async def test_what_concerns_a_number_is_found_by_its_hash(
    database: Database, trail: SqlAuditTrail, clock: FixedClock
) -> None:
    await trail.record(entry("first"), entry("other", Msisdn.parse("049 765 432")), entry("none", None))
    clock.advance(timedelta(days=1))
    await trail.record(entry("later"))
    reader = AuditReader(database, KEY)
    assert [each.reason for each in await reader.entries(NUMBER)] == ["first", "later"]
    assert [each.reason for each in await reader.entries(since=NOON + timedelta(hours=1))] == ["later"]


async def lift_the_triggers(database: Database) -> None:
    """What somebody with every right on the database does first."""
    async with database.session() as session:
        if database.engine.dialect.name == "sqlite":
            names = await session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for name in list(names):
                await session.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("audit_entries", "audit_head", "audit_checkpoints"):
                await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


async def test_s10_entries_cut_off_the_end_stay_found_even_after_more_are_written(
    database: Database, trail: SqlAuditTrail
) -> None:
    await trail.record(*(entry() for _ in range(5)))
    await lift_the_triggers(database)
    async with database.session() as session:
        third = (await session.scalars(select(AuditEntryRow).where(AuditEntryRow.sequence == 3))).one()
        await session.execute(delete(AuditEntryRow).where(AuditEntryRow.sequence > 3))
        await session.execute(update(AuditHeadRow).values(sequence=3, hash=third.hash))
    reader = AuditReader(database, KEY)
    assert (broken := (await reader.verify()).broken) is not None
    assert broken.sequence == 4
    await trail.record(entry())  # a new entry must not seal what was done
    assert (await reader.verify()).broken is not None


async def test_s10_a_trail_put_back_to_an_earlier_state_is_found_by_an_anchor(
    database: Database, trail: SqlAuditTrail
) -> None:
    reader = AuditReader(database, KEY)
    await trail.record(entry())
    async with database.session() as session:
        earlier = (await session.scalars(select(AuditHeadRow))).one()
    await trail.record(entry())
    anchor = (await reader.verify()).anchor
    assert (await reader.verify(anchor)).broken is None
    await lift_the_triggers(database)
    async with database.session() as session:
        await session.execute(delete(AuditEntryRow).where(AuditEntryRow.sequence == 2))
        await session.execute(update(AuditHeadRow).values(sequence=1, hash=earlier.hash, seal=earlier.seal))
    assert (await reader.verify()).broken is None
    broken = (await reader.verify(anchor)).broken
    assert broken is not None
    assert broken.sequence == 2


async def test_s10_retention_takes_the_oldest_stretch_and_the_chain_holds_on(
    database: Database, trail: SqlAuditTrail, clock: FixedClock
) -> None:
    reader = AuditReader(database, KEY)
    await trail.record(entry("old"), entry("old"))
    early = (await reader.verify()).anchor
    clock.advance(timedelta(days=200))
    await trail.record(entry("young"))
    clock.advance(timedelta(days=200))
    year_ago = clock.now() - timedelta(days=365)
    assert await trail.retire(year_ago, "older than 12 months") == 2
    assert await trail.retire(year_ago, "older than 12 months") == 0
    assert [(row.sequence, row.action, row.reason) for row in await rows(database)] == [
        (3, "account_read", "young"),
        (4, "rows_retired", "older than 12 months"),
    ]
    assert (await reader.verify()).broken is None
    assert (await reader.verify(early)).broken is None
    clock.advance(timedelta(days=400))
    assert await trail.retire(clock.now(), "all of them") == 2
    verdict = await reader.verify()
    assert (verdict.entries, verdict.anchor.sequence, verdict.broken) == (1, 5, None)


async def test_s10_nothing_more_can_be_removed_behind_a_checkpoint(
    database: Database, trail: SqlAuditTrail, clock: FixedClock
) -> None:
    await trail.record(entry())
    clock.advance(timedelta(days=1))
    await trail.record(entry())
    await trail.retire(clock.now(), "older")
    with pytest.raises(DatabaseError, match="append-only"):
        async with database.session() as session:
            await session.execute(text("DELETE FROM audit_entries"))
    with pytest.raises(DatabaseError, match="append-only"):
        async with database.session() as session:
            await session.execute(text("DELETE FROM audit_checkpoints"))


async def test_s10_a_changed_stretch_is_not_removed(
    database: Database, trail: SqlAuditTrail, clock: FixedClock
) -> None:
    """What was tampered with must not be hidden by the job that cleans up."""
    await trail.record(entry(), entry())
    await lift_the_triggers(database)
    async with database.session() as session:
        await session.execute(text("UPDATE audit_entries SET reason = 'other' WHERE sequence = 2"))
    clock.advance(timedelta(days=400))
    with pytest.raises(AuditBroken, match="entry 2"):
        await trail.retire(clock.now(), "older")
    assert len(await rows(database)) == 2


async def test_s10_a_checkpoint_put_in_by_hand_is_found(database: Database, trail: SqlAuditTrail) -> None:
    """It would let the triggers through; the entries behind it are then missed."""
    await trail.record(entry(), entry())
    async with database.session() as session:
        first = (await session.scalars(select(AuditEntryRow).where(AuditEntryRow.sequence == 1))).one()
        forged = {"sequence": 1, "hash": first.hash, "at": NOON, "removed": 1, "seal": "0" * 64}
        await session.execute(insert(AuditCheckpointRow), forged)
        await session.execute(delete(AuditEntryRow).where(AuditEntryRow.sequence == 1))
    broken = (await AuditReader(database, KEY).verify()).broken
    assert broken is not None
    assert broken.sequence == 1
