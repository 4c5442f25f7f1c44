"""Days and intervals of the calendar as customers write them: ``nesër``, ``para tri ditëve``, ``12 nandor``.

A length of time that is not counted from now (``30 ditë``, ``brenda 15 ditësh``, ``për dy muaj``) is no date, nor is a
vague one (``para disa ditësh``).
"""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left, bisect_right
from datetime import date
from typing import Callable, Final, Iterator, Optional, Sequence, Tuple

from engine.albanian import date_words
from engine.albanian.numerals import AND, begins_numeral, numeral_at
from engine.albanian.tense import direction
from engine.albanian.values import (
    DayOfMonth,
    DayOfYear,
    Direction,
    EndOfMonth,
    Fixed,
    Meaning,
    MonthOfYear,
    Period,
    Shift,
    Unit,
    Weekday,
    Weekend,
)
from engine.albanian.words import Word, form_at, word_set

__all__ = ["begins_date", "date_at", "is_time_unit", "numeric_dates"]

Reading = Optional[Tuple[int, Meaning]]


def begins_date(form: str) -> bool:
    """Whether a date may begin with a folded word."""
    return form in date_words.BEGINNINGS or begins_numeral(form) or date_words.MONTH.fullmatch(form) is not None


def date_at(words: Sequence[Word], place: int) -> Reading:
    """The date in words that begins at ``place``, and the word after it; None when there is none."""
    for reading in _READINGS:
        found = reading(words, place)
        if found is not None:
            return found
    return None


def is_time_unit(form: str) -> bool:
    """Whether a folded word is a unit of time such as ``ditë``."""
    return form in date_words.UNITS


def _day_word(words: Sequence[Word], place: int) -> Reading:
    form = words[place].form
    if form not in date_words.DAYS or (form == "morgen" and form_at(words, place - 1) in date_words.GREETING):
        return None
    return place + 1, Shift(date_words.DAYS[form])


def _ago(words: Sequence[Word], place: int) -> Reading:
    """``para tri ditëve``, ``qe 3 ditë``, ``vor zwei Wochen``."""
    if words[place].form not in date_words.AGO_BEFORE:
        return None
    length = _length_at(words, place + 1)
    if length is None or (words[place].form == "prej" and form_at(words, length[0] - 1).endswith("sh")):
        return None  # "afati prej 15 ditësh" is a length, "prej 3 ditëve" a day
    return length[0], Shift(-length[1], length[2])


def _days_ago(words: Sequence[Word], place: int) -> Reading:
    """``3 days ago``, ``tri ditë përpara``."""
    if (
        words[place].form in {"a", "an"}
        and form_at(words, place + 1) in date_words.UNITS
        and form_at(words, place + 2) == "ago"
    ):
        return place + 3, Shift(-1, date_words.UNITS[words[place + 1].form])
    length = _length_at(words, place)
    if length is None or form_at(words, length[0]) not in date_words.AGO_AFTER:
        return None
    follows = numeral_at(words, length[0] + 1)
    if follows is not None:
        return None
    return length[0] + 1, Shift(-length[1], length[2])


def _has_been(words: Sequence[Word], place: int) -> Reading:
    """``(ka) 3 ditë (që s'kam linjë)``, ``(kanë kaluar) 3 ditë``, ``(u bënë) 3 ditë``."""
    before = form_at(words, place - 1)
    if before not in date_words.HAS and before not in date_words.HAVE_PASSED:
        return None
    length = _length_at(words, place)
    if length is None or (before in date_words.HAS and form_at(words, length[0]) not in date_words.SINCE_AFTER):
        return None
    return length[0], Shift(-length[1], length[2])


def _ahead(words: Sequence[Word], place: int) -> Reading:
    """``pas dy javësh``, ``mas 3 ditve``."""
    if words[place].form not in date_words.AHEAD_BEFORE:
        return None
    length = _length_at(words, place + 1)
    if length is None or length[1] > date_words.AHEAD_AT_MOST[length[2]]:
        return None  # a rule's term: "pas 100 ditësh"
    if words[place].form in date_words.AFTER and direction(words, place, length[0]) is Direction.PAST:
        return None  # "u prish pas dy muajsh" counts from another day than today
    return length[0], Shift(length[1], length[2])


def _length_at(words: Sequence[Word], place: int) -> Optional[Tuple[int, int, Unit]]:
    if form_at(words, place) in date_words.ABOUT and numeral_at(words, place + 1) is not None:
        place += 1
    if form_at(words, place) in date_words.ARTICLES:
        place += 1
    numeral = numeral_at(words, place)
    if numeral is None or not 0 < numeral.value <= date_words.MAX_PERIODS:
        return None
    end = numeral.end
    if form_at(words, end) in {"-", "–"}:  # "2-3 ditë": the longer
        upper = numeral_at(words, end + 1)
        if upper is None:
            return None
        numeral, end = upper, upper.end
    unit = date_words.UNITS.get(form_at(words, end))
    return None if unit is None else (end + 1, numeral.value, unit)


def _period(words: Sequence[Word], place: int) -> Reading:
    """``javën e kaluar``, ``këtë muaj``, ``muajin që vjen``, ``nächste Woche``."""
    first = words[place].form
    shift = (
        0 if first in date_words.THIS else -1 if first in date_words.LAST else 1 if first in date_words.NEXT else None
    )
    if shift is not None:
        return _whole(form_at(words, place + 1), shift, place + 2)
    if first not in date_words.PERIODS and first not in date_words.WEEKENDS:
        return None
    told = _modifier_at(words, place + 1)
    return None if told is None else _whole(first, told[1].value, told[0])


def _whole(form: str, shift: int, end: int) -> Reading:
    if form in date_words.WEEKENDS:
        return end, Weekend(shift)
    unit = date_words.PERIODS.get(form)
    return None if unit is None else (end, Period(shift, unit))


def _modifier_at(words: Sequence[Word], place: int) -> Optional[Tuple[int, Direction]]:
    """``e kaluar``, ``tjetër``, ``që vjen``, and the word after it."""
    after = place + 1 if form_at(words, place) in date_words.ARTICLES else place
    if form_at(words, after) in date_words.LAST:
        return after + 1, Direction.PAST
    if form_at(words, after) in date_words.NEXT:
        return after + 1, Direction.FUTURE
    if form_at(words, place) in date_words.THAT:
        if form_at(words, place + 1) in date_words.PASSED:
            return place + 2, Direction.PAST
        if form_at(words, place + 1) in date_words.COMES:
            return place + 2, Direction.FUTURE
    return None


def _year_word(words: Sequence[Word], place: int) -> Reading:
    form = words[place].form
    if form in date_words.THIS_YEAR:
        return place + 1, Period(0, Unit.YEAR)
    before = words[place - 1] if place else None
    counted = before is not None and (before.is_number or _ends_with_number(words, place))
    if form in date_words.LAST_YEAR and not counted and form_at(words, place - 1) not in {"sa", "shume", "disa", "ca"}:
        return place + 1, Period(-1, Unit.YEAR)
    return None


def _ends_with_number(words: Sequence[Word], end: int) -> bool:
    numeral = numeral_at(words, end - 1) if end else None
    return numeral is not None


def _weekday(words: Sequence[Word], place: int) -> Reading:
    first = words[place].form
    if first in date_words.DAY_ARTICLES and form_at(words, place + 1) in date_words.WEEKDAY:
        day, end = date_words.WEEKDAY[form_at(words, place + 1)], place + 2
    elif first in date_words.UNMISTAKABLE_WEEKDAYS:
        day, end = date_words.WEEKDAY[first], place + 1
    elif first in date_words.GLUED_WEEKDAYS:
        day, end = date_words.GLUED_WEEKDAYS[first], place + 1
    elif first in date_words.FOREIGN_WEEKDAYS:
        day, end = date_words.FOREIGN_WEEKDAYS[first], place + 1
    elif first in date_words.LAST | date_words.NEXT and form_at(words, place + 1) in date_words.FOREIGN_WEEKDAYS:
        named = Direction.PAST if first in date_words.LAST else Direction.FUTURE
        return place + 2, Weekday(date_words.FOREIGN_WEEKDAYS[words[place + 1].form], named)
    else:
        return None
    if form_at(words, place - 1) in date_words.EVERY:
        return None
    told = _modifier_at(words, end)
    if told is not None:
        return told[0], Weekday(day, told[1])
    return end, Weekday(day, direction(words, place, end))


def _day_and_month(words: Sequence[Word], place: int) -> Reading:
    """``12 nëntor 2026``, ``12. November``, ``pesë dhjetori``."""
    numeral = numeral_at(words, place)
    if numeral is None or not 1 <= numeral.value <= date_words.MAX_DAYS:
        return None
    after = numeral.end
    if form_at(words, after) in {date_words.ORDINAL_SIGN, "-", "/"} | date_words.ARTICLES | {"th", "st", "nd", "rd"}:
        after += 1
    month = date_words.MONTH.fullmatch(form_at(words, after))
    if month is None:
        return None
    number = _month_number(month)
    year = _year_at(words, after + 1)
    if year is not None:
        return _exact(numeral.value, number, year[1], year[0])
    if numeral.value > calendar.monthrange(2024, number)[1]:
        return None
    return after + 1, DayOfYear(numeral.value, number, direction(words, place, after + 1))


def _exact(day: int, month: int, year: int, end: int) -> Reading:
    try:
        return end, Fixed(date(year, month, day).isoformat())
    except ValueError:
        return None


def _year_at(words: Sequence[Word], place: int) -> Optional[Tuple[int, int]]:
    for end in (place, place + 1):  # "12 nëntor, 2026" and "12-nëntor-2026" too
        if end > place and form_at(words, place) not in {",", "-", "/", "."}:
            break
        form = form_at(words, end)
        if re.fullmatch(r"(?:19|20)\d\d", form):
            return end + 1, int(form)
    return None


def _month_number(found: re.Match[str]) -> int:
    return next(i for i in range(1, date_words.MAX_MONTHS + 1) if found.group(f"m{i}") is not None)


def _month_of_year(words: Sequence[Word], place: int) -> Reading:
    """``në nëntor``, ``faturën e tetorit``, ``tetor 2025``: the month alone."""
    form = words[place].form
    found = date_words.MONTH.fullmatch(form)
    if found is None or form in date_words.ONLY_AFTER_A_DAY:
        return None
    number = _month_number(found)
    year = _year_at(words, place + 1)
    before = form_at(words, place - 1)
    if year is not None and year[0] == place + 2:
        last = calendar.monthrange(year[1], number)[1]
        return year[0], Fixed(f"{year[1]:04}-{number:02}-01/{year[1]:04}-{number:02}-{last:02}")
    joined = before in AND and date_words.MONTH.fullmatch(form_at(words, place - 2)) is not None
    told = found.group("ending") in date_words.GENITIVE or before in date_words.IN or joined
    if not told and (
        form in date_words.NOT_BARE_MONTHS
        or not found.group(f"m{number}").endswith(("or", "uer", "ik", "ill", "ar", "ber"))
    ):
        return None
    billed = any(form_at(words, place - back).startswith("fatur") for back in (1, 2, 3))
    return place + 1, MonthOfYear(number, Direction.PAST if billed else direction(words, place, place + 1))


def _day_of_month(words: Sequence[Word], place: int) -> Reading:
    """``datën 5``, ``dt. 12``; ``5 të muajit``."""
    if words[place].form in date_words.DATE_WORDS:
        at = place + 1
        while form_at(words, at) in {".", ":"}:
            at += 1
        numeral = numeral_at(words, at)
        if numeral is None or numeral.is_article or not 1 <= numeral.value <= date_words.MAX_DAYS:
            return None
        if date_at(words, at) is not None:  # "datën 5 nëntor" is read from the number on
            return None
        return numeral.end, DayOfMonth(numeral.value, direction(words, place, numeral.end))
    numeral = numeral_at(words, place)
    if numeral is None or not numeral.is_digits or numeral.value > date_words.MAX_DAYS:
        return None
    at = numeral.end + 1 if form_at(words, numeral.end) in {"te", "t'"} else 0
    if at and form_at(words, at) in date_words.THIS:
        at += 1
    if at and form_at(words, at) in {"muajit", "mujit", "muaji"} and numeral.value:
        return at + 1, DayOfMonth(numeral.value, direction(words, place, at + 1))
    return None


def _end_of_month(words: Sequence[Word], place: int) -> Reading:
    if words[place].form not in date_words.END:
        return None
    at = place + 1
    while form_at(words, at) in date_words.ARTICLES:
        at += 1
    return (at + 1, EndOfMonth()) if form_at(words, at) in {"muajit", "mujit", "muaji", "muji"} else None


_READINGS: Final[Tuple[Callable[[Sequence[Word], int], Reading], ...]] = (
    _day_and_month, _day_of_month, _ago, _days_ago, _has_been, _ahead, _period, _weekday, _end_of_month,
    _month_of_year, _year_word, _day_word,
)  # fmt: skip

# --- figures -----------------------------------------------------------------------------------------------

_FULL: Final = re.compile(
    r"(?<![\d.,/\-+])(?P<day>\d{1,2})(?P<sign>[./\-])\s?(?P<month>\d{1,2})(?P=sign)\s?(?P<year>(?:19|20)\d{2}|\d{2})(?![\d])(?![./\-]\d)"
)
_ISO: Final = re.compile(r"(?<![\d.,/\-+])(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d\-])")
_SHORT: Final = re.compile(
    r"(?<![\d.,/\-+:])(?P<day>\d{1,2})(?P<sign>[./])(?P<month>\d{1,2})(?P<dot>\.?)(?![\d/:%])(?!\.\d)"
)
_ON: Final = (
    word_set("me m' dt date daten data dates deri prej nga qe qysh am bis om on am vom den") | date_words.DATE_WORDS
)
_HOUR_WORDS: Final = word_set("ora oren ore ores n'ora orari orarit sahati um at kl uhr saati")
_NOT_A_DATE_NEXT: Final = word_set("% euro eur € eu evro cent gb mb h kg h. uhr euros")


def numeric_dates(text: str, words: Sequence[Word]) -> Iterator[Tuple[int, int, Meaning]]:
    """(start, end, meaning) of every date in figures: ``12.11.2026``, ``12/11``, ``2026-11-12``."""
    for pattern in (_FULL, _ISO):
        for found in pattern.finditer(text):
            year = int(found.group("year"))
            century = 2000 if len(found.group("year")) == 2 else 0  # noqa: PLR2004
            exact = _exact(int(found.group("day")), int(found.group("month")), century + year, 0)
            if exact is not None:
                yield found.start(), found.end(), exact[1]
    starts = [word.start for word in words]
    for found in _SHORT.finditer(text):
        # the words that the date is made of; a number of several parts may be one word
        first = bisect_right(starts, found.start()) - 1
        after = bisect_left(starts, found.end("month"))
        meaning = _short(found, words, first, after)
        if meaning is not None:
            yield found.start(), found.end("month"), meaning


def _short(found: re.Match[str], words: Sequence[Word], start: int, end: int) -> Optional[Meaning]:
    """The meaning of ``12.11``, the words from ``start`` to ``end``, unless it may be a price, a time or a fraction."""
    day, month = int(found.group("day")), int(found.group("month"))
    if not 1 <= month <= date_words.MAX_MONTHS or not 1 <= day <= calendar.monthrange(2024, month)[1]:
        return None
    after = end + 1 if found.group("dot") else end
    if form_at(words, start - 1) in _HOUR_WORDS or form_at(words, after) in _NOT_A_DATE_NEXT:
        return None
    announced = form_at(words, start - 1) in _ON or (
        form_at(words, start - 1) == "." and form_at(words, start - 2) in _ON
    )
    two_digits = len(found.group("day")) == len(found.group("month")) == 2  # noqa: PLR2004
    if found.group("sign") == "/":
        certain = two_digits
    else:
        certain = two_digits or (found.group("dot") == "." and form_at(words, end + 1) != "")
    return DayOfYear(day, month, direction(words, start, end)) if announced or certain else None
