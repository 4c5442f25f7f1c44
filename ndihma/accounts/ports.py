"""What the services need from an operator's account system."""

from __future__ import annotations

from typing import Protocol

from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn

__all__ = ["AccountDirectory", "AccountsUnavailable"]


class AccountsUnavailable(Exception):
    """The account system cannot be asked now (down, too slow, broken answer)."""


class AccountDirectory(Protocol):
    """Reads accounts. Implementations: ``adapters.sql``; TM Forum later."""

    async def find(self, msisdn: Msisdn) -> Line | None:
        """The line with this number, or None. Raises AccountsUnavailable."""
        ...
