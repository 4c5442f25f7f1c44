"""What an auditor uses of the trail, on one database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from pydantic import SecretStr

from ndihma.audit.browsing import AuditBrowser
from ndihma.audit.model import AuditTrail
from ndihma.audit.watch import ChainWatch
from ndihma.clock import Clock
from ndihma.db import Database

__all__ = ["AuditDesk"]


@dataclass(frozen=True, slots=True)
class AuditDesk:
    """``trail`` records what the auditor does."""

    browser: AuditBrowser
    watch: ChainWatch
    trail: AuditTrail

    @classmethod
    def on(cls, database: Database, clock: Clock, trail: AuditTrail, key: SecretStr) -> Self:
        """``key`` is ``secrets.audit_key``."""
        return cls(AuditBrowser(database, key), ChainWatch(database, clock, key), trail)
