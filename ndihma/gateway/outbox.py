"""Reading the development outbox: what would have gone out by SMS or e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

__all__ = ["OutboxReader", "Sent"]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message in the outbox; ``to`` is as the page may show it."""

    at: datetime
    to: str
    text: str


class OutboxReader(Protocol):
    async def read(self) -> Sequence[Sent]:
        """The latest messages, oldest first; at most some dozens."""
        ...
