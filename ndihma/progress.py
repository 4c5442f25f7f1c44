"""Telling the person at the terminal what is going on."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import Final, Protocol, TextIO

__all__ = ["Quiet", "Reporter", "Terminal"]

_PLAIN_EVERY_S: Final = 15.0


class Reporter(Protocol):
    """Lines that stay, and one line of progress that the next replaces."""

    def line(self, text: str) -> None: ...

    def progress(self, text: str) -> None: ...


class Quiet:
    """Says nothing."""

    def line(self, text: str) -> None:
        pass

    def progress(self, text: str) -> None:
        pass


class Terminal:
    """Writes to ``stream``; where that is no terminal, progress becomes a line every 15 seconds.

    A closed terminal is not an error: whoever reports has work to finish.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._live = self._stream.isatty()
        self._shown = False
        self._last_plain = time.monotonic()

    def line(self, text: str) -> None:
        self._write(f"{self._erasure()}{text}\n")
        self._last_plain = time.monotonic()

    def progress(self, text: str) -> None:
        if self._live:
            self._write(f"\r\033[K{text}")
            self._shown = True
        elif time.monotonic() - self._last_plain >= _PLAIN_EVERY_S:
            self.line(text)

    def clear(self) -> None:
        """Take the line of progress away."""
        self._write(self._erasure())

    def _erasure(self) -> str:
        shown, self._shown = self._shown, False
        return "\r\033[K" if shown else ""

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()
