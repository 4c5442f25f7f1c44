"""Numbers dictated in words: "zero katër katër, njëqind e njëzet e tre, katër pesë gjashtë".

A *run* is a stretch of words for numbers and short digit strings with nothing between them but signs and what people
say between the parts of a number. Its words are put together as one would type them ("njëqind e njëzet e tre" is 123,
"dyzet e katër" 44, "dopio zero" 00); six digits or more are a secret, unless they are the operator's free number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from ndihma.redaction.kinds import (
    HOTLINE_FORMS,
    OTHER_MSISDN,
    SHORTEST_SECRET,
    Kind,
    Span,
    is_kosovo_msisdn,
    kind_of_digits,
)
from ndihma.redaction.number_words import AND, ARTICLES, BETWEEN, MULTIPLIERS, REPEATS, UNITS_OF_MEASURE, values
from ndihma.redaction.written import HARMLESS

__all__ = ["spoken_numbers"]

_TOKEN: Final = re.compile(r"<[a-z_]+>|[^\W\d_]+|\d+|[€$£%]")
_LONGEST_SIGNS: Final = 8
"""Signs and white space between two parts of a number, in characters."""
_MOST_BETWEEN: Final = 3
"""Words of no value between two parts of a number."""
_LETTERS: Final = str.maketrans("абвгдежзијклљмнњопрстћуфхцчшђıß", "abvgdezzijkllmnnoprstcufhccsdis")
_LIKELY_MSISDN: Final = re.compile(r"(?:0?4[3-9]\d{5,7}|(?:00)?383\d{7,10}|0[1-9]\d{6,11})")
"""A number that was misheard or miscounted by a digit is still meant as a number."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One token that says digits: ``values`` of a word's morphemes, or ``written`` digits as they stand."""

    start: int
    end: int
    values: tuple[int, ...] = ()
    written: str = ""
    is_article: bool = False
    repeat: int = 1
    joins: bool = False
    """Nothing but white space or an "e" stands between this part and the one before: they may be one numeral."""


def spoken_numbers(text: str) -> list[Span]:
    """The secrets of a folded text in which numbers in words take part, from left to right."""
    simple = _simple(text)
    spans: list[Span] = []
    run: list[_Part] = []
    between = 0
    repeat = 1
    said_and = False
    end = 0
    for found in _TOKEN.finditer(simple):
        token = found.group()
        gap = simple[end : found.start()]
        end = found.end()
        if len(gap) > _LONGEST_SIGNS:
            spans += _secret(run, "")
            run, between, repeat = [], 0, 1
        if token in MULTIPLIERS and (not run or run[-1].written):
            spans += _secret(run[:-1], "")
            run, between, repeat = [], 0, 1
            continue
        part = _part(simple, found, repeat)
        if part is not None:
            joins = bool(run) and not gap.strip() and (not between or said_and)
            run.append(_Part(found.start(), found.end(), part.values, part.written, part.is_article, repeat, joins))
            between, repeat, said_and = 0, 1, False
        elif token in REPEATS:
            repeat = REPEATS[token]
        elif token in BETWEEN and run and between < _MOST_BETWEEN:
            said_and = between == 0 and token in AND and not gap.strip()
            between += 1
        else:
            spans += _secret(run, token)
            run, between, repeat = [], 0, 1
    return spans + _secret(run, "")


def _simple(text: str) -> str:
    """Lower case and no diacritics, character for character."""
    plain = (unicodedata.normalize("NFD", c.lower())[:1] or c for c in text.translate(_LETTERS))
    return "".join(plain).translate(_LETTERS)


def _part(text: str, found: re.Match[str], repeat: int) -> _Part | None:
    token = found.group()
    if token.isdigit():
        return None if _is_harmless(text, found) else _Part(found.start(), found.end(), written=token * repeat)
    read = values(token)
    return _Part(found.start(), found.end(), read, is_article=token in ARTICLES) if read else None


def _is_harmless(text: str, found: re.Match[str]) -> bool:
    """Whether digits belong to a price, a date or a time."""
    start, end = found.span()
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    chunk = text[start:end].strip(".,;:!?()")
    return HARMLESS.fullmatch(chunk) is not None or chunk[-1] in "€$£%"


def _secret(run: list[_Part], follows: str) -> list[Span]:
    """The secret of a run that the word ``follows`` follows: one span, or none."""
    parts = run[:]
    if parts and (follows in UNITS_OF_MEASURE or follows in {"€", "$", "£", "%"}):
        parts = _without_last_numeral(parts)
    while len(parts) > 1 and parts[-1].is_article and parts[-2].written:
        parts.pop()  # "044 12 një pyetje"
    while len(parts) > 1 and parts[0].is_article and parts[1].written:
        parts.pop(0)
    if not any(part.values for part in parts):
        return []
    digits = _digits(parts)
    if len(digits) < SHORTEST_SECRET or digits in HOTLINE_FORMS:
        return []
    return [Span(parts[0].start, parts[-1].end, _kind(digits))]


def _without_last_numeral(parts: list[_Part]) -> list[_Part]:
    """What is left when the last numeral is an amount: "… gjashtë, njëzet e pesë" euro."""
    last = len(parts) - 1
    while (
        last > 0
        and parts[last].joins
        and len(_digits(parts[last - 1 :])) < len(_digits(parts[last - 1 : last]) + _digits(parts[last:]))
    ):
        last -= 1
    return parts[:last]


def _kind(digits: str) -> Kind:
    if is_kosovo_msisdn(digits) or OTHER_MSISDN.fullmatch(digits) or _LIKELY_MSISDN.fullmatch(digits):
        return Kind.MSISDN
    return kind_of_digits(digits) or Kind.NUMBER


def _digits(parts: list[_Part]) -> str:
    """The parts as one would type them."""
    typed: list[str] = []
    numeral = _Numeral()
    for part in parts:
        if not part.joins:
            typed.append(numeral.end())
        if part.written:
            typed += [numeral.end(), part.written]
        for value in part.values:
            typed.append(numeral.add(value))
        if part.repeat > 1 and part.values:
            typed.append(numeral.end() * part.repeat)
    return "".join([*typed, numeral.end()])


class _Numeral:
    """Puts the values of one numeral together; gives back its digits when the next value begins another."""

    def __init__(self) -> None:
        self._thousands = 0
        self._below: int | None = None

    def end(self) -> str:
        """The digits of the numeral so far; the next one begins."""
        if self._below is None and not self._thousands:
            return ""
        value = self._thousands + (self._below or 0)
        self._thousands, self._below = 0, None
        return str(value)

    def add(self, value: int) -> str:
        """Take a value in; the digits of the numeral before when it does not fit into that."""
        below = self._below
        if value >= 1000:  # noqa: PLR2004
            if below is None or below == 0 or 0 < self._thousands < value * 1000:
                finished = self.end()
                self._thousands = value
                return finished
            self._thousands, self._below = self._thousands + below * value, None
            return ""
        if below is None:
            fits = not self._thousands or value > 0
        elif value == 100:  # noqa: PLR2004
            fits = 0 < below < 10  # noqa: PLR2004
            value = below * 99 if fits else value
        elif value > 100:  # noqa: PLR2004
            fits = False
        elif value >= 10:  # noqa: PLR2004
            fits = below >= 100 and not below % 100  # noqa: PLR2004
        else:
            fits = value > 0 and below >= 20 and (not below % 100 or (not below % 10 and below % 100 != 10))  # noqa: PLR2004
        if fits:
            self._below = (below or 0) + value
            return ""
        finished = self.end()
        self._below = value
        return finished
