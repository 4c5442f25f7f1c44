"""Any valid line, for properties; and three plain ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from ndihma.accounts.model import (
    Bill,
    BusinessClub,
    ContactKind,
    ContactPoint,
    Line,
    LineKind,
    Payment,
    PrepaidLife,
    Reactivation,
    SelfcareRegistration,
    SimCard,
    SimState,
    Subscriber,
    Suspension,
)
from ndihma.accounts.msisdn import Msisdn

MSISDN = Msisdn.parse("044 100 201")
TODAY = date(2026, 11, 22)
OWNER = Subscriber("K-1", "Arta Shembull", contacts=(ContactPoint(ContactKind.EMAIL, "a@example.com", TODAY),))
CARD = SimCard("8938300000000000201")
BILL = Bill("F-1", date(2026, 10, 1), date(2026, 10, 16), 1500)

POSTPAID = Line(MSISDN, LineKind.POSTPAID, OWNER, sim=CARD, bills=(BILL,))
SUSPENDED = replace(POSTPAID, suspension=Suspension(TODAY - timedelta(days=4), amount_cents=1500))
PREPAID = Line(
    MSISDN,
    LineKind.PREPAID,
    OWNER,
    sim=CARD,
    prepaid=PrepaidLife(date(2026, 1, 1), date(2026, 1, 5)),
    balance_cents=1240,
)

_days = st.dates(date(2016, 1, 1), TODAY)
_moments = st.datetimes(datetime(2016, 1, 1), datetime(2026, 11, 22), timezones=st.just(UTC))  # noqa: DTZ001
_cents = st.integers(0, 10_000_000)
_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
_numbers = st.integers(100_000, 999_999).map(lambda n: Msisdn(f"+38344{n}"))
_contacts = st.builds(
    ContactPoint,
    st.just(ContactKind.EMAIL) | st.just(ContactKind.MSISDN),
    st.emails() | _numbers.map(lambda n: n.e164),
    _days,
)
_clubs = st.builds(BusinessClub, _texts, _texts, *(st.integers(0, 500) for _ in range(3)), _days)
_subscribers = st.builds(
    Subscriber,
    st.from_regex(r"K-[0-9]{1,6}", fullmatch=True),
    _texts,
    is_business=st.booleans(),
    contacts=st.lists(_contacts, max_size=3, unique_by=lambda c: (c.kind, c.value)).map(
        lambda cs: tuple(sorted(cs, key=lambda c: c.registered_on))
    ),
    club=st.none() | _clubs,
)
_cards = st.builds(
    SimCard, st.from_regex(r"89383[0-9]{14,15}", fullmatch=True), st.sampled_from(SimState), st.none() | _days
)
_bills = st.lists(
    st.builds(Bill, st.from_regex(r"F-[0-9]{1,8}", fullmatch=True), _days, _days, _cents, _cents),
    max_size=4,
    unique_by=lambda bill: bill.number,
).map(lambda bills: tuple(sorted(bills, key=lambda bill: (bill.issued_on, bill.number))))
_payments = st.lists(st.builds(Payment, _moments, _cents, _texts | st.just("")), max_size=3).map(
    lambda payments: tuple(sorted(payments, key=lambda payment: payment.paid_at))
)
_suspensions = st.none() | st.builds(Suspension, _days, ended_at=st.none() | _moments, amount_cents=st.none() | _cents)
_selfcares = st.none() | st.builds(SelfcareRegistration, st.none() | _days, st.booleans())


@st.composite
def _lives(draw: st.DrawFn) -> PrepaidLife:
    reactivation = draw(st.none() | st.sampled_from(Reactivation))
    return PrepaidLife(
        draw(_days),
        draw(st.none() | _days),
        draw(st.none() | _days),
        None if reactivation is None else draw(_days),
        reactivation,
    )


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """Any line that the model allows and that means something: bills for those who get any, a card for mobiles."""
    kind = draw(st.sampled_from(LineKind))
    parts: dict[str, Any] = {
        "suspension": draw(_suspensions),
        "payments": draw(_payments),
        "selfcare": draw(_selfcares),
        "owner_changed_on": draw(st.none() | _days),
        "ported_on": draw(st.none() | _days),
    }
    if kind is not LineKind.FIXED:
        parts["sim"] = draw(_cards)
    if kind is LineKind.PREPAID:
        parts |= {"prepaid": draw(_lives()), "balance_cents": draw(st.none() | _cents)}
    else:
        parts["bills"] = draw(_bills)
    return Line(draw(_numbers), kind, draw(_subscribers), **parts)
