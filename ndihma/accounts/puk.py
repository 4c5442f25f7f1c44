"""What state a SIM card is in when its PUK is asked for, and how its owner can be reached (FAQ 002, "PUK").

Never the code itself: no type of this package has a place for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from ndihma.accounts.lifecycle import LifeStatus, lifecycle_state
from ndihma.accounts.model import ContactKind, ContactPoint, Line, LineKind, SimState
from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.clock import BELGRADE

__all__ = ["SETTLING", "PukKind", "PukState", "can_receive_code", "puk_state", "settled_at", "unsettled_until"]

SETTLING: Final = timedelta(hours=72)
"""How long a change of SIM, owner, operator or contact is too fresh to be trusted with a PUK (S8)."""

_LATEST: Final = date.max - timedelta(days=7)
"""A day at the end of the calendar, which some systems write where there is none, never settles: it is refused."""

_UNREACHABLE: Final = frozenset({LifeStatus.DEACTIVE, LifeStatus.VOID})


class PukKind(StrEnum):
    IN_USE = "in_use"
    PUK_LOCKED = "puk_locked"
    """Three wrong PINs: "telefoni juaj kërkon PUK kodin"."""
    LOST = "lost"
    NO_SIM = "no_sim"
    """A fixed line has no card and no PUK."""


@dataclass(frozen=True, slots=True)
class PukState:
    kind: PukKind
    code_by_sms: bool
    """Whether a one-time code by SMS can reach this very line now."""
    other_contacts: tuple[ContactPoint, ...]
    """Contacts registered before that do not lead back to this line; a second factor can use them."""


def puk_state(line: Line, today: date) -> PukState:
    """The state of a line's SIM card on the day ``today``. Raises ContradictoryLife."""
    kind = PukKind.NO_SIM if line.sim is None else PukKind(line.sim.state.value)
    others = tuple(contact for contact in line.subscriber.contacts if not _is_this_line(contact, line.msisdn))
    return PukState(kind, can_receive_code(line, today), others)


def can_receive_code(line: Line, today: date) -> bool:
    """Whether an SMS reaches the line's owner: the card is in use, and the number is neither Deactive nor void.

    An Inactive number still receives SMS (FAQ 002, "Inaktiv"), and so does a postpaid line cut off for
    non-payment: the amount to pay is sent to it by SMS (FAQ 000). A fixed line does not. Raises ContradictoryLife.
    """
    if line.kind is LineKind.FIXED or line.sim is None or line.sim.state is not SimState.IN_USE:
        return False
    return line.prepaid is None or lifecycle_state(line.prepaid, today).status not in _UNREACHABLE


def settled_at(day: date) -> datetime:
    """When something that changed on ``day`` is old enough for S8: 72 h after that day's end in Kosovo.

    Accounts tell the day and no hour, so the latest hour it can have been counts.
    """
    end = datetime.combine(min(day, _LATEST) + timedelta(days=1), time(), BELGRADE)
    return (end.astimezone(UTC) + SETTLING).astimezone(BELGRADE)


def unsettled_until(line: Line, now: datetime) -> datetime | None:
    """Until when a change of the line's SIM, owner or operator is too fresh for S8; None when nothing is."""
    changes = (line.sim.changed_on if line.sim else None, line.owner_changed_on, line.ported_on)
    latest = max((settled_at(day) for day in changes if day is not None), default=None)
    return latest if latest is not None and latest > now else None


def _is_this_line(contact: ContactPoint, msisdn: Msisdn) -> bool:
    if contact.kind is not ContactKind.MSISDN:
        return False
    try:
        return Msisdn.parse(contact.value) == msisdn
    except InvalidMsisdn:  # a foreign number: certainly another line
        return False
