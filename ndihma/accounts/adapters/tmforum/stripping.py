"""Secrets of a SIM card are dropped where an answer enters, before anything is validated, kept or logged (S6).

TM Forum has no field for a PUK: operators carry it in a characteristic of their own. Nothing here reads one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

__all__ = ["is_secret_name", "without_secrets"]

_PARTS: Final = ("puk", "unblockingkey", "unblockkey", "passcode", "password")
"""A name that holds one of these, letters only, is a secret's: ``PUK1``, ``sim_puk``, ``pinUnblockingKey``."""
_WHOLE: Final = frozenset({"pin", "pin1", "pin2", "simpin", "adm", "adm1", "ki", "opc", "kic", "kid", "kik"})


def is_secret_name(name: str, also: Iterable[str] = ()) -> bool:
    """Whether a characteristic or attribute of this name holds a secret; ``also``: further names, in any writing."""
    plain = _plain(name)
    return plain in _WHOLE or any(part in plain for part in _PARTS) or any(plain == _plain(each) for each in also)


def without_secrets(document: object, also: Iterable[str] = ()) -> object:
    """The JSON ``document`` without attributes and characteristics (objects with a ``name``) that hold secrets."""
    names = tuple(also)
    if isinstance(document, dict):
        return {k: without_secrets(v, names) for k, v in document.items() if not is_secret_name(str(k), names)}
    if isinstance(document, list):
        return [without_secrets(item, names) for item in document if not _is_secret_item(item, names)]
    return document


def _is_secret_item(item: object, also: tuple[str, ...]) -> bool:
    return isinstance(item, dict) and isinstance(item.get("name"), str) and is_secret_name(item["name"], also)


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
