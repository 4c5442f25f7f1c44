"""Counts of people and of lines: ``15 puntor``, ``jena 8 veta``, ``tre anëtarë``, ``nr. i punëtorëve: 12``."""

from __future__ import annotations

import re
from typing import Final, Optional, Sequence, Tuple

from engine.albanian import date_words
from engine.albanian.numerals import numeral_at
from engine.albanian.values import Fixed
from engine.albanian.words import Word, form_at, word_set

__all__ = ["count_at", "is_counted"]

_PEOPLE: Final = re.compile(
    r"""
      p[uo]n[eo]?t[oua]r\w{0,5} | pun[ou]nj?[eo]?s\w{0,5} | punesuar\w{0,2} | punsum | punsuar\w{0,2} | pun
    | an[et]?t?ar(?:e|ev?e?|esh|et|t|i|a)? | anetar\w{0,3} | antar\w{0,3} | vet[ae]? | vetav?e?
    | person(?:a|ash|ave|at|e|i|s)? | njerez\w{0,3} | njerz\w{0,3} | koleg\w{0,3}
    | employees? | workers? | people | persons? | members? | colleagues?
    | mitarbeiter\w{0,3} | leute\w? | personen | mitglied\w{0,4} | angestellte\w?
    | radnik\w{0,2} | zaposleni\w? | clanov\w? | clan\w | ljudi | calisan
    | shofer\w{0,3} | kamarier\w{0,3} | mjeshtr\w{0,2} | zejtar\w{0,2} | shites\w{0,3} | taksist\w{0,2} | jurist\w{0,3}
    | kuzhinier\w{0,3} | berber\w{0,3} | argjendar\w{0,2} | developers? | staff | punt
    """,
    re.VERBOSE,
)
_LINES: Final = re.compile(
    r"""
      n[uo]mra(?:sh|ve|t)? | nr | kartela(?:sh|ve)? | kartel[ae]? | sima? | simkartela | linja(?:sh|ve)? | linija
    | lidhje | kontrata(?:sh)? | numbers | lines | nummern | brojeva | karten
    """,
    re.VERBOSE,
)
_CODE: Final = re.compile(r"(?:pi[nm]|puk|kod|cod)\w{0,3}")
_BETWEEN: Final = frozenset({"te", "t'", "sim", "tjere", "tjer", "telefon", "edhe"})
_LABELS: Final = frozenset({":", "="})
_ARE: Final = word_set("jemi jena jeni jem gjithsej gjithsejt")
_ONLY: Final = word_set("vetem veq vec edhe dhe veqse")
_NOT_BEFORE: Final = word_set("kartela kartelen kartel linja linjen numri numrin opsioni pika ora oren % . , /")
_MEASURES: Final = frozenset(date_words.UNITS) | word_set("% here her km m metra kat kate gb mb perqind")
"""After "we are", a number of these counts no people: ``jemi 8 vjet te ju``, ``jemi 2 km larg``."""
_DASHES: Final = frozenset({"-", "–"})
_MOST: Final = 9999


def count_at(words: Sequence[Word], place: int) -> Optional[Tuple[int, Fixed]]:
    """The count that begins at ``place`` and the word after it; None when there is none. Of a range, the larger number.

    "Një" counts only people, and only when it says *one* and not *a*: ``vetëm një punëtor``, ``edhe një anëtar``.
    """
    numeral = numeral_at(words, place)
    if numeral is None or not 0 < numeral.value <= _MOST or form_at(words, place - 1) in _NOT_BEFORE - {".", ","}:
        return None
    value, end = numeral.value, numeral.end
    upper = numeral_at(words, end + 1) if form_at(words, end) in _DASHES else None
    upper = upper or (numeral_at(words, end) if not numeral.is_digits else None)  # "dy tre veta"
    if upper is not None and value < upper.value <= _MOST:
        value, end = upper.value, upper.end
    noun = end
    while form_at(words, noun) in _BETWEEN and is_counted(form_at(words, noun + 1)):
        noun += 1
    form = form_at(words, noun)
    if _PEOPLE.fullmatch(form):
        counts = not numeral.is_article or form_at(words, place - 1) in _ONLY
        return (noun + 1, Fixed(value)) if counts else None
    if _LINES.fullmatch(form) and value > 1:
        return (noun + 1, Fixed(value)) if not _counts_nothing(words, noun) else None
    if form_at(words, place - 1) in _ARE and value > 1 and form_at(words, end) not in _MEASURES:
        return end, Fixed(value)
    if form_at(words, place - 1) in _LABELS and _PEOPLE.fullmatch(form_at(words, place - 2)):
        return end, Fixed(value)
    return None


def is_counted(form: str) -> bool:
    """Whether a folded word names people or lines, which a number before it counts."""
    return _PEOPLE.fullmatch(form) is not None or _LINES.fullmatch(form) is not None


def _counts_nothing(words: Sequence[Word], noun: int) -> bool:
    """``15 nr. 044…`` counts nothing, the noun has a number of its own; nor does ``kodi me gjashtë numra``."""
    if any(_CODE.fullmatch(form_at(words, noun - back)) for back in range(2, 7)):
        return True
    after = noun + 2 if form_at(words, noun + 1) in {".", ":"} else noun + 1
    return form_at(words, after)[:1].isdigit() or form_at(words, after).startswith("<")
