"""What the audit trail holds (S10). No entry has a place for a number, a code or a text of a customer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from ndihma.accounts.msisdn import Msisdn

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

__all__ = ["Actor", "ActorKind", "AuditAction", "AuditEntry", "AuditTrail", "TransactionalAuditTrail"]


class ActorKind(StrEnum):
    """Who acts."""

    CUSTOMER = "customer"
    AGENT = "agent"
    OPERATOR = "operator"
    """Somebody at the command line."""
    SYSTEM = "system"
    """A job of Ndihma's own, such as retention."""


@dataclass(frozen=True, slots=True)
class Actor:
    """``id`` is a conversation's, an agent's or a system account's name; never a telephone number."""

    kind: ActorKind
    id: str


class AuditAction(StrEnum):
    """What was done."""

    ACCOUNT_READ = "account_read"
    ACCOUNT_EXPORTED = "account_exported"
    CODE_SENT = "code_sent"
    CODE_CONFIRMED = "code_confirmed"
    NUMBER_LOCKED = "number_locked"
    NUMBER_MATCHED = "number_matched"
    """A customer shared the contact of their own Telegram account."""
    PUK_REVEALED = "puk_revealed"
    PUK_REFUSED = "puk_refused"
    PUK_STORED = "puk_stored"
    KEY_ROTATED = "key_rotated"
    PROOF_FILED = "proof_filed"
    PROOF_READ = "proof_read"
    PROOF_DECIDED = "proof_decided"
    PERSON_ERASED = "person_erased"
    CONVERSATIONS_ERASED = "conversations_erased"
    """By their own customer, known by a Telegram chat and not by a number."""
    ROWS_RETIRED = "rows_retired"
    AUDIT_READ = "audit_read"
    """The trail was searched for a number."""
    AUDIT_EXPORTED = "audit_exported"
    FIELD_REVEALED = "field_revealed"
    TAKEN_OVER = "taken_over"
    STAFF_ADDED = "staff_added"
    STAFF_CHANGED = "staff_changed"
    STAFF_RESET = "staff_reset"
    STAFF_DISABLED = "staff_disabled"
    STAFF_ENABLED = "staff_enabled"
    STAFF_SET_UP = "staff_set_up"
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_IN_CONFIRMED = "sign_in_confirmed"
    """The second factor shown again in a session."""
    SIGNED_OUT = "signed_out"
    MESSAGE_LEFT = "message_left"
    """A message with a code or a PUK that Telegram did not delete."""
    TOKEN_ADDED = "token_added"  # noqa: S105  (a name, not a secret)
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    CANNED_CHANGED = "canned_changed"
    """A canned reply was added, changed or removed; the entry names its shortcut."""
    CALL_NOTED = "call_noted"
    """A note of a telephone call was stored."""
    CALL_DONE = "call_done"
    """What a call left to do was done."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act upon one account, or upon none.

    ``subject`` is the number it concerns, stored only as a keyed hash; ``fields`` are what was read or shown, or the
    user name of the staff account that was changed.
    ``reason`` is a short word of the code or an agent's own sentence (redacted before it is stored).
    """

    actor: Actor
    action: AuditAction
    subject: Msisdn | None = None
    fields: tuple[str, ...] = ()
    reason: str = ""


class AuditTrail(Protocol):
    """Appends. An act that must be audited is not carried out when its entry cannot be stored."""

    async def record(self, *entries: AuditEntry) -> None:
        """Append the entries, all of them or none. Raises SQLAlchemyError when the database is away."""
        ...


class TransactionalAuditTrail(AuditTrail, Protocol):
    """A trail in the same database as what it is about: act and entry are stored together or not at all."""

    async def append(self, session: AsyncSession, *entries: AuditEntry) -> None:
        """Append within the caller's transaction, as its last step. Raises SQLAlchemyError."""
        ...
