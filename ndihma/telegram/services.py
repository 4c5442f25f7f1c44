"""What the bot uses of the rest of the app, wired in ``ndihma.bootstrap``."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.model import AuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.attachments import AttachmentService
from ndihma.desk.conversations import ConversationService
from ndihma.desk.handoff.ledger import HandoffLedger
from ndihma.desk.hub import EventHub
from ndihma.desk.ports import Intake, VerificationSteps
from ndihma.desk.ratings import RatingService
from ndihma.desk.sessions import SessionService
from ndihma.puk.reveals import PukReveals
from ndihma.verification.model import AssuranceReader, Identity, Step

__all__ = ["BotServices", "NumberMatching", "PersonalData"]


class NumberMatching(Protocol):
    """Links a conversation with the number of its customer's own Telegram account (``ndihma.verification``)."""

    async def match(self, conversation_id: str, msisdn: Msisdn) -> tuple[Identity, Step | None]:
        """The identity now, and the open step that waited for a number. Raises SQLAlchemyError."""
        ...


class PersonalData(Protocol):
    """Erases what is held of conversations (``ndihma.privacy``)."""

    async def erase_conversations(self, conversations: Collection[str], reason: str) -> int:
        """Remove them, with what hangs on them and the engine's part; how many rows. Raises SQLAlchemyError."""
        ...


@dataclass(frozen=True, slots=True)
class BotServices:
    """The services of one process."""

    clock: Clock
    database: Database
    handoffs: HandoffLedger
    hub: EventHub
    conversations: ConversationService
    steps: VerificationSteps
    matching: NumberMatching
    assurance: AssuranceReader
    attachments: AttachmentService
    reveals: PukReveals
    ratings: RatingService
    audit: AuditTrail
    personal_data: PersonalData
    sessions: SessionService
    intake: Intake
    link_hosts: frozenset[str]
    allows: Callable[[str], bool]
    """Counts a message of a customer, named by a key; False when there were too many (S4)."""
