"""The statuses of a prepaid number (FAQ 002: Valid, Active, Inactive, Deactive, Void) in every spelling."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Dict, Final, FrozenSet, Optional, Sequence, Tuple

from engine.albanian.values import Fixed
from engine.albanian.words import REMEMBERED, Word, form_at, word_set

__all__ = ["begins_sim_status", "sim_status_at"]


_ENDING: Final = r"(?:i|in|it|e|es|en|a|at|ja|t|s|u|ve|an|na|no|ni|nom|ten)?"
_ACTIVE: Final = rf"(?:a[kctq]{{1,2}}t?i+[vfw]|a[kc]tv|akitv|atkiv|akiv){_ENDING}"
_VALID: Final = rf"(?:[vw]al+i+d+|valdi){_ENDING}"
_VALID_IN_ALBANIAN: Final = r"vlef?v?sh[ei]?m(?:e|i|en|in)?"
_PASSIVE: Final = r"pasi[vf](?:i|e|in|en)?|passive?"
_STATUSES: Final[Tuple[Tuple[str, re.Pattern[str]], ...]] = (
    ("valid", re.compile(rf"{_VALID}|{_VALID_IN_ALBANIAN}")),
    ("inactive", re.compile(rf"(?:in+|jo|ne|un|i|im){_ACTIVE}|ina[kc]t|{_PASSIVE}")),
    ("deactive", re.compile(rf"(?:de[ac]?|d[ai]|de?[zs]|di[sz]|[cq]|sh?){_ACTIVE}|dektiv{_ENDING}|dea[kc]t")),
    ("active", re.compile(rf"{_ACTIVE}|aktiviran(?:a|o|om)?")),
    ("void", re.compile(r"void(?:i|in|it)?")),
)
_NOT_STATUSES: Final = word_set("aktivu saktiv saktive shaktiv")
_DEACTIVATED: Final = re.compile(
    r"(?:[cq]|de|dez|diz|di|dis|sh)a[kct]{1,2}t?ivi?z?(?:u?ar|u?um|um|uem|un|u|ua|ue|ume|uara|uan|uem)(?:e|en|a|in)?"
    r"|deactivated|deaktiviert|deaktiviran(?:a|o|om)?|disabled|deaktivu(?:ar|e|m|n)?"
)
_INFINITIVE: Final = word_set("me per ta t'a do")
_NOT: Final = word_set("jo not nicht nije")
_DEAD: Final = word_set("shkime shkimun shkimt shkim shkimur dekun dekur vdekur vdekun")
"""Said of a card, "put out" and "dead" mean Deactive; of a telephone or a light they do not."""
_CARD: Final = re.compile(r"kart[ei]?l\w{0,3}|kart[ae]?|sim\w{0,2}|numr[ia]\w?|nomr[ia]\w?|numer|nr|linj\w{0,3}")
_REACH: Final = 4
_OTHER_THINGS: Final[Dict[str, FrozenSet[str]]] = {
    "active": word_set(
        """
        oferte ofert oferta oferten pako pakoja pakon paket paketa paketen roaming roamingu roamingun
        internet interneti internetin sherbimi sherbim llogari llogaria llogarine account bluetooth
        """
    ),
    "valid": word_set(
        """
        fature fatura faturen leternjoftim leternjoftimi leternjoftimin id pasaporte pasaporta pasaporten
        dokument dokumenti argument arsye oferte oferta pagese kuponi kupon zgjidhje
        """
    ),
}
"""What else may be valid or active; said of them it is no status of a number."""


def begins_sim_status(form: str) -> bool:
    """Whether a status may begin with a folded word."""
    return form in _NOT or form in _DEAD or _status(form) is not None or _is_deactivated(form)


def sim_status_at(words: Sequence[Word], place: int) -> Optional[Tuple[int, Fixed]]:
    """The status named at ``place`` and the word after it; None when there is none.

    What the message says is recorded, not whether it is denied: ``s'është aktiv`` names "active"; ``jo aktiv`` is the
    customers' word for "inactive".
    """
    form = form_at(words, place)
    if form in _NOT and _status(form_at(words, place + 1)) == "active":
        return place + 2, Fixed("inactive")
    if form in _NOT and form_at(words, place + 1) == "-" and _status(form_at(words, place + 2)) == "active":
        return place + 3, Fixed("inactive")
    status = _status(form)
    if status is not None:
        others = _OTHER_THINGS.get(status, frozenset())
        near = {form_at(words, place - 1), form_at(words, place - 2), form_at(words, place + 1)}
        return None if near & others else (place + 1, Fixed(status))
    if _is_deactivated(form) and form_at(words, place - 1) not in _INFINITIVE:
        is_purpose = form_at(words, place - 1) == "u" and form_at(words, place - 2) in {"me", "per", "mos"}
        return None if is_purpose else (place + 1, Fixed("deactive"))
    if form in _DEAD and any(_CARD.fullmatch(form_at(words, place - back)) for back in range(1, _REACH + 1)):
        return place + 1, Fixed("deactive")
    return None


@lru_cache(maxsize=REMEMBERED)
def _status(form: str) -> Optional[str]:
    if form in _NOT_STATUSES:
        return None
    return next((name for name, spelled in _STATUSES if spelled.fullmatch(form)), None)


@lru_cache(maxsize=REMEMBERED)
def _is_deactivated(form: str) -> bool:
    return _DEACTIVATED.fullmatch(form) is not None
