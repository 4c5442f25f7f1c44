"""Reading the development outbox: what would have gone out by SMS or e-mail."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ndihma.verification.senders import FileOutbox

__all__ = ["OutboxPage", "OutboxReader", "Sent"]


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


class OutboxPage:
    """The development outbox as the page reads it: oldest first, numbers masked."""

    def __init__(self, outbox: FileOutbox) -> None:
        self._outbox = outbox

    async def read(self) -> Sequence[Sent]:
        latest = await asyncio.to_thread(self._outbox.latest, 50)
        return [Sent(message.moment, message.to, message.text) for message in reversed(latest)]
