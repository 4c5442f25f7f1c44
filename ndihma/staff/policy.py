"""The figures of S14, with their sources, and the rule by which failures cost time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

__all__ = [
    "ABSOLUTE_LIMIT",
    "ADDRESS_BACKOFF",
    "INVITATION_LIFE",
    "MAX_PASSWORD_CHARS",
    "MIN_PASSWORD_CHARS",
    "PENDING_LIFE",
    "RECENT",
    "RECOVERY_CODES",
    "USER_BACKOFF",
    "Backoff",
]

ABSOLUTE_LIMIT: Final = timedelta(hours=12)
"""A session ends so long after its sign-in, whatever happens in it (S14)."""
RECENT: Final = timedelta(minutes=15)
"""Without an action for so long, a session reveals nothing until its second factor is shown again (S14)."""
PENDING_LIFE: Final = timedelta(minutes=5)
"""Between the password and the code (ours)."""
INVITATION_LIFE: Final = timedelta(hours=24)
"""Of the link that sets an account up (OWASP ASVS 5.0, 6.4.1: short, once; the figure is ours)."""

MIN_PASSWORD_CHARS: Final = 12
"""Ours; NIST SP 800-63B-4 asks for 8 where a second factor stands beside the password."""
MAX_PASSWORD_CHARS: Final = 128
"""SP 800-63B-4: at least 64 must be possible; an end, so that nobody has us hash a book."""
RECOVERY_CODES: Final = 10
"""Each for one sign-in without the authenticator app."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """``free`` failures in a row cost nothing; then each doubles the wait, from ``first`` up to ``most``.

    From ``ceiling`` failures on the wait is ``long``. After ``forget`` without a try the count begins anew.
    """

    free: int
    first: timedelta
    most: timedelta
    ceiling: int
    long: timedelta
    forget: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long nothing is compared after that many failures in a row."""
        if failures < self.free:
            return timedelta(0)
        if failures >= self.ceiling:
            return self.long
        doublings = min(failures - self.free, 32)  # far above ``most``, far below an overflow
        return min(self.first * (1 << doublings), self.most)

    def is_forgotten(self, last: datetime, now: datetime) -> bool:
        return now - last >= self.forget


USER_BACKOFF: Final = Backoff(
    free=5,
    first=timedelta(seconds=30),
    most=timedelta(minutes=15),
    ceiling=100,
    long=timedelta(hours=24),
    forget=timedelta(hours=24),
)
"""Of a user name, whether it exists or not. 100 in a row is the most that SP 800-63B-4 allows; the rest is ours."""
ADDRESS_BACKOFF: Final = Backoff(
    free=30,
    first=timedelta(seconds=30),
    most=timedelta(minutes=15),
    ceiling=1000,
    long=timedelta(hours=24),
    forget=timedelta(hours=1),
)
"""Of a client address, over all user names (ours): wide, because a call centre stands behind one address."""
