"""Whether a confidence means what it says: reliability by confidence, and the expected calibration error.

After Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017): fifteen bins of equal width, the error
weighted by how many messages are in each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["Bin", "bins", "expected_error"]

_BINS: Final = 15


@dataclass(frozen=True)
class Bin:
    """Messages read with a confidence from ``low`` to below ``high`` (1: in the last); shares are None without any."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


def bins(read: Iterable[tuple[float, bool]], count: int = _BINS) -> list[Bin]:
    """``read`` (confidence between 0 and 1, whether it was right) in ``count`` bins of equal width."""
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(count)]
    for confidence, is_right in read:
        groups[min(count - 1, max(0, int(confidence * count)))].append((confidence, is_right))
    return [
        Bin(
            index / count,
            (index + 1) / count,
            len(group),
            sum(confidence for confidence, _ in group) / len(group) if group else None,
            sum(is_right for _, is_right in group) / len(group) if group else None,
        )
        for index, group in enumerate(groups)
    ]


def expected_error(reliability: Sequence[Bin]) -> float | None:
    """The mean distance of confidence and accuracy, weighted by messages; None when there are none."""
    total = sum(each.count for each in reliability)
    if not total:
        return None
    return sum(each.count * abs((each.confidence or 0.0) - (each.accuracy or 0.0)) for each in reliability) / total
