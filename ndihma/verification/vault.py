"""The cryptography of one-time codes: made, hashed, compared; numbers hashed and sealed. Standard library only.

One server secret, three keys derived from it, so that no value computed for one use means anything in another.
A six-digit code could be found from a plain hash in a millisecond; without the server's key its HMAC tells nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr

from ndihma.accounts.msisdn import Msisdn
from ndihma.verification.model import Purpose
from ndihma.verification.policy import CODE_DIGITS

__all__ = ["Binding", "Vault", "VaultError"]

SALT_BYTES: Final = 16
_NUMBER_BYTES: Final = 16
"""A sealed number has one length whatever the number: E.164 holds 15 digits at most, and a plus sign."""


class VaultError(Exception):
    """A sealed number does not open: the server's key was changed, or the row was altered."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What a code is bound to (S5)."""

    conversation_id: str
    purpose: Purpose
    number_hash: str


class Vault:
    """Makes and checks codes with a server secret that only the gateway holds."""

    def __init__(self, secret: SecretStr) -> None:
        master = secret.get_secret_value().encode()
        self._code_key = _derive(master, b"ndihma one-time code")
        self._subject_key = _derive(master, b"ndihma limit subject")
        self._seal_key = _derive(master, b"ndihma sealed number")

    @staticmethod
    def new_code() -> str:
        """Six digits from the system's CSPRNG, each equally likely."""
        return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"

    @staticmethod
    def new_salt() -> bytes:
        return secrets.token_bytes(SALT_BYTES)

    def code_hash(self, code: str, salt: bytes, binding: Binding) -> bytes:
        """HMAC-SHA256 of a code with its salt and everything it is bound to."""
        return _mac(
            self._code_key,
            salt,
            binding.conversation_id.encode(),
            binding.purpose.value.encode(),
            binding.number_hash.encode(),
            code.encode(),
        )

    def matches(self, code: str, salt: bytes, binding: Binding, expected: bytes) -> bool:
        """Whether ``code`` is the one hashed; in constant time."""
        return hmac.compare_digest(self.code_hash(code, salt, binding), expected)

    def number_subject(self, msisdn: Msisdn) -> str:
        """The name under which a number is counted: a keyed hash, 64 hex digits."""
        return _mac(self._subject_key, b"number", msisdn.e164.encode()).hex()

    def channel_subject(self, name: str) -> str:
        """The name under which a proved channel is stored: a keyed hash, 64 hex digits."""
        return _mac(self._subject_key, b"channel", name.encode()).hex()

    def contact_subject(self, contact: str | None, number_subject: str) -> str:
        """The name under which the limits of a contact are counted: a keyed hash, 64 hex digits.

        ``contact`` is its ``channel_subject``; None (the line itself, or no channel at all) gives a name that only this
        number's codes are counted under: the same work, and nothing that another number could use up (S17).
        """
        return _mac(self._subject_key, b"contact", (contact or number_subject).encode()).hex()

    def conversation_subject(self, conversation_id: str) -> str:
        return _mac(self._subject_key, b"conversation", conversation_id.encode()).hex()

    def address_subject(self, address: str) -> str:
        return _mac(self._subject_key, b"address", address.encode()).hex()

    def seal(self, msisdn: Msisdn, salt: bytes) -> bytes:
        """The number encrypted with a key stream that this salt is used for once, so that the row does not show it."""
        plain = msisdn.e164.encode().ljust(_NUMBER_BYTES, b" ")
        return bytes(a ^ b for a, b in zip(plain, self._stream(salt), strict=True))

    def unseal(self, sealed: bytes, salt: bytes, number_subject: str) -> Msisdn:
        """The number of ``seal``, checked against its keyed hash. Raises VaultError."""
        try:
            plain = bytes(a ^ b for a, b in zip(sealed, self._stream(salt), strict=True))
            msisdn = Msisdn(plain.decode("ascii").rstrip(" "))
        except ValueError as error:
            raise VaultError("a sealed number does not open") from error
        if not hmac.compare_digest(self.number_subject(msisdn), number_subject):
            raise VaultError("a sealed number does not open")
        return msisdn

    def _stream(self, salt: bytes) -> bytes:
        return _mac(self._seal_key, salt)[:_NUMBER_BYTES]


def _derive(master: bytes, label: bytes) -> bytes:
    return hmac.digest(master, label, hashlib.sha256)


def _mac(key: bytes, *parts: bytes) -> bytes:
    """HMAC over parts that cannot run into each other: each is preceded by its length."""
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        mac.update(len(part).to_bytes(4, "big"))
        mac.update(part)
    return mac.digest()
