"""What the console's streams have in common: how many a session may have, and how long one lasts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from ndihma.clock import Clock
from ndihma.desk.hub import EventHub
from ndihma.gateway.errors import ApiError
from ndihma.messages import ErrorCode
from ndihma.staff.sessions import SignedIn

__all__ = ["stream_owner", "stream_until"]

_STREAM_FOR: Final = timedelta(minutes=5)
"""Then it is opened anew, so that a session that has ended is noticed."""
_STREAMS_PER_SESSION: Final = 8
_STREAMS_IN_ALL: Final = 2000
"""With those of customers."""
_STREAM_RETRY_S: Final = 5


def stream_owner(hub: EventHub, session: SignedIn) -> str:
    """Under which name a stream is counted. Raises ApiError 429, 503."""
    owner = f"staff.{session.id}"
    if hub.count(owner) >= _STREAMS_PER_SESSION:
        raise ApiError(429, ErrorCode.TOO_MANY_STREAMS, retry_after=_STREAM_RETRY_S)
    if hub.count() >= _STREAMS_IN_ALL:
        raise ApiError(503, ErrorCode.BUSY, retry_after=_STREAM_RETRY_S)
    return owner


def stream_until(clock: Clock, session: SignedIn) -> datetime:
    """When a stream that begins now ends."""
    return min(session.expires_at, clock.now() + _STREAM_FOR)
