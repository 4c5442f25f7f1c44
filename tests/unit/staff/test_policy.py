"""Failures cost more and more time, never less; names that cannot be names are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.staff.model import InvalidStaff, checked_name, checked_username
from ndihma.staff.policy import ABSOLUTE_LIMIT, ADDRESS_BACKOFF, RECENT, USER_BACKOFF, Backoff

RULES = st.sampled_from([USER_BACKOFF, ADDRESS_BACKOFF])


def test_s14_the_figures() -> None:
    assert timedelta(minutes=15) == RECENT
    assert timedelta(hours=12) == ABSOLUTE_LIMIT
    waits = [USER_BACKOFF.wait(failures).total_seconds() for failures in (4, 5, 6, 7, 11, 99, 100)]
    assert waits == [0, 30, 60, 120, 900, 900, 86_400]


@given(RULES, st.integers(0, 10**9), st.integers(0, 10**9))
def test_s14_more_failures_never_wait_less(rule: Backoff, one: int, other: int) -> None:
    fewer, more = sorted((one, other))
    assert rule.wait(fewer) <= rule.wait(more) <= rule.long


def test_s14_guessing_at_one_account_all_day_stays_far_from_its_codes() -> None:
    """A day has room for few tries, however they are spaced; a code is one of a million, three good at a time."""
    waited, failures = timedelta(0), 0
    while waited < timedelta(days=1):
        failures += 1
        waited += USER_BACKOFF.wait(failures)
    assert failures <= 100


@given(st.text(max_size=40))
def test_s9_no_user_name_is_a_telephone_number(text: str) -> None:
    try:
        name = checked_username(text)
    except InvalidStaff:
        return
    with pytest.raises(InvalidMsisdn):
        Msisdn.parse(name)
    assert checked_username(name) == name


@pytest.mark.parametrize(
    "text", ["", "a", "1anita", "044123456", "anita krasniqi", "aнita", "a" * 33, "a\n", "anita/.."]
)
def test_user_names_that_are_none(text: str) -> None:
    with pytest.raises(InvalidStaff):
        checked_username(text)


@pytest.mark.parametrize("text", ["", "   ", "x" * 81, "a\u202eb", "a\x00b"])
def test_names_that_are_none(text: str) -> None:
    with pytest.raises(InvalidStaff):
        checked_name(text)


def test_names_keep_their_letters() -> None:
    assert checked_name("  Çlirim   Krasniqi-Gërvalla ") == "Çlirim Krasniqi-Gërvalla"
    assert checked_username(" Anita.K ") == "anita.k"
