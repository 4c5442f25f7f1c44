"""Cuts a text into the pieces of a SentencePiece unigram model (Kudo 2018), as XLM-RoBERTa's tokenizer does.

The tokenizer libraries hold a quarter of a million pieces as objects, a hundred megabytes of them; here they stay in
the mapped file, found by their checksum in a sorted array of two megabytes. The package's own tokenizer gives no
pieces, only their number, which tests hold this one to.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from itertools import pairwise
from typing import Dict, Final, List, Tuple

import numpy as np

from engine.e5.container import Vocabulary

__all__ = ["MARK", "Tokenizer"]

MARK: Final = "\u2581"
"""Stands before each word. No piece holds one after its first character, so words are cut one by one."""

_SPACES: Final = re.compile(" {2,}")
_REMEMBERED: Final = 4096
_WORSE_THAN_ANY: Final = 10.0
"""How far below the worst piece's log probability an unknown character counts."""


class Tokenizer:
    """``pieces`` gives numbers of the vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        starts = vocabulary.starts.tolist()
        pieces = bytes(vocabulary.pieces)
        sums = np.fromiter(
            (zlib.crc32(pieces[start:end]) for start, end in pairwise(starts)),
            dtype=np.uint32,
            count=len(starts) - 1,
        )
        self._order = np.argsort(sums, kind="stable").astype(np.int32)
        self._sums = sums[self._order]
        self._longest = int(np.diff(vocabulary.starts.astype(np.int64)).max())
        self._normal = str.maketrans(dict(vocabulary.normal))
        self._unknown_score = float(vocabulary.scores.min()) - _WORSE_THAN_ANY
        self._word = lru_cache(maxsize=_REMEMBERED)(self._cut)

    def pieces(self, text: str) -> List[int]:
        """The likeliest pieces of ``text``, without those that begin and end a sentence."""
        spaced = _SPACES.sub(" ", text.translate(self._normal))
        marked = (spaced if spaced.startswith(" ") else f" {spaced}").replace(" ", MARK)
        words = [MARK + word for word in marked.split(MARK)[1:]]
        return [piece for word in words for piece in self._word(word)]

    def _cut(self, word: str) -> Tuple[int, ...]:
        known = self._known(word)
        best: List[Tuple[float, int, int]] = [(0.0, 0, 0)]  # score, where the last piece begins, its number
        for end in range(1, len(word) + 1):
            unknown = (best[end - 1][0] + self._unknown_score, end - 1, self._vocabulary.unknown)
            ways = ((best[begin][0] + score, begin, number) for begin, number, score in known.get(end, ()))
            best.append(max(ways, default=unknown, key=lambda way: way[0]))
            if unknown[0] > best[end][0]:
                best[end] = unknown
        cut = []
        end = len(word)
        while end:
            _, end, number = best[end]
            cut.append(number)
        return tuple(reversed(cut))

    def _known(self, word: str) -> Dict[int, List[Tuple[int, int, float]]]:
        """Every part of ``word`` that is a piece: its end → its begin, number and score."""
        parts: List[Tuple[int, int, bytes]] = []
        for begin in range(len(word)):
            for end in range(begin + 1, min(len(word), begin + self._longest) + 1):
                part = word[begin:end].encode("utf-8", "surrogatepass")
                if len(part) > self._longest:
                    break
                parts.append((begin, end, part))
        sums = np.fromiter((zlib.crc32(part) for _, _, part in parts), dtype=np.uint32, count=len(parts))
        first = np.searchsorted(self._sums, sums)
        last = np.searchsorted(self._sums, sums, side="right")
        known: Dict[int, List[Tuple[int, int, float]]] = {}
        for i in np.flatnonzero(last > first).tolist():
            begin, end, part = parts[i]
            for number in self._order[first[i] : last[i]].tolist():
                if number != self._vocabulary.unknown and self._piece(number) == part:
                    known.setdefault(end, []).append((begin, number, float(self._vocabulary.scores[number])))
        return known

    def _piece(self, number: int) -> bytes:
        start, end = self._vocabulary.starts[number : number + 2].tolist()
        return bytes(self._vocabulary.pieces[start:end])
