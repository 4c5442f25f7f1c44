"""Redaction of what must not leave the gateway (S6): numbers and addresses become typed placeholders.

``redact("numri im 044 123 456")`` is ``Redacted("numri im <msisdn>", {Kind.MSISDN})``. When in doubt it
redacts: a run of six or more digits stays readable only if it is *entirely* made of things known to be
harmless (prices, dates, times, zeros such as the first PINs, the free number 080010000).

How it works: the text is folded (digits of every script to ASCII, invisible characters dropped) with a map back
to the original. A *run* is a stretch of digits joined by separators only; its *groups* are the digit
strings in it, its *chunks* the parts between white space. A run is then split into known items.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["Kind", "Redacted", "redact"]

_HOTLINE: Final = "080010000"
"""The operator's free number (FAQ 002); its digits are no secret in any spelling."""

OWN_ADDRESSES: Final = frozenset({"business@kosovotelecom.com"})
"""Addresses of the operator itself, which answers and questions name (FAQ 000)."""


class Kind(StrEnum):
    """What was found; ``placeholder`` stands in its place."""

    MSISDN = "msisdn"
    ICCID = "iccid"
    CODE = "code"
    PUK = "puk"
    PERSONAL_NUMBER = "personal_number"
    CARD = "card"
    EMAIL = "email"
    NUMBER = "number"
    """Six or more digits that are none of the other kinds."""

    @property
    def placeholder(self) -> str:
        return f"<{self.value}>"


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text without secrets, and the kinds of what was taken out."""

    text: str
    kinds: frozenset[Kind] = frozenset()


def redact(text: str) -> Redacted:
    """Replace every telephone number, ICCID, code, PUK, personal number, card number and e-mail address.

    Idempotent. A text without any of them comes back unchanged, character for character.
    """
    kinds: set[Kind] = set()
    for find in (_emails, _numbers):
        folded = _Folded.of(text)
        for span in reversed(find(folded.text)):
            start, end = folded.original(_with_bracket(folded.text, span), span.end)
            text = text[:start] + span.kind.placeholder + text[end:]
            kinds.add(span.kind)
    return Redacted(text, frozenset(kinds))


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    kind: Kind


def _with_bracket(text: str, span: _Span) -> int:
    """Where a secret such as ``(044) 123 456`` begins: at its opening bracket."""
    inside = text[span.start : span.end]
    opens_before = span.start > 0 and text[span.start - 1] == "("
    return span.start - 1 if opens_before and inside.count(")") > inside.count("(") else span.start


# --- folding -----------------------------------------------------------------------------------------------

_INVISIBLE_CATEGORIES: Final = frozenset({"Cf", "Mn", "Me"})
"""Zero-width characters and marks: they may stand between two digits without being seen."""
_INVISIBLE: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")


@dataclass(frozen=True, slots=True)
class _Folded:
    """``text`` in simple characters; ``places[i]`` is where its i-th character stands in the original."""

    text: str
    places: tuple[int, ...]
    length: int

    @classmethod
    def of(cls, original: str) -> _Folded:
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


# --- e-mail addresses --------------------------------------------------------------------------------------

_EMAIL: Final = re.compile(r"[\w.+%'-]{1,64} ?@ ?(?:[^\W_](?:[\w-]{0,62})\.){1,8}[^\W\d_]{2,24}")


def _emails(text: str) -> list[_Span]:
    if "@" not in text:
        return []
    return [
        _Span(found.start(), found.end(), Kind.EMAIL)
        for found in _EMAIL.finditer(text)
        if found.group().lower().strip(".'") not in OWN_ADDRESSES
    ]


# --- numbers -----------------------------------------------------------------------------------------------

_SEPARATOR: Final = r"[\s.,:;/\\|()\[\]_'`\"*#~=·•\u066b\u066c\-]"
_RUN: Final = re.compile(rf"\+?(?:{_SEPARATOR}{{0,2}}\d)(?:{_SEPARATOR}{{0,6}}\d)*")
_DIGITS: Final = re.compile(r"\d+")
_SHORTEST_SECRET: Final = 6
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


def _numbers(text: str) -> list[_Span]:
    spans: list[_Span] = []
    for found in _RUN.finditer(text):
        spans.extend(_in_run(text, found.start(), found.end()))
    return spans


def _in_run(text: str, start: int, end: int) -> list[_Span]:
    groups = _groups(text, start, end)
    if sum(len(group.digits) for group in groups) < _SHORTEST_SECRET:
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

    def items(self) -> list[_Span] | None:
        """The secrets of the run if all of it is understood; None when something in it is not."""
        count = len(self._groups)
        rest: list[list[_Span] | None] = [None] * count + [[]]
        """``rest[i]`` is the split of the groups from i on; found from the back, linear in the run's length."""
        for first in range(count - 1, -1, -1):
            for last, kind in self._candidates(first):
                tail = rest[last + 1]
                if tail is not None:
                    head = [] if kind is None else [_Span(self._secret_start(first), self._groups[last].end, kind)]
                    rest[first] = head + tail
                    break
        return rest[0]

    def whole(self) -> _Span:
        """The run as one secret, named after the telephone number in it if there is one."""
        start, end = self._secret_start(0), self._groups[-1].end
        number = any(
            _is_kosovo_msisdn(digits) for first in range(len(self._groups)) for _, digits in self._strings_from(first)
        )
        return _Span(start, end, Kind.MSISDN if number or self._international else Kind.NUMBER)

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
            if digits in _HOTLINE_FORMS:
                hotline.append((last, None))
            elif _is_kosovo_msisdn(digits):
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
            if _HARMLESS.fullmatch(chunk) or self._is_amount_beside_msisdn(first, chunk_end):
                harmless.append((chunk_end, None))
            elif _YEAR.fullmatch(chunk):
                year.append((chunk_end, None))
        return hotline + kosovo + harmless + others + year

    def _kind(self, first: int, last: int, digits: str) -> Kind | None:
        if len(digits) < _SHORTEST_SECRET or (last > first and not digits.strip("0")):
            return None
        if self._international and first == 0:
            return Kind.MSISDN if _SHORTEST_E164 <= len(digits) <= _LONGEST_E164 else None
        if _OTHER_MSISDN.fullmatch(digits):
            return Kind.MSISDN
        one_style = len({group.before.strip() for group in self._groups[first + 1 : last + 1]}) <= 1
        return _kind_of_digits(digits) if one_style or _is_iccid(digits) else None

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
        if any(_is_kosovo_msisdn(digits) for _, digits in self._strings_from(first + 1)):
            return True
        return any(
            _is_kosovo_msisdn(digits)
            for start in range(max(0, first - _LONGEST_SECRET), first)
            for end, digits in self._strings_from(start)
            if end == first - 1
        )


_HARMLESS: Final = re.compile(
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

_HOTLINE_FORMS: Final = frozenset({_HOTLINE, "383" + _HOTLINE[1:], "00383" + _HOTLINE[1:]})

_KOSOVO_MSISDN: Final = re.compile(
    r"""
    (?: 0 (?:4[3-9]|2[89]|3[89]) \d{6}                     # 044 123 456, 038 123 456
      | 4[3-9] \d{6}                                       # 44 123 456
      | (?:00)? (?:383|377) 0? [1-9]\d{7} )                # 383 44 123 456, 00383…, the old code 377
    """,
    re.VERBOSE,
)
_OTHER_MSISDN: Final = re.compile(
    r"""
    (?: 00 [1-9]\d{6,14}                                   # 0049 170 1234567
      | 0 [1-9]\d{7,11} )                                  # 0170 1234567, in the manner of its own country
    """,
    re.VERBOSE,
)


def _is_kosovo_msisdn(digits: str) -> bool:
    return _KOSOVO_MSISDN.fullmatch(digits) is not None


def _is_iccid(digits: str) -> bool:
    return len(digits) in (19, 20) and digits.startswith("89")


def _kind_of_digits(digits: str) -> Kind | None:  # noqa: PLR0911  (a table)
    match len(digits):
        case 6:
            return Kind.CODE
        case 8:
            return Kind.PUK
        case 10:
            return Kind.PERSONAL_NUMBER if digits[0] in "12" else Kind.NUMBER
        case 19 | 20 if _is_iccid(digits):
            return Kind.ICCID
        case length if 13 <= length <= 19 and _passes_luhn(digits):  # noqa: PLR2004
            return Kind.CARD
        case 19 | 20:
            return Kind.ICCID
        case length if length >= _SHORTEST_SECRET:
            return Kind.NUMBER
    return None


def _passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004
    return total % 10 == 0
