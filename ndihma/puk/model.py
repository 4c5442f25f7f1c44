"""What is known and said about a PUK. The code itself is in two types only, and neither shows it in its ``repr``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import SecretStr

__all__ = [
    "InvalidPuk",
    "NeedsSecondFactor",
    "PukCodes",
    "PukOffer",
    "PukOutcome",
    "PukRefusal",
    "PukRefused",
    "PukShown",
    "ReferenceOver",
]

_PUK: Final = re.compile(r"\d{8}", re.ASCII)
"""Eight digits (ETSI TS 102 221, "UNBLOCK PIN")."""


class InvalidPuk(ValueError):
    """The text is not a PUK. The message never repeats it."""


@dataclass(frozen=True, slots=True)
class PukCodes:
    """The codes printed on the big card; ``puk2`` unblocks PIN2 and is not on every card."""

    puk1: SecretStr
    puk2: SecretStr | None = None

    @classmethod
    def of(cls, puk1: str, puk2: str = "") -> PukCodes:
        """Codes of eight digits each; an empty ``puk2`` is none. Raises InvalidPuk."""
        if not _PUK.fullmatch(puk1) or (puk2 and not _PUK.fullmatch(puk2)):
            raise InvalidPuk("a PUK has eight digits")
        return cls(SecretStr(puk1), SecretStr(puk2) if puk2 else None)


class PukRefusal(StrEnum):
    """Why no PUK is shown now (S8). Each is told to a customer who has proved the number, with what to do."""

    NO_CODE = "no_code"
    """No code is stored for the card that is in use now."""
    RECENT_CHANGE = "recent_change"
    """The SIM, the owner or the operator changed less than 72 h ago."""
    SHOWN_TODAY = "shown_today"
    """Once within 24 h."""
    SHOWN_OFTEN = "shown_often"
    """Three times within 30 days."""
    NO_OTHER_CONTACT = "no_other_contact"
    """Nothing is registered through which a second, independent code could come."""
    CONTACT_TOO_NEW = "contact_too_new"
    """The only other contacts were registered, or changed, less than 72 h ago."""
    NOT_PROVED = "not_proved"
    """The conversation is not, or no longer, at assurance L3 for this number."""
    IN_A_GROUP = "in_a_group"
    """Others can read this conversation."""


@dataclass(frozen=True, slots=True)
class PukRefused:
    """``until``: when it may be asked for again, where that is a matter of time."""

    reason: PukRefusal
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NeedsSecondFactor:
    """One more code, through ``masked``, and the PUK can be shown."""

    masked: str


@dataclass(frozen=True, slots=True)
class PukOffer:
    """The one-time reference that the edge redeems; worthless without the session of its conversation."""

    reference: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"PukOffer(expires_at={self.expires_at!r})"


PukOutcome = PukOffer | NeedsSecondFactor | PukRefused


@dataclass(frozen=True, slots=True)
class PukShown:
    """The codes, for ``seconds`` on a screen (S8)."""

    codes: PukCodes
    seconds: int


@dataclass(frozen=True, slots=True)
class ReferenceOver:
    """The reference is unknown here, was redeemed, or is older than its two minutes; which is not told."""
