"""What kinds of secrets there are, and how a string of digits alone tells its kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = [
    "HOTLINE_FORMS",
    "OTHER_MSISDN",
    "SHORTEST_SECRET",
    "Kind",
    "Span",
    "is_iccid",
    "is_kosovo_msisdn",
    "kind_of_digits",
]

SHORTEST_SECRET: Final = 6
"""Digits: a one-time code has six."""
_HOTLINE: Final = "080010000"
"""The operator's free number (FAQ 002); its digits are no secret in any spelling."""


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
class Span:
    """Where a secret stands in a folded text."""

    start: int
    end: int
    kind: Kind


HOTLINE_FORMS: Final = frozenset({_HOTLINE, "383" + _HOTLINE[1:], "00383" + _HOTLINE[1:]})

_KOSOVO_MSISDN: Final = re.compile(
    r"""
    (?: 0 (?:4[3-9]|2[89]|3[89]) \d{6}                     # 044 123 456, 038 123 456
      | 4[3-9] \d{6}                                       # 44 123 456
      | (?:00)? (?:383|377) 0? [1-9]\d{7} )                # 383 44 123 456, 00383…, the old code 377
    """,
    re.VERBOSE,
)
OTHER_MSISDN: Final = re.compile(
    r"""
    (?: 00 [1-9]\d{6,14}                                   # 0049 170 1234567
      | 0 [1-9]\d{7,11} )                                  # 0170 1234567, in the manner of its own country
    """,
    re.VERBOSE,
)


def is_kosovo_msisdn(digits: str) -> bool:
    return _KOSOVO_MSISDN.fullmatch(digits) is not None


def is_iccid(digits: str) -> bool:
    return len(digits) in (19, 20) and digits.startswith("89")


def kind_of_digits(digits: str) -> Kind | None:  # noqa: PLR0911  (a table)
    match len(digits):
        case 6:
            return Kind.CODE
        case 8:
            return Kind.PUK
        case 10:
            return Kind.PERSONAL_NUMBER if digits[0] in "12" else Kind.NUMBER
        case 19 | 20 if is_iccid(digits):
            return Kind.ICCID
        case length if 13 <= length <= 19 and _passes_luhn(digits):  # noqa: PLR2004
            return Kind.CARD
        case 19 | 20:
            return Kind.ICCID
        case length if length >= SHORTEST_SECRET:
            return Kind.NUMBER
    return None


def _passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004
    return total % 10 == 0
