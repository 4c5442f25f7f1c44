"""When two sentences are the same for a check."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["fold", "signatures"]

_NOT_WORD: Final = re.compile(r"[^\w]+")
_REPEATED: Final = re.compile(r"(.)\1+")
_MIN_WORDS: Final = 4


def fold(text: str) -> str:
    """Lower case, no diacritics, no punctuation, single spaces."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", plain).replace("_", " ").strip()


def signatures(folded: str) -> set[str]:
    """Two sentences that share one differ by at most a word, the order of words, or doubled letters.

    Short sentences have none but their letters: in them every word counts.
    """
    words = [_REPEATED.sub(r"\1", word) for word in folded.split()]
    whole = " ".join(sorted(words))
    if len(words) < _MIN_WORDS:
        return {" ".join(words)}
    return {whole} | {" ".join(sorted(words[:gap] + words[gap + 1 :])) for gap in range(len(words))}
