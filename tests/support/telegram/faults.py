"""What goes wrong on demand, and what was asked so far."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.telegram.errors import ApiError

__all__ = ["Call", "Fault", "Faults", "Gate"]


@dataclass
class Call:
    """A request: what was asked (``values``), when, and the status it was answered with (0: connection dropped)."""

    method: str
    values: dict[str, Any]
    at: float
    status: int = 0
    description: str | None = None

    @property
    def chat_id(self) -> int | None:
        chat_id = self.values.get("chat_id")
        return chat_id if isinstance(chat_id, int) else None


@dataclass
class Fault:
    """``error``: the answer instead. ``drop``: the connection is cut, before or ``after`` the work is done."""

    error: ApiError | None = None
    drop: bool = False
    after: bool = False
    delay_s: float = 0
    broken: bool = False
    """The answer is a page of a proxy, not JSON."""


class Gate:
    """Requests of a method wait here until ``open``; ``waiting`` counts who arrived."""

    def __init__(self, only: Callable[[dict[str, Any]], bool] = lambda _values: True) -> None:
        self.only = only
        self.waiting = 0
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    async def passed(self) -> None:
        self.waiting += 1
        await asyncio.to_thread(self._opened.wait)


@dataclass
class Faults:
    """Planned faults, one a request each, by method ("": any); and whether nothing gets through at all."""

    planned: dict[str, deque[Fault]] = field(default_factory=dict)
    unreachable: bool = False
    gates: dict[str, Gate] = field(default_factory=dict)

    def plan(self, method: str, fault: Fault, times: int) -> None:
        self.planned.setdefault(method, deque()).extend([fault] * times)

    def next(self, method: str) -> Fault | None:
        if self.unreachable:
            return Fault(drop=True)
        for key in (method, ""):
            if self.planned.get(key):
                return self.planned[key].popleft()
        return None

    @property
    def left(self) -> int:
        """Planned and not yet happened."""
        return sum(len(queue) for queue in self.planned.values())
