"""Updates at rest: encrypted until they are worked on, because a message may hold a code or a number (S6).

AES-256-GCM under a key made of the verification key (HKDF, RFC 5869), bound to the update's id. The key is not in the
database, so neither the database nor its backup shows what a customer wrote before it was redacted.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

__all__ = ["SealBroken", "UpdateSeal", "webhook_secret"]

_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


class SealBroken(Exception):
    """A stored update does not open: the key was changed, or the row was."""


class UpdateSeal:
    """Seals and opens updates."""

    def __init__(self, verification_key: SecretStr) -> None:
        derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"ndihma telegram updates 1")
        self._aead = AESGCM(derived.derive(verification_key.get_secret_value().encode()))

    def seal(self, update_id: int, content: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, content, str(update_id).encode())

    def open(self, update_id: int, sealed: bytes) -> bytes:
        """Raises SealBroken."""
        try:
            return self._aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], str(update_id).encode())
        except (InvalidTag, ValueError):
            raise SealBroken("a stored update does not open") from None


def webhook_secret(configured: SecretStr | None, verification_key: SecretStr) -> SecretStr:
    """What Telegram shows with each update it pushes: the configured secret, else one every replica can make."""
    if configured is not None:
        return configured
    key = verification_key.get_secret_value().encode()
    return SecretStr(hmac.new(key, b"ndihma telegram webhook 1", hashlib.sha256).hexdigest())
