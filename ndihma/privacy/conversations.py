"""Erasing conversations as such: what a customer asks for who is known by the chat alone, not by a number (S11)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import CursorResult, delete, select

from ndihma.assist.tables import SuggestionFeedbackRow
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry
from ndihma.audit.trail import SqlAuditTrail
from ndihma.db import Database
from ndihma.desk.handoff.tables import (
    AgentMessageRow,
    AgentNoteRow,
    CallbackRow,
    HandoffNoticeRow,
    HandoffRow,
    ReplyTimeRow,
)
from ndihma.desk.tables import AttachmentRow, ChoiceRow, ConversationRow, EventRow, RatingRow, SessionRow, TurnRow
from ndihma.privacy.tracker import TrackerStore
from ndihma.puk.tables import PukReferenceRow
from ndihma.telegram.tables import TelegramLinkRow, TelegramSentRow, TelegramThreadRow
from ndihma.verification.tables import ChallengeRow, FactorRow, IdentityRow, StepRow

__all__ = ["KEPT", "OF_A_CONVERSATION", "ConversationEraser"]

OF_A_CONVERSATION: Final = (
    AgentMessageRow.conversation_id,
    AgentNoteRow.conversation_id,
    ReplyTimeRow.conversation_id,
    HandoffNoticeRow.conversation_id,
    HandoffRow.conversation_id,
    CallbackRow.conversation_id,
    SuggestionFeedbackRow.conversation_id,
    EventRow.conversation_id,
    TurnRow.conversation_id,
    ChoiceRow.conversation_id,
    RatingRow.conversation_id,
    SessionRow.conversation_id,
    StepRow.conversation_id,
    ChallengeRow.conversation_id,
    FactorRow.conversation_id,
    IdentityRow.conversation_id,
    PukReferenceRow.conversation_id,
    TelegramSentRow.conversation_id,
    TelegramLinkRow.conversation_id,
    TelegramThreadRow.conversation_id,
)

KEPT: Final = {
    "attachments": "proofs of a request for reconnection, which the staff works on; they go in their own time",
    "reconnection_requests": "the staff's work, as above",
    "telegram_deletions": "messages with a code or a PUK that have yet to be deleted; a row goes with its message",
}
"""Tables that name a conversation and stay, with the reason; every other one is erased (tests/unit/privacy)."""


class ConversationEraser:
    """Erases in the database and in the engine's tracker store.

    A request for reconnection and its proofs are the staff's work and stay for their own time; the bare row of their
    conversation stays with them.
    """

    def __init__(self, database: Database, audit: SqlAuditTrail, tracker: TrackerStore) -> None:
        self._database = database
        self._audit = audit
        self._tracker = tracker

    async def erase_conversations(self, conversations: Collection[str], reason: str) -> int:
        """Remove them; how many rows there were. Raises SQLAlchemyError; then it is to be called again."""
        if not conversations:
            return 0
        ids = sorted(conversations)
        # First what is found by the rows that lead to a conversation, and last what a turn under way has added.
        rows = await self._tracker.erase_conversations(ids)
        has_proofs = select(AttachmentRow.id).where(AttachmentRow.conversation_id == ConversationRow.id).exists()
        async with self._database.session() as session:
            for column in OF_A_CONVERSATION:
                result = await session.execute(
                    delete(column.class_).where(column.in_(ids)), execution_options={"synchronize_session": False}
                )
                rows += result.rowcount if isinstance(result, CursorResult) else 0
            await session.execute(
                delete(ConversationRow).where(ConversationRow.id.in_(ids), ~has_proofs),
                execution_options={"synchronize_session": False},
            )
            actor = Actor(ActorKind.CUSTOMER, ids[0])
            await self._audit.append(session, AuditEntry(actor, AuditAction.CONVERSATIONS_ERASED, reason=reason))
        return rows + await self._tracker.erase_conversations(ids)
