"""Where a line stands between an open bill and being switched on again (FAQ 000, "Në rast të ndërprerjes")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ndihma.accounts.model import Line, LineKind, Suspension
from ndihma.clock import local_date

__all__ = ["ReconnectionKind", "ReconnectionState", "reconnection_state"]


class ReconnectionKind(StrEnum):
    NOT_APPLICABLE = "not_applicable"
    """A prepaid number has no bill; its life cycle says what stops it."""
    NOTHING_DUE = "nothing_due"
    BILL_OPEN = "bill_open"
    """Something is to be paid, the service works."""
    SUSPENDED = "suspended"
    AWAITING_RECONNECTION = "awaiting_reconnection"
    """Paid; the system reconnects by itself ("rikyçja bëhet në formë automatike nga sistemi")."""
    REQUEST_FILED = "request_filed"
    """Cut off, and a reconnection request with proof of payment waits for the staff."""


@dataclass(frozen=True, slots=True)
class ReconnectionState:
    """``amount_cents`` is what the customer still has to pay in this state, 0 when nothing."""

    kind: ReconnectionKind
    amount_cents: int = 0
    due_on: date | None = None
    """BILL_OPEN: the earliest payment deadline among the open bills; that day is still in time."""
    overdue: bool = False
    """BILL_OPEN: ``due_on`` has passed; the service may be cut off."""
    since: date | None = None
    """The first day of the suspension, in the three states of a line that is cut off."""
    request_reference: str | None = None
    """REQUEST_FILED: the reference of the request."""


def reconnection_state(line: Line, today: date, *, request_reference: str | None = None) -> ReconnectionState:
    """The state of a line on the day ``today``.

    ``request_reference`` is the reconnection request open for this line, if there is one; it counts only while
    the line is cut off. A bill is in time up to and including its due day and overdue from the day after.

    What has to be paid to be reconnected is "the amount sent by SMS" (``Suspension.amount_cents``) less the
    payments booked since the first day of the suspension (that day included), and never more than what is
    overdue. Bills that are not yet due do not keep a line cut off. When the amount of the SMS is not recorded,
    the overdue sum counts, and a payment counts only as far as it exceeds what is booked against the listed
    bills already, so that no payment counts twice.
    """
    if line.kind is LineKind.PREPAID:
        return ReconnectionState(ReconnectionKind.NOT_APPLICABLE)
    suspension = line.suspension
    if suspension is None or suspension.ended_at is not None:
        return _open_bill(line, today)
    remaining = _remaining_cents(line, suspension, today)
    if request_reference is not None:
        return ReconnectionState(
            ReconnectionKind.REQUEST_FILED, remaining, since=suspension.since, request_reference=request_reference
        )
    if remaining == 0:
        return ReconnectionState(ReconnectionKind.AWAITING_RECONNECTION, since=suspension.since)
    return ReconnectionState(ReconnectionKind.SUSPENDED, remaining, since=suspension.since)


def _open_bill(line: Line, today: date) -> ReconnectionState:
    deadlines = [bill.due_on for bill in line.bills if bill.open_cents > 0]
    if not deadlines:
        return ReconnectionState(ReconnectionKind.NOTHING_DUE)
    earliest = min(deadlines)
    return ReconnectionState(ReconnectionKind.BILL_OPEN, line.open_cents, due_on=earliest, overdue=earliest < today)


def _remaining_cents(line: Line, suspension: Suspension, today: date) -> int:
    paid_since = sum(p.amount_cents for p in line.payments if local_date(p.paid_at) >= suspension.since)
    overdue = sum(bill.open_cents for bill in line.bills if bill.due_on < today)
    if suspension.amount_cents is not None:
        return min(max(0, suspension.amount_cents - paid_since), overdue)
    already_booked = sum(bill.paid_cents for bill in line.bills)
    return max(0, overdue - max(0, paid_since - already_booked))
