"""Telling a program that hangs from one that is slow: it lives, but its health address does not answer.

supervisord restarts what ends; what hangs never ends. The rules are httpok's of superlance (ask an address, restart
what stays silent), made patient: several silences in a row count, not one, and a program that was restarted for this
before gets twice the time, so that an overloaded machine is not kept busy with starting programs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["Limits", "Watchdog"]

_FORGIVEN_AFTER_S: Final = 3600.0


@dataclass(frozen=True)
class Limits:
    """Seconds, and the number of silences in a row after which a program counts as hanging."""

    every_s: float = 5.0
    answer_within_s: float = 5.0
    silences: int = 3


class Watchdog:
    """Watches one program. Moments are seconds of one monotonic clock, passed in."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._silences = 0
        self._silent_since = 0.0
        self._next = 0.0
        self._times_hung = 0
        self._last_hung = 0.0

    @property
    def patience(self) -> int:
        """How many silences in a row are a hang now: doubled by each hang, forgiven after a good hour."""
        return self._limits.silences << self._times_hung

    def started(self, now: float) -> None:
        """The program has become healthy: from now on it must answer."""
        self._silences = 0
        self._next = now + self._limits.every_s

    def is_due(self, now: float) -> bool:
        """Whether the program is to be asked now."""
        return now >= self._next

    def answered(self, now: float) -> None:
        """The program gave an answer, whatever it said: one that says "busy" does not hang."""
        self._silences = 0
        self._next = now + self._limits.every_s
        if self._times_hung and now - self._last_hung > _FORGIVEN_AFTER_S:
            self._times_hung = 0

    def stayed_silent(self, asked: float, now: float) -> float | None:
        """The program, asked at ``asked``, gave no answer. Returns how long it has been silent once that is a hang."""
        if self._silences == 0:
            self._silent_since = asked
        self._silences += 1
        self._next = now + self._limits.every_s
        if self._silences < self.patience:
            return None
        self.hung(now)
        return now - self._silent_since

    def hung(self, now: float) -> None:
        """It is restarted for hanging; the next time it gets longer."""
        self._silences = 0
        self._times_hung += 1
        self._last_hung = now
