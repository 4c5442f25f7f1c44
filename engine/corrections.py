"""A customer corrects what was understood: ``jo, e kisha fjalën për fiksin``, ``s'po pys për PUK po për PIN``.

Only what is asserted may decide the answer; what is negated is what the customer does *not* ask. Pure functions on
strings, on folded text (see :func:`engine.albanian.spelling.fold`): how people put it, in Albanian and in the four
languages that mix with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Text

from engine.albanian.spelling import fold

__all__ = ["Correction", "correction"]

_CALLS: Final = r"(?:bre|be|mor|more|ore|moj|o|vlla|vllau|zotni|abi|man)"
_NO: Final = rf"(?:(?:jo+|yo+|no+|nein|ne(?=\s*[,!.])|hayir|mo|jok)\b(?:\s+{_CALLS}\b)*[\s,.!:;-]*)+"
_TO_ASK: Final = r"(?:pys|pyes|pyesja|pyt|pyte|pyta|pyti|pyet|pyeta|pytur|pyetur|pytje|pyetje)"
_HAVE: Final = r"(?:kam|kom|kisha|kishim|kena|kemi|pata|kishna)"
_WISH: Final = (
    r"(?:desha|deshta|doja|dojsha|dojna|du|dua|duam|mendova|mendoja|mendojsha|menova|thash|thashe|lypa|lyp|kerkova|kerkoj|"
    r"interesohem|interesohesha)"
)
_ABOUT: Final = r"(?:per|te|tek|mbi)"
_MEANT: Final = (
    rf"(?:(?:une|un|po|e|ta|te|me)\s+)*"
    rf"(?:{_HAVE}\s+(?:fjalen|fjal|llafin|llaf|menjen|mendjen|parasysh|qellim)\b(?:\s+{_ABOUT})?"
    rf"|{_HAVE}\s+per|{_HAVE}\s+{_TO_ASK}(?:\s+{_ABOUT})?"
    rf"|{_TO_ASK}(?:\s+{_ABOUT})?|{_WISH}(?:\s+(?:(?:me|te|ta)\s+)?(?:di|dit|dija|thon|thote|them|pyt|pyes)\w*)?(?:\s+{_ABOUT})?)"
    r"|i\s+(?:meant|mean|was\s+asking(?:\s+about)?|asked(?:\s+about)?|want)"
    r"|ich\s+(?:meinte|meine|habe\s+nach|wollte|will)"
    r"|(?:mislio|mislila|mislim|pitao|pitala|pitam)(?:\s+sam)?(?:\s+(?:na|za|o))?"
)
_NOT: Final = r"(?:nuk|spo|s'\s?po|s'\s?e|se|s'|nk|not|nicht|nisam|ne)"
_ASKED_NOT: Final = (
    rf"(?:{_NOT}\s*(?:po\s+|e\s+|ju\s+)*(?:{_HAVE}\s+)?(?:{_TO_ASK}|fjalen|fjal|{_WISH})"
    r"|i\s+(?:did\s?n'?t|do\s?n'?t|was\s?n'?t)\s+(?:ask\w*|mean|want)|ich\s+(?:meinte|meine|frage|will)\s+nicht"
    r"|nisam\s+(?:pitao|pitala|mislio|mislila)"
    rf")\b(?:\s+(?:{_ABOUT}|about|nach|za|na|o))?"
)
_BUT: Final = r"(?:po\s+per|po\s+te|por|po|veq|vec|vetem|porse|ama|but|sondern|nego|vec)"
_THIS: Final = r"(?:kete|qita|qeta|kit|qet|ket|ate|qat|qata|qeto|kto|kjo|ky|this|that|das|to)"

_BACK: Final = re.compile(
    rf"^{_NO}(?P<meant>(?:{_MEANT})\b)?\s*(?P<asserted>\S.*)$|^(?P<bare>(?:une\s+)?e\s+{_HAVE}\s+fjal\w*\s+{_ABOUT})\s+(?P<rest>\S.*)$"
)
_CONTRAST: Final = re.compile(
    rf"^(?:{_NO})?(?:{_ASKED_NOT}\s+(?P<negated>\S.{{0,70}}?)[\s,;.]+(?:{_BUT}\s+(?:(?:{_MEANT})\s+)?|(?:{_MEANT})\s+)"
    rf"|jo\s+(?:{_ABOUT}\s+)?(?P<short>\S+(?:\s+\S+){{0,3}}?)[\s,;.]+{_BUT}\s+(?:(?:{_MEANT})\s+)?)"
    r"(?P<asserted>\S.*)$"
)
_AFTERTHOUGHT: Final = re.compile(
    r"^(?P<asserted>\S.+?)(?:\s*[,;(-]\s*(?:e\s+)?(?:jo|not|nicht)\s+|\s+jo\s+(?=(?:per|te|t'|i|e)\s))"
    rf"(?P<negated>[^\s,;]+(?:\s+[^\s,;]+){{0,3}}?)\)?(?P<rest>[,;.]\s*\S.*|\s+{_BUT}\s+\S.*)?$"
)
_NEITHER: Final = re.compile(
    rf"^(?:{_NO})?(?:{_ASKED_NOT}\s+{_THIS}|{_NOT}\s*(?:eshte|osht|asht|ishte)\s+{_THIS}(?:\s+pyetja|\s+pytja)?"
    r"|(?:that'?s|this\s+is)\s+not\s+what\s+i\s+(?:asked|meant)|das\s+(?:war|ist)\s+nicht\s+meine\s+frage)\W*$"
)
_POINTS: Final = re.compile(rf"(?:{_ABOUT}|ate|ato|ajo|ai|qat|qata|tjetr\w*)\b")
_OR: Final = re.compile(r"\b(?:a|apo|ose|po)$")
_BUT_REST: Final = re.compile(rf"^[\s,;.]*(?:{_BUT}\s+)?")
_NEGATION: Final = re.compile(rf"(?:{_NOT}|mos)\b|s'")
_LONGEST: Final = 30
"""Words; a correction is short, a long message that begins with *jo* is a story."""
_LONGEST_AFTERTHOUGHT: Final = 14


@dataclass(frozen=True)
class Correction:
    """``asserted`` is what the customer asks after all (folded), empty when they only say what they did not ask.

    ``negated`` is what they name as not meant. ``of_the_answer`` when they surely turn down the last answer, so that
    the question before helps to understand this one.
    """

    asserted: Text
    negated: Text
    of_the_answer: bool


def correction(text: Text) -> Correction | None:
    """The correction in a message, or None when its form is of no correction.

    The form alone does not make one: ``jo, flm`` has it too. Whoever asks goes on only when ``asserted`` names a topic.
    """
    folded = " ".join(fold(text).split())
    if len(folded.split()) > _LONGEST:
        return None
    if _NEITHER.match(folded):
        return Correction("", "", of_the_answer=True)
    return _contrast(folded) or _afterthought(folded) or _back(folded)


def _contrast(folded: Text) -> Correction | None:
    found = _CONTRAST.match(folded)
    return found and Correction(found["asserted"], found["negated"] or found["short"], of_the_answer=True)


def _afterthought(folded: Text) -> Correction | None:
    found = _AFTERTHOUGHT.match(folded) if len(folded.split()) <= _LONGEST_AFTERTHOUGHT else None
    if found is None or _OR.search(found["asserted"]):
        return None
    rest = _BUT_REST.sub("", found["rest"] or "")
    return Correction(f"{found['asserted']} {rest}".strip(), found["negated"], of_the_answer=False)


def _back(folded: Text) -> Correction | None:
    found = _BACK.match(folded)
    if found is None:
        return None
    asserted = found["asserted"] or found["rest"]
    if found["asserted"] and not found["meant"] and _NEGATION.match(asserted):
        return None
    says_so = found["rest"] or found["meant"] or _POINTS.match(asserted)
    return Correction(asserted, "", of_the_answer=bool(says_so))
