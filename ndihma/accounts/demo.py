"""Demo customers: one for every state that the FAQ names and the rules know, with dates relative to a given day.

The numbers are made up and stable; running the demo again refreshes the dates. Names of people and companies are
data here, the descriptions of the customers are in ``messages``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from ndihma.accounts.history import Activated, Event, Purchased, Reactivated, ToppedUp, record_of
from ndihma.accounts.lifecycle import FRESH_START_CREDIT_CENTS
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
from ndihma.accounts.ports import AccountWriter, Written
from ndihma.clock import BELGRADE, Clock, local_date
from ndihma.config import Mode

__all__ = ["DemoCustomer", "DemoKey", "DemoRefused", "demo_customers", "ensure_demo_allowed", "load_demo"]


class DemoRefused(Exception):
    """Demo data is not for production."""


class DemoKey(StrEnum):
    """Who the demo customers are; ``messages.DEMO_DESCRIPTIONS`` says it in words.

    The place in this list makes the number: add new ones at the end, remove none.
    """

    VALID_FRESH = "valid_fresh"
    VALID_ENDING = "valid_ending"
    VOID_NEVER_USED = "void_never_used"
    ACTIVE_BY_ACTIVATION = "active_by_activation"
    ACTIVE_BY_TOP_UP = "active_by_top_up"
    ACTIVE_ENDING = "active_ending"
    INACTIVE = "inactive"
    INACTIVE_LAST_DAY = "inactive_last_day"
    DEACTIVE = "deactive"
    DEACTIVE_LAST_DAY = "deactive_last_day"
    VOID_AFTER_DEACTIVE = "void_after_deactive"
    KEEP_CREDIT_WAITING = "keep_credit_waiting"
    KEEP_CREDIT_TOPPED_UP = "keep_credit_topped_up"
    KEEP_CREDIT_MISSED = "keep_credit_missed"
    FRESH_START = "fresh_start"
    PAID = "paid"
    BILL_NOT_DUE = "bill_not_due"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    AWAITING_RECONNECTION = "awaiting_reconnection"
    SELFCARE_NEVER = "selfcare_never"
    SELFCARE_REGISTERED = "selfcare_registered"
    SELFCARE_LOCKED = "selfcare_locked"
    FIXED = "fixed"
    FIXED_SUSPENDED = "fixed_suspended"
    CLUB_COMPLETE = "club_complete"
    CLUB_MISSING = "club_missing"
    BUSINESS_WITHOUT_CLUB = "business_without_club"
    PUK_LOCKED_WITH_CONTACT = "puk_locked_with_contact"
    PUK_LOCKED_ALONE = "puk_locked_alone"
    SIM_LOST = "sim_lost"
    ACTIVE_LAST_DAY = "active_last_day"
    SELFCARE_SIM_LOST = "selfcare_sim_lost"
    CLUB_MISSING_ONE = "club_missing_one"


_NUMBERS: Final = {
    key: f"038 500 1{place:02d}" if key in {DemoKey.FIXED, DemoKey.FIXED_SUSPENDED} else f"044 100 1{place:02d}"
    for place, key in enumerate(DemoKey, start=1)
}
_CONTACT_NUMBER: Final = "044 100 199"
"""The registered second number of some demo customers; no line of its own."""

_PEOPLE: Final = (
    "Arta Demo", "Besnik Demo", "Drita Demo", "Erion Demo", "Fjolla Demo", "Gent Demo", "Hana Demo", "Ilir Demo",
)  # fmt: skip
_CREDIT: Final = {
    DemoKey.ACTIVE_BY_TOP_UP: 1240,
    DemoKey.KEEP_CREDIT_WAITING: 365,
    DemoKey.KEEP_CREDIT_TOPPED_UP: 865,
    DemoKey.FRESH_START: FRESH_START_CREDIT_CENTS,
}
_OTHER_CREDIT: Final = 310
_MONTHLY_FEE: Final = 1500
_DEBT: Final = 2340


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    key: DemoKey
    line: Line


def demo_customers(now: datetime) -> tuple[DemoCustomer, ...]:
    """All demo customers as they stand on the (Kosovo) day of the aware moment ``now``, in the order of DemoKey."""
    today = local_date(now)
    lines = {
        **dict(_prepaid_lines(today)),
        **dict(_postpaid_lines(today)),
        **dict(_business_lines(today)),
        **dict(_sim_lines(today)),
    }
    return tuple(DemoCustomer(key, lines[key]) for key in DemoKey)


def ensure_demo_allowed(mode: Mode) -> None:
    """Raises DemoRefused in production mode."""
    if mode is Mode.PRODUCTION:
        raise DemoRefused("demo customers are refused in production mode")


async def load_demo(writer: AccountWriter, mode: Mode, clock: Clock) -> Written:
    """Store all demo customers. Raises DemoRefused in production mode, AccountsUnavailable."""
    ensure_demo_allowed(mode)
    now = clock.now()
    return await writer.upsert((customer.line for customer in demo_customers(now)), now)


def _prepaid_lines(today: date) -> Iterator[tuple[DemoKey, Line]]:
    """Day offsets follow ``lifecycle``: Inactive is days 1-16 after the last active day, Deactive days 17-31."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    def life(bought: int, *events: Event) -> tuple[PrepaidLife, tuple[Payment, ...]]:
        """Bought so many days ago; the machine of ``history`` lets no impossible customer through. With the top-ups."""
        top_ups = tuple(Payment(_at(e.on, 12), e.amount_cents, "") for e in events if isinstance(e, ToppedUp))
        return record_of(Purchased(ago(bought)), events), top_ups

    def topped_up(last_active: int, *events: Event) -> tuple[PrepaidLife, tuple[Payment, ...]]:
        return life(410, Activated(ago(400)), ToppedUp(ago(320), 5000, ago(last_active)), *events)

    lives = {
        DemoKey.VALID_FRESH: life(3),
        DemoKey.VALID_ENDING: life(98),
        DemoKey.VOID_NEVER_USED: life(120),
        DemoKey.ACTIVE_BY_ACTIVATION: life(40, Activated(ago(30))),
        DemoKey.ACTIVE_BY_TOP_UP: topped_up(-45),
        DemoKey.ACTIVE_ENDING: topped_up(-3),
        DemoKey.ACTIVE_LAST_DAY: topped_up(0),
        DemoKey.INACTIVE: topped_up(6),
        DemoKey.INACTIVE_LAST_DAY: topped_up(16),
        DemoKey.DEACTIVE: topped_up(22),
        DemoKey.DEACTIVE_LAST_DAY: topped_up(31),
        DemoKey.VOID_AFTER_DEACTIVE: topped_up(60),
        DemoKey.KEEP_CREDIT_WAITING: topped_up(25, Reactivated(ago(2), Reactivation.KEEP_CREDIT)),
        DemoKey.KEEP_CREDIT_TOPPED_UP: topped_up(
            30, Reactivated(ago(6), Reactivation.KEEP_CREDIT), ToppedUp(ago(5), 500, ago(-25))
        ),
        DemoKey.KEEP_CREDIT_MISSED: topped_up(45, Reactivated(ago(20), Reactivation.KEEP_CREDIT)),
        DemoKey.FRESH_START: topped_up(40, Reactivated(ago(12), Reactivation.FRESH_START)),
    }
    for key, (record, top_ups) in lives.items():
        credit = 0 if record.activated_on is None else _CREDIT.get(key, _OTHER_CREDIT)
        owner = replace(_person(key), contacts=(_mailbox(today),) if key is DemoKey.DEACTIVE else ())
        line = _mobile(key, LineKind.PREPAID, owner, prepaid=record, balance_cents=credit)
        yield key, replace(line, payments=top_ups)


def _postpaid_lines(today: date) -> Iterator[tuple[DemoKey, Line]]:
    registered = SelfcareRegistration(registered_on=today - timedelta(days=200))
    paid, not_due, overdue = _paid_bill(today), _bill(today, 5, _MONTHLY_FEE), _bill(today, 18, 1850)
    debt, cut_off = _bill(today, 40, _DEBT), Suspension(today - timedelta(days=4), amount_cents=_DEBT)
    settled = Payment(_at(today - timedelta(days=1), 16), _DEBT, "P-DEMO-2")
    old_payment = Payment(_at(paid.due_on, 10), paid.paid_cents, "P-DEMO-1")

    def line(key: DemoKey, *bills: Bill, selfcare: SelfcareRegistration = registered) -> Line:
        return _mobile(key, LineKind.POSTPAID, _person(key), bills=bills, selfcare=selfcare)

    yield DemoKey.PAID, replace(line(DemoKey.PAID, paid), payments=(old_payment,))
    yield DemoKey.BILL_NOT_DUE, replace(line(DemoKey.BILL_NOT_DUE, paid, not_due), payments=(old_payment,))
    yield DemoKey.OVERDUE, line(DemoKey.OVERDUE, overdue)
    yield DemoKey.SUSPENDED, replace(line(DemoKey.SUSPENDED, debt), suspension=cut_off)
    yield (
        DemoKey.AWAITING_RECONNECTION,
        replace(line(DemoKey.AWAITING_RECONNECTION, debt), suspension=cut_off, payments=(settled,)),
    )
    yield DemoKey.SELFCARE_NEVER, line(DemoKey.SELFCARE_NEVER, paid, selfcare=SelfcareRegistration())
    yield DemoKey.SELFCARE_REGISTERED, line(DemoKey.SELFCARE_REGISTERED, paid)
    lost = line(DemoKey.SELFCARE_SIM_LOST, paid)
    yield DemoKey.SELFCARE_SIM_LOST, replace(lost, sim=SimCard(_iccid(DemoKey.SELFCARE_SIM_LOST), SimState.LOST))
    yield DemoKey.SELFCARE_LOCKED, line(DemoKey.SELFCARE_LOCKED, paid, selfcare=replace(registered, locked=True))
    fixed = DemoKey.FIXED
    owner = replace(_person(fixed), contacts=(_other_number(today),))
    yield fixed, Line(Msisdn.parse(_NUMBERS[fixed]), LineKind.FIXED, owner, bills=(not_due,))
    fixed = DemoKey.FIXED_SUSPENDED
    yield (
        fixed,
        Line(Msisdn.parse(_NUMBERS[fixed]), LineKind.FIXED, _person(fixed), bills=(debt,), suspension=cut_off),
    )


def _business_lines(today: date) -> Iterator[tuple[DemoKey, Line]]:
    club = BusinessClub(
        name="Klubi Demo",
        package="Biznes Demo",
        required_monthly_contracts=5,
        members=12,
        monthly_contracts=6,
        joined_on=today - timedelta(days=300),
    )
    clubs = {
        DemoKey.CLUB_COMPLETE: club,
        DemoKey.CLUB_MISSING: replace(club, members=4, monthly_contracts=3),
        DemoKey.CLUB_MISSING_ONE: replace(club, members=7, monthly_contracts=4),
        DemoKey.BUSINESS_WITHOUT_CLUB: None,
    }
    for key, joined in clubs.items():
        company = Subscriber(f"demo-{key}", "Ndërmarrja Demo SH.P.K.", is_business=True, club=joined)
        selfcare = SelfcareRegistration(registered_on=today - timedelta(days=250))
        yield key, _mobile(key, LineKind.POSTPAID, company, bills=(_paid_bill(today),), selfcare=selfcare)


def _sim_lines(today: date) -> Iterator[tuple[DemoKey, Line]]:
    since = today - timedelta(days=350)
    contacts = {
        DemoKey.PUK_LOCKED_WITH_CONTACT: (_mailbox(today), _other_number(today)),
        DemoKey.PUK_LOCKED_ALONE: (),
        DemoKey.SIM_LOST: (_mailbox(today),),
    }
    for key, known in contacts.items():
        state = SimState.LOST if key is DemoKey.SIM_LOST else SimState.PUK_LOCKED
        life = PrepaidLife(since, activated_on=since, valid_until=today + timedelta(days=50))
        line = _mobile(key, LineKind.PREPAID, replace(_person(key), contacts=known), prepaid=life, balance_cents=520)
        yield key, replace(line, sim=SimCard(_iccid(key), state))


def _mobile(
    key: DemoKey,
    kind: LineKind,
    subscriber: Subscriber,
    *,
    prepaid: PrepaidLife | None = None,
    balance_cents: int | None = None,
    bills: tuple[Bill, ...] = (),
    selfcare: SelfcareRegistration | None = None,
) -> Line:
    return Line(
        Msisdn.parse(_NUMBERS[key]),
        kind,
        subscriber,
        sim=SimCard(_iccid(key)),
        prepaid=prepaid,
        balance_cents=balance_cents,
        bills=bills,
        selfcare=selfcare,
    )


def _person(key: DemoKey) -> Subscriber:
    return Subscriber(f"demo-{key}", _PEOPLE[_place(key) % len(_PEOPLE)])


def _mailbox(today: date) -> ContactPoint:
    return ContactPoint(ContactKind.EMAIL, "demo@example.com", today - timedelta(days=350))


def _other_number(today: date) -> ContactPoint:
    return ContactPoint(ContactKind.MSISDN, Msisdn.parse(_CONTACT_NUMBER).e164, today - timedelta(days=350))


def _iccid(key: DemoKey) -> str:
    return f"89383000000000000{_place(key):02d}"


def _place(key: DemoKey) -> int:
    return list(DemoKey).index(key) + 1


def _bill(today: date, days_old: int, amount_cents: int, paid_cents: int = 0) -> Bill:
    """A bill issued ``days_old`` days ago, to be paid within 15 days."""
    issued = today - timedelta(days=days_old)
    return Bill(f"F-{issued:%Y%m%d}", issued, issued + timedelta(days=15), amount_cents, paid_cents)


def _paid_bill(today: date) -> Bill:
    return _bill(today, 35, _MONTHLY_FEE, _MONTHLY_FEE)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), BELGRADE)
