"""Numbers as customers write them: digits, and words in standard Albanian, Gheg and common foreign ones.

Covers 0 to 999,999: ``pesëmbëdhjetë``, ``dymdhet``, ``njëzet e pesë``, ``njizetepes``, ``dyqind``, ``tri mijë``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, Final, List, Optional, Pattern, Sequence, Tuple

from engine.albanian.words import REMEMBERED, Word, form_at

__all__ = ["AND", "Numeral", "begins_numeral", "number_word", "numeral_at"]

AND: Final = frozenset({"e", "dhe", "edhe", "ed", "und", "and", "i"})
_UNITS: Final[Dict[int, str]] = {
    1: r"nj[eio]|nj|ni",
    2: r"dy",
    3: r"tr[ei]",
    4: r"kat+e?rr?e?",
    5: r"pese?",
    6: r"(?:gj|xh)asht?e?",
    7: r"shtate?",
    8: r"tete?",
    9: r"n[ea]n(?:te?)?",
}
_UNIT: Final = "|".join(f"(?P<{{0}}{value}>{spelled})" for value, spelled in _UNITS.items())
_TEEN_ENDING: Final = r"m(?:be|b|e)?dh?j?[ei]?j?te?"  # mbëdhjetë, mbdhjet, mdhet, mdhit
_TENS_ENDING: Final = r"dh?j?[ei]?j?te?"  # dhjetë, dhet
_TEN: Final = r"dhj?[ei]j?te?|djete?"
_TWENTY: Final = r"n?j?[eio]?ze?te?"
_FORTY: Final = r"dyze?te?"
_HUNDRED: Final = r"[qc]ind?e?"

_BELOW_THOUSAND: Final[Pattern[str]] = re.compile(
    rf"""
    (?:(?:{_UNIT.format("h")})?(?P<hundred>{_HUNDRED}))??
    (?:e(?=.))??
    (?: (?:{_UNIT.format("t")}){_TEEN_ENDING}(?P<teen>)
      | (?:(?P<twenty>{_TWENTY})|(?P<forty>{_FORTY})|(?:{_UNIT.format("d")}){_TENS_ENDING}(?P<tens>))
        (?:e?(?:{_UNIT.format("u")}))?
      | (?P<ten>{_TEN})
      | (?:{_UNIT.format("o")})(?P<only>)
    )?
    """,
    re.VERBOSE,
)
_NOT_NUMBERS: Final = frozenset({"", "e", "nj", "nan", "nen", "njo", "dht", "zt", "zet", "jzet", "ezet", "cin", "qin"})
"""What the spellings above would allow and nobody means."""
_ZERO: Final = frozenset({"zero", "zeros", "zer", "nula", "null"})
_THOUSAND: Final = re.compile(r"mije?")
_GLUED_THOUSANDS: Final = re.compile(r"(?P<count>.{2,}?)mije?")
_FOREIGN: Final[Dict[str, int]] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50,
    "ein": 1, "eine": 1, "einem": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "funf": 5, "sechs": 6, "sieben": 7,
    "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwolf": 12, "funfzehn": 15, "zwanzig": 20, "dreissig": 30,
    "funfzig": 50, "jedan": 1, "dva": 2, "dve": 2, "cetiri": 4, "pet": 5, "sest": 6, "sedam": 7, "osam": 8,
    "iki": 2, "devet": 9, "deset": 10, "dvanaest": 12,
    "petnaest": 15, "dvadeset": 20, "trideset": 30, "pedeset": 50,
}  # fmt: skip
_ARTICLES: Final = frozenset({"nje", "nji", "ni", "one", "ein", "eine", "einem", "einer"})
_DIGITS: Final = re.compile(r"\d{1,6}")


@dataclass(frozen=True)
class Numeral:
    """A whole number and the word after its last one."""

    value: int
    end: int
    is_digits: bool = False
    is_article: bool = False
    """"një", which is mostly "a" and not "one"."""


@lru_cache(maxsize=REMEMBERED)
def number_word(form: str) -> Optional[int]:
    """What one folded word says: ``pesmdhet`` is 15, ``njezetepese`` 25, ``dyqind`` 200; None when it is no number."""
    if form in _ZERO:
        return 0
    if form in _FOREIGN:
        return _FOREIGN[form]
    if form in _NOT_NUMBERS or not 2 <= len(form) <= 40:  # noqa: PLR2004  (no number is shorter or longer)
        return None
    thousands = _GLUED_THOUSANDS.fullmatch(form)
    if thousands is not None:
        count = number_word(thousands.group("count"))
        return count * 1000 if count and count < 1000 else None  # noqa: PLR2004
    found = _BELOW_THOUSAND.fullmatch(form)
    return None if found is None else _value_of(found.groupdict())


def _value_of(groups: Dict[str, Optional[str]]) -> int:
    def unit(prefix: str) -> int:
        return next((value for value in _UNITS if groups[f"{prefix}{value}"] is not None), 0)

    value = 0
    if groups["hundred"] is not None:
        value += 100 * (unit("h") or 1)
    if groups["teen"] is not None:
        return value + 10 + unit("t")
    if groups["ten"] is not None:
        return value + 10
    if groups["only"] is not None:
        return value + unit("o")
    if groups["twenty"] is not None:
        value += 20
    elif groups["forty"] is not None:
        value += 40
    elif groups["tens"] is not None:
        value += 10 * unit("d")
    return value + unit("u")


def begins_numeral(form: str) -> bool:
    """Whether a number may begin with a folded word."""
    return form[:1].isdigit() or form == "mije" or number_word(form) is not None


def numeral_at(words: Sequence[Word], place: int) -> Optional[Numeral]:
    """The longest number that begins at ``place``, in digits or in words; None when there is none."""
    if place >= len(words):
        return None
    form = words[place].form
    if words[place].is_number:
        if _DIGITS.fullmatch(form) is None:
            return None
        value, end = int(form), place + 1
        if _THOUSAND.fullmatch(form_at(words, end)) and value < 1000:  # noqa: PLR2004
            return Numeral(value * 1000, end + 1)
        return Numeral(value, end, is_digits=True)
    below = _hundreds_at(words, place)
    if below is None:
        return Numeral(1000, place + 1) if form == "mije" else None
    value, end = below
    if _THOUSAND.fullmatch(form_at(words, end)) and value:
        value, end = value * 1000, end + 1
        after = end + 1 if form_at(words, end) in AND else end
        rest = _hundreds_at(words, after)
        if rest is not None and rest[0]:
            value, end = value + rest[0], rest[1]
    return Numeral(value, end, is_article=end == place + 1 and form in _ARTICLES)


def _hundreds_at(words: Sequence[Word], place: int) -> Optional[Tuple[int, int]]:
    """A number below 1,000 that may be several words (``njëqind e njëzet e pesë``), and the word after it."""
    value = number_word(form_at(words, place))
    if value is None:
        return None
    end = place + 1
    if 0 < value < 10 and re.fullmatch(_HUNDRED, form_at(words, end)):  # noqa: PLR2004  ("dy qind")
        value, end = value * 100, end + 1
    for step in _steps(value):
        after = end + 1 if form_at(words, end) in AND else end
        part = number_word(form_at(words, after))
        takes_it = not value % step and (step > 10 or value % 100 != 10)  # noqa: PLR2004  (no "dhjetë pesë")
        if part is not None and 0 < part < step and takes_it:
            value, end = value + part, after + 1
    return value, end


def _steps(value: int) -> List[int]:
    """Below what the next part of a number must be: 1,000 after "njëmijë", 100 after "njëqind", 10 after "njëzet"."""
    if value and not value % 1000:
        return [1000, 100, 10]
    if value and not value % 100:
        return [100, 10]
    return [10] if value >= 20 and not value % 10 else []  # noqa: PLR2004  (tens that take a unit)
