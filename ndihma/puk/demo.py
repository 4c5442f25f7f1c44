"""PUK codes of the demo customers: made up from the made-up number, so that they are the same after every start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn
from ndihma.puk.cipher import PukCipher, card_hash
from ndihma.puk.model import PukCodes
from ndihma.puk.store import StoredCode

__all__ = ["demo_codes", "demo_puk"]

_DIGITS: Final = 8
_OTHER_DIGITS: Final = str.maketrans("0123456789", "9876543210")


def demo_puk(msisdn: Msisdn) -> PukCodes:
    """The codes of a demo number: neither is the number, so that each can be searched for where it must not stand."""
    backwards = msisdn.e164[-_DIGITS:][::-1]
    return PukCodes.of(backwards, backwards.translate(_OTHER_DIGITS))


def demo_codes(lines: Iterable[Line], cipher: PukCipher) -> list[StoredCode]:
    """The codes of all lines with a card, encrypted. For development only."""
    codes = []
    for line in lines:
        if line.sim is not None:
            card = card_hash(line.sim)
            codes.append(StoredCode(line.msisdn, card, cipher.seal(demo_puk(line.msisdn), line.msisdn, card)))
    return codes
