"""Random identifiers of the desk."""

from __future__ import annotations

import secrets
from typing import Final

__all__ = ["choice_id", "new_id", "new_reference"]

_ID_BYTES: Final = 16
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that nobody confuses when a reference is read out on the telephone."""
_REFERENCE_LENGTH: Final = 6


def new_id() -> str:
    """128 random bits, safe in URLs and without a dot (the engine's sender id uses one)."""
    return secrets.token_urlsafe(_ID_BYTES)


def choice_id() -> str:
    """A new button's id."""
    return f"c_{new_id()}"


def new_reference(prefix: str) -> str:
    """What people read out, such as ``RK-7F3K9Q``: 30^6 possibilities, no look-alike characters.

    Never six digits: in a message or a reason they would be redacted for a one-time code (S6).
    """
    while True:
        written = "".join(secrets.choice(_ALPHABET) for _ in range(_REFERENCE_LENGTH))
        if not written.isdigit():
            return f"{prefix}-{written}"
