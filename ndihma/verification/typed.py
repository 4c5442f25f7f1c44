"""What people type into the verification step, read as a number or a code."""

from __future__ import annotations

import unicodedata
from typing import Final

from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.verification.policy import CODE_DIGITS

__all__ = ["code_digits", "number_of"]

_MAX_NUMBER_CHARS: Final = 40


def number_of(text: str) -> Msisdn | None:
    """The number that a person typed; None when it cannot be one of Kosovo."""
    simple = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf").strip()
    if len(simple) > _MAX_NUMBER_CHARS:
        return None
    try:
        return Msisdn.parse(simple)
    except InvalidMsisdn:
        return None


def code_digits(text: str) -> str | None:
    """The six digits of a code as people type or paste it ("123 456"); None when it cannot be one."""
    digits = []
    for c in text[: 4 * CODE_DIGITS]:
        digit = unicodedata.digit(c, None)
        if digit is not None:
            digits.append(str(digit))
        elif not (c.isspace() or c == "." or unicodedata.category(c) in {"Pd", "Cf"}):
            return None
    return "".join(digits) if len(digits) == CODE_DIGITS else None
