"""Sessions: who may read and write one conversation (security S2).

A session has a token of 256 random bits, kept as its SHA-256 only (a random secret needs no slow hash). The token
lives 15 minutes; a session ends 30 minutes after its customer's last activity and 12 hours after its start.
Activity is what a person does (a message, a code, a file); reading events and renewing the token are not, or an
open page would never end.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import insert, update

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.store import new_id
from ndihma.desk.tables import SessionRow

__all__ = ["NotAuthorized", "OpenedSession", "Session", "SessionOver", "SessionService", "TokenExpired"]

TOKEN_LIFE: Final = timedelta(minutes=15)
IDLE_LIMIT: Final = timedelta(minutes=30)
ABSOLUTE_LIMIT: Final = timedelta(hours=12)
_TOUCH_EVERY: Final = timedelta(seconds=15)
_TOKEN_BYTES: Final = 32
_LONGEST_TOKEN: Final = 200


class NotAuthorized(Exception):
    """Unknown session or wrong token; which of the two is not told."""


class SessionOver(NotAuthorized):
    """The token is right, but the session was ended or has reached one of its limits."""


class TokenExpired(NotAuthorized):
    """The token is right and its session goes on, but it must be renewed first."""


@dataclass(frozen=True, slots=True)
class Session:
    """A live session. ``expires_at`` is the earlier of its idle and its absolute end."""

    id: str
    conversation_id: str
    origin: str | None
    active_at: datetime
    expires_at: datetime
    token_expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session with its token in clear: the only moment at which it exists on the server."""

    session: Session
    token: str

    def __repr__(self) -> str:
        return f"OpenedSession({self.session.id})"


class SessionService:
    """Opens, checks, renews and ends sessions in the desk database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def open(self, conversation_id: str, origin: str | None) -> OpenedSession:
        """A new session of a conversation, bound to the Origin that asked for it if there was one."""
        now = self._clock.now()
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        row = {
            "id": new_id(),
            "conversation_id": conversation_id,
            "token_hash": _hash(token),
            "origin": origin,
            "created_at": now,
            "active_at": now,
            "token_expires_at": now + TOKEN_LIFE,
            "ended_at": None,
        }
        async with self._database.session() as database:
            await database.execute(insert(SessionRow).values(row))
        return OpenedSession(_session(SessionRow(**row)), token)

    async def check(self, session_id: str, token: str, *, renewing: bool = False) -> Session:
        """The live session of an id and its token.

        ``renewing`` accepts a token past its 15 minutes (not a replaced one) while its session lives: a telephone
        that slept must not lose its conversation. Raises NotAuthorized, SessionOver, TokenExpired.
        """
        async with self._database.session() as database:
            row = await database.get(SessionRow, session_id) if len(token) <= _LONGEST_TOKEN else None
        # Compared in any case, so that an unknown session takes as long as a wrong token.
        right = hmac.compare_digest(_hash(token[:_LONGEST_TOKEN]), row.token_hash if row else "")
        if row is None or not right:
            raise NotAuthorized
        session, now = _session(row), self._clock.now()
        if row.ended_at is not None or now >= session.expires_at:
            raise SessionOver
        if now >= session.token_expires_at and not renewing:
            raise TokenExpired
        return session

    async def touch(self, session: Session) -> Session:
        """Note an activity of the customer; the session as it is now."""
        now = self._clock.now()
        if now - session.active_at < _TOUCH_EVERY:
            return session
        async with self._database.session() as database:
            row = await database.get(SessionRow, session.id)
            if row is None:
                raise NotAuthorized
            row.active_at = now
            return _session(row)

    async def rotate(self, session_id: str) -> OpenedSession:
        """A fresh token; the old one ends at once. Raises NotAuthorized when the session is gone."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        async with self._database.session() as database:
            row = await database.get(SessionRow, session_id)
            if row is None or row.ended_at is not None:
                raise NotAuthorized
            row.token_hash = _hash(token)
            row.token_expires_at = self._clock.now() + TOKEN_LIFE
            return OpenedSession(_session(row), token)

    async def end(self, session_id: str) -> None:
        """End a session for good."""
        async with self._database.session() as database:
            await database.execute(
                update(SessionRow).where(SessionRow.id == session_id).values(ended_at=self._clock.now())
            )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _session(row: SessionRow) -> Session:
    expires_at = min(row.active_at + IDLE_LIMIT, row.created_at + ABSOLUTE_LIMIT)
    return Session(row.id, row.conversation_id, row.origin, row.active_at, expires_at, row.token_expires_at)
