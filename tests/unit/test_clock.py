"""A clock tells the civil time of Kosovo, and a duration added to it is real time, also in the nights it changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ndihma.clock import BELGRADE, FixedClock, SystemClock, local_date

BEFORE_BACK = datetime(2026, 10, 25, 0, 58, tzinfo=UTC)
"""02:58 in Kosovo, two minutes before the clocks go back to 02:00."""
BEFORE_FORWARD = datetime(2026, 3, 29, 0, 58, tzinfo=UTC)
"""01:58 in Kosovo, two minutes before the clocks go forward to 03:00."""


@pytest.mark.parametrize("moment", [BEFORE_BACK, BEFORE_FORWARD])
@pytest.mark.parametrize("duration", [timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=24)])
def test_s5_a_duration_is_real_time_when_the_clocks_change(moment: datetime, duration: timedelta) -> None:
    now = FixedClock(moment).now()
    assert (now + duration).astimezone(UTC) == moment + duration
    later = FixedClock(moment + duration).now()
    assert (later - duration).astimezone(UTC) == moment
    assert later - now == duration


@pytest.mark.parametrize("moment", [BEFORE_BACK, BEFORE_FORWARD, datetime(2026, 7, 1, 22, 30, tzinfo=UTC)])
def test_the_hands_show_the_time_in_kosovo(moment: datetime) -> None:
    now = FixedClock(moment).now()
    assert now.isoformat() == moment.astimezone(BELGRADE).isoformat()
    assert now.date() == local_date(moment)


def test_the_machines_clock_is_as_good() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == now.astimezone(BELGRADE).utcoffset()
    assert (now + timedelta(days=200)).astimezone(UTC) == now.astimezone(UTC) + timedelta(days=200)
