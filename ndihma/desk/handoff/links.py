"""Addresses in an agent's text: customers are sent to https pages of listed hosts only (S16).

A messenger turns into a link whatever looks like one, with a scheme or without; so that is what is looked for here.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

__all__ = ["only_allowed_links"]

_WITH_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]{1,20}://\S*", re.IGNORECASE)
_RISKY_SCHEME: Final = re.compile(r"\b(?:javascript|vbscript|data|file|intent|tg|blob):\S", re.IGNORECASE)
_NUMERIC: Final = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}[:/]", re.ASCII)
_BARE: Final = re.compile(
    r"(?<![\w.@/-])((?:[^\W_](?:[\w-]*[^\W_])?\.)+)([^\W\d_]{2,24}|xn--[a-z0-9-]+)\.?(?![\w-])(:\d+)?(/\S*)?",
    re.IGNORECASE,
)
_ENDINGS: Final = frozenset(
    {"app", "click", "com", "info", "link", "live", "net", "online", "org", "page", "shop", "site", "store", "website"}
)
"""Endings that begin no sentence, with a capital letter either. Others count in small letters, when they are short."""
_LONGEST_OTHER: Final = 4
_LONE_LETTERS: Final = frozenset({"t.me", "m.me", "x.com", "g.co", "a.co"})
"""Addresses that look like abbreviations (``p.sh.``, ``d.m.th.``)."""
_TRAILING: Final = ".,;:!?)]}»”’\"'"


def only_allowed_links(text: str, hosts: Collection[str]) -> bool:
    """Whether every address in the text is https on one of the ``hosts`` (lower case), or such a host alone."""
    if _RISKY_SCHEME.search(text) or _NUMERIC.search(text):
        return False
    rest = _WITH_SCHEME.sub(" ", text)
    written = [found[0] for found in _WITH_SCHEME.finditer(text)]
    written += [f"https://{found[0]}" for found in _BARE.finditer(rest) if _is_address(found)]
    return all(_allowed(url.rstrip(_TRAILING), hosts) for url in written)


def _allowed(url: str, hosts: Collection[str]) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = parts.username is None and parts.password is None and port is None
    return parts.scheme.lower() == "https" and plain and (parts.hostname or "") in hosts


def _is_address(found: re.Match[str]) -> bool:
    """Whether ``name.ending`` is one, and not an abbreviation or the seam of two sentences."""
    name, ending = found[1].lower(), found[2].lower()
    if found[3] or found[4] or name.startswith("www.") or name + ending in _LONE_LETTERS:
        return True
    if all(len(label) == 1 for label in name.rstrip(".").split(".")):
        return False
    short = not found[2].istitle() and ending.isascii() and len(ending) <= _LONGEST_OTHER
    return short or ending in _ENDINGS or ending.startswith("xn--")
