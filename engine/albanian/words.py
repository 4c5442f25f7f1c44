"""Words with their places: what the entity grammars (numerals, money, dates, counts, statuses) read.

A word is a stretch of letters, a number with its dots and commas, a placeholder of the gateway's redaction or a single
sign. Clitics keep their apostrophe (``t'premten`` is ``t'`` and ``premten``); ``10euro`` is ``10`` and ``euro``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, FrozenSet, List, Sequence

from engine.albanian.spelling import fold

__all__ = ["REMEMBERED", "Word", "form_at", "lex", "word_set"]

REMEMBERED: Final = 8192
"""Words whose reading is kept: a message asks for each of its words many times, and messages share most of theirs."""
_APOSTROPHE: Final = "['’‘`´ʼ′]"
_WORD: Final = re.compile(
    rf"""
      <[a-z_]+>                                 # a placeholder
    | [^\W\d_]{{1,3}}{_APOSTROPHE}(?=[^\W_])    # a clitic
    | (?:[^\W\d_]|[\u0300-\u036f])+             # letters, their diacritics perhaps written as marks of their own
    | \d+(?:[.,]\d+)*
    | \S
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Word:
    """``form`` is the folded spelling; ``start`` and ``end`` count characters of the message."""

    form: str
    start: int
    end: int
    is_glued: bool
    """Nothing stands between this word and the one before it."""

    @property
    def is_number(self) -> bool:
        return self.form[:1].isdigit()


def lex(text: str) -> List[Word]:
    """The words of ``text``, in order."""
    words: List[Word] = []
    for found in _WORD.finditer(text):
        glued = bool(words) and words[-1].end == found.start()
        # fold() drops repeated letters, which must not happen to digits
        form = found.group() if found.group()[0].isdigit() else _folded(found.group())
        words.append(Word(form, found.start(), found.end(), glued))
    return words


@lru_cache(maxsize=REMEMBERED)
def _folded(text: str) -> str:
    return fold(text)


def form_at(words: Sequence[Word], place: int) -> str:
    """The form of the word at ``place``; empty before the first and after the last."""
    return words[place].form if 0 <= place < len(words) else ""


def word_set(text: str) -> FrozenSet[str]:
    """The words of ``text``, which white space divides: a readable way to write a set of forms."""
    return frozenset(text.split())
