"""What the services need from an operator's account system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn

__all__ = ["AccountDirectory", "AccountWriter", "AccountsUnavailable", "Written"]


class AccountsUnavailable(Exception):
    """The account system cannot be asked now (down, too slow, broken answer)."""


class AccountDirectory(Protocol):
    """Reads accounts. Implementations: ``adapters.sql``; TM Forum later."""

    async def find(self, msisdn: Msisdn) -> Line | None:
        """The line with this number, or None. Raises AccountsUnavailable.

        Bills come oldest first (by day of issue, then number), payments and contacts in their order of time.
        """
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """How many lines a write added and how many it replaced."""

    added: int
    updated: int


class AccountWriter(Protocol):
    """Keeps the copy of the accounts that an export or the demo fills."""

    async def upsert(self, lines: Iterable[Line], seen_at: datetime) -> Written:
        """Store the lines, each in the place of what was there before; all of them or none.

        ``seen_at`` (aware) becomes their ``as_of``. A subscriber on several lines must be the same on each
        (ValueError otherwise), and so must be no line twice. Raises AccountsUnavailable.
        """
        ...
