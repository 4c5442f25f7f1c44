"""Sparse features of a message: four TF-IDF blocks over one normalised view (docs/nlu.md has what each is worth).

A vocabulary maps an n-gram to its column and carries its inverse document frequency. The same code counts n-grams when
training and when scoring, so the two cannot drift apart, and scoring needs no scikit-learn.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Callable, Dict, Final, Iterable, Iterator, List, Mapping, Sequence, Tuple

from engine.albanian.spelling import fold, norm, skeleton

__all__ = ["BLOCKS", "Block", "Vectorizer", "View", "view"]

_TOKEN: Final = re.compile(r"<[a-z_]+>|[^\W\d_]'|\d+(?:[.,]\d+)?|[^\W\d_]+|[^\w\s]")
_PLACEHOLDER: Final = re.compile(r"<[a-z_]+>")
_DIGITS: Final = re.compile(r"\d{6,}")
_NUMBER_SEPARATORS: Final = re.compile(r"(?<=\d)[ /.\-]+(?=\d{2,})")
_PREFIX: Final = 4


@dataclass(frozen=True)
class View:
    """A message as the blocks see it: folded words, and their standard norms (clitics split off)."""

    words: Tuple[str, ...]
    norms: Tuple[str, ...]


def view(text: str) -> View:
    """Fold, split clitics (``s'keni`` → ``s'`` + ``keni``) and look every token up among the Gheg forms.

    A run of six or more digits, however it is grouped, becomes ``<msisdn>``: the number's own digits say nothing.
    """
    folded = _DIGITS.sub("<msisdn>", _NUMBER_SEPARATORS.sub("", fold(text)))
    words = tuple(_TOKEN.findall(folded))
    norms = tuple(part for word in words for part in norm(word).split())
    return View(words=words, norms=norms)


def _word_ngrams(seen: View) -> Iterator[str]:
    yield from seen.norms
    for left, right in pairwise(seen.norms):
        yield f"{left} {right}"


def _char_ngrams(words: Iterable[str], low: int, high: int) -> Iterator[str]:
    for word in words:
        padded = f" {word} "
        for size in range(low, high + 1):
            if len(padded) <= size:
                yield padded
                break
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def _characters(seen: View) -> Iterator[str]:
    yield from _char_ngrams(seen.norms, 2, 5)


def _skeletons(seen: View) -> Iterator[str]:
    yield from _char_ngrams((w if _PLACEHOLDER.fullmatch(w) else skeleton(w) for w in seen.words), 2, 4)


def _prefixes(seen: View) -> Iterator[str]:
    starts = [word[:_PREFIX] for word in seen.norms]
    yield from starts
    for left, right in pairwise(starts):
        yield f"{left} {right}"


@dataclass(frozen=True)
class Block:
    """One family of n-grams; ``weight`` scales its unit vector against the other blocks'; ``label`` shows one."""

    name: str
    ngrams: Callable[[View], Iterator[str]]
    min_count: int
    weight: float
    label: str = "{}"


BLOCKS: Final[Tuple[Block, ...]] = (
    Block("words", _word_ngrams, 1, 1.0),
    Block("characters", _characters, 2, 1.0),
    Block("skeleton", _skeletons, 2, 1.0, "~{}"),
    Block("prefixes", _prefixes, 2, 1.0, "{}…"),
)


class Vectorizer:
    """Turns a view into sparse (column, value) pairs; each block is L2-normed, then weighted."""

    def __init__(self, columns: Mapping[str, Mapping[str, int]], idf: Sequence[float]) -> None:
        self._columns = columns
        self._idf = idf

    @property
    def size(self) -> int:
        """Number of columns over all blocks."""
        return len(self._idf)

    @property
    def columns(self) -> Mapping[str, Mapping[str, int]]:
        return self._columns

    @property
    def idf(self) -> Sequence[float]:
        return self._idf

    def named(self, seen: View) -> List[Tuple[str, int, float]]:
        """What :meth:`transform` gives, each value with its n-gram: ``(ngram, column, value)``.

        A skeleton n-gram is marked ``~`` and a word beginning ends in ``…``: a reader can tell the blocks apart.
        """
        value_of = dict(zip(*self.transform(seen), strict=True))
        found: Dict[int, str] = {}
        for block in BLOCKS:
            known = self._columns[block.name]
            for name in block.ngrams(seen):
                if name in known:
                    found[known[name]] = block.label.format(name.strip())
        return [(found[column], column, value) for column, value in value_of.items()]

    def transform(self, seen: View) -> Tuple[List[int], List[float]]:
        """Columns and values of one message; both empty when nothing in it is known."""
        indices: List[int] = []
        values: List[float] = []
        for block in BLOCKS:
            known = self._columns[block.name]
            counts: Counter[int] = Counter(known[name] for name in block.ngrams(seen) if name in known)
            if not counts:
                continue
            weights = {column: (1.0 + math.log(count)) * self._idf[column] for column, count in counts.items()}
            length = math.sqrt(sum(weight * weight for weight in weights.values()))
            indices.extend(weights)
            values.extend(block.weight * weight / length for weight in weights.values())
        return indices, values
