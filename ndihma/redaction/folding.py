"""Text in simple characters, with the way back to the original."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

__all__ = ["Folded"]
_INVISIBLE_CATEGORIES: Final = frozenset({"Cf", "Mn", "Me"})
"""Zero-width characters and marks: they may stand between two digits without being seen."""
_INVISIBLE: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` in simple characters; ``places[i]`` is where its i-th character stands in the original."""

    text: str
    places: tuple[int, ...]
    length: int

    @classmethod
    def of(cls, original: str) -> Folded:
        characters: list[str] = []
        places: list[int] = []
        for place, c in enumerate(original):
            for simple in _fold(c):
                characters.append(simple)
                places.append(place)
        return cls("".join(characters), tuple(places), len(original))

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch stands in the original, with the invisible characters after it (a keycap's, say)."""
        after = self.places[end] if end < len(self.places) else self.length
        return self.places[start], max(after, self.places[end - 1] + 1)


def _fold(c: str) -> str:
    if c.isascii():
        return c
    if c in _INVISIBLE or unicodedata.category(c) in _INVISIBLE_CATEGORIES:
        return ""
    digit = unicodedata.digit(c, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(c) == "Pd":
        return "-"
    if c.isspace():
        return " "
    return "".join(part for part in unicodedata.normalize("NFKC", c) if unicodedata.category(part) != "Mn") or c
