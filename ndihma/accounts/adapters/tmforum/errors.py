"""What can go wrong with the operator's systems.

    AccountsUnavailable                 (ports)
    ├── AccountsUnreachable             (ports) down: an older copy may stand in
    │   └── OperatorTrouble             with one of the reasons below
    └── BrokenAnswer                    answered, but not to be used: no copy stands in
        └── NoSuchResource              404

No message repeats a value of an answer, an address or a token: only the API, the reason and the field's name.
"""

from __future__ import annotations

from enum import StrEnum

from ndihma.accounts.ports import AccountsUnavailable, AccountsUnreachable

__all__ = ["BrokenAnswer", "NoSuchResource", "OperatorTrouble", "Trouble"]


class Trouble(StrEnum):
    """Why a system did not answer."""

    LATE = "late"
    DEAD = "dead"
    """Refused, reset or cut the connection, or spoke no HTTP."""
    BUSY = "busy"
    """429."""
    FAILED = "failed"
    """5xx."""
    REFUSED = "refused"
    """401: our token is not taken."""
    OPEN = "open"
    """Not asked: the circuit breaker is open."""


class OperatorTrouble(AccountsUnreachable):
    """One of the operator's systems cannot be asked now."""

    def __init__(self, circuit: str, trouble: Trouble, *, retry_after_s: float | None = None) -> None:
        super().__init__(f"{circuit}: {trouble.value}")
        self.trouble = trouble
        self.retry_after_s = retry_after_s
        """What the system itself asked to wait (Retry-After), in seconds, 0 or more."""


class BrokenAnswer(AccountsUnavailable):
    """An answer that cannot be understood, contradicts itself or holds a value this adapter does not know."""


class NoSuchResource(BrokenAnswer):
    """A resource that another one refers to is not there (404)."""
