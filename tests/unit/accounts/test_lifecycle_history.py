"""The state machine of a prepaid number: random histories, lived day by day, against the closed form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ndihma.accounts.history import (
    EXPIRIES,
    TRANSITIONS,
    Activated,
    Event,
    EventKind,
    ImpossibleEvent,
    Purchased,
    Reactivated,
    ToppedUp,
    apply,
    record_of,
    status_on,
)
from ndihma.accounts.lifecycle import ContradictoryLife, LifeStatus, lifecycle_state
from ndihma.accounts.model import PrepaidLife, Reactivation

DAY_0 = date(2026, 3, 1)
VALID, ACTIVE, INACTIVE, DEACTIVE, VOID = LifeStatus
KEEP_CREDIT, FRESH_START = Reactivation


def after(days: int) -> date:
    return DAY_0 + timedelta(days=days)


def top_up(on: int, until: int, cents: int = 500) -> ToppedUp:
    return ToppedUp(after(on), cents, after(until))


# Living day by day: the FAQ's sentences, one night at a time, with no formula and nothing of the code under test ----


@dataclass
class LivedNumber:
    """A number that knows only today: its status, and how many nights it still keeps it."""

    day: date
    status: LifeStatus = VALID
    nights: int = 100
    waits_for_top_up: bool = False

    def sleep(self) -> None:
        self.day += timedelta(days=1)
        if self.status is VOID:
            return
        self.nights -= 1
        if self.nights >= 0:
            return
        if self.status is ACTIVE:
            self._become(INACTIVE, 15)
        elif self.status is INACTIVE and not self.waits_for_top_up:
            self._become(DEACTIVE, 14)
        else:
            self._become(VOID, 0)

    def possible(self) -> tuple[EventKind, ...]:
        return {
            VALID: (EventKind.ACTIVATED,),
            ACTIVE: (EventKind.TOPPED_UP,),
            INACTIVE: (EventKind.TOPPED_UP,),
            DEACTIVE: (EventKind.KEPT_CREDIT, EventKind.STARTED_FRESH),
            VOID: (),
        }[self.status]

    def meet(self, event: Event) -> None:
        match event:
            case Activated():
                self._become(ACTIVE, 90)
            case ToppedUp(valid_until=until):
                bought = (until - self.day).days
                if self.status is ACTIVE:
                    self.nights = max(self.nights, bought)
                else:
                    self._become(ACTIVE, bought)
            case Reactivated(option=Reactivation.KEEP_CREDIT):
                self._become(INACTIVE, 7)
                self.waits_for_top_up = True
            case _:
                self._become(ACTIVE, 30)

    def _become(self, status: LifeStatus, nights: int) -> None:
        self.status, self.nights, self.waits_for_top_up = status, nights, False


@dataclass(frozen=True)
class Lived:
    """A history, and what each of its days was like in the evening."""

    purchase: Purchased
    events: tuple[Event, ...]
    days: tuple[tuple[date, LifeStatus, int], ...]
    """Day, status, nights left."""


@st.composite
def histories(draw: st.DrawFn) -> Lived:
    """Up to twelve events, each on a day and of a kind that the rules allow, then the nights until after the end."""
    number = LivedNumber(DAY_0 + timedelta(days=draw(st.integers(0, 1500))))
    purchase, events, days = Purchased(number.day), list[Event](), list[tuple[date, LifeStatus, int]]()

    def evening() -> tuple[date, LifeStatus, int]:
        return number.day, number.status, number.nights

    for _ in range(draw(st.integers(0, 12))):
        if not number.possible():
            break
        limit = number.nights + (31 if number.status is ACTIVE else 16 if number.status is INACTIVE else 2)
        for _ in range(draw(st.integers(0, limit))):
            days.append(evening())
            number.sleep()
        if not number.possible():
            break
        event = make(draw, draw(st.sampled_from(number.possible())), number.day)
        number.meet(event)
        events.append(event)
    for _ in range(number.nights + 40):
        days.append(evening())
        number.sleep()
    return Lived(purchase, tuple(events), tuple(days))


def make(draw: st.DrawFn, kind: EventKind, day: date) -> Event:
    if kind is EventKind.ACTIVATED:
        return Activated(day)
    if kind is EventKind.TOPPED_UP:
        return ToppedUp(day, draw(st.integers(100, 5000)), day + timedelta(days=draw(st.integers(1, 120))))
    return Reactivated(day, KEEP_CREDIT if kind is EventKind.KEPT_CREDIT else FRESH_START)


MACHINE = settings(max_examples=60)


@MACHINE
@given(histories())
def test_the_closed_form_is_what_living_day_by_day_gives(lived: Lived) -> None:
    for day, status, nights in lived.days:
        state = status_on(day, lived.purchase, lived.events)
        assert (state.status, state.days_left(day)) == (status, None if status is VOID else nights)


@MACHINE
@given(histories())
def test_the_record_alone_tells_the_status_of_every_day_from_its_last_event_on(lived: Lived) -> None:
    life = record_of(lived.purchase, lived.events)
    last = lived.events[-1].on if lived.events else lived.purchase.on
    for day, status, _ in lived.days:
        if day >= last:
            assert lifecycle_state(life, day).status is status


@MACHINE
@given(histories())
def test_no_history_reaches_an_impossible_state(lived: Lived) -> None:
    """From one evening to the next a status stays, expires, or changes by the day's events: never otherwise."""
    assert lived.days[-1][1] is VOID
    for (_, before, _), (day, status, _) in pairwise(lived.days):
        reachable = {before} | EXPIRIES[before]
        for _ in (event for event in lived.events if event.on == day):
            reachable |= {to for (start, _), to in TRANSITIONS.items() if start in reachable}
        assert status_on(day, lived.purchase, lived.events).status in reachable
        if before is VOID:
            assert status is VOID


@MACHINE
@given(histories(), st.data())
def test_what_the_rules_do_not_allow_is_refused_and_changes_nothing(lived: Lived, data: st.DataObject) -> None:
    day, status, _ = data.draw(st.sampled_from(lived.days))
    life = record_of(lived.purchase, (event for event in lived.events if event.on <= day))
    for kind in EventKind:
        event = make(data.draw, kind, day)
        if (status, kind) in TRANSITIONS:
            assert lifecycle_state(apply(life, event), day).status is TRANSITIONS[status, kind]
        else:
            with pytest.raises(ImpossibleEvent):
                apply(life, event)


@MACHINE
@given(histories(), st.integers(0, 1400))
def test_a_day_is_not_changed_by_what_happens_after_it(lived: Lived, days: int) -> None:
    day = lived.purchase.on + timedelta(days=days)
    until = [event for event in lived.events if event.on <= day]
    assert status_on(day, lived.purchase, until) == status_on(day, lived.purchase, lived.events)


# The FAQ's sentences, one by one -------------------------------------------------------------------------------------


def test_the_table_of_events_is_the_faqs() -> None:
    assert set(TRANSITIONS.items()) == {
        ((VALID, EventKind.ACTIVATED), ACTIVE),  # "nga momenti i aktivizimit"
        ((ACTIVE, EventKind.TOPPED_UP), ACTIVE),  # "nëse klienti nuk e rimbushë … Inactive"
        ((INACTIVE, EventKind.TOPPED_UP), ACTIVE),  # "statusi rikthehet në aktiv"
        ((DEACTIVE, EventKind.KEPT_CREDIT), INACTIVE),  # "kartela kthehet në statusin Inaktiv"
        ((DEACTIVE, EventKind.STARTED_FRESH), ACTIVE),  # "e kthen numrin në statusin Aktiv"
    }
    assert {before for before, after in EXPIRIES.items() if VOID in after} == {VALID, INACTIVE, DEACTIVE}


LAST_VALID, LAST_ACTIVE, LAST_INACTIVE, LAST_DEACTIVE = 100, 90, 106, 121


@pytest.mark.parametrize(("day", "allowed"), [(0, True), (LAST_VALID, True), (LAST_VALID + 1, False)])
def test_a_card_can_be_activated_up_to_its_100th_day(day: int, allowed: bool) -> None:
    if allowed:
        assert record_of(Purchased(DAY_0), [Activated(after(day))]).activated_on == after(day)
    else:
        with pytest.raises(ImpossibleEvent, match="activated while void"):
            record_of(Purchased(DAY_0), [Activated(after(day))])


@pytest.mark.parametrize(
    ("day", "allowed"),
    [(0, True), (LAST_ACTIVE, True), (LAST_ACTIVE + 1, True), (LAST_INACTIVE, True), (LAST_INACTIVE + 1, False)],
)
def test_a_number_can_be_topped_up_while_active_or_inactive(day: int, allowed: bool) -> None:
    life = record_of(Purchased(DAY_0), [Activated(DAY_0)])
    if allowed:
        state = lifecycle_state(apply(life, top_up(day, day + 60)), after(day))
        assert (state.status, state.last_day) == (ACTIVE, after(max(day + 60, LAST_ACTIVE)))
    else:
        with pytest.raises(ImpossibleEvent, match="topped_up while deactive"):
            apply(life, top_up(day, day + 60))


@pytest.mark.parametrize("option", Reactivation)
@pytest.mark.parametrize(
    ("day", "allowed"),
    [(LAST_INACTIVE, False), (LAST_INACTIVE + 1, True), (LAST_DEACTIVE, True), (LAST_DEACTIVE + 1, False)],
)
def test_a_number_can_be_reactivated_on_the_14_days_of_deactive_only(
    day: int, allowed: bool, option: Reactivation
) -> None:
    life = record_of(Purchased(DAY_0), [Activated(DAY_0)])
    if allowed:
        assert apply(life, Reactivated(after(day), option)).reactivated_on == after(day)
    else:
        with pytest.raises(ImpossibleEvent):
            apply(life, Reactivated(after(day), option))


@pytest.mark.parametrize(("days", "status"), [(0, ACTIVE), (7, ACTIVE), (8, None)])
def test_after_option_1_there_are_7_days_to_top_up_then_the_number_is_void(
    days: int, status: LifeStatus | None
) -> None:
    life = record_of(Purchased(DAY_0), [Activated(DAY_0), Reactivated(after(110), KEEP_CREDIT)])
    assert lifecycle_state(life, after(117)).status is INACTIVE
    assert lifecycle_state(life, after(118)).status is VOID
    if status is None:
        with pytest.raises(ImpossibleEvent, match="topped_up while void"):
            apply(life, top_up(110 + days, 200))
    else:
        assert lifecycle_state(apply(life, top_up(110 + days, 200)), after(110 + days)).status is status


def test_a_number_can_be_reactivated_again_and_again() -> None:
    events = [
        Activated(DAY_0),
        Reactivated(after(110), FRESH_START),  # active to 140, inactive to 156, deactive to 171
        Reactivated(after(171), KEEP_CREDIT),
        top_up(178, 200),  # active to 200, inactive to 216
        top_up(216, 230),
    ]
    assert status_on(after(230), Purchased(DAY_0), events).status is ACTIVE
    assert status_on(after(231), Purchased(DAY_0), events).status is INACTIVE


@pytest.mark.parametrize(
    ("cents", "allowed"), [(0, False), (99, False), (100, True), (5000, True), (5001, False), (-100, False)]
)
def test_an_inactive_number_comes_back_with_1_to_50_euros(cents: int, allowed: bool) -> None:
    life = record_of(Purchased(DAY_0), [Activated(DAY_0)])
    if allowed:
        assert lifecycle_state(apply(life, top_up(95, 120, cents)), after(95)).status is ACTIVE
    else:
        with pytest.raises(ImpossibleEvent):
            apply(life, top_up(95, 120, cents))


@pytest.mark.parametrize("cents", [1, 50, 9900])
def test_after_option_1_any_amount_will_do(cents: int) -> None:
    life = record_of(Purchased(DAY_0), [Activated(DAY_0), Reactivated(after(110), KEEP_CREDIT)])
    assert lifecycle_state(apply(life, top_up(112, 130, cents)), after(112)).status is ACTIVE


def test_several_events_of_one_day_count_in_their_order() -> None:
    events = [Activated(DAY_0), top_up(0, 95), Reactivated(after(112), KEEP_CREDIT), top_up(112, 140)]
    assert status_on(after(112), Purchased(DAY_0), events).last_day == after(140)
    with pytest.raises(ImpossibleEvent, match="topped_up while valid"):
        record_of(Purchased(DAY_0), [top_up(0, 95), Activated(DAY_0)])


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([Activated(after(-1))], id="activated before the purchase"),
        pytest.param([Activated(after(3)), top_up(2, 60)], id="topped up before the activation"),
        pytest.param([Activated(DAY_0), Activated(after(1))], id="activated twice"),
        pytest.param([Activated(DAY_0), top_up(5, 5)], id="a top-up that ends on its day"),
        pytest.param([Activated(DAY_0), Reactivated(after(5), FRESH_START)], id="reactivated while active"),
        pytest.param(
            [Activated(DAY_0), Reactivated(after(110), KEEP_CREDIT), Reactivated(after(111), FRESH_START)],
            id="option 2 after option 1",
        ),
    ],
)
def test_an_impossible_history_is_an_error(events: list[Event]) -> None:
    with pytest.raises(ImpossibleEvent):
        record_of(Purchased(DAY_0), events)


def test_a_day_before_the_purchase_is_an_error() -> None:
    with pytest.raises(ContradictoryLife):
        status_on(after(-1), Purchased(DAY_0))


def test_a_sold_card_without_events_is_a_bare_record() -> None:
    assert record_of(Purchased(DAY_0)) == PrepaidLife(DAY_0)
