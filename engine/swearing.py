"""Swear words of Kosovo's customers, taken out so that the question among them can be understood.

Stems on folded words, in Albanian, Serbian, German, English and Turkish. Words that are innocent in one of these
languages (``qi``, ``pic``, ``aq``, ``mist``; ``shit``, Albanian for *sell*; ``ndreq``, *repair*; ``qr``, a code) are
left out: the classifier has seen them where they are meant.
"""

from __future__ import annotations

import re
from typing import Final, Text

__all__ = ["without_swearing"]

_RELATIVES: Final = r"(?:nan|non|mam|motr|familj|rob|rac|fis|gru|grue|mbes|majk|mater|anan)\w*"
_CURSES: Final = (
    # Albanian
    rf"(?:(?:ta|t'a|ju|t'ju|jua|te)\s+)?(?:qifsha|qifte|qirsha|qifshim|qrrsha)\b(?:\s+{_RELATIVES}\b)?(?:\s+e\s+(?:shpis|shpise|nones|nanes))?",
    rf"qr\s+{_RELATIVES}\b",
    r"(?:qrr|qirje|kar(?:i|in|it|a|ash)?|kurv\w*|byth\w*|pidh\w*|mut(?:i|in|a|at|ra)?|peder\w*|rrotkar\w*|shurr\w*)\b",
    r"(?:n'\s?dreq|ne\s+dreq)\b|dreq(?:i|in|it)?\b(?:\s+(?:ju|e|ta|te|i)\s+(?:marrt\w*|hangert|hangt\w*))?",
    r"(?:budall|hajvan|gomar|kreten|debil|idiot|plehra|hajdut|lopov|maskar|horr)\w*",
    # Serbian
    rf"(?:jebem|jebo|jebi|jebote|jebiga|zajeb\w*|najeb\w*)\b(?:\s+(?:ti|vam|te)\b)?(?:\s+{_RELATIVES}\b)?",
    r"(?:pizd\w*|pick(?:a|e|u)|kurac\w*|kurc\w*|sranj\w*|govn\w*|budal\w*|djubre\w*|stok(?:o|a)|bestrag\w*)\b",
    # German
    r"(?:scheis\w*|verdammt\w*|verfickt\w*|fick\w*|arsch\w*|wichser\w*|hurensohn\w*|drecks\w*|saftladen|verflucht\w*)\b",
    # English
    r"(?:(?:mother)?fuck\w*|shitty|bullshit|bitch\w*|bastard\w*|asshole\w*|goddamn\w*|damn\w*|wtf|crap(?:py)?|stupid)\b",
    # Turkish
    r"(?:siktir\w*|sikeyim|sikerim|orospu\w*|gerizekali\w*|serefsiz\w*|amk|lanet\s+olsun)\b",
)
_CURSE: Final = re.compile(r"(?<![\w'])(?:" + "|".join(f"(?:{curse})" for curse in _CURSES) + r")(?![\w])[\s,.!]*")


def without_swearing(folded: Text) -> Text | None:
    """A folded message without its swear words, possibly empty; None when it holds none."""
    clean, found = _CURSE.subn(" ", folded)
    return " ".join(clean.split()).strip(" ,.!") if found else None
