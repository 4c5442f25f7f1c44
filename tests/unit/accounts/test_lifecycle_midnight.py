"""A status changes at midnight in Kosovo and at no other moment, also when the clocks change and a year turns."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ndihma.accounts.lifecycle import ACTIVE_DAYS, VALID_DAYS, LifeStatus, lifecycle_state
from ndihma.accounts.model import PrepaidLife
from ndihma.clock import BELGRADE, FixedClock, local_date

CLOCKS_FORWARD = date(2026, 3, 29)
"""A day of 23 hours."""
CLOCKS_BACK = date(2026, 10, 25)
"""A day of 25 hours."""
LAST_DAYS = [
    pytest.param(CLOCKS_FORWARD - timedelta(days=1), id="the night before the clocks go forward"),
    pytest.param(CLOCKS_FORWARD, id="the day the clocks go forward"),
    pytest.param(CLOCKS_BACK - timedelta(days=1), id="the night before the clocks go back"),
    pytest.param(CLOCKS_BACK, id="the day the clocks go back"),
    pytest.param(date(2026, 12, 31), id="the last day of a year"),
    pytest.param(date(2028, 2, 28), id="the day before a leap day"),
    pytest.param(date(2028, 2, 29), id="a leap day"),
    pytest.param(date(2027, 2, 28), id="the end of a short February"),
]
TICK = timedelta(microseconds=1)


def status_at(life: PrepaidLife, moment: datetime) -> LifeStatus:
    return lifecycle_state(life, local_date(FixedClock(moment).now())).status


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), BELGRADE).astimezone(UTC)


@pytest.mark.parametrize("last_day", LAST_DAYS)
def test_the_last_day_lasts_until_its_midnight_in_kosovo(last_day: date) -> None:
    activated = last_day - timedelta(days=ACTIVE_DAYS)
    life = PrepaidLife(activated - timedelta(days=3), activated_on=activated)
    midnight = midnight_after(last_day)
    assert status_at(life, midnight - TICK) is LifeStatus.ACTIVE
    assert status_at(life, midnight) is LifeStatus.INACTIVE


@pytest.mark.parametrize("last_day", LAST_DAYS)
def test_a_card_is_void_from_the_midnight_after_its_100th_day(last_day: date) -> None:
    life = PrepaidLife(last_day - timedelta(days=VALID_DAYS))
    assert status_at(life, midnight_after(last_day) - TICK) is LifeStatus.VALID
    assert status_at(life, midnight_after(last_day)) is LifeStatus.VOID


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), date(2026, 11, 23)),  # winter: one hour ahead of UTC
        (datetime(2026, 7, 22, 21, 59, 59, tzinfo=UTC), date(2026, 7, 22)),
        (datetime(2026, 7, 22, 22, 0, tzinfo=UTC), date(2026, 7, 23)),  # summer: two
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BELGRADE, fold=0), CLOCKS_BACK),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BELGRADE, fold=1), CLOCKS_BACK),
    ],
)
def test_the_day_is_the_one_in_kosovo_not_in_utc(moment: datetime, day: date) -> None:
    assert local_date(FixedClock(moment).now()) == day


@settings(deadline=None, max_examples=60)  # the machine may be busy
@given(st.integers(0, 4 * 365 * 24 * 3600), st.integers(0, 200))
def test_within_a_day_in_kosovo_nothing_changes(seconds: int, age: int) -> None:
    moment = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    today = local_date(moment)
    life = PrepaidLife(today - timedelta(days=age), activated_on=today - timedelta(days=age))
    first = midnight_after(today - timedelta(days=1))
    assert status_at(life, first) is status_at(life, moment) is status_at(life, midnight_after(today) - TICK)


@pytest.mark.parametrize("around", [CLOCKS_FORWARD, CLOCKS_BACK, date(2027, 1, 1)])
def test_a_period_across_a_change_of_clocks_has_as_many_days_as_any_other(around: date) -> None:
    activated = around - timedelta(days=45)
    life = PrepaidLife(activated, activated_on=activated)
    active = [
        day
        for day in (activated + timedelta(days=n) for n in range(120))
        if status_at(life, datetime.combine(day, time(12), BELGRADE)) is LifeStatus.ACTIVE
    ]
    assert len(active) == 1 + ACTIVE_DAYS  # the day of the activation is day 0
