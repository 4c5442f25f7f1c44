"""A circuit breaker in front of each of the operator's systems: what is down is not asked by every customer.

The states and the counting are purgatory's (closed, opened, half-opened); this module is the only one that
knows it, so that another library can take its place.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeVar

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import HALF_OPENED, OpenedState

from ndihma.accounts.adapters.tmforum.errors import OperatorTrouble, Trouble

__all__ = ["CircuitBreaker", "NotCounted", "PurgatoryBreaker"]

_T = TypeVar("_T")
_FAILURES: Final = 5
_OPEN_FOR_S: Final = 15.0


class NotCounted(Exception):
    """Raised by work whose outcome says nothing of the system."""


class CircuitBreaker(Protocol):
    """Lets calls of a named circuit through, or does not."""

    async def call(self, circuit: str, work: Callable[[], Awaitable[_T]]) -> _T:
        """The result of ``work``. An OperatorTrouble counts as a failure of the circuit, any other outcome as an
        answer, a cancellation and NotCounted as neither. Raises OperatorTrouble (OPEN) when the circuit is open.
        """
        ...


class PurgatoryBreaker:
    """Opens a circuit after ``failures`` in a row (1 or more) for ``open_for_s`` seconds (above 0), then lets one
    call try."""

    def __init__(self, *, failures: int = _FAILURES, open_for_s: float = _OPEN_FOR_S) -> None:
        self._factory = AsyncCircuitBreakerFactory(default_threshold=failures, default_ttl=open_for_s)
        self._trying: set[str] = set()

    async def call(self, circuit: str, work: Callable[[], Awaitable[_T]]) -> _T:
        """See CircuitBreaker."""
        breaker = await self._factory.get_breaker(circuit)
        try:
            await breaker.__aenter__()
        except OpenedState as opened:
            opened.__traceback__ = None  # one object is raised every time and would collect every call's frames
            raise OperatorTrouble(circuit, Trouble.OPEN) from None
        is_trial = breaker.context.state == HALF_OPENED
        if is_trial and circuit in self._trying:  # purgatory lets everybody try at once
            raise OperatorTrouble(circuit, Trouble.OPEN)
        if is_trial:
            self._trying.add(circuit)
        try:
            result = await work()
        except OperatorTrouble as trouble:
            await breaker.__aexit__(type(trouble), trouble, None)
            raise
        except NotCounted:
            raise
        except Exception:
            await breaker.__aexit__(None, None, None)
            raise
        finally:
            if is_trial:
                self._trying.discard(circuit)
        await breaker.__aexit__(None, None, None)
        return result
