"""Nothing is kept longer than it may be, and nothing goes that is still waited for (S10)."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from ndihma.assist.tables import SuggestionFeedbackRow
from ndihma.audit.reader import AuditReader
from ndihma.audit.tables import AuditEntryRow
from ndihma.db import Base
from ndihma.desk import tables as desk
from ndihma.privacy.retention import Periods, Retention, Retired
from tests.integration.privacy.conftest import KEY, NOON, Held, track

DAY = timedelta(days=1)


@pytest.fixture
def retention(held: Held) -> Retention:
    return Retention(
        database=held.database,
        audit=held.audit,
        tracker=held.tracker,
        files=held.files,
        clock=held.clock,
        periods=Periods(),
    )


async def count(held: Held, table: type[Base]) -> int:
    async with held.database.session() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def decide(held: Held, reference: str) -> None:
    async with held.database.session() as session:
        await session.execute(
            update(desk.ReconnectionRequestRow)
            .where(desk.ReconnectionRequestRow.reference == reference)
            .values(state="confirmed", closed_at=held.clock.now())
        )


async def test_s10_transcripts_are_removed_after_90_days_and_not_before(held: Held, retention: Retention) -> None:
    held.clock.advance(90 * DAY - timedelta(seconds=1))
    assert await retention.run() == Retired()
    assert await count(held, desk.EventRow) == 2
    held.clock.advance(timedelta(seconds=1))
    retired = await retention.run()
    assert (retired.conversations, retired.tracker_events, retired.feedback) == (2, 4, 2)
    for table in (SuggestionFeedbackRow, desk.EventRow, desk.TurnRow, desk.ChoiceRow, desk.SessionRow, desk.RatingRow):
        assert await count(held, table) == 0
    assert await held.tracker.last_events() == {}
    assert [path for path in held.var.glob("tracker.db*") if b"said-arta" in path.read_bytes()] == []
    assert await retention.run() == Retired()


async def test_s10_a_request_that_waits_keeps_its_proof(held: Held, retention: Retention) -> None:
    held.clock.advance(200 * DAY)
    await retention.run()
    assert await count(held, desk.ReconnectionRequestRow) == 2
    assert await count(held, desk.AttachmentRow) == 2
    assert await count(held, desk.ConversationRow) == 2
    assert (held.var / "uploads" / "proof-arta").exists()


async def test_s10_a_decided_request_goes_with_its_proofs_90_days_later(held: Held, retention: Retention) -> None:
    held.clock.advance(10 * DAY)
    await decide(held, "RK-arta")
    held.clock.advance(90 * DAY - timedelta(seconds=1))
    assert (await retention.run()).requests == 0
    held.clock.advance(timedelta(seconds=1))
    retired = await retention.run()
    assert (retired.requests, retired.files) == (1, 1)  # the mail of development went at its own 90 days
    for table in (desk.AttachmentRow, desk.TicketRow, desk.OperatorTicketRow, desk.MailRow, desk.ConversationRow):
        assert await count(held, table) == 1, table
    assert not (held.var / "uploads" / "proof-arta").exists()
    assert not (held.var / "outbox-mail" / "mail-arta.eml").exists()
    assert (held.var / "uploads" / "proof-besa").exists()


async def test_s10_the_audit_trail_is_kept_for_12_months_and_tells_what_was_removed(
    held: Held, retention: Retention
) -> None:
    held.clock.advance(365 * DAY)
    assert (await retention.run()).audit_entries == 0
    held.clock.advance(2 * DAY)
    assert (await retention.run()).audit_entries == 4
    reader = AuditReader(held.database, KEY)
    assert [(each.action, each.fields, each.reason) for each in await reader.entries()] == [
        ("rows_retired", ("conversations",), "2 older than 90 days"),
        ("rows_retired", ("callbacks",), "2 older than 90 days"),
        ("rows_retired", ("call_notes",), "2 older than 90 days"),
        ("rows_retired", ("suggestion_feedback",), "2 older than 90 days"),
        ("rows_retired", ("audit",), "older than 366 days"),
    ]
    assert (await reader.verify()).broken is None


async def test_trackers_of_conversations_that_are_gone_go_when_they_are_an_hour_old(
    held: Held, retention: Retention
) -> None:
    """A turn that was under way while a person was erased writes once more."""
    track(held.tracker_url, "erased.0", "late", NOON)
    assert (await retention.run()).tracker_events == 0
    held.clock.advance(timedelta(hours=1))
    assert (await retention.run()).tracker_events == 1
    assert "erased.0" not in await held.tracker.last_events()


async def test_old_mails_of_development_go_though_no_row_knows_them(held: Held, retention: Retention) -> None:
    orphan = held.var / "outbox-mail" / "orphan.eml"
    orphan.touch()
    os.utime(orphan, (NOON.timestamp() - 91 * 86400,) * 2)
    await retention.run()
    assert not orphan.exists()


async def test_what_another_process_is_removing_is_left_to_it_and_told_once(held: Held, retention: Retention) -> None:
    if held.database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    async with held.database.session() as session:
        await session.execute(update(desk.ReconnectionRequestRow).values(state="rejected", closed_at=held.clock.now()))
    held.clock.advance(90 * DAY)
    async with held.database.session() as other:
        await other.execute(select(desk.ConversationRow.id).with_for_update())
        await other.execute(select(desk.ReconnectionRequestRow.reference).with_for_update())
        async with asyncio.timeout(60):
            beside = await retention.run()
        assert (beside.conversations, beside.requests) == (0, 0)
    after = await retention.run()
    assert (after.conversations, after.requests) == (2, 2)
    async with held.database.session() as session:
        retired = await session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "rows_retired"))
        told = [field for row in retired for field in row.fields]
    assert (told.count("conversations"), told.count("reconnection_requests")) == (1, 1)
