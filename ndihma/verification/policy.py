"""The figures of one-time codes (S5), in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

__all__ = [
    "ADDRESS_FAILURES",
    "ADDRESS_SENDS",
    "CODE_DIGITS",
    "CONVERSATION_SENDS",
    "NUMBER_SENDS",
    "POLICY",
    "CodePolicy",
    "Limit",
]

CODE_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` within any ``window``."""

    count: int
    window: timedelta


NUMBER_SENDS: Final = (Limit(3, timedelta(minutes=15)), Limit(5, timedelta(days=1)))
"""Codes for one number, and codes to one contact, whatever the numbers they are for (S5)."""
CONVERSATION_SENDS: Final = (Limit(5, timedelta(minutes=15)), Limit(10, timedelta(days=1)))
"""Codes asked for in one conversation, whatever the number (ours): nobody walks through the numbers."""
ADDRESS_SENDS: Final = (Limit(30, timedelta(hours=1)), Limit(200, timedelta(days=1)))
"""Codes asked for from one client address (ours). Wide, because many customers share a mobile network's address."""
ADDRESS_FAILURES: Final = Limit(100, timedelta(days=1))
"""Wrong codes from one client address, whatever the numbers (ours; docs/security.md says why so many)."""


@dataclass(frozen=True, slots=True)
class CodePolicy:
    """The lifetimes and caps of S5."""

    code_lifetime: timedelta = timedelta(minutes=5)
    tries: int = 5
    failures_per_day: int = 10
    failure_window: timedelta = timedelta(days=1)
    lock: timedelta = timedelta(hours=24)
    identity_lifetime: timedelta = timedelta(minutes=15)
    """Assurance L2 (docs/architecture.md)."""
    keep_rows: timedelta = timedelta(hours=24)
    """Code rows (S10)."""


POLICY: Final = CodePolicy()
