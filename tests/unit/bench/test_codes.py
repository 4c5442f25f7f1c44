"""The bench of codes tells distributions apart when they differ, and counts within any 24 hours."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bench.codes import DAY, NOON, kolmogorov_smirnov, mann_whitney, most_within_a_day


def normal(mean: float, count: int, seed: int) -> list[float]:
    chance = random.Random(seed)  # noqa: S311  (values, no secret)
    return [chance.gauss(mean, 1.0) for _ in range(count)]


def test_same_distribution_tells_nothing() -> None:
    above, p = mann_whitney(normal(5, 300, 1), normal(5, 300, 2))
    assert above == pytest.approx(0.5, abs=0.05)
    assert p > 0.05
    distance, p = kolmogorov_smirnov(normal(5, 300, 1), normal(5, 300, 2))
    assert distance < 0.11
    assert p > 0.05


def test_small_shift_is_found() -> None:
    above, p = mann_whitney(normal(5.5, 300, 1), normal(5, 300, 2))
    assert above > 0.6
    assert p < 0.001
    assert kolmogorov_smirnov(normal(5.5, 300, 1), normal(5, 300, 2))[1] < 0.001


def test_other_spread_is_found_by_the_distance() -> None:
    narrow, wide = normal(0, 300, 1), [5 * value for value in normal(0, 300, 2)]
    assert kolmogorov_smirnov(narrow, wide)[1] < 0.001


def test_known_figures() -> None:
    """U = 3 of 3 x 4 with a tie; the distance is at 3, where 2/3 of the first and 1/4 of the second lie below."""
    above, _ = mann_whitney([1, 3, 4], [3, 5, 6, 7])
    assert above == pytest.approx(1.5 / 12)
    distance, _ = kolmogorov_smirnov([1, 3, 4], [3, 5, 6, 7])
    assert distance == pytest.approx(0.75)


def test_equal_values_tell_nothing() -> None:
    assert mann_whitney([1.0] * 5, [1.0] * 7) == (0.5, 1.0)
    assert kolmogorov_smirnov([1.0] * 5, [1.0] * 7) == (0.0, 1.0)


def test_day_is_any_24_hours_without_its_end() -> None:
    hours = [NOON + timedelta(hours=n) for n in (0, 20, 23, 24, 30, 43)]
    assert most_within_a_day(hours) == 5
    assert most_within_a_day([NOON, NOON + DAY]) == 1
    assert most_within_a_day([]) == 0
