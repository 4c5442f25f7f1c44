"""Whether the words around a date tell of the past or of the future."""

from __future__ import annotations

import re
from typing import Final, Sequence

from engine.albanian.values import Direction
from engine.albanian.words import Word, form_at, word_set

__all__ = ["direction"]

_UNTIL: Final = word_set("deri der gjer bis until till do by")
_SINCE: Final = word_set("qe qysh prej since seit")
_PAST_WORDS: Final = word_set(
    """
    pagu paguar pagun paguem paguajta pagujta paga u m'u mu ishte ishin ish kisha isha qova cova dergova mora
    more morra ble bleva bler thirra thirren hupa humba humbi hupi ra rane doli dola kyqa kyca mbeti met beri
    bona bera bani shkova erdha erdhi thash thane than kaloi shkoi pata pat kaq qene kon jam foli fola ndal
    ndaluar ndalet prere pre keput kaluar paid bezahlt platio platila war was got bought habe hab sam bin kyt
    nalt dha dhashe
    """
)
_FUTURE_WORDS: Final = word_set(
    """
    do du dua dot dote duhet munem mundem mund muj mujta munesh vij vi vjen vjem vijm paguaj paguj pagujm
    paguajm will going werde kann cu mogu planifikoj mendoj afati skadon mbaron skadoka
    """
)
_PAST_ENDING: Final = re.compile(r"\w{3,}(?:ova|eva|iva|ita|jta|uam|uat|uan|oi|eu|oje|rdha|isha|ua)")
_NEAR: Final = 7


def direction(words: Sequence[Word], start: int, end: int) -> Direction:
    """Where the words around a date point: the nearest cue decides, one before it in preference to one after it."""
    before = form_at(words, start - 1)
    if before in _UNTIL:
        return Direction.FUTURE
    if before in _SINCE:
        return Direction.PAST
    for distance in range(1, _NEAR + 1):
        for place in (start - distance, end - 1 + distance):
            cue = _cue(words, place)
            if cue is not Direction.OPEN:
                return cue
    return Direction.OPEN


def _cue(words: Sequence[Word], place: int) -> Direction:
    form = form_at(words, place)
    if form in {"kam", "kom", "ka", "kemi", "kena", "kane", "kan"}:  # "kam me pagu" is to come, "kam pagu" is done
        following = form_at(words, place + 1)
        return Direction.FUTURE if following == "me" else Direction.OPEN
    if form in _PAST_WORDS and form_at(words, place - 1) not in {"me", "per", "te", "do"}:
        return Direction.PAST
    if _PAST_ENDING.fullmatch(form):
        return Direction.PAST
    if form in _FUTURE_WORDS or (form == "me" and form_at(words, place + 1) in _PAST_WORDS):
        return Direction.FUTURE
    return Direction.OPEN
