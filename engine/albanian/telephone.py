"""Telephone numbers in every form in which customers write them, as E.164.

Numbers without a country code are Kosovo's: mobile 043 to 049, fixed lines 028, 029, 038 and 039. The old code +377 is
read as Kosovo's too. A number in the national form of another country has no E.164 form that can be known and is no
``msisdn``, nor is the operator's free number.
"""

from __future__ import annotations

import re
from typing import Final, Iterator, List, Optional, Sequence, Tuple

from engine.albanian.numerals import number_word, numeral_at
from engine.albanian.words import Word, form_at

__all__ = ["PLACEHOLDER", "e164", "spoken_msisdns", "written_msisdns"]

PLACEHOLDER: Final = "<msisdn>"
"""What the gateway's redaction leaves of a number."""

_SEPARATORS: Final = r"[ \u00a0/.,\-–]{0,3}"
_DIGIT: Final = rf"(?:{_SEPARATORS}\d)"
_CANDIDATE: Final = re.compile(
    rf"""
    (?<![\w€$]) (?<!\d[.,/\-–]) (?<!\d\ )
    (?: (?:\+|\b00){_SEPARATORS}3\ ?(?:8\ ?3|7\ ?7){_SEPARATORS}
          (?:\(0\){_SEPARATORS})?\(?0?[1-9]\d?\)?{_DIGIT}{{6}}
      | (?:\+|\b00)[1-9]{_DIGIT}{{6,14}}
      | 383{_SEPARATORS}[1-9]\d?{_DIGIT}{{6}}
      | \(?0{_SEPARATORS}(?:4{_SEPARATORS}[3-9]|[23]{_SEPARATORS}[89])\)?{_DIGIT}{{6}}
      | \(?4[3-9]\)?{_DIGIT}{{6}}
    )
    (?!\d)
    """,
    re.VERBOSE,
)
_MORE_DIGITS: Final = re.compile(r"[ /.\-–]\d{2,}")
_HARMLESS_NEXT: Final = re.compile(
    r"[ /.\-–](?:\d+(?:[.,]\d\d?)?\s?(?:€|eu)|\d{1,2}[./]\d{1,2}[./]|(?:0|00|\+)?(?:383|4[3-9]|[23][89])\W?\d)",
    re.IGNORECASE,
)
_MONEY: Final = re.compile(r"\d+[.,]\d{2}")
_KOSOVO: Final = re.compile(r"(?:0|00383|383|00377|377)?0?((?:4[3-9]|2[89]|3[89])\d{6})")
_SHORTEST_FOREIGN: Final = 8
_LONGEST_E164: Final = 15


def e164(number: str) -> Optional[str]:
    """``number``, which may hold separators, as E.164; None when it is no number that can be known."""
    digits = re.sub(r"\D", "", number)
    kosovo = _KOSOVO.fullmatch(digits)
    if kosovo is not None:
        return f"+383{kosovo.group(1)}"
    international = digits if number.lstrip(" (").startswith("+") else digits[2:] if digits.startswith("00") else ""
    if international.startswith(("0", "383", "377")) or not _SHORTEST_FOREIGN <= len(international) <= _LONGEST_E164:
        return None
    return f"+{international}"


def written_msisdns(text: str) -> Iterator[Tuple[int, int, str]]:
    """(start, end, E.164) of every number in digits."""
    for found in _CANDIDATE.finditer(text):
        follows = _MORE_DIGITS.match(text, found.end())
        if follows is not None and _HARMLESS_NEXT.match(text, found.end()) is None:
            continue  # a part of something longer, such as an account number
        value = e164(found.group())
        if value is not None and _MONEY.fullmatch(found.group()) is None:
            yield found.start(), found.end(), value


def spoken_msisdns(words: Sequence[Word]) -> Iterator[Tuple[int, int, str]]:
    """(first word, word after the last, E.164) of every number dictated in words, from its "zero" on."""
    place = 0
    while place < len(words):
        spoken = _spoken_at(words, place) if number_word(words[place].form) == 0 else None
        if spoken is None:
            place += 1
        else:
            yield place, spoken[0], spoken[1]
            place = spoken[0]


def _spoken_at(words: Sequence[Word], place: int) -> Optional[Tuple[int, str]]:
    digits: List[str] = []
    end = place
    while len("".join(digits)) < 9:  # noqa: PLR2004  (a national number)
        if form_at(words, end) in {",", ".", "-"}:
            end += 1
            continue
        numeral = numeral_at(words, end)
        if numeral is None:
            return None
        digits.append(words[end].form if numeral.is_digits else str(numeral.value))
        end = numeral.end
    value = e164("".join(digits))
    return None if value is None else (end, value)
