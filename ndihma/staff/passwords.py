"""Passwords: what is taken for one, and how it is kept (argon2id).

The parameters are among the equals of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. A hash made
with others still verifies, and is replaced at the next sign-in.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ndihma.staff.model import PasswordWeakness, WeakPassword
from ndihma.staff.policy import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS

__all__ = ["Passwords", "check_strength"]

_AT_ONCE: Final = 2
"""Hashes computed at one moment: each needs a core and 19 MiB; the others wait, so that a flood costs no memory."""
_LEAST_DISTINCT: Final = 5
_COMMON: Final = frozenset(
    {
        "", "abc", "admin", "administrator", "agent", "agjent", "asdfgh", "asdfghjkl", "fjalekalim", "fjalekalimi",
        "iloveyou", "kosova", "kosovo", "letmein", "master", "ndihma", "parola", "passwort", "password", "passw",
        "pass", "prishtina", "qwerty", "qwertyuiop", "qwertz", "qwertzuiop", "secret", "supervisor", "telekom", "test",
        "vala", "welcome", "zxcvbnm", "mireseerdhe", "mirsevini", "shqiperi", "shqiperia", "shqipe", "tetova",
    }
)  # fmt: skip
"""What is left of the passwords that everybody tries first once digits and signs are taken away."""
_RUNS: Final = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiop")


class Passwords:
    """Hashes and compares passwords in threads, a few at a time."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._nobody = self._hasher.hash("a password that nobody has")
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        """The password's hash with its parameters and salt (PHC string)."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, _normal(password))

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password is the one stored; as much work when there is none (S17)."""
        async with self._turns:
            right = await asyncio.to_thread(self._verify, password, stored or self._nobody)
        return right and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _verify(self, password: str, stored: str) -> bool:
        if len(password) > MAX_PASSWORD_CHARS:
            password = ""  # no stored one is so long; the work is done all the same
        try:
            return self._hasher.verify(stored, _normal(password))
        except (VerificationError, InvalidHashError):
            return False


def check_strength(password: str, username: str) -> None:
    """Raises WeakPassword for what is too short, too long or among the first that anybody would guess.

    No rule about kinds of characters (SP 800-63B-4, 3.1.1.2): length counts, and not being a known word with digits.
    """
    text = _normal(password)
    if len(text) < MIN_PASSWORD_CHARS:
        raise WeakPassword(PasswordWeakness.SHORT)
    if len(text) > MAX_PASSWORD_CHARS:
        raise WeakPassword(PasswordWeakness.LONG)
    folded = _folded(text)
    letters = re.sub(r"[^a-z]", "", folded)
    username_letters = re.sub(r"[^a-z]", "", username.lower())
    guessable = (
        len(set(folded)) < _LEAST_DISTINCT
        or letters in _COMMON
        or letters in {username_letters, username_letters * 2}
        or any(folded in run * 2 or folded in run[::-1] * 2 for run in _RUNS)
    )
    if guessable:
        raise WeakPassword(PasswordWeakness.GUESSABLE)


def _normal(password: str) -> str:
    """The same keys give the same password on every keyboard: ë is one character or two, by the system (NFC)."""
    return unicodedata.normalize("NFC", password)


def _folded(text: str) -> str:
    """Lower case, letters without marks."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).lower() if not unicodedata.combining(c))
