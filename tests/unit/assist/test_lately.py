"""What was read in the last minute is not read again, and nothing is kept longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ndihma.assist.lately import Lately
from ndihma.assist.model import Question
from ndihma.clock import FixedClock

PRICE, PUK = (Question((("ask_sim_price", 0.9),)),), (Question((("ask_puk_code", 0.9),)),)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 30, 9, tzinfo=UTC))


def test_each_text_has_its_own_and_the_latest(clock: FixedClock) -> None:
    lately = Lately(clock)
    assert lately.get("a") is None
    lately.put("a", PRICE)
    lately.put("b", PUK)
    lately.put("a", PUK)
    assert (lately.get("a"), lately.get("b"), lately.get("c")) == (PUK, PUK, None)


def test_after_a_minute_it_is_forgotten(clock: FixedClock) -> None:
    lately = Lately(clock)
    lately.put("a", PRICE)
    clock.advance(timedelta(seconds=40))
    lately.put("b", PUK)
    clock.advance(timedelta(seconds=21))
    assert (lately.get("a"), lately.get("b")) == (None, PUK)
    assert len(lately) == 1


def test_who_types_for_hours_fills_no_memory(clock: FixedClock) -> None:
    lately = Lately(clock)
    for number in range(2000):
        lately.put(str(number), PRICE)
    assert len(lately) == 500
    assert (lately.get("1499"), lately.get("1500")) == (None, PRICE)
