"""Who is speaking: assurance levels, the identity a conversation has proved, and the outcomes of proving it.

Outcomes are values, not exceptions: a wrong code is an ordinary answer, and its count must be committed. None
of them differs between a number that exists and one that does not (S17).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol

from ndihma.accounts.msisdn import Msisdn

__all__ = [
    "AssuranceLevel",
    "AssuranceReader",
    "CodeExpired",
    "CodeSent",
    "ConfirmOutcome",
    "Confirmed",
    "FirstFactor",
    "Identity",
    "InvalidNumber",
    "LockScope",
    "Locked",
    "NoCodeSent",
    "NotRequested",
    "Purged",
    "Purpose",
    "SendOutcome",
    "SendingUnavailable",
    "Step",
    "TooManyFailures",
    "TooManySends",
    "VerificationState",
    "WrongCode",
]


class AssuranceLevel(IntEnum):
    """How sure we are who is speaking. Deny by default: nobody starts above ANYBODY."""

    ANYBODY = 0
    NUMBER_MATCHED = 1
    """Linked with the number, but not proved to hold it: one registered contact was proved, or (Telegram) matched."""
    CODE_CONFIRMED = 2
    SECOND_FACTOR = 3


@dataclass(frozen=True, slots=True)
class Identity:
    """The number a conversation has proved, how well, and until when (aware datetime)."""

    conversation_id: str
    msisdn: Msisdn
    level: AssuranceLevel
    expires_at: datetime


class VerificationState(StrEnum):
    """The states of the edge's verification step, as the chat API names them."""

    NUMBER_NEEDED = "number_needed"
    CODE_SENT = "code_sent"
    VERIFIED = "verified"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    LOCKED = "locked"


class AssuranceReader(Protocol):
    """The one question actions ask: who is speaking in this conversation?"""

    async def identity(self, conversation_id: str) -> Identity | None:
        """The unexpired identity of a conversation, or None (assurance L0)."""
        ...


class Purpose(StrEnum):
    """What a code is good for; a code asked for one purpose proves nothing for another (S5)."""

    ACCOUNT = "account"
    PUK = "puk"
    """Two codes, through channels of which neither need be the line itself (``channels``)."""


@dataclass(frozen=True, slots=True)
class Step:
    """The verification step of a conversation as the edge shows it. ``masked`` is the number as ``044 ••• •56``.

    ``expires_at`` is the end of the code (CODE_SENT, EXPIRED), of the assurance (VERIFIED) or of a lock of the
    number (LOCKED; None when only the code was used up and another may be asked for).
    """

    state: VerificationState
    resume_intent: str
    purpose: Purpose = Purpose.ACCOUNT
    masked: str | None = None
    expires_at: datetime | None = None
    sent_to: str | None = None
    """Where a second code went, masked. Of a first one it is not told: that would tell what the account holds (S17)."""

    @property
    def is_open(self) -> bool:
        """Whether the customer can still do something in it: give a number, a code, or ask for another code."""
        return self.state not in {VerificationState.VERIFIED, VerificationState.CANCELLED}


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way if the number exists and can be reached; the answer does not tell.

    ``sent_to``: the masked contact of a second code, whose asker has proved to hold a first.
    """

    masked: str
    expires_at: datetime
    sent_to: str | None = None


@dataclass(frozen=True, slots=True)
class InvalidNumber:
    """The text is not a telephone number of Kosovo."""


@dataclass(frozen=True, slots=True)
class NotRequested:
    """The conversation has no open verification step."""


@dataclass(frozen=True, slots=True)
class TooManySends:
    """No further code for ``retry_after`` seconds."""

    retry_after: int


@dataclass(frozen=True, slots=True)
class TooManyFailures:
    """Too many wrong codes from this client address in a day: none is sent to or taken from it for ``retry_after``
    seconds, whatever the number."""

    retry_after: int


@dataclass(frozen=True, slots=True)
class SendingUnavailable:
    """No code can be sent to anybody: no sender is configured."""


class LockScope(StrEnum):
    """What is locked."""

    CODE = "code"
    """The code's tries are used up; another code may be asked for."""
    NUMBER = "number"
    """Too many wrong codes for this number in a day; no code is sent or taken for it."""


@dataclass(frozen=True, slots=True)
class Locked:
    """``retry_after`` is in seconds; 0 when ``scope`` is CODE."""

    scope: LockScope
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The code was right. The interrupted question may go on."""

    identity: Identity
    resume_intent: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class FirstFactor:
    """The first of two codes was right; ``second`` is what came of sending the other one."""

    second: CodeSent | TooManySends | Locked


@dataclass(frozen=True, slots=True)
class WrongCode:
    """Not the code that was sent. A text that cannot be a code uses up no try."""

    tries_left: int


@dataclass(frozen=True, slots=True)
class CodeExpired:
    """The code is older than its lifetime."""


@dataclass(frozen=True, slots=True)
class NoCodeSent:
    """The conversation waits for no code: none was asked for, or it was used or cancelled."""


SendOutcome = CodeSent | InvalidNumber | NotRequested | TooManySends | TooManyFailures | Locked | SendingUnavailable
ConfirmOutcome = Confirmed | FirstFactor | WrongCode | CodeExpired | TooManyFailures | Locked | NoCodeSent


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows a purge deleted."""

    identities: int
    challenges: int
    steps: int
    events: int
    subjects: int
    factors: int
