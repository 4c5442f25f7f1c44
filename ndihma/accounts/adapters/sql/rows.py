"""Lines as rows, and rows as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from ndihma.accounts.adapters.sql.tables import ClubRow, LineRow, SubscriberRow
from ndihma.accounts.model import (
    Bill,
    BusinessClub,
    ContactPoint,
    Line,
    Payment,
    PrepaidLife,
    SelfcareRegistration,
    SimCard,
    Subscriber,
    Suspension,
)
from ndihma.accounts.msisdn import Msisdn

__all__ = [
    "bill_values",
    "club_values",
    "contact_values",
    "line_from",
    "line_values",
    "payment_values",
    "subscriber_values",
    "subscribers_of",
]


def subscribers_of(lines: Iterable[Line]) -> list[Subscriber]:
    found: dict[str, Subscriber] = {}
    for line in lines:
        if found.setdefault(line.subscriber.id, line.subscriber) != line.subscriber:
            raise ValueError("a subscriber differs between two lines")
    return [found[key] for key in sorted(found)]


def subscriber_values(subscriber: Subscriber) -> dict[str, Any]:
    return {"id": subscriber.id, "name": subscriber.name, "is_business": subscriber.is_business}


def contact_values(subscriber: Subscriber) -> Iterator[dict[str, Any]]:
    for contact in subscriber.contacts:
        yield {
            "subscriber_id": subscriber.id,
            "kind": contact.kind,
            "value": contact.value,
            "registered_on": contact.registered_on,
        }


def club_values(subscriber: Subscriber) -> Iterator[dict[str, Any]]:
    if (club := subscriber.club) is not None:
        yield {
            "subscriber_id": subscriber.id,
            "name": club.name,
            "package": club.package,
            "required_monthly_contracts": club.required_monthly_contracts,
            "members": club.members,
            "monthly_contracts": club.monthly_contracts,
            "joined_on": club.joined_on,
        }


def line_values(line: Line, seen_at: datetime) -> dict[str, Any]:
    sim, life, suspension, selfcare = line.sim, line.prepaid, line.suspension, line.selfcare
    return {
        "msisdn": line.msisdn.e164,
        "kind": line.kind,
        "subscriber_id": line.subscriber.id,
        "balance_cents": line.balance_cents,
        "seen_at": seen_at,
        "iccid": sim and sim.iccid,
        "sim_state": sim and sim.state,
        "sim_changed_on": sim and sim.changed_on,
        "purchased_on": life and life.purchased_on,
        "activated_on": life and life.activated_on,
        "valid_until": life and life.valid_until,
        "reactivated_on": life and life.reactivated_on,
        "reactivation": life and life.reactivation,
        "suspended_since": suspension and suspension.since,
        "suspension_reason": suspension and suspension.reason,
        "suspension_ended_at": suspension and suspension.ended_at,
        "suspension_amount_cents": suspension and suspension.amount_cents,
        "has_selfcare": selfcare is not None,
        "selfcare_registered_on": selfcare and selfcare.registered_on,
        "selfcare_locked": selfcare is not None and selfcare.locked,
        "owner_changed_on": line.owner_changed_on,
        "ported_on": line.ported_on,
    }


def bill_values(line: Line) -> Iterator[dict[str, Any]]:
    for bill in line.bills:
        yield {
            "line_msisdn": line.msisdn.e164,
            "number": bill.number,
            "issued_on": bill.issued_on,
            "due_on": bill.due_on,
            "amount_cents": bill.amount_cents,
            "paid_cents": bill.paid_cents,
        }


def payment_values(line: Line) -> Iterator[dict[str, Any]]:
    for payment in line.payments:
        yield {
            "line_msisdn": line.msisdn.e164,
            "paid_at": payment.paid_at,
            "amount_cents": payment.amount_cents,
            "reference": payment.reference,
        }


def line_from(row: LineRow) -> Line:
    return Line(
        msisdn=Msisdn(row.msisdn),
        kind=row.kind,
        subscriber=_subscriber(row.subscriber),
        sim=_sim(row),
        prepaid=_prepaid(row),
        balance_cents=row.balance_cents,
        bills=tuple(Bill(b.number, b.issued_on, b.due_on, b.amount_cents, b.paid_cents) for b in row.bills),
        payments=tuple(Payment(p.paid_at, p.amount_cents, p.reference) for p in row.payments),
        suspension=_suspension(row),
        selfcare=SelfcareRegistration(row.selfcare_registered_on, row.selfcare_locked) if row.has_selfcare else None,
        owner_changed_on=row.owner_changed_on,
        ported_on=row.ported_on,
        as_of=row.seen_at,
    )


def _subscriber(row: SubscriberRow) -> Subscriber:
    return Subscriber(
        id=row.id,
        name=row.name,
        is_business=row.is_business,
        contacts=tuple(ContactPoint(c.kind, c.value, c.registered_on) for c in row.contacts),
        club=None if row.club is None else _club(row.club),
    )


def _club(row: ClubRow) -> BusinessClub:
    return BusinessClub(
        name=row.name,
        package=row.package,
        required_monthly_contracts=row.required_monthly_contracts,
        members=row.members,
        monthly_contracts=row.monthly_contracts,
        joined_on=row.joined_on,
    )


def _sim(row: LineRow) -> SimCard | None:
    if row.iccid is None or row.sim_state is None:
        return None
    return SimCard(row.iccid, row.sim_state, row.sim_changed_on)


def _prepaid(row: LineRow) -> PrepaidLife | None:
    if row.purchased_on is None:
        return None
    return PrepaidLife(row.purchased_on, row.activated_on, row.valid_until, row.reactivated_on, row.reactivation)


def _suspension(row: LineRow) -> Suspension | None:
    if row.suspended_since is None or row.suspension_reason is None:
        return None
    return Suspension(row.suspended_since, row.suspension_reason, row.suspension_ended_at, row.suspension_amount_cents)
