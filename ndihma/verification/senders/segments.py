"""How a text travels as one SMS.

GSM 03.38 has neither ë nor lower-case ç (it has Ç, é and à), so correct Albanian travels in UCS-2. A text without
such letters could travel in seven bits, but what an SMSC calls its default alphabet is its own choice: only the
characters that ASCII and GSM 03.38 have at the same place are sent that way, everything else in UCS-2.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from ndihma.verification.messages import SEGMENT_CHARS

__all__ = ["Alphabet", "Segment", "TextTooLong", "segment"]

_DEFAULT_CHARS: Final = 160
_SAME_PLACE: Final = frozenset(string.ascii_letters + string.digits + " \r\n!\"#%&'()*+,-./:;<=>?")


class Alphabet(IntEnum):
    """Values of SMPP's ``data_coding`` (SMPP 3.4, 5.2.19)."""

    DEFAULT = 0
    UCS2 = 8


class TextTooLong(ValueError):
    """The text does not fit into one segment. The message does not repeat it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One SMS: at most 160 characters of the default alphabet, or 70 code units of UCS-2 (big-endian)."""

    alphabet: Alphabet
    body: bytes


def segment(text: str) -> Segment:
    """The text as one SMS. Raises TextTooLong."""
    if _SAME_PLACE.issuperset(text):
        alphabet, body, fits = Alphabet.DEFAULT, text.encode("ascii"), len(text) <= _DEFAULT_CHARS
    else:
        alphabet, body = Alphabet.UCS2, text.encode("utf-16-be")
        fits = len(body) <= 2 * SEGMENT_CHARS
    if not fits:
        raise TextTooLong("the text does not fit into one SMS")
    return Segment(alphabet, body)
