"""Patterns of the entity ruler, over NORM (so that one pattern covers ë/e, Gheg and common misspellings)."""

from __future__ import annotations

from typing import Any, Dict, Final, List

__all__ = ["entity_patterns"]

Pattern = Dict[str, Any]


def _words(text: str) -> List[str]:
    return text.split()


_NUMBER: Final = r"^\d+(?:[.,]\d+)?$"
_TELEPHONE: Final = r"^(?:(?:(?:\+|00)\s?)?(?:383|377)[ /.\-]?|0)\(?[1-9]\d?\)?(?:[ /.\-]?\d){6}$"
_WORD_NUMBERS: Final = _words(
    """
    nje dy tre tri kater pese gjashte shtate tete nente dhjete njezet tridhjete dyzet pesedhjete qind njeqind
    """
)
_CURRENCY: Final = _words("euro eur eura eurosh € cent cente")
_MONTHS: Final = _words("janar shkurt mars prill maj qershor korrik gusht shtator tetor nentor dhjetor")
_MONTH_FORMS: Final = [month + ending for month in _MONTHS for ending in ("", "i", "it", "in")]
_DAY_WORDS: Final = _words("sot dje neser pasneser pardje sonte mbreme heute gestern morgen today tomorrow")
_PERIODS: Final = _words(
    """
    dite ditesh ditet diteve ditve diten javeve muajve viteve oreve jave javesh muaj muajsh muj vit vite vjet
    ore oresh minuta sahat
    """
)
_STATUSES: Final = {
    "valid": _words("valid validi validin"),
    "active": _words("aktiv aktivi aktivin aktivit"),
    "inactive": _words("inaktiv inaktivi inaktivin inaktivit pasiv"),
    "deactive": _words("deaktiv deaktivi deaktivin deaktivit deaktivizuar deaktivuar"),
}
_MEMBERS: Final = _words(
    """
    punetore punetor punonjes punonjesit anetare anetar veta persona numra numer sim kartela kartele
    """
)


def _one_of(words: List[str]) -> Pattern:
    return {"NORM": {"IN": words}}


def entity_patterns() -> List[Pattern]:
    """All patterns: amount, date, count, sim_status, pin_kind, plan_kind, msisdn."""
    number: List[Pattern] = [{"TEXT": {"REGEX": _NUMBER}}, _one_of(_WORD_NUMBERS)]
    patterns: List[Pattern] = [
        {"label": "msisdn", "pattern": [{"TEXT": "<msisdn>"}]},
        {"label": "msisdn", "pattern": [{"TEXT": {"REGEX": _TELEPHONE}}]},
        {
            "label": "amount",
            "pattern": [{"TEXT": {"REGEX": r"(?i)^(?:€\d+(?:[.,]\d+)?|\d+(?:[.,]\d+)?(?:€|euros?|eur))$"}}],
        },
        {"label": "date", "pattern": [{"TEXT": {"REGEX": r"^\d{1,2}[./\-]\d{1,2}[./\-](?:\d{2}|\d{4})\.?$"}}]},
        {"label": "date", "pattern": [_one_of(_DAY_WORDS)]},
        {
            "label": "date",
            "pattern": [
                {"TEXT": {"REGEX": r"^\d{1,2}$"}},
                _one_of(_MONTH_FORMS),
                {"TEXT": {"REGEX": r"^\d{4}$"}, "OP": "?"},
            ],
        },
        {"label": "pin_kind", "pattern": [{"NORM": "get"}, {"NORM": {"REGEX": r"^pin"}}], "id": "selfcare_pin"},
        {
            "label": "pin_kind",
            "pattern": [{"NORM": {"REGEX": r"^puk(?:-?(?:u|un|ut|i|in|it|kod|kodi|kodin))?$"}}],
            "id": "puk",
        },
        {
            "label": "pin_kind",
            "pattern": [{"NORM": {"REGEX": r"^pin(?:-?(?:i|in|it|a|at|kod|kodi|kodin))?$"}}],
            "id": "pin",
        },
        {
            "label": "plan_kind",
            "pattern": [{"NORM": {"REGEX": r"^(?:prepaid|mbushje)(?:-?(?:i|in|it))?$"}}],
            "id": "prepaid",
        },
        {
            "label": "plan_kind",
            "pattern": [{"NORM": {"REGEX": r"^(?:postpaid|kontrat[ae]|abonim|abonent)(?:-?(?:i|in|it|n|s))?$"}}],
            "id": "postpaid",
        },
        {"label": "plan_kind", "pattern": [{"NORM": {"REGEX": r"^fiks$"}}], "id": "fixed"},
    ]
    for first in number:
        patterns.append({"label": "amount", "pattern": [first, _one_of(_CURRENCY)]})
        patterns.append({"label": "count", "pattern": [first, _one_of(_MEMBERS)]})
        for opening in ("para", "pas", "per", "mbas", "brenda"):
            period = [{"NORM": opening}, first, _one_of(_PERIODS)]
            patterns.append({"label": "date", "pattern": period})
    patterns.extend(
        {"label": "sim_status", "pattern": [_one_of(forms)], "id": status} for status, forms in _STATUSES.items()
    )
    return patterns
