"""S8: how often a PUK is shown, and how old a change must be."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ndihma.accounts.model import Line, LineKind, SimCard, Subscriber
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.puk import settled_at, unsettled_until
from ndihma.clock import BELGRADE
from ndihma.formatting import format_moment_after
from ndihma.puk.model import PukRefusal
from ndihma.puk.policy import frequency_refusal

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, MONTH = timedelta(hours=24), timedelta(days=30)
SECOND = timedelta(seconds=1)


@given(st.lists(st.integers(min_value=0, max_value=70 * 24 * 60), min_size=1, max_size=200))
@example([0, 1440, 41761, 41761])  # both windows are full, and the day ends after the month
def test_s8_no_sequence_of_requests_gets_more_than_one_a_day_and_three_a_month(minutes: list[int]) -> None:
    shown: list[datetime] = []
    for minute in sorted(minutes):
        now = NOON + timedelta(minutes=minute)
        refused = frequency_refusal(shown, now)
        if refused is None:
            shown.append(now)
        else:
            assert refused.until is not None
            assert refused.until > now
            assert frequency_refusal(shown, refused.until) is None, "when it says, it is possible"
    for at in shown:
        assert sum(at <= other < at + DAY for other in shown) == 1
        assert sum(at <= other < at + MONTH for other in shown) <= 3
    assert shown, "the first request is never refused"


def test_s8_both_ends_of_a_day_and_of_a_month() -> None:
    assert frequency_refusal([NOON], NOON + DAY - SECOND) is not None
    assert frequency_refusal([NOON], NOON + DAY) is None
    three = [NOON, NOON + 2 * DAY, NOON + 4 * DAY]
    refused = frequency_refusal(three, NOON + MONTH - SECOND)
    assert refused is not None
    assert (refused.reason, refused.until) == (PukRefusal.SHOWN_OFTEN, NOON + MONTH)
    assert frequency_refusal(three, NOON + MONTH) is None


def test_s8_a_change_on_the_last_day_of_the_calendar_never_settles() -> None:
    until = settled_at(date.max)
    assert until > datetime(9999, 12, 1, tzinfo=BELGRADE)
    assert format_moment_after(until).endswith("9999, 00:00")


def test_s8_a_change_settles_72_hours_after_the_end_of_its_day() -> None:
    assert settled_at(date(2026, 11, 18)) == datetime(2026, 11, 22, tzinfo=BELGRADE)
    # In the night to 29 March 2026 an hour is missing: 72 hours are three days and one hour of the clock.
    assert settled_at(date(2026, 3, 27)) == datetime(2026, 3, 31, 1, tzinfo=BELGRADE)


@pytest.mark.parametrize("what", ["sim", "owner", "port"])
def test_s8_each_kind_of_change_counts_until_it_has_settled(what: str) -> None:
    day = date(2026, 11, 18)
    line = Line(
        Msisdn.parse("044 123 456"),
        LineKind.POSTPAID,
        Subscriber("s", "N"),
        SimCard("8938300000000000001", changed_on=day if what == "sim" else date(2020, 1, 1)),
        owner_changed_on=day if what == "owner" else None,
        ported_on=day if what == "port" else None,
    )
    end = datetime(2026, 11, 22, tzinfo=BELGRADE)
    assert unsettled_until(line, end - SECOND) == end
    assert unsettled_until(line, end) is None
