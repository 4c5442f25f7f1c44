"""Raw text becomes a message: length, normalisation, redaction (security S3, S6), in this order."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.desk.errors import EmptyText, TextTooLong
from ndihma.desk.ports import Incoming
from ndihma.gateway import text as normalisation
from ndihma.redaction import Kind, redact

__all__ = ["TextIntake"]

_NUMBER: Final = re.compile(r"[+\d(][\d\s().\-/]{5,24}")
_MOST_LINES: Final = 12
_NAMES_IT: Final = frozenset(
    """
    numri numrin nr tel telefoni telefonit i im jem em imi e eshte esht osht asht ky kjo qeky ja qe po ok mire per
    mua ju lutem flm faleminderit my number is it s meine nummer ist moj broj je
    """.split()  # noqa: SIM905  (readable, and one line a language would be longer)
)
"""What people write around a number when they only name it, folded."""


class TextIntake:
    """The ``Intake`` of every edge; ``max_chars`` counts normalised characters."""

    def __init__(self, max_chars: int) -> None:
        self._max_chars = max_chars

    def __call__(self, raw: str) -> Incoming:
        try:
            line = normalisation.normalise(raw, self._max_chars)
        except normalisation.EmptyText as error:
            raise EmptyText from error
        except normalisation.TextTooLong as error:
            raise TextTooLong from error
        clean = redact(line)
        for_engine = _in_lines(raw, line, clean.text)
        return Incoming(clean.text, for_engine, number=_number(line), holds_code=Kind.CODE in clean.kinds)


def _in_lines(raw: str, line: str, clean: str) -> str:
    """``clean`` with the line breaks that the customer made: two questions on two lines may have no other mark.

    As it is where that could make a difference to what is hidden: where the lines, each by itself, would not become
    the same text.
    """
    parts = [part for part in raw.splitlines() if part.strip()]
    if not 1 < len(parts) <= _MOST_LINES:
        return clean
    try:
        lines = [normalisation.normalise(part) for part in parts]
    except normalisation.TextRefused:
        return clean
    told = [redact(each).text for each in lines]
    return "\n".join(told) if " ".join(lines) == line and " ".join(told) == clean else clean


def _number(line: str) -> Msisdn | None:
    """The number of a message that says nothing else: bare, or as in "numri im është 044 123 456"."""
    found = list(_NUMBER.finditer(line))
    if len(found) != 1:
        return None
    around = f"{line[: found[0].start()]} {line[found[0].end() :]}"
    if "?" in around or not _NAMES_IT.issuperset(_words(around)):
        return None
    try:
        return Msisdn.parse(found[0].group())
    except InvalidMsisdn:
        return None


def _words(text: str) -> list[str]:
    plain = (c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return re.findall(r"\w+", "".join(plain))
