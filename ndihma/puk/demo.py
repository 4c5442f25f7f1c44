"""PUK codes of the demo customers: made up from the made-up number, so that they are the same after every start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ndihma.accounts.model import Line
from ndihma.puk.cipher import PukCipher, card_hash
from ndihma.puk.model import PukCodes
from ndihma.puk.store import StoredCode

__all__ = ["demo_codes"]

_DIGITS: Final = 8


def demo_codes(lines: Iterable[Line], cipher: PukCipher) -> list[StoredCode]:
    """The codes of all lines with a card, encrypted. For development only."""
    codes = []
    for line in lines:
        if line.sim is not None:
            card = card_hash(line.sim)
            made_up = PukCodes.of(line.msisdn.e164[-_DIGITS:][::-1], line.msisdn.e164[-_DIGITS:])
            codes.append(StoredCode(line.msisdn, card, cipher.seal(made_up, line.msisdn, card)))
    return codes
