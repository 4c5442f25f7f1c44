"""Spelling: folding of diacritics, Gheg forms mapped to standard ones, and a phonetic skeleton.

Pure functions on strings. A *norm* is the folded standard form of one token; it is what the classifier's word
features and the entity patterns see, so that ``Çka``, ``qka`` and ``çfarë`` are one word.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Dict, Final

from engine.albanian.gheg import GHEG_TO_STANDARD

__all__ = ["CYRILLIC", "fold", "norm", "skeleton"]

_APOSTROPHES: Final = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "′": "'"})
CYRILLIC: Final[Dict[str, str]] = dict(
    zip(
        "абвгдежзијклмнопрстћуфхцчш",
        "abvgdezzijklmnoprstcufhccs",
        strict=True,
    )
) | {"ђ": "dj", "љ": "lj", "њ": "nj", "џ": "dz"}
"""Serbian Cyrillic in the Latin letters that people type without diacritics."""
_LETTERS: Final = str.maketrans({**CYRILLIC, "đ": "dj", "ı": "i", "ß": "ss"})
"""Letters that no decomposition turns into plain Latin."""
_LENGTHENED: Final = re.compile(r"(\w)\1{2,}")
_DOUBLED: Final = re.compile(r"(.)\1+")
_SKELETON_STEPS: Final = (
    ("sh", "s"),
    ("zh", "z"),
    ("xh", "x"),
    ("gj", "g"),
    ("nj", "n"),
    ("dh", "d"),
    ("th", "t"),
    ("ll", "l"),
    ("rr", "r"),
    ("ch", "c"),
    ("ck", "k"),
    ("ph", "f"),
    ("tz", "z"),
    ("q", "c"),
    ("y", "i"),
    ("w", "v"),
    ("j", "i"),
)


def fold(text: str) -> str:
    """Lower case, one kind of apostrophe, plain Latin letters (ë→e, ü→u, ш→s), no letter more than twice in a row."""
    lowered = unicodedata.normalize("NFD", text.translate(_APOSTROPHES).lower().translate(_LETTERS))
    bare = "".join(c for c in lowered if not unicodedata.combining(c))
    return _LENGTHENED.sub(r"\1", unicodedata.normalize("NFC", bare))


def norm(token: str, table: Dict[str, str] = GHEG_TO_STANDARD) -> str:
    """The folded standard form of one token: ``Qysh`` → ``si``, ``ç'`` → ``c'``, ``ËSHTË`` → ``eshte``."""
    folded = fold(token)
    return table.get(folded, folded)


def skeleton(folded: str) -> str:
    """What is left of a folded word when people's ways to misspell Albanian are taken away.

    Digraphs become one letter, q/c, y/i and j/i fall together, doubled letters become one and an ``e`` that is not the
    word's first letter is dropped (as Gheg and phone keyboards do).
    """
    for spelled, sound in _SKELETON_STEPS:
        folded = folded.replace(spelled, sound)
    folded = _DOUBLED.sub(r"\1", folded)
    return folded[:1] + folded[1:].replace("e", "")
