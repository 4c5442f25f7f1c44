"""Which value of a day is its median, which its 90th percentile; what a customer waits for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.desk.handoff.floor import nearest_rank
from ndihma.desk.handoff.model import HUMAN_STATES, Handoff, State, Wait, WaitKind, waits_for

AT = datetime(2026, 11, 22, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("share", "count", "rank"),
    [(0.5, 1, 0), (0.5, 2, 0), (0.5, 3, 1), (0.9, 1, 0), (0.9, 10, 8), (0.9, 11, 9), (0.9, 100, 89), (1, 7, 6)],
)
def test_a_quantile_is_a_value_that_was_measured(share: float, count: int, rank: int) -> None:
    assert nearest_rank(share, count) == rank


@given(st.lists(st.integers(0, 10**6), min_size=1), st.sampled_from([0.5, 0.9, 1.0]))
def test_so_many_values_are_no_higher_and_no_lower_one_would_do(values: list[int], share: float) -> None:
    in_order = sorted(values)
    found = nearest_rank(share, len(values))
    assert sum(value <= in_order[found] for value in values) >= share * len(values) - 1e-9
    assert found < share * len(values)


@given(st.sampled_from(State), st.booleans(), st.booleans(), st.booleans())
def test_who_waits_waits_for_one_thing(state: State, asked: bool, replied: bool, unanswered: bool) -> None:
    now = Handoff(
        state,
        asked_at=AT if asked else None,
        first_reply_at=AT + timedelta(minutes=1) if replied else None,
        unanswered_since=AT + timedelta(minutes=2) if unanswered else None,
    )
    wait = waits_for(now)
    if state not in HUMAN_STATES:
        assert wait is None
    elif asked and not replied:
        assert wait == Wait(WaitKind.FIRST, AT)
    elif unanswered:
        assert wait == Wait(WaitKind.NEXT, AT + timedelta(minutes=2))
    else:
        assert wait is None
