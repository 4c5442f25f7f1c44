"""Nothing is kept longer than it may be (S10): the job that the gateway runs every hour.

Transcripts 90 days, a closed reconnection request with its proofs as long again after its decision, a call-back request
and the note of a telephone call as long, the audit trail 12 months. Rows of codes end within 24 h by themselves
(``VerificationService.purge``). A reconnection request that nobody has decided stays: the customer waits for it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import CursorResult, Select, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.assist.tables import SuggestionFeedbackRow
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.calls.tables import CallNoteRow
from ndihma.desk.handoff.tables import (
    AgentMessageRow,
    AgentNoteRow,
    CallbackRow,
    HandoffNoticeRow,
    HandoffRow,
    ReplyTimeRow,
)
from ndihma.desk.tables import (
    AttachmentRow,
    ChoiceRow,
    ConversationRow,
    EventRow,
    MailRow,
    RatingRow,
    ReconnectionRequestRow,
    SessionRow,
    TurnRow,
)
from ndihma.privacy.files import ProofFiles
from ndihma.privacy.tracker import TrackerStore, conversation_of
from ndihma.telegram.tables import TelegramChatRow, TelegramThreadRow

__all__ = ["AUDIT_KEPT", "Periods", "Retention", "Retired"]

AUDIT_KEPT: Final = timedelta(days=366)
"""Twelve months, whatever the year."""
_AT_ONCE: Final = 200
"""Conversations in one transaction, so that customers never wait long for the database."""
_NEW: Final = timedelta(hours=1)
"""A tracker this young may belong to a conversation that is only being made."""
_JOB: Final = Actor(ActorKind.SYSTEM, "retention")


@dataclass(frozen=True, slots=True)
class Periods:
    """How long things are kept."""

    transcripts: timedelta = timedelta(days=90)
    requests: timedelta = timedelta(days=90)
    """After their decision, with their proofs."""
    audit: timedelta = AUDIT_KEPT


@dataclass(frozen=True, slots=True)
class Retired:
    """How much one run removed."""

    conversations: int = 0
    requests: int = 0
    files: int = 0
    tracker_events: int = 0
    audit_entries: int = 0
    callbacks: int = 0
    feedback: int = 0
    calls: int = 0


class Retention:
    """``await run()`` now and then; several processes may."""

    def __init__(
        self,
        *,
        database: Database,
        audit: SqlAuditTrail,
        tracker: TrackerStore,
        files: ProofFiles,
        clock: Clock,
        periods: Periods,
    ) -> None:
        self._database = database
        self._audit = audit
        self._tracker = tracker
        self._files = files
        self._clock = clock
        self._periods = periods

    async def run(self) -> Retired:
        """Remove what is too old. Raises SQLAlchemyError, OSError, AuditBroken; what was done until then stays done."""
        now = self._clock.now()
        requests = files = conversations = 0
        while removed := await self._requests(now - self._periods.requests):
            requests += removed[0]
            files += removed[1]
        while batch := await self._transcripts(now - self._periods.transcripts):
            conversations += batch
        callbacks = await self._callbacks(now - self._periods.requests)
        calls = await self._calls(now - self._periods.requests)
        await self._chats(now - self._periods.transcripts)
        files += await self._files.remove_mails_before(now - self._periods.requests)
        feedback = await self._feedback(now - self._periods.transcripts)
        tracker_events = await self._trackers(now)
        reason = f"older than {self._periods.audit.days} days"
        audit_entries = await self._audit.retire(now - self._periods.audit, reason)
        return Retired(conversations, requests, files, tracker_events, audit_entries, callbacks, feedback, calls)

    async def _callbacks(self, before: datetime) -> int:
        """Remove call-back requests of before a moment, answered or not: such a call comes too late."""
        async with self._database.session() as session:
            removed = await session.scalars(
                delete(CallbackRow).where(CallbackRow.asked_at <= before).returning(CallbackRow.reference)
            )
            count = len(removed.all())
            if count:
                await self._record(session, "callbacks", count, self._periods.requests)
        return count

    async def _calls(self, before: datetime) -> int:
        """Remove notes of calls of before a moment, done or not; their tickets go with them."""
        async with self._database.session() as session:
            removed = await session.scalars(
                delete(CallNoteRow).where(CallNoteRow.noted_at <= before).returning(CallNoteRow.reference)
            )
            count = len(removed.all())
            if count:
                await self._record(session, "call_notes", count, self._periods.requests)
        return count

    async def _requests(self, before: datetime) -> tuple[int, int] | None:
        """Remove some requests that were closed before a moment; how many, and how many files. None: there are none."""
        async with self._database.session() as session:
            closed = select(ReconnectionRequestRow.reference).where(ReconnectionRequestRow.closed_at <= before)
            references = (await session.scalars(_not_taken(closed.limit(_AT_ONCE)))).all()
            if not references:
                return None
            attachments = (
                await session.scalars(select(AttachmentRow.id).where(AttachmentRow.reference.in_(references)))
            ).all()
            mails = (await session.scalars(select(MailRow.id).where(MailRow.attachment_id.in_(attachments)))).all()
            await session.execute(  # tickets, proofs and mails go with it
                delete(ReconnectionRequestRow).where(ReconnectionRequestRow.reference.in_(references))
            )
            await self._record(session, "reconnection_requests", len(references), self._periods.requests)
        return len(references), await self._files.remove(attachments, mails)

    async def _transcripts(self, before: datetime) -> int:
        """Remove what was said in some conversations that began before a moment; how many.

        The row of a conversation stays until the proofs that hang on it are gone.
        """
        has_proofs = select(AttachmentRow.id).where(AttachmentRow.conversation_id == ConversationRow.id).exists()
        has_events = select(EventRow.cursor).where(EventRow.conversation_id == ConversationRow.id).exists()
        old = select(ConversationRow.id).where(ConversationRow.created_at <= before, or_(~has_proofs, has_events))
        async with self._database.session() as session:
            first = old.order_by(ConversationRow.created_at).limit(_AT_ONCE)
            ids = (await session.scalars(_not_taken(first))).all()
            if not ids:
                return 0
            for column in (
                EventRow.conversation_id,
                TurnRow.conversation_id,
                ChoiceRow.conversation_id,
                SessionRow.conversation_id,
                RatingRow.conversation_id,
                AgentNoteRow.conversation_id,
                AgentMessageRow.conversation_id,
                ReplyTimeRow.conversation_id,
                HandoffNoticeRow.conversation_id,
                HandoffRow.conversation_id,
            ):
                await session.execute(delete(column.class_).where(column.in_(ids)))
            await session.execute(delete(ConversationRow).where(ConversationRow.id.in_(ids), ~has_proofs))
            await self._record(session, "conversations", len(ids), self._periods.transcripts)
        return len(ids)

    async def _chats(self, before: datetime) -> None:
        """Forget Telegram chats whose conversations are all gone."""
        chat = TelegramChatRow
        has_threads = (
            select(TelegramThreadRow.conversation_id).where(TelegramThreadRow.chat_id == chat.chat_id).exists()
        )
        async with self._database.session() as session:
            await session.execute(delete(chat).where(chat.seen_at <= before, ~has_threads))

    async def _feedback(self, before: datetime) -> int:
        """Remove what agents made of suggestions before a moment; how many rows."""
        old = delete(SuggestionFeedbackRow).where(SuggestionFeedbackRow.at <= before)
        async with self._database.session() as session:
            result = await session.execute(old)
            removed = result.rowcount if isinstance(result, CursorResult) else 0
            if removed:
                await self._record(session, "suggestion_feedback", removed, self._periods.transcripts)
        return removed

    async def _trackers(self, now: datetime) -> int:
        """Remove the engine's state of old conversations, and of those that were erased meanwhile."""
        last = await self._tracker.last_events()
        known = await self._known({conversation_of(sender) for sender in last})
        oldest = (now - self._periods.transcripts).timestamp()
        settled = (now - _NEW).timestamp()
        gone = {
            sender
            for sender, moment in last.items()
            if moment <= oldest or (moment <= settled and conversation_of(sender) not in known)
        }
        return await self._tracker.forget(gone)

    async def _known(self, conversations: Collection[str]) -> frozenset[str]:
        ordered = sorted(conversations)
        known: set[str] = set()
        for start in range(0, len(ordered), _AT_ONCE):
            part = ordered[start : start + _AT_ONCE]
            async with self._database.session() as session:
                known |= set(await session.scalars(select(ConversationRow.id).where(ConversationRow.id.in_(part))))
        return frozenset(known)

    async def _record(self, session: AsyncSession, what: str, count: int, period: timedelta) -> None:
        reason = f"{count} older than {period.days} days"
        await self._audit.append(session, AuditEntry(_JOB, AuditAction.ROWS_RETIRED, fields=(what,), reason=reason))


def _not_taken(rows: Select[str]) -> Select[str]:
    """Without those that another process is removing just now: it tells of them (PostgreSQL; SQLite has one writer)."""
    return rows.with_for_update(skip_locked=True)
