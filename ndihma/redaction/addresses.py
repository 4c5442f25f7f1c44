"""E-mail addresses in a folded text."""

from __future__ import annotations

import re
from typing import Final

from ndihma.redaction.kinds import Kind, Span

__all__ = ["emails"]

_OWN: Final = frozenset({"business@kosovotelecom.com"})
"""Addresses of the operator itself, which answers and questions name (FAQ 000)."""
_EMAIL: Final = re.compile(r"[\w.+%'-]{1,64} ?@ ?(?:[^\W_](?:[\w-]{0,62})\.){1,8}[^\W\d_]{2,24}")


def emails(text: str) -> list[Span]:
    if "@" not in text:
        return []
    return [
        Span(found.start(), found.end(), Kind.EMAIL)
        for found in _EMAIL.finditer(text)
        if found.group().lower().strip(".'") not in _OWN
    ]
