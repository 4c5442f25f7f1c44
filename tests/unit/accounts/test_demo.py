"""The demo customers: each stands in the state its key names, on any day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import pytest

from ndihma.accounts import messages
from ndihma.accounts.clubs import ClubKind, club_state
from ndihma.accounts.demo import DemoKey, DemoRefused, demo_customers, load_demo
from ndihma.accounts.importer import Reason
from ndihma.accounts.lifecycle import LifeCause, LifecycleState, LifeStatus, lifecycle_state
from ndihma.accounts.model import Line, SimState
from ndihma.accounts.ports import Written
from ndihma.accounts.puk import PukKind, puk_state
from ndihma.accounts.reconnection import ReconnectionKind, reconnection_state
from ndihma.accounts.selfcare import SelfcareState, selfcare_state
from ndihma.clock import BELGRADE, FixedClock, local_date
from ndihma.config import Mode

MOMENTS = [
    pytest.param(datetime(2026, 11, 22, 16, tzinfo=BELGRADE), id="an autumn day"),
    pytest.param(datetime(2028, 2, 29, 0, 5, tzinfo=BELGRADE), id="just after midnight on a leap day"),
    pytest.param(datetime(2027, 3, 28, 12, tzinfo=BELGRADE), id="the day the clocks change"),
]


class FakeWriter:
    def __init__(self) -> None:
        self.lines: list[Line] = []

    async def upsert(self, lines: Iterable[Line], seen_at: datetime) -> Written:
        self.lines = list(lines)
        return Written(len(self.lines), 0)


def by_key(now: datetime) -> dict[DemoKey, Line]:
    return {customer.key: customer.line for customer in demo_customers(now)}


def life(line: Line, today: date) -> LifecycleState:
    assert line.prepaid is not None
    return lifecycle_state(line.prepaid, today)


@pytest.mark.parametrize("now", MOMENTS)
def test_prepaid_customers_stand_where_their_keys_say(now: datetime) -> None:
    today, lines = local_date(now), by_key(now)
    expected = {
        DemoKey.VALID_FRESH: (LifeStatus.VALID, LifeCause.PURCHASE, 97),
        DemoKey.VALID_ENDING: (LifeStatus.VALID, LifeCause.PURCHASE, 2),
        DemoKey.VOID_NEVER_USED: (LifeStatus.VOID, LifeCause.PURCHASE, None),
        DemoKey.ACTIVE_BY_ACTIVATION: (LifeStatus.ACTIVE, LifeCause.ACTIVATION, 60),
        DemoKey.ACTIVE_BY_TOP_UP: (LifeStatus.ACTIVE, LifeCause.TOP_UP, 45),
        DemoKey.ACTIVE_ENDING: (LifeStatus.ACTIVE, LifeCause.TOP_UP, 3),
        DemoKey.ACTIVE_LAST_DAY: (LifeStatus.ACTIVE, LifeCause.TOP_UP, 0),
        DemoKey.INACTIVE: (LifeStatus.INACTIVE, LifeCause.TOP_UP, 10),
        DemoKey.INACTIVE_LAST_DAY: (LifeStatus.INACTIVE, LifeCause.TOP_UP, 0),
        DemoKey.DEACTIVE: (LifeStatus.DEACTIVE, LifeCause.TOP_UP, 9),
        DemoKey.DEACTIVE_LAST_DAY: (LifeStatus.DEACTIVE, LifeCause.TOP_UP, 0),
        DemoKey.VOID_AFTER_DEACTIVE: (LifeStatus.VOID, LifeCause.TOP_UP, None),
        DemoKey.KEEP_CREDIT_WAITING: (LifeStatus.INACTIVE, LifeCause.KEEP_CREDIT, 5),
        DemoKey.KEEP_CREDIT_TOPPED_UP: (LifeStatus.ACTIVE, LifeCause.TOP_UP, 25),
        DemoKey.KEEP_CREDIT_MISSED: (LifeStatus.VOID, LifeCause.KEEP_CREDIT, None),
        DemoKey.FRESH_START: (LifeStatus.ACTIVE, LifeCause.FRESH_START, 18),
    }
    for key, (status, cause, left) in expected.items():
        state = life(lines[key], today)
        assert (state.status, state.cause, state.days_left(today)) == (status, cause, left), key
    assert lines[DemoKey.ACTIVE_BY_TOP_UP].balance_cents == 1240


@pytest.mark.parametrize("now", MOMENTS)
def test_customers_with_a_contract_stand_where_their_keys_say(now: datetime) -> None:
    today, lines = local_date(now), by_key(now)
    expected = {
        DemoKey.PAID: (ReconnectionKind.NOTHING_DUE, 0, False),
        DemoKey.BILL_NOT_DUE: (ReconnectionKind.BILL_OPEN, 1500, False),
        DemoKey.OVERDUE: (ReconnectionKind.BILL_OPEN, 1850, True),
        DemoKey.SUSPENDED: (ReconnectionKind.SUSPENDED, 2340, False),
        DemoKey.AWAITING_RECONNECTION: (ReconnectionKind.AWAITING_RECONNECTION, 0, False),
        DemoKey.FIXED: (ReconnectionKind.BILL_OPEN, 1500, False),
        DemoKey.FIXED_SUSPENDED: (ReconnectionKind.SUSPENDED, 2340, False),
    }
    for key, wanted in expected.items():
        state = reconnection_state(lines[key], today)
        assert (state.kind, state.amount_cents, state.overdue) == wanted, key
    assert selfcare_state(lines[DemoKey.SELFCARE_NEVER]) is SelfcareState.NOT_REGISTERED
    assert selfcare_state(lines[DemoKey.SELFCARE_REGISTERED]) is SelfcareState.REGISTERED
    assert selfcare_state(lines[DemoKey.SELFCARE_LOCKED]) is SelfcareState.LOCKED
    assert club_state(lines[DemoKey.CLUB_COMPLETE].subscriber).kind is ClubKind.COMPLETE
    assert club_state(lines[DemoKey.CLUB_MISSING].subscriber).missing_contracts == 2
    assert club_state(lines[DemoKey.CLUB_MISSING_ONE].subscriber).missing_contracts == 1
    assert club_state(lines[DemoKey.BUSINESS_WITHOUT_CLUB].subscriber).kind is ClubKind.NO_CLUB


def test_locked_cards_come_with_and_without_another_contact() -> None:
    now = datetime(2026, 11, 22, 16, tzinfo=BELGRADE)
    lines = by_key(now)
    known = puk_state(lines[DemoKey.PUK_LOCKED_WITH_CONTACT], local_date(now))
    alone = puk_state(lines[DemoKey.PUK_LOCKED_ALONE], local_date(now))
    assert (known.kind, len(known.other_contacts)) == (PukKind.PUK_LOCKED, 2)
    assert (alone.kind, alone.other_contacts) == (PukKind.PUK_LOCKED, ())


def test_every_state_of_every_rule_has_a_customer() -> None:
    now = datetime(2026, 11, 22, 16, tzinfo=BELGRADE)
    today, lines = local_date(now), by_key(now).values()
    prepaid = [line.prepaid for line in lines if line.prepaid is not None]
    assert {lifecycle_state(life, today).status for life in prepaid} == set(LifeStatus)
    assert {lifecycle_state(life, today).cause for life in prepaid} == set(LifeCause)
    bills = {reconnection_state(line, today).kind for line in lines}
    assert bills == set(ReconnectionKind) - {ReconnectionKind.REQUEST_FILED}  # the desk files those
    assert {selfcare_state(line) for line in lines} == set(SelfcareState)
    assert {club_state(line.subscriber).kind for line in lines} == set(ClubKind)
    assert {puk_state(line, today).kind for line in lines} == set(PukKind)
    assert {line.sim.state for line in lines if line.sim is not None} == set(SimState)


def test_numbers_cards_and_subscribers_are_stable_and_all_different() -> None:
    first = demo_customers(datetime(2026, 11, 22, 16, tzinfo=BELGRADE))
    later = demo_customers(datetime(2027, 5, 1, 16, tzinfo=BELGRADE))
    assert [(c.key, c.line.msisdn.e164) for c in first] == [(c.key, c.line.msisdn.e164) for c in later]
    assert first[0].line.msisdn.e164 == "+38344100101"
    assert len({c.line.msisdn for c in first}) == len({c.line.subscriber.id for c in first}) == len(first)
    cards = [c.line.sim.iccid for c in first if c.line.sim is not None]
    assert len(set(cards)) == len(cards)


async def test_production_refuses_demo_customers() -> None:
    writer = FakeWriter()
    with pytest.raises(DemoRefused):
        await load_demo(writer, Mode.PRODUCTION, FixedClock(datetime(2026, 11, 22, 16, tzinfo=BELGRADE)))
    assert writer.lines == []


def test_the_catalogue_has_a_sentence_for_every_key() -> None:
    catalogues: list[tuple[object, object]] = [
        (set(messages.DEMO_DESCRIPTIONS), set(DemoKey)),
        (set(messages.IMPORT_REASONS), set(Reason)),
        (set(messages.STATUSES), set(LifeStatus)),
        (set(messages.RECONNECTIONS), set(ReconnectionKind)),
        (set(messages.SELFCARES), set(SelfcareState)),
        (set(messages.CLUBS), set(ClubKind)),
        (set(messages.PUKS), set(PukKind)),
    ]
    for has, wants in catalogues:
        assert has == wants
