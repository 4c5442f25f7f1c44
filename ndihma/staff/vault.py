"""The cryptography of staff accounts, with one server secret: what must be read again is sealed, the rest hashed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

__all__ = ["SecretUnreadable", "StaffVault", "new_token", "token_hash"]

_NONCE_BYTES: Final = 12
_TOKEN_BYTES: Final = 32
_LONGEST_TOKEN: Final = 200


class SecretUnreadable(Exception):
    """A sealed value does not open: NDIHMA_STAFF_KEY was changed, or the row was altered."""


def new_token() -> str:
    """256 random bits, fit for a URL."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What the database knows of a token; a random secret needs no slow hash."""
    return hashlib.sha256(token[:_LONGEST_TOKEN].encode("utf-8", "surrogatepass")).hexdigest()


class StaffVault:
    """Three keys from one secret, so that no value made for one use means anything in another."""

    def __init__(self, secret: SecretStr) -> None:
        master = secret.get_secret_value().encode()
        self._seal = AESGCM(hmac.digest(master, b"ndihma staff seal", hashlib.sha256))
        self._hash_key = hmac.digest(master, b"ndihma staff hash", hashlib.sha256)
        self._csrf_key = hmac.digest(master, b"ndihma staff csrf", hashlib.sha256)

    def seal(self, text: str, bound_to: str) -> bytes:
        """The text encrypted (AES-256-GCM); it opens only together with what it is bound to."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._seal.encrypt(nonce, text.encode(), bound_to.encode())

    def unseal(self, sealed: bytes, bound_to: str) -> str:
        """Raises SecretUnreadable."""
        try:
            return self._seal.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to.encode()).decode()
        except (InvalidTag, ValueError):
            raise SecretUnreadable("a sealed value of a staff account does not open") from None

    def subject(self, kind: str, value: str) -> str:
        """The name under which failures of a user name or an address are counted: a keyed hash, 64 hex digits."""
        return self._mac(self._hash_key, kind, value)

    def recovery_hash(self, staff_id: str, code: str) -> str:
        return self._mac(self._hash_key, "recovery", staff_id, code)

    def csrf_token(self, session_id: str) -> str:
        """What a page of this session, and no other, can show."""
        return self._mac(self._csrf_key, session_id)

    def is_csrf_token(self, shown: str, session_id: str) -> bool:
        """In constant time."""
        return hmac.compare_digest(shown.encode("utf-8", "replace"), self.csrf_token(session_id).encode())

    @staticmethod
    def _mac(key: bytes, *parts: str) -> str:
        whole = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
        return hmac.digest(key, whole, hashlib.sha256).hex()
