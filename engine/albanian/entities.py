"""Finds the entities of a message: where they stand, what they are called, what they mean.

``find_entities("pagova 10 euro dje")`` finds ``10 euro`` (amount) and ``dje`` (date). Pure functions on the text; the
spaCy component in :mod:`engine.albanian.components` marks what is found, and a date becomes a day of the calendar only
when its :class:`~engine.albanian.values.Meaning` is asked with a clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Callable, Final, Iterator, List, Optional, Sequence, Tuple

from engine.albanian.counts import count_at
from engine.albanian.dates import begins_date, date_at, numeric_dates
from engine.albanian.money import amount_at, begins_amount
from engine.albanian.numerals import numeral_at
from engine.albanian.statuses import begins_sim_status, sim_status_at
from engine.albanian.telephone import PLACEHOLDER, spoken_msisdns, written_msisdns
from engine.albanian.values import Fixed, Meaning
from engine.albanian.words import REMEMBERED, Word, form_at, lex, word_set

__all__ = ["Entity", "find_entities"]

_REDACTED: Final = Fixed(PLACEHOLDER.strip("<>"))


@dataclass(frozen=True)
class Entity:
    """``text[start:end]`` of a message, its label (see :mod:`engine.albanian.values`) and its meaning."""

    start: int
    end: int
    label: str
    meaning: Meaning


def find_entities(text: str) -> List[Entity]:
    """The entities of ``text`` in order; they do not overlap."""
    words = lex(text)
    found: List[Entity] = []
    for entity in _candidates(text, words):
        if all(entity.end <= other.start or other.end <= entity.start for other in found):
            found.append(entity)
    return sorted(found, key=lambda entity: entity.start)


def _candidates(text: str, words: Sequence[Word]) -> Iterator[Entity]:
    """What may be an entity; the earlier one wins where two overlap."""
    for start, end, number in written_msisdns(text):
        yield Entity(start, end, "msisdn", Fixed(number))
    for first, after, number in spoken_msisdns(words):
        yield _entity(words, first, after, "msisdn", Fixed(number))
    for word in words:
        if word.form == PLACEHOLDER:
            yield Entity(word.start, word.end, "msisdn", _REDACTED)
    for start, end, meaning in numeric_dates(text, words):
        yield Entity(start, end, "date", meaning)
    place = 0
    while place < len(words):
        best = _longest(words, place)
        if best is None:
            place += 1
        else:
            label, after, meaning = best
            yield _entity(words, place, after, label, meaning)
            place = after


def _entity(words: Sequence[Word], first: int, after: int, label: str, meaning: Meaning) -> Entity:
    return Entity(words[first].start, words[after - 1].end, label, meaning)


Grammar = Callable[[Sequence[Word], int], Optional[Tuple[int, Meaning]]]


@lru_cache(maxsize=REMEMBERED)
def _may_begin(form: str) -> bool:
    """Whether an entity in words may begin with a folded word; most words are no such beginning."""
    if begins_amount(form) or begins_date(form) or begins_sim_status(form) or form in {"get", "pre", "post"}:
        return True
    return any(spelled.fullmatch(form) for spelled in _KINDS)


def _longest(words: Sequence[Word], place: int) -> Optional[Tuple[str, int, Meaning]]:
    """The longest entity in words that begins at ``place``: (label, word after it, meaning)."""
    best: Optional[Tuple[str, int, Meaning]] = None
    if not _may_begin(words[place].form):
        return None
    for label, grammar in _GRAMMARS:
        found = grammar(words, place)
        if found is not None and (best is None or found[0] > best[1]):
            best = (label, *found)
    return best


_GET_PIN: Final = re.compile(r"pin\w{0,2}")
_PIN: Final = re.compile(r"pi[nm]{1,2}(?:i|in|it|a|at|kod|kodi|kodin)?")
_PUK: Final = re.compile(r"puk(?:u|un|ut|i|in|it|kod|kodi|kodin)?")
_CASE_ENDINGS: Final = word_set("i in it u un ut a at kod kodi kodin n s")
_PREPAID: Final = re.compile(r"prepa[iy]?d(?:i|in|it)?|prep|parapages[ae]?|parapages|parapagim(?:i|in|it)?")
_POSTPAID: Final = re.compile(
    r"postpa[iy]?d(?:i|in|it)?|abonim(?:i|in|it)?|abonent(?:i|in|it)?|paspages[ae]?|paspagim(?:i|in|it)?"
)
_TOP_UP: Final = re.compile(r"m?bushje|mushje|dopun[ae]?")
_CONTRACT: Final = re.compile(r"kontrat[ae]?|kontr|vertrag")
"""They name a plan only as what a number is "with": ``numri me mbushje``, ``jam me kontratë``."""
_FIXED: Final = re.compile(r"fiks(?:e|i|in|it|ja|en)?|fixe|festnetz\w{0,9}")
_FIXED_IN_COMPANY: Final = re.compile("fix")
_LINE: Final = re.compile(r"tel|telefon\w{0,2}|linj\w{0,2}|num[eë]r\w{0,2}|numri|nr")


_KINDS: Final = (_PIN, _PUK, _PREPAID, _POSTPAID, _TOP_UP, _CONTRACT, _FIXED, _FIXED_IN_COMPANY)


def _with_ending(words: Sequence[Word], place: int) -> int:
    """The word after a loan and its case ending: ``PUK-un`` is three words."""
    ending = words[place + 1 : place + 3]
    glued = len(ending) == 2 and all(word.is_glued for word in ending) and ending[0].form in {"-", "'"}  # noqa: PLR2004
    return place + 3 if glued and ending[1].form in _CASE_ENDINGS else place + 1


def _pin_kind(words: Sequence[Word], place: int) -> Optional[Tuple[int, Meaning]]:
    form = form_at(words, place)
    if form == "get" and _GET_PIN.fullmatch(form_at(words, place + 1)):
        return place + 2, Fixed("selfcare_pin")
    for kind, spelled in (("puk", _PUK), ("pin", _PIN)):
        if spelled.fullmatch(form):
            return _with_ending(words, place), Fixed(kind)
    return None


def _plan_kind(words: Sequence[Word], place: int) -> Optional[Tuple[int, Meaning]]:
    form, before, after = form_at(words, place), form_at(words, place - 1), form_at(words, place + 1)
    if form in {"pre", "post"} and (after == "paid" or (after == "-" and form_at(words, place + 2) == "paid")):
        return _with_ending(words, place + (1 if after == "paid" else 2)), Fixed(f"{form}paid")
    for kind, spelled in (("prepaid", _PREPAID), ("postpaid", _POSTPAID)):
        if spelled.fullmatch(form):
            return _with_ending(words, place), Fixed(kind)
    if before == "me" and _CONTRACT.fullmatch(form):
        return place + 1, Fixed("postpaid")
    if before == "me" and _TOP_UP.fullmatch(form) and numeral_at(words, place + 1) is None:
        return place + 1, Fixed("prepaid")
    beside_line = _LINE.fullmatch(before) is not None or _LINE.fullmatch(after) is not None
    if _FIXED.fullmatch(form) or (_FIXED_IN_COMPANY.fullmatch(form) and beside_line):
        return place + 1, Fixed("fixed")
    return None


_GRAMMARS: Final[Tuple[Tuple[str, Grammar], ...]] = (
    ("amount", amount_at),
    ("date", date_at),
    ("count", count_at),
    ("sim_status", sim_status_at),
    ("pin_kind", _pin_kind),
    ("plan_kind", _plan_kind),
)
