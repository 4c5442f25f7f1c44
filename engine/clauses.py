"""Where one message may hold two: the joints between its clauses, and whether a clause asks something.

Albanian as it is typed joins two questions with *edhe*, *dhe* or *e*, with a mark, a new line or nothing at all; agents
number theirs. Pure functions on strings: which joint really parts two questions is the classifier's to say
(:mod:`engine.questions`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, FrozenSet, List, Text, Tuple

from engine.albanian.spelling import fold, norm
from engine.albanian.tokenization import ABBREVIATIONS

__all__ = ["Clause", "asks", "asks_bare_price", "begins_asking", "clauses", "reports"]


def _words(text: Text) -> FrozenSet[Text]:
    return frozenset(text.split())


_SHORT_FORMS: Final = frozenset(fold(form).rstrip(".") for form in ABBREVIATIONS) | _words(
    "kl ab kons kontr pag nr tel sms min eur dr st fat"
)
"""What a full stop may follow without ending a sentence."""

_AND: Final = "edhe|dhe|ehde|und|and|also|auch|ve"
_BESIDES: Final = r"gjithashtu|po\s+ashtu|si\s+dhe|si\s+edhe"
_ASKED: Final = r"(?:sa|qysh|si|ku|qka|cka|kur|cil[aiet]\w*|a|kartela|numri|pin\w*|puk\w*)\b"
"""What may follow an *e* that is *and*; elsewhere it is *it*, or an article."""
_JOINT: Final = re.compile(
    rf"""
      \s*[\n\r]+\s*
    | (?<=[?!;])\s*
    | (?<=\w)\.+\s+
    | \s+[+/|\-–]\s+
    | \s*,?\s+(?:{_BESIDES}|(?:pytja\s+)?e\s+dyta?|masnej|mandej|pastaj)\b[,:]?\s*
    | \s*,?\s+(?:{_AND})\s+
    | \s*,\s+
    | \s+e\s+(?={_ASKED})
    | \s+i\s+(?=(?:kako|koliko|gde|sta|šta|da\s+li|koji)\b)
    | (?<!\bderi)(?<!\bper)\s+(?=(?:sa|qysh)\s)  # two questions with nothing between them
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LEAD_IN: Final = re.compile(
    rf"\s*(?:\(?\d\s?[.):]\s+|[\-•*]\s+|(?:{_AND}|{_BESIDES})\b[,:]?\s*|e\s+(?={_ASKED}))*",
    re.IGNORECASE,
)
_TOKEN: Final = re.compile(r"[^\W\d_]+")

_QUESTION_WORDS: Final = _words(
    """
    si sa ku cfare cka cila cili cilat cilet cilin cilen kur pse kush
    how what where which when why wie was wo welche welcher wann warum
    kako koliko gde sta koji koja nasil nedir kac nerede nereden kadar
    """
)
_ASK_IN_FRONT: Final = _words("a can is do does kann gibt ist da")
"""Ask at the beginning of a clause only: elsewhere ``a`` is *or*."""
_REQUESTS: Final = _words(
    """
    trego tregoni tregoj tregosh kerkoj kerkon kerkojne pyet pyes interesohet interesohem thuaj thuj thuni thoni
    """
)
_REPORTED: Final = _words("kerkon pyet interesohet")
_GO_ON: Final = _words("pra domethene qe jo pa")
"""Begin what explains the clause before."""
_TO_KNOW: Final = _words("di dit dije ditur pyt pyes pyet")
_WANT: Final = _words("dua duam doja dojsha desha deshiroj deshiron do kam kemi")
_PRICE_ONLY: Final = _QUESTION_WORDS | _words(
    """
    kushton kushtojne kushtoka cmimi cmim pagesa pagese paguhet paguaj para euro kosto tarifa bon ben shtrenjte lire
    po e dhe eshte per kjo kete ky ajo ate i a duhet me te qe do ta ndonje ne tani mua gjithsej afersisht krejt gjithe
    tera shume
    kolko kosta to wieviel viel kostet das es und much does it that this cost costs teuer kac bu
    """
)


@dataclass(frozen=True)
class Clause:
    """A part of a message, without its numbering and without what joined it to the part before."""

    text: Text
    joint: Text
    """What stood before it: ``start``, ``mark`` (?, !, a full stop, a new line, a sign), ``and`` or ``comma``."""


def clauses(text: Text) -> Tuple[Clause, ...]:
    """The parts of a message in order; none when there is no word in it."""
    parts: List[Clause] = []
    start, joint = 0, "start"
    for match in _JOINT.finditer(text):
        if _is_short_form(text[start : match.start()], match.group()):
            continue
        _append(parts, text[start : match.start()], joint)
        start, joint = match.end(), _kind(match.group())
    _append(parts, text[start:], joint)
    return tuple(parts)


def asks(clause: Text) -> bool:
    """Whether the clause asks or requests something, by its words; a story only tells."""
    norms = _norms(clause)
    return (
        clause.rstrip().endswith("?")
        or bool(_QUESTION_WORDS.intersection(norms))
        or _ASK_IN_FRONT.issuperset(norms[:1] or ("",))
        or _requests(norms)
    )


def begins_asking(clause: Text) -> bool:
    """Whether a question or a request begins right where the clause does."""
    norms = _norms(clause)
    if _GO_ON.intersection(norms[:1]):
        return False
    return bool((_QUESTION_WORDS | _REQUESTS).intersection(norms[:2]) or _ASK_IN_FRONT.intersection(norms[:1]))


def reports(clause: Text) -> bool:
    """Whether the clause begins as an agent's note of what the customer asks for (``kl. kërkon …``)."""
    return bool(_REPORTED.intersection(_norms(clause)[:3]))


def asks_bare_price(clause: Text) -> bool:
    """Whether the clause can only ask what the thing before it costs: it names none of its own."""
    return _PRICE_ONLY.issuperset(_norms(clause))


def _requests(norms: List[Text]) -> bool:
    """Whether somebody asks or wants to know (``trego``, ``desha me dit``)."""
    if _REQUESTS.intersection(norms):
        return True
    return any(word in _TO_KNOW and _WANT.intersection(norms[max(0, i - 3) : i]) for i, word in enumerate(norms))


def _norms(clause: Text) -> List[Text]:
    return [part for token in _TOKEN.findall(clause) for part in norm(token).split()]


def _append(parts: List[Clause], raw: Text, joint: Text) -> None:
    lead = _LEAD_IN.match(raw)
    rest = raw[lead.end() :] if lead else raw
    text = rest.strip(" \t\r\n,;:.")
    if not _TOKEN.search(text):
        return
    if joint == "comma" and rest != raw.lstrip():
        joint = "and"
    parts.append(Clause(text, joint))


def _kind(joint: Text) -> Text:
    bare = joint.strip(" ")
    if bare == ",":
        return "comma"
    return "and" if any(letter.isalpha() for letter in bare) else "mark"


def _is_short_form(before: Text, joint: Text) -> bool:
    if not joint.startswith("."):
        return False
    last = (before.split() or [""])[-1]
    return fold(last) in _SHORT_FORMS or last.isdigit()
