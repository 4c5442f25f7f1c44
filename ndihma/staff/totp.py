"""One-time codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds) and recovery codes.

SHA-1 and six digits because every app knows them; what protects is the count of tries (``policy``).
"""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import datetime
from typing import Final

import pyotp

from ndihma.staff.policy import RECOVERY_CODES

__all__ = ["new_recovery_codes", "new_secret", "otpauth_uri", "recovery_code", "step_of", "totp_code"]

_STEP_S: Final = 30
_DRIFT_STEPS: Final = 1
"""A telephone's clock may be half a minute off, either way."""
_ISSUER: Final = "Ndihma"
_ALPHABET: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Without what is read for something else: I, L, O, U, 0, 1."""
_RECOVERY_CHARS: Final = 12
_TOTP: Final = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """160 random bits in base32 (RFC 4226 recommends as many)."""
    return pyotp.random_base32(32)


def otpauth_uri(secret: str, username: str) -> str:
    """What an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=_ISSUER)


def totp_code(typed: str) -> str | None:
    """The six digits of what was typed, groups allowed; None when it is no such code."""
    digits = "".join(typed.split())
    return digits if _TOTP.fullmatch(digits) else None


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The 30-second step whose code this is: the present one, the one before or the one after; None: it is wrong.

    Who accepts it must see to it that no step is accepted twice.
    """
    present = int(now.timestamp()) // _STEP_S
    generator = pyotp.TOTP(secret)
    found: int | None = None
    for step in range(present - _DRIFT_STEPS, present + _DRIFT_STEPS + 1):
        if hmac.compare_digest(generator.generate_otp(step), code):
            found = step  # no early end: which one it is shows in no timing
    return found


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes of 58 random bits, written in groups: ``ABCD-EFGH-JKMN``."""
    codes = ("".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_CHARS)) for _ in range(RECOVERY_CODES))
    return tuple(_grouped(code) for code in codes)


def recovery_code(typed: str) -> str | None:
    """A recovery code as it is compared, however it was typed; None when it cannot be one."""
    text = re.sub(r"[\s-]", "", typed).upper()
    return text if len(text) == _RECOVERY_CHARS and set(text) <= set(_ALPHABET) else None


def _grouped(text: str) -> str:
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))
