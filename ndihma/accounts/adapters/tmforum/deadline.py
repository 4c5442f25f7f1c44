"""How much time is left for what a customer waits for."""

from __future__ import annotations

import asyncio

__all__ = ["Deadline"]


class Deadline:
    """A point in the running loop's time, ``seconds`` from now; shared by all calls that answer one question."""

    def __init__(self, seconds: float) -> None:
        self._at = asyncio.get_running_loop().time() + seconds

    def left_s(self) -> float:
        """Seconds until then, never negative."""
        return max(0.0, self._at - asyncio.get_running_loop().time())
