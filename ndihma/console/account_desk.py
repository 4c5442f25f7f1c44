"""What the staff may learn of an account, and do for it: every look is in the audit trail before anybody sees it (S10).

The account is told from what the account system last said well, marked as such; what is revealed comes from the system
itself or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol

from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountDirectory
from ndihma.audit.model import Actor, AuditAction, AuditEntry, AuditTrail
from ndihma.clock import Clock, local_date
from ndihma.console.messages import CALL
from ndihma.desk.proof_reading import ProofFile, ProofReader
from ndihma.desk.ticket_reading import Ticket
from ndihma.desk.tickets import TicketService
from ndihma.puk.model import PukRefused, PukShown
from ndihma.puk.reveals import PukReveals
from ndihma.staff.model import Role, StaffMember
from ndihma.staff.vault import StaffVault
from ndihma.verification.model import AssuranceLevel, AssuranceReader

__all__ = ["READ", "REVEALABLE", "Account", "AccountDesk", "Conversations", "FieldGone", "Revealable", "contact_key"]

READ: Final = (
    "kind", "name", "status", "credit", "bills", "payments", "suspension", "selfcare", "club", "sim", "contacts",
    "requests",
)  # fmt: skip
"""What an account's panel shows, by the audit trail's names."""


class Revealable(StrEnum):
    """What is masked (S9) and can be seen in clear, one at a time."""

    MSISDN = "msisdn"
    CONTACT = "contact"
    ICCID = "iccid"


REVEALABLE: Final = {
    Role.AGENT: (Revealable.MSISDN, Revealable.CONTACT),
    Role.SUPERVISOR: (Revealable.MSISDN, Revealable.CONTACT, Revealable.ICCID),
    Role.AUDITOR: (),
}
"""Who may have which field revealed (ours): a card's serial number is needed for its replacement only."""


class FieldGone(Exception):
    """The account has no such field, or no longer."""


class Conversations(Protocol):
    """Whether a conversation is there."""

    async def progress(self, conversation_id: str) -> object:
        """Raises UnknownConversation."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """A line as it is told now, with its reconnection requests, the oldest first."""

    line: Line
    requests: tuple[Ticket, ...]
    today: date
    read_at: datetime


def contact_key(vault: StaffVault, kind: str, value: str) -> str:
    """The name of a contact for a page that must not have the contact: a keyed hash, 16 hex digits."""
    return vault.subject(f"contact {kind}", value)[:16]


class AccountDesk:
    """Methods raise AccountsUnavailable and SQLAlchemyError; then nothing is told."""

    def __init__(
        self,
        *,
        told: AccountDirectory,
        exact: AccountDirectory,
        conversations: Conversations,
        assurance: AssuranceReader,
        tickets: TicketService,
        proofs: ProofReader,
        reveals: PukReveals,
        audit: AuditTrail,
        vault: StaffVault,
        clock: Clock,
    ) -> None:
        """``told``: a directory in which the last good answer may stand in; ``exact``: the same without."""
        self._told = told
        self._exact = exact
        self._conversations = conversations
        self._assurance = assurance
        self._proofs = proofs
        self._reveals = reveals
        self._audit = audit
        self._vault = vault
        self._clock = clock
        self.tickets = tickets

    async def verified_in(self, conversation_id: str) -> Msisdn | None:
        """The number that the conversation's customer has proved with a code, while that counts.

        Raises UnknownConversation.
        """
        await self._conversations.progress(conversation_id)
        identity = await self._assurance.identity(conversation_id)
        if identity is None or identity.level < AssuranceLevel.CODE_CONFIRMED:
            return None
        return identity.msisdn

    async def read(self, msisdn: Msisdn, member: StaffMember, conversation_id: str | None) -> Account | None:
        """The account of a number; None when no account has it. Both are audited.

        ``conversation_id``: why it is looked at; None: the customer calls. Raises UnknownConversation.
        """
        if conversation_id is not None:
            await self._conversations.progress(conversation_id)
        line = await self._told.find(msisdn)
        requests = [] if line is None else await self.tickets.of_line(msisdn)
        fields = () if line is None else READ
        await self._record(member.actor, AuditAction.ACCOUNT_READ, msisdn, fields, conversation_id or CALL)
        if line is None:
            return None
        now = self._clock.now()
        return Account(line, tuple(requests), local_date(now), now)

    async def reveal(
        self, msisdn: Msisdn, field: Revealable, contact: str | None, member: StaffMember, reason: str
    ) -> str:
        """One field in clear, as the account system has it now. ``contact``: which, by ``contact_key``.

        Raises FieldGone.
        """
        line = await self._exact.find(msisdn)
        value = None if line is None else self._value(line, field, contact)
        if value is None:
            raise FieldGone
        await self._record(member.actor, AuditAction.FIELD_REVEALED, msisdn, (field.value,), reason)
        return value

    async def puk(self, msisdn: Msisdn, member: StaffMember, reason: str) -> PukShown | PukRefused:
        """As ``PukReveals.show_to_agent``."""
        return await self._reveals.show_to_agent(member.actor, msisdn, reason)

    async def proof(self, msisdn: Msisdn, name: str, member: StaffMember, reason: str) -> ProofFile:
        """As ``ProofReader.read``."""
        return await self._proofs.read(name, msisdn, member.actor, reason)

    def _value(self, line: Line, field: Revealable, contact: str | None) -> str | None:
        match field:
            case Revealable.MSISDN:
                return line.msisdn.national
            case Revealable.ICCID:
                return None if line.sim is None else line.sim.iccid
            case Revealable.CONTACT:
                known = {contact_key(self._vault, c.kind.value, c.value): c.value for c in line.subscriber.contacts}
                return known.get(contact or "")

    async def _record(
        self, actor: Actor, action: AuditAction, msisdn: Msisdn, fields: tuple[str, ...], reason: str
    ) -> None:
        await self._audit.record(AuditEntry(actor, action, msisdn, fields, reason))
