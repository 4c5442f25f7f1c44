"""Numbers in digits in a folded text.

A *run* is a stretch of digits joined by separators only; its *groups* are the digit strings in it, its *chunks* the
parts between white space. A run is then split into known items; one that is not entirely understood is one secret.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ndihma.redaction.kinds import (
    HOTLINE_FORMS,
    OTHER_MSISDN,
    SHORTEST_SECRET,
    Kind,
    Span,
    is_iccid,
    is_kosovo_msisdn,
    kind_of_digits,
)

__all__ = ["HARMLESS", "numbers"]
_SEPARATOR: Final = r"[\s.,:;/\\|()\[\]_'`\"*#~=·•\u066b\u066c\-]"
_RUN: Final = re.compile(rf"\+?(?:{_SEPARATOR}{{0,2}}\d)(?:{_SEPARATOR}{{0,6}}\d)*")
_DIGITS: Final = re.compile(r"\d+")
_LONGEST_SECRET: Final = 20
_SHORTEST_E164: Final = 7
_LONGEST_E164: Final = 16
"""One more than E.164 has, for "+383 (0)44 123 456"."""
_LONGEST_BESIDE: Final = 3
"""Digits of a harmless amount that may stand beside a telephone number: "044 123 456 20 euro"."""


@dataclass(frozen=True, slots=True)
class _Group:
    """A string of digits in a run. ``chunk`` counts the parts of the run that white space divides."""

    digits: str
    start: int
    end: int
    before: str
    """The separators between the previous group and this one."""
    chunk: int


def numbers(text: str) -> list[Span]:
    spans: list[Span] = []
    for found in _RUN.finditer(text):
        spans.extend(_in_run(text, found.start(), found.end()))
    return spans


def _in_run(text: str, start: int, end: int) -> list[Span]:
    groups = _groups(text, start, end)
    if sum(len(group.digits) for group in groups) < SHORTEST_SECRET:
        return []
    run = _Run(text, start, groups, international=text[start] == "+")
    items = run.items()
    return [run.whole()] if items is None else items


def _groups(text: str, start: int, end: int) -> list[_Group]:
    groups: list[_Group] = []
    chunk = 0
    previous_end = start
    for found in _DIGITS.finditer(text, start, end):
        before = text[previous_end : found.start()]
        if groups and any(c.isspace() for c in before):
            chunk += 1
        groups.append(_Group(found.group(), found.start(), found.end(), before if groups else "", chunk))
        previous_end = found.end()
    return groups


class _Run:
    """One run of digits and separators, and how it splits into items."""

    def __init__(self, text: str, start: int, groups: list[_Group], international: bool) -> None:
        self._text = text
        self._start = start
        self._groups = groups
        self._international = international

    def items(self) -> list[Span] | None:
        """The secrets of the run if all of it is understood; None when something in it is not."""
        count = len(self._groups)
        rest: list[list[Span] | None] = [None] * count + [[]]
        """``rest[i]`` is the split of the groups from i on; found from the back, linear in the run's length."""
        for first in range(count - 1, -1, -1):
            for last, kind in self._candidates(first):
                tail = rest[last + 1]
                if tail is not None:
                    head = [] if kind is None else [Span(self._secret_start(first), self._groups[last].end, kind)]
                    rest[first] = head + tail
                    break
        return rest[0]

    def whole(self) -> Span:
        """The run as one secret, named after the telephone number in it if there is one."""
        start, end = self._secret_start(0), self._groups[-1].end
        number = any(
            is_kosovo_msisdn(digits) for first in range(len(self._groups)) for _, digits in self._strings_from(first)
        )
        return Span(start, end, Kind.MSISDN if number or self._international else Kind.NUMBER)

    def _secret_start(self, first: int) -> int:
        """Where a secret begins that begins with group ``first``; a leading plus sign belongs to it."""
        return self._start if first == 0 and self._international else self._groups[first].start

    def _strings_from(self, first: int) -> list[tuple[int, str]]:
        """The digits of the groups ``first..last`` for each ``last``, as far as a secret can reach."""
        strings: list[tuple[int, str]] = []
        digits = ""
        for last in range(first, len(self._groups)):
            digits += self._groups[last].digits
            if len(digits) > _LONGEST_SECRET:
                break
            strings.append((last, digits))
        return strings

    def _candidates(self, first: int) -> list[tuple[int, Kind | None]]:
        """The items ``(last group, kind)`` that may begin at a group, the likeliest first; kind None is harmless."""
        hotline: list[tuple[int, Kind | None]] = []
        kosovo: list[tuple[int, Kind | None]] = []
        others: list[tuple[int, Kind | None]] = []
        for last, digits in self._strings_from(first):
            if digits in HOTLINE_FORMS:
                hotline.append((last, None))
            elif is_kosovo_msisdn(digits):
                kosovo.insert(0, (last, Kind.MSISDN))
            else:
                kind = self._kind(first, last, digits)
                if kind is not None:
                    others.insert(0, (last, kind))
        others.sort(key=lambda item: item[1] is not Kind.MSISDN)

        harmless: list[tuple[int, Kind | None]] = []
        year: list[tuple[int, Kind | None]] = []
        chunk_end = self._chunk_end(first)
        if chunk_end is not None:
            chunk = self._text[self._groups[first].start : self._groups[chunk_end].end]
            if HARMLESS.fullmatch(chunk) or self._is_amount_beside_msisdn(first, chunk_end):
                harmless.append((chunk_end, None))
            elif _YEAR.fullmatch(chunk):
                year.append((chunk_end, None))
        return hotline + kosovo + harmless + others + year

    def _kind(self, first: int, last: int, digits: str) -> Kind | None:
        if len(digits) < SHORTEST_SECRET or (last > first and not digits.strip("0")):
            return None
        if self._international and first == 0:
            return Kind.MSISDN if _SHORTEST_E164 <= len(digits) <= _LONGEST_E164 else None
        if OTHER_MSISDN.fullmatch(digits):
            return Kind.MSISDN
        one_style = len({group.before.strip() for group in self._groups[first + 1 : last + 1]}) <= 1
        return kind_of_digits(digits) if one_style or is_iccid(digits) else None

    def _chunk_end(self, first: int) -> int | None:
        """The last group of the chunk that begins with group ``first``; None when it begins inside a chunk."""
        chunk = self._groups[first].chunk
        if first > 0 and self._groups[first - 1].chunk == chunk:
            return None
        last = first
        while last + 1 < len(self._groups) and self._groups[last + 1].chunk == chunk:
            last += 1
        return last

    def _is_amount_beside_msisdn(self, first: int, last: int) -> bool:
        """A chunk of one to three digits right before or after a Kosovo number is an amount, not a part of it."""
        digits = self._groups[first].digits
        if first != last or len(digits) > _LONGEST_BESIDE or digits[0] == "0":
            return False
        if any(is_kosovo_msisdn(digits) for _, digits in self._strings_from(first + 1)):
            return True
        return any(
            is_kosovo_msisdn(digits)
            for start in range(max(0, first - _LONGEST_SECRET), first)
            for end, digits in self._strings_from(start)
            if end == first - 1
        )


HARMLESS: Final = re.compile(
    r"""
      0{4,5}                                               # the first PINs, 0000 and 00000
    | PRICE(?:[/-]PRICE)*                                  # 1.50, 2,99, 1.50/2.99
    | [1-9]\d{0,2}[.,]\d{3}[.,]\d{2}                       # a price: 1.200,50
    | (?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d{2}    # a date: 12.11.2026
    | (?:0?[1-9]|[12]\d|3[01])([./])(?:0?[1-9]|1[0-2])\2\d{2}              # a date: 12.11.26
    | (?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])             # a date: 2026-11-12
    | (?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?              # a time
    """.replace("PRICE", r"(?:0|[1-9]\d{0,3})[.,]\d{2}"),
    re.VERBOSE,
)
_YEAR: Final = re.compile(r"(?:19|20)\d{2}")
