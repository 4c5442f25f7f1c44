"""How long a mail waits between its tries."""

from __future__ import annotations

import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from ndihma.desk.leases import MAX_ATTEMPTS, backoff


@given(st.integers(min_value=1, max_value=10_000), st.randoms(use_true_random=False))
def test_a_wait_is_within_a_fifth_of_the_doubled_minute_and_of_six_hours(attempts: int, jitter: random.Random):
    doubled = min(timedelta(minutes=2 ** min(attempts - 1, 20)), timedelta(hours=6))
    assert doubled * 0.8 <= backoff(attempts, jitter) <= doubled * 1.2


def test_all_tries_together_take_about_five_days():
    whole = sum((backoff(n, random.Random(n)) for n in range(1, MAX_ATTEMPTS)), timedelta())  # noqa: S311
    assert timedelta(days=4) < whole < timedelta(days=6)
