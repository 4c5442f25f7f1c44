"""What the services need from an operator's account system."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn

__all__ = [
    "AccountDirectory",
    "AccountWriter",
    "AccountsUnavailable",
    "AccountsUnreachable",
    "InvalidAccountSettings",
    "NewTicket",
    "Ticket",
    "TicketDecision",
    "TicketDesk",
    "TicketNote",
    "TicketStatus",
    "Written",
]


class AccountsUnavailable(Exception):
    """The account system cannot be asked now (down, too slow, broken answer)."""


class AccountsUnreachable(AccountsUnavailable):
    """The account system is down, too slow or turns us away: what it last said may stand in, marked as stale."""


class InvalidAccountSettings(ValueError):
    """A file that the settings name for the accounts cannot be used. The message names it and what is wrong."""


class AccountDirectory(Protocol):
    """Reads accounts. Implementations: ``adapters.sql``, ``adapters.tmforum``, and ``adapters.stale`` before it."""

    async def find(self, msisdn: Msisdn) -> Line | None:
        """The line with this number, or None. Raises AccountsUnavailable.

        Bills come oldest first (by day of issue, then number), payments and contacts in their order of time.
        """
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """How many lines a write added and how many it replaced."""

    added: int
    updated: int


class AccountWriter(Protocol):
    """Keeps the copy of the accounts that an export or the demo fills."""

    async def upsert(self, lines: Iterable[Line], seen_at: datetime) -> Written:
        """Store the lines, each in the place of what was there before; all of them or none.

        ``seen_at`` (aware) becomes their ``as_of``. A subscriber on several lines must be the same on each
        (ValueError otherwise), and so must be no line twice. Raises AccountsUnavailable.
        """
        ...


class TicketStatus(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
    REFUSED = "refused"
    """Rejected or cancelled by the staff."""
    UNKNOWN = "unknown"
    """A status that we do not know; nothing may be promised from it."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket of the operator's own system; ``id`` is that system's."""

    id: str
    status: TicketStatus
    changed_at: datetime | None = None
    """When its status changed, aware, as far as that system tells."""
    reason: str | None = None
    """Why it was refused, when the operator says that such reasons are written for customers."""


@dataclass(frozen=True, slots=True)
class TicketNote:
    """Something that is added to a ticket once. ``text`` begins with ``key``, by which it is known to be there."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class TicketDecision:
    """What was decided here about what the ticket asks for. ``reason`` is read by staff; S6 holds for it too."""

    is_confirmed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What the staff is to look at. ``reference`` is ours, such as ``RK-7F3K9Q``, and makes the ticket one.

    ``title``, ``description`` and ``notes`` are read by staff; numbers and codes do not belong into them (S6).
    The line and its customer are named by the account system's own ids, which the implementation finds by ``msisdn``.
    ``line_needed``: False for a ticket that is made without them too, when there is no number, or no line with it.
    """

    reference: str
    msisdn: Msisdn | None
    title: str
    description: str
    notes: tuple[TicketNote, ...] = ()
    line_needed: bool = True


class TicketDesk(Protocol):
    """Tickets in the operator's own system. Implementation: ``adapters.tmforum``."""

    async def open(self, ticket: NewTicket, now: datetime) -> Ticket:
        """Make the ticket, or return the one that has its reference already.

        Raises AccountsUnavailable; the ticket may have been made all the same, and calling again finds it.
        """
        ...

    async def find(self, reference: str) -> Ticket | None:
        """The ticket with our reference, or None. Raises AccountsUnavailable."""
        ...

    async def amend(
        self, reference: str, notes: Sequence[TicketNote], now: datetime, decision: TicketDecision | None = None
    ) -> Ticket | None:
        """See to it that the ticket holds the notes and, unless it is decided already, the decision; None: no ticket.

        What is there is not added again. Raises AccountsUnavailable; it may have been done all the same, and calling
        again finds it.
        """
        ...
