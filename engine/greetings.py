"""A greeting in front of what is asked: ``Përshëndetje, a jeni mirë? Si mund ta kthej linjën?``.

The classifier was shown greetings by themselves and questions by themselves; in one message the greeting's words can
outweigh a short question's. So a greeting, or a thanks, at the beginning is found by how people put it, in Albanian and
in the four languages that mix with it. Whether what follows is a question is the classifier's to say
(:mod:`engine.understanding`). Pure functions on strings.
"""

from __future__ import annotations

import re
from typing import Final, Text

from engine.albanian.spelling import fold

__all__ = ["after_greeting"]

_GREETING: Final = (
    r"(?:pershend|pershnd|prshend)\w*|persh|tung(?:jat\w*|i)?|mir[ea]?\s?dita?|diten\s+e\s+mire|mir[ea]?\s?m\w?n?gjes\w*"
    r"|mir[ea]?\s?m\w?bremj?\w*|mir[ea]?\s?mb?ram\w*|mirmjes\w*|naten\s+e\s+mire|mir[ea]?\s?se\s?(?:erdh\w*|ju\s+gjej\w*)"
    r"|(?:es)?selam\w*(?:\s+al[ae]jkum)?|hej|hey|hi|hello|hallo|alo|allo|halo|qao|cao|ciao|shnet|zdravo|pozdrav"
    r"|dobar\s+dan|dobro\s+(?:vece|jutro)|guten\s+(?:tag|morgen|abend)|good\s+(?:morning|evening|afternoon|day)"
    r"|merhaba|iyi\s+(?:gunler|aksamlar)"
)
_HOW_ARE_YOU: Final = (
    r"(?:a|si|qysh)\s+(?:je|jeni|jini)\s+(?:mir[ea]?|rehat|lodh\w*)|a\s+u?\s?lodh\w*|(?:q|c)'?\s?kemi"
    r"|(?:a|si|qysh)\s+(?:je|jeni|jini)(?=\s*[,.!?]|\s+(?:a|si|qysh|me|deshta|desha)\b)"
    r"|(?:a|si|qysh)\s+(?:po\s+)?(?:ja\s+)?kal[ou]\w*(?:\s+(?:mir[ea]?|sot))?"
    r"|(?:si|qysh)\s+po\s+(?:ju\s+|te\s+|t'\s?)?shkon(?:\s+puna)?|mir[ea]?\s+(?:je|jeni)(?:\s+a)?"
)
_THANKS: Final = r"flm|fmd|fal[ei]m[ei]?nd\w*|rrofsh\w*|thank\s+you|thanks|thx|danke|hvala|te\s?sekkur\w*"
_AFTER_IT: Final = (
    r"i\s+nderuar|(?:te|e)\s+nderuar\w*|zotni\w*|zoteri\w*|zonj\w*|vlla\w*|moter|njerez|shok\w*|bre|be|more|mor|shume"
    r"|fort|edhe\s+nje\s+her[ea]?"
)
_OPENING: Final = re.compile(
    rf"^(?:(?:{_GREETING}|{_HOW_ARE_YOU}|{_THANKS})(?!\w)(?:\s+(?:{_AFTER_IT})(?!\w))*[\s,.!?;:)\-]*)+"
)
_FEWEST_WORDS: Final = 2
"""What must follow; less is no question of its own."""


def after_greeting(text: Text) -> Text | None:
    """What follows the greeting or the thanks that ``text`` begins with, folded; None when there is no such thing."""
    folded = " ".join(fold(text).split())
    opening = _OPENING.match(folded)
    rest = folded[opening.end() :] if opening else ""
    return rest if len(rest.split()) >= _FEWEST_WORDS else None
