"""Rate limits of the public edge (S4): a sliding window per session and per client address.

In memory and per process: it protects this process. What must hold across replicas and restarts (the
one-time code's limits, S5) is counted in the database by ``ndihma.verification``.
"""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ndihma.clock import Clock

__all__ = ["Decision", "MessageLimits", "SlidingWindow", "address_key"]

_MINUTE: Final = timedelta(minutes=1)
_IPV6_SITE_BITS: Final = 64
DEFAULT_MAX_KEYS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a request may go on; when not, ``retry_after`` is whole seconds (at least 1)."""

    allowed: bool
    retry_after: int = 0


_ALLOWED: Final = Decision(allowed=True)


class SlidingWindow:
    """At most ``limit`` requests of one key within any ``window``. A refused request does not count."""

    def __init__(self, clock: Clock, limit: int, window: timedelta = _MINUTE, max_keys: int = DEFAULT_MAX_KEYS) -> None:
        if limit < 1 or max_keys < 1 or window <= timedelta(0):
            raise ValueError("limit, window and max_keys are positive")
        self._clock = clock
        self._limit = limit
        self._window_s = window.total_seconds()
        self._max_keys = max_keys
        self._moments: OrderedDict[str, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        """How many keys are remembered; never more than ``max_keys``."""
        return len(self._moments)

    def peek(self, key: str) -> Decision:
        """What ``take`` would answer, without counting a request."""
        now = self._clock.now().timestamp()
        moments = self._moments.get(key)
        if moments is None:
            return _ALLOWED
        self._drop_old(moments, now)
        if len(moments) < self._limit:
            return _ALLOWED
        return Decision(allowed=False, retry_after=max(1, math.ceil(moments[0] + self._window_s - now)))

    def take(self, key: str) -> Decision:
        """Count one request of ``key`` if it is allowed."""
        decision = self.peek(key)
        if decision.allowed:
            self._moments.setdefault(key, deque()).append(self._clock.now().timestamp())
            self._moments.move_to_end(key)
            self._evict()
        return decision

    def allows(self, key: str) -> bool:
        """``take``, for who need not know when to come back."""
        return self.take(key).allowed

    def forget(self, key: str) -> None:
        """Drop what is known of a key (its session has ended)."""
        self._moments.pop(key, None)

    def _drop_old(self, moments: deque[float], now: float) -> None:
        while moments and (moments[0] <= now - self._window_s or moments[0] > now):
            # A moment in the future means that the machine's clock was set back: it must not block anyone for hours.
            moments.popleft()

    def _evict(self) -> None:
        """Idle keys go first: the order is that of the latest allowed request, so they stand at the front."""
        now = self._clock.now().timestamp()
        while self._moments:
            key, moments = next(iter(self._moments.items()))
            self._drop_old(moments, now)
            idle = not moments or moments[-1] <= now - self._window_s
            if not idle and len(self._moments) <= self._max_keys:
                return
            del self._moments[key]


class MessageLimits:
    """The two limits a customer's message passes: its session's and its address's."""

    def __init__(
        self,
        clock: Clock,
        per_session: int = 20,
        per_address: int = 60,
        max_keys: int = DEFAULT_MAX_KEYS,
    ) -> None:
        self._sessions = SlidingWindow(clock, per_session, _MINUTE, max_keys)
        self._addresses = SlidingWindow(clock, per_address, _MINUTE, max_keys)

    def take(self, session_id: str, address: str) -> Decision:
        """Count one message when both limits allow it; when either refuses, neither counts it."""
        key = address_key(address)
        for refusal in (self._sessions.peek(session_id), self._addresses.peek(key)):
            if not refusal.allowed:
                return refusal
        self._sessions.take(session_id)
        return self._addresses.take(key)

    def forget_session(self, session_id: str) -> None:
        self._sessions.forget(session_id)


def address_key(address: str) -> str:
    """What one client is counted by: its IPv4 address, or the /64 of its IPv6 address (a site owns all of one)."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(parsed), _IPV6_SITE_BITS), strict=False))
    return str(parsed)
