"""Text with markup as the Bot API takes it: plain characters, and entities counted in UTF-16 units.

Nothing is ever parsed by Telegram, so nothing has to be escaped: what a person wrote cannot become markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from aiogram.types import MessageEntity

__all__ = ["MAX_UNITS", "Mark", "Styled", "joined", "split", "units", "without_strange_links"]

MAX_UNITS: Final = 4096
_JOINERS: Final = frozenset({"\u200d", "\ufe0e", "\ufe0f"})
_ADDRESS: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,}(?:[/?#:]\S*)?)",
    re.IGNORECASE,
)
_TRAILING: Final = ".,;:!?)]»”\"'"


@dataclass(frozen=True, slots=True)
class Mark:
    """A style from character ``start`` to before ``end``; ``kind`` as the Bot API names it."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Styled:
    """A text and its marks."""

    text: str
    marks: tuple[Mark, ...] = ()

    @classmethod
    def of(cls, text: str, kind: str) -> Styled:
        return cls(text, (Mark(kind, 0, len(text)),)) if text else cls("")

    @property
    def entities(self) -> list[MessageEntity]:
        """The marks as the Bot API counts them."""
        return [
            MessageEntity(
                type=mark.kind, offset=units(self.text[: mark.start]), length=units(self.text[mark.start : mark.end])
            )
            for mark in self.marks
        ]

    def piece(self, start: int, end: int) -> Styled:
        """The characters from ``start`` to before ``end`` without white space around them, with what marks them."""
        inner = self.text[start:end]
        start += len(inner) - len(inner.lstrip())
        end = start + len(inner.strip())
        cut = [replace(m, start=max(m.start, start) - start, end=min(m.end, end) - start) for m in self.marks]
        return Styled(self.text[start:end], tuple(mark for mark in cut if mark.end > mark.start))


def units(text: str) -> int:
    """The length in UTF-16 code units."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)  # noqa: PLR2004


def joined(pieces: Sequence[Styled], between: str) -> Styled:
    """The pieces that are not empty, one after the other."""
    text, marks = "", list[Mark]()
    for piece in pieces:
        if not piece.text:
            continue
        text += between if text else ""
        marks += [replace(mark, start=mark.start + len(text), end=mark.end + len(text)) for mark in piece.marks]
        text += piece.text
    return Styled(text, tuple(marks))


def split(styled: Styled, limit: int = MAX_UNITS) -> list[Styled]:
    """Pieces of at most ``limit`` units: cut after a paragraph, else a line, a sentence, a word, a character."""
    pieces, start = list[Styled](), 0
    text = styled.text
    while start < len(text):
        end = _reach(text, start, limit)
        if end < len(text):
            end = _cut(text, start, end)
        piece = styled.piece(start, end)
        if piece.text:
            pieces.append(piece)
        start = end
    return pieces


def _reach(text: str, start: int, limit: int) -> int:
    """How far ``limit`` units go from ``start``; at least one character."""
    end, used = start, 0
    while end < len(text) and (used := used + (2 if ord(text[end]) > 0xFFFF else 1)) <= limit:  # noqa: PLR2004
        end += 1
    return max(end, start + 1)


def _cut(text: str, start: int, end: int) -> int:
    """Where to cut before ``end``: not in the first half, so that no piece is needlessly short."""
    least = start + (end - start) // 2
    for pattern in (r"\n\s*\n", r"\n", r"[.!?…][\"'”»)]*\s", r"\s"):
        places = [match.end() for match in re.finditer(pattern, text[least:end])]
        if places:
            return least + places[-1]
    while end > start + 1 and (unicodedata.combining(text[end]) or {text[end], text[end - 1]} & _JOINERS):
        end -= 1  # not between a letter and its accent
    return end


def without_strange_links(text: str, hosts: Collection[str]) -> Styled:
    """Addresses on other hosts than these stand as code: Telegram makes no link of them (S16)."""
    return Styled(text, tuple(Mark("code", start, end) for start, end in _strange(text, hosts)))


def _strange(text: str, hosts: Collection[str]) -> Iterator[tuple[int, int]]:
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(_TRAILING)
        if address and not _is_allowed(address, hosts):
            yield match.start(), match.start() + len(address)


def _is_allowed(address: str, hosts: Collection[str]) -> bool:
    if "://" not in address and "@" in address:
        return address.rpartition("@")[2].lower() in hosts
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        bare = parts.username is None and parts.password is None and parts.port is None
    except ValueError:
        return False
    return parts.scheme == "https" and bare and (parts.hostname or "").lower() in hosts
