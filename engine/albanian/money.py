"""Amounts of money as customers write them: ``10 euro``, ``10€``, ``1,50``, ``nji euro e gjys``, ``5she``."""

from __future__ import annotations

import re
from typing import Dict, Final, Optional, Sequence, Tuple

from engine.albanian.counts import is_counted
from engine.albanian.dates import is_time_unit
from engine.albanian.numerals import AND, begins_numeral, number_word, numeral_at
from engine.albanian.values import Money
from engine.albanian.words import Word, form_at, word_set

__all__ = ["amount_at", "begins_amount", "is_currency"]

_CURRENCIES: Final[Dict[str, str]] = {
    **dict.fromkeys(
        word_set(
            """
        € euro euros eur eura eurosh eu evro evra eurov ero euri eurot euros eurove euroja euroje euron
        euroshe eurosha
        """
            "euroshen euroshin eurshe eruo uero euor eruos"
        ),
        "EUR",
    ),
    **dict.fromkeys(word_set("franga frang frangash frank franka franken chf"), "CHF"),
    **dict.fromkeys(word_set("$ usd dollar dollare dollarsh dollars"), "USD"),
    **dict.fromkeys(word_set("£ gbp paund paunde funte"), "GBP"),
    **dict.fromkeys(word_set("lek leke lekesh"), "ALL"),
}
_BEFORE_NUMBER: Final = frozenset({"€", "eur", "$", "£", "chf"})
_CENTS: Final = word_set("cent cente cents centa centi centesh centsh cen sent sente qent qenta")
_HALF: Final = word_set("gjys gjyse gjysem gjysme gjysm gjyms gjymse gjysmen")
_POINT: Final = frozenset({"presje", "pike", "pik", "koma", "presj"})
_NOTE: Final = re.compile(r"(?P<number>.+?)(?:euro|eur|ero)?sh(?:e|ja|en|es|eve|a|in)")
_NOTE_ENDINGS: Final = word_set("she shja shen shes sheve shin")
_NOTES: Final = frozenset({1, 2, 5, 10, 15, 20, 50, 100, 200, 500})
"""Values that a top-up card or a banknote may have: "pesshe" is one, "tresh" is no money."""
_GLUED_EURO: Final = re.compile(r"(?P<number>.+?)(?:euro|eur|euros|eurosh)")

_SMALL: Final = re.compile(r"(?P<whole>\d{1,6})[.,](?P<part>\d{1,2})")
_THOUSANDS: Final = re.compile(r"(?P<whole>[1-9]\d{0,2}(?:(?P<sign>[.,])\d{3})+)(?:(?!(?P=sign))[.,](?P<part>\d{2}))?")
_PLAIN: Final = re.compile(r"\d{1,7}")
_BARE: Final = re.compile(r"\d{1,4}[.,]\d{2}|[1-9]\d{0,2}(?:\.\d{3},|,\d{3}\.)\d{2}")
_DAY_AND_MONTH: Final = re.compile(r"(?:[12]\d|3[01])\.(?:0[1-9]|1[0-2])")
_CLOCK: Final = re.compile(r"(?:[01]?\d|2[0-3])\.(?:00|15|30|45)")
_HOURS: Final = word_set("ora oren ores ore orari orarit ora. n'ora saati sahati uhr um at kl h")
_NOT_MONEY_NEXT: Final = word_set("% perqind gb mb km kg h uhr ore version giga mega mbps")
_MAX_CENTS: Final = 10**10


def is_currency(form: str) -> bool:
    """Whether a folded word is a currency or its hundredth."""
    return form in _CURRENCIES or form in _CENTS


def begins_amount(form: str) -> bool:
    """Whether an amount may begin with a folded word."""
    return form in _BEFORE_NUMBER or form in _HALF or begins_numeral(form) or _note_value(form) is not None


def amount_at(words: Sequence[Word], place: int) -> Optional[Tuple[int, Money]]:
    """The amount that begins at ``place`` and the word after it; None when there is none."""
    for reading in (_sign_first, _glued_to_an_e, _number_first, _half, _note, _bare_price):
        found = reading(words, place)
        if found is not None and 0 <= found[1].cents <= _MAX_CENTS:
            return found
    return None


def _sign_first(words: Sequence[Word], place: int) -> Optional[Tuple[int, Money]]:
    """``€10``, ``EUR 23,40``."""
    if form_at(words, place) not in _BEFORE_NUMBER:
        return None
    cents = _cents_in_digits(form_at(words, place + 1))
    if cents is None or is_currency(form_at(words, place + 2)):
        return None
    return place + 2, Money(cents, _CURRENCIES[words[place].form])


def _glued_to_an_e(words: Sequence[Word], place: int) -> Optional[Tuple[int, Money]]:
    """``10e`` and ``2e50``."""
    if form_at(words, place + 1) != "e" or not words[place + 1].is_glued:
        return None
    cents = _cents_in_digits(form_at(words, place))
    if cents is None:
        return None
    follows = words[place + 2] if place + 2 < len(words) else None
    if follows is not None and follows.is_glued and follows.is_number and cents % 100 == 0:
        return (place + 3, Money(cents + int(follows.form))) if re.fullmatch(r"\d\d", follows.form) else None
    return place + 2, Money(cents)


def _number_first(words: Sequence[Word], place: int) -> Optional[Tuple[int, Money]]:
    number = _number_at(words, place)
    if number is None:
        return None
    end, cents = number
    upper = _upper_bound(words, end)
    if upper is not None:
        end, cents = upper
    currency = form_at(words, end)
    if currency in _CENTS:
        return (end + 1, Money(cents // 100)) if cents % 100 == 0 else None
    if currency not in _CURRENCIES:
        return None
    end += 1
    if cents % 100 == 0:
        end, more = _rest_in_cents(words, end)
        cents += more
    return end, Money(cents, _CURRENCIES[currency])


def _number_at(words: Sequence[Word], place: int) -> Optional[Tuple[int, int]]:
    """A number in hundredths that a currency may follow, and the word after it."""
    grouped = _grouped_with_spaces(words, place)
    if grouped is not None:
        return grouped
    numeral = numeral_at(words, place)
    if numeral is None:
        cents = _cents_in_digits(form_at(words, place))
        return None if cents is None else (place + 1, cents)
    joint = form_at(words, numeral.end)
    if joint in AND and form_at(words, numeral.end + 1) in _HALF:  # "2 e gjysë euro"
        return numeral.end + 2, numeral.value * 100 + 50
    part = numeral_at(words, numeral.end + 1)
    if part is not None and part.value < 100:  # noqa: PLR2004
        in_digits = joint in AND and numeral.is_digits and part.value >= 10  # noqa: PLR2004  ("2 e 99 euro")
        if joint in _POINT or in_digits:  # "dy presje nëntëdhjetë e nëntë euro"
            return part.end, numeral.value * 100 + part.value
    return numeral.end, numeral.value * 100


def _grouped_with_spaces(words: Sequence[Word], place: int) -> Optional[Tuple[int, int]]:
    """``1 200 euro``."""
    head, tail = form_at(words, place), form_at(words, place + 1)
    if re.fullmatch(r"[1-9]\d{0,2}", head) and re.fullmatch(r"\d{3}", tail) and is_currency(form_at(words, place + 2)):
        return place + 2, int(head + tail) * 100
    return None


def _upper_bound(words: Sequence[Word], end: int) -> Optional[Tuple[int, int]]:
    """The second number of a range such as ``10-15 euro``."""
    return _number_at(words, end + 1) if form_at(words, end) in {"-", "–"} else None


def _rest_in_cents(words: Sequence[Word], end: int) -> Tuple[int, int]:
    """What follows the currency: ``(dy euro) e 99 cent``, ``(nji euro) e gjys``, ``(1€)50``."""
    after = end + 1 if form_at(words, end) in AND else end
    if form_at(words, after) in _HALF and after > end:
        return after + 1, 50
    part = numeral_at(words, after)
    if part is None or not 0 < part.value < 100:  # noqa: PLR2004
        return end, 0
    if form_at(words, part.end) in _CENTS:
        return part.end + 1, part.value
    glued = part.is_digits and after == end and words[after].is_glued
    joined = after > end and not is_counted(form_at(words, part.end)) and not is_time_unit(form_at(words, part.end))
    if part.value >= 10 and (glued or joined):  # noqa: PLR2004  ("2 euro e 5" may be anything)
        return part.end, part.value
    return end, 0


def _half(words: Sequence[Word], place: int) -> Optional[Tuple[int, Money]]:
    """``gjysë euro``."""
    currency = _CURRENCIES.get(form_at(words, place + 1))
    return (place + 2, Money(50, currency)) if form_at(words, place) in _HALF and currency else None


def _note(words: Sequence[Word], place: int) -> Optional[Tuple[int, Money]]:
    """A top-up card or a banknote by its value: ``5she``, ``dhjetshe``, ``pesëeuroshe``."""
    form = form_at(words, place)
    if words[place].is_number:
        dash = 1 if form_at(words, place + 1) == "-" else 0
        ending = place + 1 + dash
        if (
            form_at(words, ending) in _NOTE_ENDINGS
            and words[ending].is_glued
            and form.isdigit()
            and int(form) in _NOTES
        ):
            return ending + 1, Money(int(form) * 100)
        return None
    value = _note_value(form)
    return None if value is None else (place + 1, Money(value * 100))


def _note_value(form: str) -> Optional[int]:
    """The euros that one word such as ``dhjetshe`` or ``pesëeuro`` names."""
    found = _NOTE.fullmatch(form) or _GLUED_EURO.fullmatch(form)
    value = number_word(found.group("number")) if found else None
    return value if value in _NOTES or form.endswith("euro") else None


def _bare_price(words: Sequence[Word], place: int) -> Optional[Tuple[int, Money]]:
    """``1.50`` without a currency, unless it may be a time or a day and month."""
    form = form_at(words, place)
    if _BARE.fullmatch(form) is None or form_at(words, place - 1) in _HOURS or _DAY_AND_MONTH.fullmatch(form):
        return None
    if form_at(words, place + 1) in _NOT_MONEY_NEXT or form_at(words, place + 1) == ":":
        return None
    if _CLOCK.fullmatch(form) and any(_is_clock(words, at) for at in range(place - 3, place + 4) if at != place):
        return None
    cents = _cents_in_digits(form)
    return None if cents is None else (place + 1, Money(cents))


def _is_clock(words: Sequence[Word], place: int) -> bool:
    return _CLOCK.fullmatch(form_at(words, place)) is not None


def _cents_in_digits(form: str) -> Optional[int]:
    """``1.50``, ``1,5``, ``10``, ``1.200,50`` and ``1.000`` in hundredths."""
    if _PLAIN.fullmatch(form):
        return int(form) * 100
    for pattern in (_SMALL, _THOUSANDS):
        found = pattern.fullmatch(form)
        if found is not None:
            whole = int(re.sub(r"\D", "", found.group("whole")))
            return whole * 100 + int((found.group("part") or "").ljust(2, "0"))
    return None
