"""The sentences of the console's API that are no errors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ndihma.assist.model import Reason

__all__ = ["REASONS"]

REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.NONE_CONFIDENT: "Nuk ka përgjigje të sigurt.",
        Reason.UNAVAILABLE: "Sugjerimet nuk janë të mundshme tani. Kërkoni te përgjigjet.",
        Reason.SUPERSEDED: "Është shkruar një tekst më i ri.",
    }
)
"""Why there is no suggestion."""
