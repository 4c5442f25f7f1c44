"""Raw text becomes a message: length, normalisation, redaction (security S3, S6), in this order."""

from __future__ import annotations

import re
from typing import Final

from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.desk.errors import EmptyText, TextTooLong
from ndihma.desk.ports import Incoming
from ndihma.gateway import text as normalisation
from ndihma.redaction import Kind, redact

__all__ = ["TextIntake"]

_NUMBER: Final = re.compile(r"[+\d(][\d\s().\-/]{5,24}")


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
        return Incoming(clean.text, clean.text, number=_number(line), holds_code=Kind.CODE in clean.kinds)


def _number(line: str) -> Msisdn | None:
    if not _NUMBER.fullmatch(line):
        return None
    try:
        return Msisdn.parse(line)
    except InvalidMsisdn:
        return None
