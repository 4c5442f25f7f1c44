"""What the supervisor runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["Program"]

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Program:
    """A process to keep alive, and how to tell that it is."""

    name: str
    argv: tuple[str, ...]
    health_url: str
    """Answers 200 when the program can do its work."""
    start_within_s: float = 60.0
    stop_within_s: int = 5
    """After SIGTERM; then it is killed with its whole process group."""
    hidden: tuple[str, ...] = ()
    """Variables of the run's environment that are not for this program."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"not a program name: {self.name!r}")
        if not self.argv:
            raise ValueError(f"{self.name} has no command")

    @property
    def command(self) -> tuple[str, ...]:
        """``argv``, in an environment without what is hidden (supervisord can add variables, not take them away)."""
        without = [part for name in self.hidden for part in ("-u", name)]
        return ("/usr/bin/env", *without, *self.argv) if without else self.argv
