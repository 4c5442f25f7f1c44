"""S4: 20 messages a minute for a session, 60 for an address, with the seconds to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.clock import FixedClock
from ndihma.gateway.limits import Decision, MessageLimits, SlidingWindow, address_key

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_s4_twenty_messages_of_a_session_pass_and_the_next_is_told_to_wait() -> None:
    clock = FixedClock(NOON)
    limits = MessageLimits(clock)
    for _ in range(20):
        assert limits.take("session", "192.0.2.1").allowed
        clock.advance(timedelta(seconds=1))
    assert limits.take("session", "192.0.2.1") == Decision(allowed=False, retry_after=40)


def test_s4_waiting_as_told_is_enough() -> None:
    clock = FixedClock(NOON)
    window = SlidingWindow(clock, 2)
    window.take("a")
    clock.advance(timedelta(seconds=0.5))
    window.take("a")
    refusal = window.take("a")
    clock.advance(timedelta(seconds=refusal.retry_after))
    assert window.take("a").allowed


def test_s4_sixty_messages_of_an_address_pass_whatever_their_sessions() -> None:
    limits = MessageLimits(FixedClock(NOON))
    assert all(limits.take(f"session {n}", "192.0.2.1").allowed for n in range(60))
    assert not limits.take("another session", "192.0.2.1").allowed
    assert limits.take("another session", "192.0.2.2").allowed


def test_s4_refused_message_counts_against_neither_limit() -> None:
    clock = FixedClock(NOON)
    limits = MessageLimits(clock, per_session=1, per_address=2)
    limits.take("a", "192.0.2.1")
    for _ in range(10):
        assert not limits.take("a", "192.0.2.1").allowed
    assert limits.take("b", "192.0.2.1").allowed
    clock.advance(timedelta(seconds=60))
    assert limits.take("a", "192.0.2.1").allowed


def test_s4_no_burst_at_a_minute_boundary() -> None:
    clock = FixedClock(NOON + timedelta(seconds=59))
    window = SlidingWindow(clock, 20)
    assert all(window.take("a").allowed for _ in range(20))
    clock.advance(timedelta(seconds=2))
    assert not window.take("a").allowed


def test_s4_memory_is_bounded_and_idle_keys_go_first() -> None:
    clock = FixedClock(NOON)
    window = SlidingWindow(clock, 1, max_keys=100)
    for n in range(1000):
        window.take(f"early {n}")
    assert len(window) == 100
    clock.advance(timedelta(seconds=61))
    window.take("late")
    assert len(window) == 1


def test_s4_asking_about_unknown_keys_stores_nothing() -> None:
    window = SlidingWindow(FixedClock(NOON), 1)
    assert window.peek("never seen").allowed
    assert len(window) == 0


def test_s4_clock_set_back_does_not_block() -> None:
    clock = FixedClock(NOON)
    window = SlidingWindow(clock, 1)
    window.take("a")
    clock.advance(timedelta(hours=-5))
    assert window.take("a").allowed


def test_s4_forgotten_session_starts_anew() -> None:
    limits = MessageLimits(FixedClock(NOON), per_session=1)
    limits.take("a", "192.0.2.1")
    limits.forget_session("a")
    assert limits.take("a", "192.0.2.1").allowed


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60), st.integers(1, 5))
def test_s4_no_window_of_a_minute_ever_holds_more_than_the_limit(pauses: list[float], limit: int) -> None:
    clock = FixedClock(NOON)
    window = SlidingWindow(clock, limit)
    taken: list[float] = []
    for pause in pauses:
        clock.advance(timedelta(seconds=pause))
        decision = window.take("a")
        if decision.allowed:
            taken.append(clock.now().timestamp())
        else:
            assert 1 <= decision.retry_after <= 60
    for moment in taken:
        assert sum(moment <= other < moment + 60 for other in taken) <= limit


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("testclient", "testclient"),
    ],
)
def test_s4_address_is_counted_by_what_one_site_owns(address: str, key: str) -> None:
    assert address_key(address) == key


def test_limits_that_allow_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        SlidingWindow(FixedClock(NOON), 0)
