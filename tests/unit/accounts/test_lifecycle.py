"""The statuses of a prepaid number: both ends of each period, and properties over all days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ndihma.accounts.lifecycle import (
    ContradictoryLife,
    LifeCause,
    LifeStatus,
    forecast,
    lifecycle_state,
)
from ndihma.accounts.model import PrepaidLife, Reactivation

DAY_0 = date(2026, 3, 1)
VALID, ACTIVE, INACTIVE, DEACTIVE, VOID = LifeStatus

NEVER_USED = PrepaidLife(DAY_0)
ACTIVATED = PrepaidLife(DAY_0 - timedelta(days=10), activated_on=DAY_0)
TOPPED_UP = PrepaidLife(DAY_0 - timedelta(days=300), DAY_0 - timedelta(days=290), valid_until=DAY_0)
OPTION_1 = PrepaidLife(
    DAY_0 - timedelta(days=300),
    DAY_0 - timedelta(days=290),
    valid_until=DAY_0 - timedelta(days=20),
    reactivated_on=DAY_0,
    reactivation=Reactivation.KEEP_CREDIT,
)
OPTION_2 = PrepaidLife(
    DAY_0 - timedelta(days=300),
    DAY_0 - timedelta(days=290),
    valid_until=DAY_0 - timedelta(days=20),
    reactivated_on=DAY_0,
    reactivation=Reactivation.FRESH_START,
)


def after(days: int) -> date:
    return DAY_0 + timedelta(days=days)


@pytest.mark.parametrize(
    ("life", "first", "last", "status", "following"),
    [
        pytest.param(NEVER_USED, 0, 100, VALID, VOID, id="valid: 100 days from the purchase"),
        pytest.param(ACTIVATED, 0, 90, ACTIVE, INACTIVE, id="active: 90 days from the activation"),
        pytest.param(ACTIVATED, 91, 106, INACTIVE, DEACTIVE, id="inactive: 15 days"),
        pytest.param(ACTIVATED, 107, 121, DEACTIVE, VOID, id="deactive: 14 days"),
        pytest.param(TOPPED_UP, 1, 16, INACTIVE, DEACTIVE, id="inactive: 15 days after the top-up's last day"),
        pytest.param(TOPPED_UP, 17, 31, DEACTIVE, VOID, id="deactive: 14 days after a top-up ran out"),
        pytest.param(OPTION_1, 0, 7, INACTIVE, VOID, id="option 1: 7 days to top up"),
        pytest.param(OPTION_2, 0, 30, ACTIVE, INACTIVE, id="option 2: active for 30 days"),
        pytest.param(OPTION_2, 31, 46, INACTIVE, DEACTIVE, id="option 2: then inactive for 15 days"),
        pytest.param(OPTION_2, 47, 61, DEACTIVE, VOID, id="option 2: then deactive for 14 days"),
    ],
)
def test_a_status_holds_from_its_first_to_its_last_day(
    life: PrepaidLife, first: int, last: int, status: LifeStatus, following: LifeStatus
) -> None:
    for day in (after(first), after(last)):
        state = lifecycle_state(life, day)
        assert (state.status, state.since, state.last_day) == (status, after(first), after(last))
        assert state.next_status is following
        assert state.days_left(day) == (after(last) - day).days
    next_state = lifecycle_state(life, after(last + 1))
    assert (next_state.status, next_state.since) == (following, after(last + 1))


def test_a_void_number_has_no_last_day_and_nothing_after_it() -> None:
    state = lifecycle_state(NEVER_USED, after(5000))
    assert (state.status, state.since) == (VOID, after(101))
    assert (state.last_day, state.next_status, state.days_left(after(5000))) == (None, None, None)


def test_a_top_up_extends_the_active_status_to_its_last_day() -> None:
    life = PrepaidLife(DAY_0, activated_on=DAY_0, valid_until=after(200))
    state = lifecycle_state(life, after(200))
    assert (state.status, state.last_day, state.cause) == (ACTIVE, after(200), LifeCause.TOP_UP)
    assert lifecycle_state(life, after(201)).status is INACTIVE


def test_a_short_top_up_never_shortens_the_first_90_days() -> None:
    state = lifecycle_state(PrepaidLife(DAY_0, activated_on=DAY_0, valid_until=after(30)), after(60))
    assert (state.status, state.last_day, state.cause) == (ACTIVE, after(90), LifeCause.ACTIVATION)


def test_a_top_up_after_option_1_makes_the_number_active() -> None:
    life = PrepaidLife(after(-300), after(-290), after(40), DAY_0, Reactivation.KEEP_CREDIT)
    state = lifecycle_state(life, after(7))
    assert (state.status, state.last_day, state.cause) == (ACTIVE, after(40), LifeCause.TOP_UP)
    assert lifecycle_state(life, after(41)).status is INACTIVE


def test_a_validity_that_ended_on_the_day_of_option_1_is_no_later_top_up() -> None:
    life = PrepaidLife(after(-300), after(-290), DAY_0, DAY_0, Reactivation.KEEP_CREDIT)
    assert lifecycle_state(life, DAY_0).status is INACTIVE


def test_a_top_up_that_reaches_no_further_is_not_the_cause() -> None:
    state = lifecycle_state(PrepaidLife(DAY_0, activated_on=DAY_0, valid_until=after(90)), after(90))
    assert (state.status, state.cause) == (ACTIVE, LifeCause.ACTIVATION)


def test_a_top_up_after_option_2_that_reaches_further_extends_it() -> None:
    life = PrepaidLife(after(-300), after(-290), after(60), DAY_0, Reactivation.FRESH_START)
    assert lifecycle_state(life, after(31)).last_day == after(60)


def test_an_event_after_the_day_has_not_happened_yet() -> None:
    life = PrepaidLife(DAY_0, activated_on=after(10))
    assert lifecycle_state(life, after(9)).status is VALID
    assert lifecycle_state(life, after(10)).status is ACTIVE


def test_the_top_up_of_a_later_reactivation_does_not_reach_back() -> None:
    life = PrepaidLife(DAY_0, DAY_0, after(200), reactivated_on=after(110), reactivation=Reactivation.KEEP_CREDIT)
    assert lifecycle_state(life, after(109)).status is DEACTIVE


@pytest.mark.parametrize(
    ("life", "day", "statuses"),
    [
        (NEVER_USED, 0, [(VALID, 0), (VOID, 101)]),
        (ACTIVATED, 5, [(ACTIVE, 0), (INACTIVE, 91), (DEACTIVE, 107), (VOID, 122)]),
        (ACTIVATED, 100, [(INACTIVE, 91), (DEACTIVE, 107), (VOID, 122)]),
        (OPTION_1, 3, [(INACTIVE, 0), (VOID, 8)]),
        (OPTION_2, 30, [(ACTIVE, 0), (INACTIVE, 31), (DEACTIVE, 47), (VOID, 62)]),
        (NEVER_USED, 200, [(VOID, 101)]),
    ],
)
def test_the_forecast_names_every_status_to_come_with_its_first_day(
    life: PrepaidLife, day: int, statuses: list[tuple[LifeStatus, int]]
) -> None:
    assert [(state.status, state.since) for state in forecast(life, after(day))] == [
        (status, after(first)) for status, first in statuses
    ]


def test_a_late_activation_is_believed() -> None:
    assert lifecycle_state(PrepaidLife(DAY_0, activated_on=after(130)), after(130)).status is ACTIVE


@pytest.mark.parametrize(
    "life",
    [
        pytest.param(PrepaidLife(after(1)), id="asked before the purchase"),
        pytest.param(PrepaidLife(DAY_0, after(-1)), id="activated before the purchase"),
        pytest.param(PrepaidLife(DAY_0, valid_until=after(5)), id="topped up but never activated"),
        pytest.param(PrepaidLife(DAY_0, DAY_0, reactivated_on=DAY_0), id="reactivated without an option"),
        pytest.param(PrepaidLife(DAY_0, DAY_0, reactivation=Reactivation.FRESH_START), id="option without a day"),
        pytest.param(
            PrepaidLife(after(-9), DAY_0, reactivated_on=after(-1), reactivation=Reactivation.FRESH_START),
            id="reactivated before the activation",
        ),
        pytest.param(
            PrepaidLife(after(-9), reactivated_on=DAY_0, reactivation=Reactivation.FRESH_START),
            id="reactivated but never activated",
        ),
    ],
)
def test_a_contradictory_life_is_an_error(life: PrepaidLife) -> None:
    with pytest.raises(ContradictoryLife):
        lifecycle_state(life, DAY_0)


# Properties -------------------------------------------------------------------------------------------------------

NEXT = {VALID: (VOID, 0), ACTIVE: (INACTIVE, 15), INACTIVE: (DEACTIVE, 14), DEACTIVE: (VOID, 0), VOID: (VOID, 0)}
ALLOWED = {
    VALID: {VALID, ACTIVE, VOID},
    ACTIVE: {ACTIVE, INACTIVE},
    INACTIVE: {INACTIVE, DEACTIVE, VOID, ACTIVE},  # ACTIVE: reactivated on the very day it became Deactive
    DEACTIVE: {DEACTIVE, ACTIVE, INACTIVE, VOID},
    VOID: {VOID},
}


@st.composite
def lives(draw: st.DrawFn) -> PrepaidLife:
    """Lives that the rules allow: used while Valid, reactivated while Deactive.

    At most one top-up: a record keeps the latest only, and what an earlier one gave cannot be known from it.
    """

    def later(day: date, first: int, last: int) -> date:
        return day + timedelta(days=draw(st.integers(first, last)))

    purchased = later(DAY_0, 0, 400)
    if draw(st.booleans()):
        return PrepaidLife(purchased)
    activated = later(purchased, 0, 100)
    valid_until = later(activated, 1, 250) if draw(st.booleans()) else None
    if draw(st.booleans()):
        return PrepaidLife(purchased, activated, valid_until)
    last_active = max(activated + timedelta(days=90), valid_until or activated)
    reactivated = later(last_active, 17, 31)
    if valid_until is None and draw(st.booleans()):
        valid_until = later(reactivated, 1, 120)
    return PrepaidLife(purchased, activated, valid_until, reactivated, draw(st.sampled_from(Reactivation)))


def simulated(life: PrepaidLife, today: date) -> LifeStatus:
    """The status by living through every day since the purchase."""
    status, left = VALID, 100
    waits_for_top_up = False
    day = life.purchased_on
    while True:
        reactivated = life.reactivated_on is not None and day >= life.reactivated_on
        bought = life.valid_until is not None and (
            life.reactivated_on is None or (life.valid_until > life.reactivated_on) is reactivated
        )
        if day == life.activated_on:
            status, left = ACTIVE, 90
        elif day == life.reactivated_on:
            if life.reactivation is Reactivation.FRESH_START:
                status, left = ACTIVE, 30
            elif bought:
                status, left = ACTIVE, 0
            else:
                status, left, waits_for_top_up = INACTIVE, 7, True
        elif day > life.purchased_on:
            if left > 0:
                left -= 1
            elif status is ACTIVE and bought and life.valid_until is not None and day <= life.valid_until:
                pass
            elif waits_for_top_up:
                status = VOID
            else:
                status, left = NEXT[status]
        if day == today:
            return status
        day += timedelta(days=1)


@given(lives(), st.integers(0, 900))
def test_the_closed_form_is_what_living_day_by_day_gives(life: PrepaidLife, days: int) -> None:
    today = life.purchased_on + timedelta(days=days)
    assert lifecycle_state(life, today).status is simulated(life, today)


@given(lives())
def test_statuses_only_go_in_the_allowed_order_and_every_day_has_one(life: PrepaidLife) -> None:
    days = [life.purchased_on + timedelta(days=n) for n in range(900)]
    statuses = [lifecycle_state(life, day).status for day in days]
    assert statuses[0] in {VALID, ACTIVE}
    assert statuses[-1] is VOID
    for today, tomorrow in pairwise(statuses):
        assert tomorrow in ALLOWED[today]


@given(lives(), st.integers(0, 900))
def test_a_state_lasts_exactly_from_since_to_last_day(life: PrepaidLife, days: int) -> None:
    today = life.purchased_on + timedelta(days=days)
    state = lifecycle_state(life, today)
    assert state.since <= today
    assert lifecycle_state(life, state.since).status is state.status
    if state.last_day is None:
        return
    assert state.last_day >= today
    events = (life.activated_on, life.reactivated_on)
    assume(not any(event is not None and today < event <= state.last_day + timedelta(days=1) for event in events))
    assert lifecycle_state(life, state.last_day) == state
    following = lifecycle_state(life, state.last_day + timedelta(days=1))
    assert (following.status, following.since) == (state.next_status, state.last_day + timedelta(days=1))


@pytest.mark.parametrize("reactivation", [None, *Reactivation])
def test_a_validity_without_end_ends_before_the_calendar_does(reactivation: Reactivation | None) -> None:
    reactivated = date(2026, 6, 1) if reactivation else None
    life = PrepaidLife(date(2026, 1, 1), date(2026, 1, 2), date.max, reactivated, reactivation)
    states = forecast(life, date(2026, 11, 22))
    assert [state.status for state in states] == list(LifeStatus)[1:]
    assert states[-1].since == date.max
