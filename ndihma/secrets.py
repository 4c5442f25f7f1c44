"""Server secrets: from the settings, or, in development only, from a file made on first use."""

from __future__ import annotations

import base64
import os
import secrets as csprng
import stat
import tempfile
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from ndihma.config import Mode, Settings

__all__ = [
    "SecretError",
    "SecretMissing",
    "SecretTooShort",
    "SecretUnsafe",
    "audit_key",
    "development_secret",
    "engine_token",
    "puk_keys",
    "server_secret",
    "staff_key",
    "verification_key",
]

_BYTES: Final = 32
MIN_CHARS: Final = 32
"""Characters a secret must have in production; ``openssl rand -hex 32`` gives 64."""


class SecretError(Exception):
    """A server secret cannot be used. The message names it and never holds its value."""


class SecretMissing(SecretError):
    """Production needs a secret that is not configured."""


class SecretTooShort(SecretError):
    """A secret configured for production is too short to be one."""


class SecretUnsafe(SecretError):
    """A secret's file can be read by others or is empty."""


def engine_token(settings: Settings) -> SecretStr:
    """What gateway, engine and actions show each other (S1). Raises SecretError."""
    return server_secret(settings, "engine_token", settings.engine_token)


def verification_key(settings: Settings) -> SecretStr:
    """What one-time codes and numbers are hashed with (S5); only the gateway needs it. Raises SecretError."""
    return server_secret(settings, "verification_key", settings.verification_key)


def audit_key(settings: Settings) -> SecretStr:
    """What chains the audit trail and hashes its numbers (S10); for all but the engine. Raises SecretError."""
    return server_secret(settings, "audit_key", settings.audit_key)


def puk_keys(settings: Settings) -> SecretStr:
    """The keys of PUK codes as ``id:base64,…`` (S8); for gateway and command line. Raises SecretError."""
    if settings.puk_keys is not None or settings.mode is Mode.PRODUCTION:
        return server_secret(settings, "puk_keys", settings.puk_keys)
    made = bytes.fromhex(development_secret(settings.var / "secrets", "puk_key").get_secret_value())
    return SecretStr(f"development:{base64.b64encode(made).decode()}")


def staff_key(settings: Settings) -> SecretStr:
    """What seals and hashes the secrets of staff accounts (S14); for gateway and command line. Raises SecretError."""
    return server_secret(settings, "staff_key", settings.staff_key)


def server_secret(settings: Settings, name: str, configured: SecretStr | None) -> SecretStr:
    """The secret ``name`` (a field of the settings): the configured value, or in development the file's.

    Raises SecretMissing in production when it is not configured, SecretTooShort, SecretUnsafe.
    """
    if configured is not None:
        if settings.mode is Mode.PRODUCTION and len(configured.get_secret_value()) < MIN_CHARS:
            raise SecretTooShort(f"NDIHMA_{name.upper()} needs at least {MIN_CHARS} characters")
        return configured
    if settings.mode is Mode.PRODUCTION:
        raise SecretMissing(f"NDIHMA_{name.upper()} must be set when NDIHMA_MODE is production")
    return development_secret(settings.var / "secrets", name)


def development_secret(directory: Path, name: str) -> SecretStr:
    """The secret in ``directory/name``; made (mode 0600) when there is none.

    Processes that start together get the same value: the file appears whole, under its name, once.
    Raises SecretUnsafe when the file is readable by others or empty.
    """
    if not name.isidentifier():
        raise ValueError("a secret's name is an identifier")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / name
    if not path.exists():
        _create(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SecretUnsafe(f"{path} can be read by others; it needs mode 0600")
    value = path.read_text(encoding="ascii").strip()
    if len(value) < MIN_CHARS:
        raise SecretUnsafe(f"{path} holds no secret; remove it and start again")
    return SecretStr(value)


def _create(path: Path) -> None:
    # Written under another name and linked: the name never points to half a secret, and the first process wins.
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(csprng.token_hex(_BYTES) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        Path(temporary).unlink()
