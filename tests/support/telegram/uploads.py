"""A file inside a request."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Upload"]


@dataclass(frozen=True)
class Upload:
    name: str
    content: bytes
    mime: str
