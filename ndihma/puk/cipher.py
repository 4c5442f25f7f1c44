"""PUK codes encrypted at rest: AES-256-GCM, bound to the row they stand in.

The number, the card and the key's id are authenticated with the code, so a ciphertext moved to another row, or kept
when the card changed, opens to nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ndihma.accounts.model import SimCard
from ndihma.accounts.msisdn import Msisdn
from ndihma.puk.keys import Keyring
from ndihma.puk.model import InvalidPuk, PukCodes

__all__ = ["CodeUnreadable", "PukCipher", "Sealed", "card_hash"]

_NONCE_BYTES: Final = 12
"""96 random bits: NIST SP 800-38D allows 2^32 messages under one key."""
_PLAIN_CHARS: Final = 17
"""Two codes and a sign between them: one length, whether a card has a PUK2 or not."""
_CONTEXT: Final = b"ndihma puk code 1"


class CodeUnreadable(Exception):
    """A stored code does not open: its key is not in the ring, or the row was altered."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a row holds of a code."""

    key_id: str
    nonce: bytes
    ciphertext: bytes


def card_hash(sim: SimCard) -> bytes:
    """The name of a card in the table of codes; whoever reads that table need not learn the serial number."""
    return hashlib.sha256(b"ndihma sim card" + sim.iccid.encode()).digest()


class PukCipher:
    """Encrypts with the ring's current key, decrypts with any of its keys."""

    def __init__(self, ring: Keyring) -> None:
        self._ring = ring

    @property
    def current_id(self) -> str:
        return self._ring.current_id

    def seal(self, codes: PukCodes, msisdn: Msisdn, card: bytes) -> Sealed:
        puk2 = codes.puk2.get_secret_value() if codes.puk2 else ""
        plain = f"{codes.puk1.get_secret_value()}:{puk2}".ljust(_PLAIN_CHARS).encode()
        nonce, key_id = secrets.token_bytes(_NONCE_BYTES), self._ring.current_id
        ciphertext = self._aead(key_id).encrypt(nonce, plain, _bound_to(msisdn, card, key_id))
        return Sealed(key_id, nonce, ciphertext)

    def open(self, sealed: Sealed, msisdn: Msisdn, card: bytes) -> PukCodes:
        """Raises CodeUnreadable."""
        try:
            bound = _bound_to(msisdn, card, sealed.key_id)
            plain = self._aead(sealed.key_id).decrypt(sealed.nonce, sealed.ciphertext, bound)
            puk1, _, puk2 = plain.decode("ascii").partition(":")
            return PukCodes.of(puk1, puk2.strip())
        except (InvalidTag, InvalidPuk, ValueError):
            raise CodeUnreadable("a stored code does not open") from None

    def _aead(self, key_id: str) -> AESGCM:
        key = self._ring.key(key_id)
        if key is None:
            raise CodeUnreadable("the key of a stored code is not in NDIHMA_PUK_KEYS")
        return AESGCM(key)


def _bound_to(msisdn: Msisdn, card: bytes, key_id: str) -> bytes:
    """The associated data; each part is preceded by its length, so that none can run into the next."""
    parts = (_CONTEXT, msisdn.e164.encode(), card, key_id.encode())
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
