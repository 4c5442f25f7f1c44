"""What of a person stands in which table of the app's database, and in which order it is erased (S11).

``tests/unit/privacy`` holds this list to the metadata: a new table is either here or among those that hold nothing to
erase, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, or_, select, true

from ndihma.accounts.adapters.sql import BillRow, ClubRow, ContactRow, LineRow, PaymentRow, SubscriberRow
from ndihma.assist.tables import SuggestionFeedbackRow
from ndihma.db import Base
from ndihma.desk.calls.tables import CallNoteRow, CallTicketRow
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
    OperatorTicketRow,
    RatingRow,
    ReconnectionRequestRow,
    SessionRow,
    TicketRow,
    TurnRow,
)
from ndihma.privacy.model import Person
from ndihma.puk.tables import PukCodeRow, PukReferenceRow, PukRevealRow
from ndihma.telegram.tables import (
    ChatKind,
    TelegramChatRow,
    TelegramLinkRow,
    TelegramSentRow,
    TelegramThreadRow,
    TelegramUpdateRow,
)
from ndihma.verification.tables import ChallengeRow, FactorRow, IdentityRow, NoticeRow, StepRow

__all__ = ["HOLDINGS", "NOT_ERASED", "Holding"]

_Condition = Callable[[Person], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Holding:
    """The rows of a table that are a person's. ``only_if`` limits what is erased, not what is shown."""

    table: type[Base]
    whose: _Condition
    hidden: frozenset[str] = frozenset()
    """Columns that an export never shows: codes, PUKs, tokens, in whatever form."""
    only_if: _Condition = lambda _: true()
    shown: bool = True
    """False for rows that are somebody else's but name this number: they go, and are not handed out."""

    @property
    def name(self) -> str:
        return str(self.table.__tablename__)


def _without_attachments(_: Person) -> ColumnElement[bool]:
    # A conversation may have verified two numbers, one after the other: another person's proofs hang on its row.
    return ~select(AttachmentRow.id).where(AttachmentRow.conversation_id == ConversationRow.id).exists()


def _without_lines(person: Person) -> ColumnElement[bool]:
    return ~select(LineRow.msisdn).where(LineRow.subscriber_id == person.subscriber).exists()


def _steps(person: Person) -> ColumnElement[bool]:
    """Steps in which the number was typed, too, verified or not."""
    tried = select(ChallengeRow.conversation_id).where(ChallengeRow.number_subject == person.number_subject)
    return or_(StepRow.conversation_id.in_(person.conversations), StepRow.conversation_id.in_(tried))


def _chats(person: Person) -> Select[int]:
    """The private chats in which the number was verified. A group is not one person's."""
    return select(TelegramThreadRow.chat_id).where(
        TelegramThreadRow.conversation_id.in_(person.conversations), TelegramThreadRow.user_id == 0
    )


HOLDINGS: Final = (
    Holding(TelegramUpdateRow, lambda p: TelegramUpdateRow.chat_id.in_(_chats(p)), frozenset({"sealed"})),
    Holding(
        TelegramChatRow,
        lambda p: TelegramChatRow.chat_id.in_(_chats(p)),
        only_if=lambda _: TelegramChatRow.kind == ChatKind.PRIVATE,
    ),
    Holding(TelegramSentRow, lambda p: TelegramSentRow.conversation_id.in_(p.conversations)),
    Holding(TelegramLinkRow, lambda p: TelegramLinkRow.conversation_id.in_(p.conversations), frozenset({"token_hash"})),
    Holding(TelegramThreadRow, lambda p: TelegramThreadRow.conversation_id.in_(p.conversations)),
    Holding(MailRow, lambda p: MailRow.attachment_id.in_(p.attachments), frozenset({"lease"})),
    Holding(OperatorTicketRow, lambda p: OperatorTicketRow.reference.in_(p.requests), frozenset({"lease"})),
    Holding(TicketRow, lambda p: TicketRow.reference.in_(p.requests)),
    Holding(AttachmentRow, lambda p: AttachmentRow.id.in_(p.attachments)),
    Holding(ReconnectionRequestRow, lambda p: ReconnectionRequestRow.msisdn == p.msisdn.e164),
    Holding(EventRow, lambda p: EventRow.conversation_id.in_(p.conversations)),
    Holding(TurnRow, lambda p: TurnRow.conversation_id.in_(p.conversations)),
    Holding(ChoiceRow, lambda p: ChoiceRow.conversation_id.in_(p.conversations)),
    Holding(SuggestionFeedbackRow, lambda p: SuggestionFeedbackRow.conversation_id.in_(p.conversations)),
    Holding(RatingRow, lambda p: RatingRow.conversation_id.in_(p.conversations)),
    Holding(AgentNoteRow, lambda p: AgentNoteRow.conversation_id.in_(p.conversations)),
    Holding(AgentMessageRow, lambda p: AgentMessageRow.conversation_id.in_(p.conversations)),
    Holding(ReplyTimeRow, lambda p: ReplyTimeRow.conversation_id.in_(p.conversations)),
    Holding(HandoffNoticeRow, lambda p: HandoffNoticeRow.conversation_id.in_(p.conversations), frozenset({"lease"})),
    Holding(HandoffRow, lambda p: HandoffRow.conversation_id.in_(p.conversations)),
    Holding(
        CallbackRow,
        lambda p: or_(CallbackRow.msisdn == p.msisdn.e164, CallbackRow.conversation_id.in_(p.conversations)),
    ),
    Holding(
        CallTicketRow,
        lambda p: CallTicketRow.reference.in_(select(CallNoteRow.reference).where(CallNoteRow.msisdn == p.msisdn.e164)),
        frozenset({"lease"}),
    ),
    Holding(CallNoteRow, lambda p: CallNoteRow.msisdn == p.msisdn.e164),
    Holding(
        SessionRow,
        lambda p: SessionRow.conversation_id.in_(p.conversations),
        frozenset({"token_hash", "previous_token_hash"}),
    ),
    Holding(ConversationRow, lambda p: ConversationRow.id.in_(p.conversations), only_if=_without_attachments),
    Holding(StepRow, _steps),
    Holding(
        ChallengeRow,
        lambda p: or_(
            ChallengeRow.number_subject == p.number_subject, ChallengeRow.conversation_id.in_(p.conversations)
        ),
        frozenset({"number_subject", "sealed_number", "salt", "code_hash", "channel"}),
    ),
    Holding(
        FactorRow,
        lambda p: or_(FactorRow.number_subject == p.number_subject, FactorRow.conversation_id.in_(p.conversations)),
        frozenset({"number_subject", "channel"}),
    ),
    Holding(
        IdentityRow,
        lambda p: or_(IdentityRow.msisdn == p.msisdn.e164, IdentityRow.conversation_id.in_(p.conversations)),
    ),
    Holding(
        PukCodeRow,
        lambda p: PukCodeRow.msisdn == p.msisdn.e164,
        frozenset({"card_hash", "key_id", "nonce", "ciphertext"}),
    ),
    Holding(
        PukReferenceRow,
        lambda p: or_(PukReferenceRow.msisdn == p.msisdn.e164, PukReferenceRow.conversation_id.in_(p.conversations)),
        frozenset({"reference_hash"}),
    ),
    Holding(PukRevealRow, lambda p: PukRevealRow.msisdn == p.msisdn.e164),
    Holding(NoticeRow, lambda p: NoticeRow.msisdn == p.msisdn.e164),
    Holding(NoticeRow, lambda p: NoticeRow.contact == p.msisdn.e164, shown=False),
    Holding(PaymentRow, lambda p: PaymentRow.line_msisdn == p.msisdn.e164),
    Holding(BillRow, lambda p: BillRow.line_msisdn == p.msisdn.e164),
    Holding(LineRow, lambda p: LineRow.msisdn == p.msisdn.e164),
    Holding(ContactRow, lambda p: ContactRow.subscriber_id == p.subscriber, only_if=_without_lines),
    Holding(ContactRow, lambda p: ContactRow.value == p.msisdn.e164, shown=False),
    Holding(ClubRow, lambda p: ClubRow.subscriber_id == p.subscriber, only_if=_without_lines),
    Holding(SubscriberRow, lambda p: SubscriberRow.id == p.subscriber, only_if=_without_lines),
)
"""In the order of erasing: what refers to a row goes before it."""

NOT_ERASED: Final = {
    "audit_entries": "keeps a keyed hash of the number (S11); its entries about the number are in the export",
    "canned_replies": "the operator's own texts; one that holds a number is refused",
    "agent_presence": "holds nothing of a customer: which of the staff is there",
    "audit_head": "holds nothing of a person",
    "audit_checkpoints": "holds nothing of a person",
    "telegram_deletions": "messages with a code or a PUK that have yet to be deleted; a row goes with its message",
    "telegram_leases": "holds nothing of a person",
    "verification_subjects": "keyed hashes behind the limits of S5, gone after 24 h; erasing would forgive a lock",
    "verification_events": "counts behind the limits of S5, gone after 24 h",
    "staff_members": "the operator's own people, not customers; disabled, never removed, for the audit trail",
    "staff_invitations": "of staff",
    "staff_recovery_codes": "of staff",
    "staff_sessions": "of staff",
    "staff_tokens": "of the operator's other systems",
    "staff_attempts": "keyed hashes of user names and addresses, gone after 24 h",
}
