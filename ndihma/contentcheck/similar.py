"""Pairs of nearly equal texts, without comparing each with each.

Two texts are as similar as their character trigrams overlap (Jaccard). Candidates come from prefix filtering
(Chaudhuri, Ganti and Kaushik, "A Primitive Operator for Similarity Joins in Data Cleaning", ICDE 2006): of two sets
that overlap enough at least one element stands among the rarest few of either. No pair is missed.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

__all__ = ["similar_pairs", "similarity"]


def similar_pairs(texts: Sequence[str], least: float) -> Iterator[tuple[int, int]]:
    """The numbers (smaller first) of all pairs of ``texts`` whose similarity is at least ``least`` (above 0)."""
    sets = [_trigrams(text) for text in texts]
    frequency = Counter(trigram for trigrams in sets for trigram in trigrams)
    by_trigram: dict[str, list[int]] = defaultdict(list)
    for number in sorted(range(len(texts)), key=lambda each: len(sets[each])):
        trigrams = sets[number]
        rarest = sorted(trigrams, key=lambda trigram: (frequency[trigram], trigram))
        prefix = rarest[: len(rarest) - math.ceil(least * len(rarest)) + 1]
        candidates = {
            other for trigram in prefix for other in by_trigram[trigram] if len(sets[other]) >= least * len(trigrams)
        }
        for other in sorted(candidates):
            if _overlap(trigrams, sets[other]) >= least:
                yield min(number, other), max(number, other)
        for trigram in prefix:
            by_trigram[trigram].append(number)


def similarity(one: str, other: str) -> float:
    """Between 0 and 1: the share of their trigrams that both texts have."""
    return _overlap(_trigrams(one), _trigrams(other))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def _trigrams(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))
