from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ndihma.clock import BELGRADE
from ndihma.formatting import (
    format_day,
    format_day_short,
    format_days,
    format_moment,
    format_moment_after,
    format_money,
    plain_moment,
    plain_money,
)


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "0 €"),
        (5, "0,05 €"),
        (150, "1,50 €"),
        (700, "7 €"),
        (2340, "23,40 €"),
        (-150, "-1,50 €"),
        (123450, "1\N{NO-BREAK SPACE}234,50 €"),
    ],
)
def test_money_is_written_as_the_glossary_asks(cents: int, written: str) -> None:
    assert format_money(cents) == written


def test_a_day_is_written_with_the_month_in_albanian() -> None:
    assert format_day(date(2026, 11, 2)) == "2 nëntor 2026"
    assert format_day_short(date(2026, 11, 27)) == "27 nëntor"


def test_a_moment_is_written_in_kosovo_time_with_24_hours() -> None:
    moment = datetime(2026, 7, 1, 22, 5, tzinfo=UTC)
    assert format_moment(moment) == "2 korrik 2026, 00:05"


@pytest.mark.parametrize(("second", "written"), [(0, "16:05"), (1, "16:06"), (59, "16:06")])
def test_what_begins_at_a_moment_is_told_with_the_first_full_minute_after_it(second: int, written: str) -> None:
    moment = datetime(2026, 11, 22, 15, 5, second, tzinfo=UTC)
    assert format_moment_after(moment) == f"22 nëntor 2026, {written}"


def test_the_first_full_minute_is_right_where_the_clocks_go_back() -> None:
    moment = datetime(2026, 10, 25, 2, 59, 30, tzinfo=BELGRADE, fold=0)
    assert format_moment_after(moment) == "25 tetor 2026, 02:00"


def test_the_command_line_writes_plainly() -> None:
    assert [plain_money(cents) for cents in (0, 5, 2340, -150)] == ["0.00 EUR", "0.05 EUR", "23.40 EUR", "-1.50 EUR"]
    assert plain_moment(datetime(2026, 7, 1, 22, 5, tzinfo=UTC)) == "2026-07-02 00:05"


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        plain_moment(datetime(2026, 7, 1, 22, 5))  # noqa: DTZ001
    with pytest.raises(ValueError, match="aware"):
        format_moment(datetime(2026, 7, 1, 22, 5))  # noqa: DTZ001


@pytest.mark.parametrize(("days", "written"), [(0, "0 ditë"), (1, "1 ditë"), (15, "15 ditë")])
def test_a_duration_is_written_in_days(days: int, written: str) -> None:
    assert format_days(days) == written


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        format_days(-1)
