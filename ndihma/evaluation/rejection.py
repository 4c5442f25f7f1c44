"""What it costs to turn away what is not ours: out-of-scope recall against false rejections."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["BUDGET", "Point", "curve", "recall_within"]

BUDGET: Final = 0.02
"""The share of our own customers' questions that may be turned away."""


@dataclass(frozen=True)
class Point:
    """What comes of turning away every message that scores ``threshold`` or more."""

    threshold: float
    false_rejections: float
    recall: float


def curve(in_scope: Sequence[float], out_of_scope: Sequence[float]) -> list[Point]:
    """One point for each threshold that changes anything, the strictest (nothing is turned away) first.

    ``in_scope`` and ``out_of_scope`` are the rejection scores of either kind. Empty when one of them is.
    """
    if not in_scope or not out_of_scope:
        return []
    ours, others = sorted(in_scope), sorted(out_of_scope)
    thresholds = [math.inf, *sorted({*ours, *others}, reverse=True)]
    return [
        Point(
            threshold,
            (len(ours) - bisect_left(ours, threshold)) / len(ours),
            (len(others) - bisect_left(others, threshold)) / len(others),
        )
        for threshold in thresholds
    ]


def recall_within(points: Sequence[Point], budget: float) -> float | None:
    """The best recall of a point whose false rejections are at most ``budget``; None without points."""
    return max((point.recall for point in points if point.false_rejections <= budget), default=None)
