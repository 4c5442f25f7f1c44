"""The keys that PUK codes are encrypted with: the first encrypts, every one decrypts what it once encrypted."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from pydantic import SecretStr

from ndihma.config import Settings
from ndihma.secrets import SecretError, puk_keys

__all__ = ["KEY_BYTES", "Keyring", "KeyringInvalid", "keyring"]

KEY_BYTES: Final = 32
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,32}")


class KeyringInvalid(SecretError):
    """NDIHMA_PUK_KEYS cannot be used. The message names a key's place, never a key."""


class Keyring:
    """AES-256 keys by id, read from ``id:base64,id:base64``. Raises KeyringInvalid."""

    def __init__(self, text: SecretStr) -> None:
        self._keys: dict[str, bytes] = {}
        for place, part in enumerate(text.get_secret_value().split(","), start=1):
            key_id, _, encoded = part.strip().partition(":")
            if not _ID.fullmatch(key_id):
                raise KeyringInvalid(f"NDIHMA_PUK_KEYS: key {place} needs an id, written as id:base64")
            if key_id in self._keys:
                raise KeyringInvalid(f"NDIHMA_PUK_KEYS: key {place} has the id of one before")
            try:
                key = base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                key = b""
            if len(key) != KEY_BYTES:
                raise KeyringInvalid(f"NDIHMA_PUK_KEYS: key {place} is not {KEY_BYTES} bytes in base64")
            if key in self._keys.values():
                raise KeyringInvalid(f"NDIHMA_PUK_KEYS: key {place} is the same as one before")
            self._keys[key_id] = key
        self.current_id: Final = next(iter(self._keys))

    def key(self, key_id: str) -> bytes | None:
        """The key with this id, if the ring has it."""
        return self._keys.get(key_id)

    def __repr__(self) -> str:
        return f"Keyring({', '.join(self._keys)})"


def keyring(settings: Settings) -> Keyring:
    """The configured keys; in development one of its own, made on first use. Raises SecretError."""
    return Keyring(puk_keys(settings))
