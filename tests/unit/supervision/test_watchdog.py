"""When silence is a hang: rules over one clock that the test turns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ndihma.supervision.watchdog import Limits, Watchdog

LIMITS = Limits(every_s=5, answer_within_s=5, silences=3)


def silences_until_hung(watchdog: Watchdog, now: float) -> tuple[int, float]:
    """How many silences, each of five seconds, it takes from ``now`` on, and the moment after them."""
    for count in range(1, 1000):
        now += LIMITS.every_s
        assert watchdog.is_due(now)
        now += LIMITS.answer_within_s
        if watchdog.stayed_silent(now - LIMITS.answer_within_s, now) is not None:
            return count, now
    raise AssertionError("never")


def test_silence_counts_only_in_a_row() -> None:
    watchdog = Watchdog(LIMITS)
    watchdog.started(0)
    for now in range(10, 1000, 40):
        assert watchdog.stayed_silent(now, now + 5) is None
        assert watchdog.stayed_silent(now + 10, now + 15) is None
        watchdog.answered(now + 20)


def test_the_third_silence_is_a_hang_and_tells_how_long_it_lasted() -> None:
    watchdog = Watchdog(LIMITS)
    watchdog.started(0)
    assert watchdog.stayed_silent(5, 10) is None
    assert watchdog.stayed_silent(15, 20) is None
    assert watchdog.stayed_silent(25, 30) == 25


def test_it_is_asked_every_five_seconds_and_not_before_it_is_ready() -> None:
    watchdog = Watchdog(LIMITS)
    watchdog.started(100)
    assert not watchdog.is_due(104.9)
    assert watchdog.is_due(105)
    watchdog.answered(105)
    assert not watchdog.is_due(109)


def test_each_hang_doubles_the_patience_and_a_good_hour_forgives() -> None:
    watchdog, now, counts = Watchdog(LIMITS), 0.0, []
    for _ in range(4):
        watchdog.started(now)
        count, now = silences_until_hung(watchdog, now)
        counts.append(count)
    assert counts == [3, 6, 12, 24]
    watchdog.answered(now + 3599)
    assert watchdog.patience == 48
    watchdog.answered(now + 3601)
    assert watchdog.patience == 3


@given(st.lists(st.booleans(), max_size=200))
def test_a_program_that_answers_one_question_in_three_never_hangs(noise: list[bool]) -> None:
    watchdog, now = Watchdog(LIMITS), 0.0
    watchdog.started(now)
    for index, silent in enumerate(noise):
        now += 10
        if silent and index % 3:
            assert watchdog.stayed_silent(now - 5, now) is None
        else:
            watchdog.answered(now)
