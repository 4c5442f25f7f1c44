"""When two sentences are the same for a check."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["fold", "letters"]

_NOT_WORD: Final = re.compile(r"[^\w]+")
_REPEATED: Final = re.compile(r"(.)\1+")


def fold(text: str) -> str:
    """Lower case, no diacritics, no punctuation, single spaces."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", plain).replace("_", " ").strip()


def letters(folded: str) -> str:
    """A folded text without doubled letters, which come from a hurried thumb."""
    return _REPEATED.sub(r"\1", folded)
