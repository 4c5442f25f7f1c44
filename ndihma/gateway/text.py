"""Normalisation of what a customer typed, before anything else reads it (S3).

The result is one line of NFC text without control, bidi-override or invisible characters. It never begins
with a slash of any kind: Rasa reads ``/intent{"entity": "value"}`` as a command on every channel.
"""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["EmptyText", "TextRefused", "TextTooLong", "normalise"]

DEFAULT_MAX_CHARS: Final = 1000

_INVISIBLE: Final = frozenset(
    "\u034f"  # combining grapheme joiner
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers
    "\u17b4\u17b5"  # Khmer inherent vowels
    "\u2800"  # blank Braille pattern
    "\u180b\u180c\u180d\u180f"  # Mongolian variation selectors
)
"""Characters that show nothing although Unicode calls them letters, marks or symbols."""

_DROPPED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Co"})
"""Controls, format characters (zero-width, bidi overrides, tags, soft hyphen), private use."""

_SLASHES: Final = frozenset(
    "/"
    "\u2044"  # fraction slash
    "\u2215"  # division slash
    "\u2571"  # box drawings light diagonal
    "\u27cb"  # mathematical rising diagonal
    "\u29f8"  # big solidus
    "\uff0f"  # fullwidth solidus
    "\u0337\u0338"  # combining solidus overlays
)

_LAST_OF_A_PLANE: Final = frozenset({0xFFFE, 0xFFFF})


class TextRefused(ValueError):
    """The text cannot become a message. The error never repeats the text."""


class EmptyText(TextRefused):
    """Nothing readable is left after normalisation."""


class TextTooLong(TextRefused):
    """The normalised text has more than ``limit`` characters."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"{length} characters; at most {limit} are accepted")
        self.length = length
        self.limit = limit


def normalise(text: str, max_chars: int = DEFAULT_MAX_CHARS) -> str:
    """The text as one trimmed NFC line, 1 to ``max_chars`` characters. Idempotent.

    Raises EmptyText or TextTooLong.
    """
    whole = _join_surrogates(text)
    visible = "".join(_visible(whole))
    line = " ".join(unicodedata.normalize("NFC", visible).split())
    line = _without_leading_slash(line)
    if not any(_is_readable(c) for c in line):
        raise EmptyText("the text is empty")
    if len(line) > max_chars:
        raise TextTooLong(len(line), max_chars)
    return line


def _join_surrogates(text: str) -> str:
    """Surrogate pairs become their character; lone surrogates become U+FFFD, so that UTF-8 can hold the text."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _visible(text: str) -> list[str]:
    kept = []
    for c in text:
        if c.isspace():
            kept.append(" ")
        elif not (unicodedata.category(c) in _DROPPED_CATEGORIES or c in _INVISIBLE or _is_noncharacter(c)):
            kept.append(c)
    return kept


def _is_noncharacter(c: str) -> bool:
    return "\ufdd0" <= c <= "\ufdef" or ord(c) & 0xFFFF in _LAST_OF_A_PLANE


def _is_readable(c: str) -> bool:
    """A space, a stray combining mark or a replacement character is no message by itself."""
    return not c.isspace() and unicodedata.category(c) not in {"Mn", "Me"} and c != "\ufffd"


def _without_leading_slash(line: str) -> str:
    """Drop what Rasa, or any later folding of look-alikes, could take for the start of a command."""
    start = 0
    while start < len(line) and (line[start] in _SLASHES or line[start].isspace()):
        start += 1
    return line[start:]
