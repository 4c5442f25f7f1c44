"""Who is speaking: assurance levels and the identity a conversation has proved (docs/architecture.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol

from ndihma.accounts.msisdn import Msisdn

__all__ = ["AssuranceLevel", "AssuranceReader", "Identity", "VerificationState"]


class AssuranceLevel(IntEnum):
    """How sure we are who is speaking. Deny by default: nobody starts above ANYBODY."""

    ANYBODY = 0
    NUMBER_MATCHED = 1
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
