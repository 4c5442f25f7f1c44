"""Sessions: who may read and write one conversation (security S2).

A session has a token of 256 random bits, kept as its SHA-256 only (a random secret needs no slow hash). The token
lives 15 minutes; a session ends 30 minutes after its customer's last activity and 12 hours after its start.
Activity is what a person does (a message, a code, a file); reading events and renewing the token are not, or an
open page would never end. While people have the conversation the open page is the activity: who waits in the agents'
queue has nothing else to do, and must not lose the place in it. The 12 hours hold all the same.

A renewal's answer can get lost, and the new token with it. So a token that was renewed stays good until its successor
is first used, for a minute at most and never past its own 15 minutes (to renew once more, that minute counts alone).
When assurance rises there is no such grace: whoever held the old token must not read what a verified customer is told.
Who raises it may name a spare token of its own making with the code. It takes the old one's place in the rule above, so
that an answer which got lost does not cost the session, and nobody who only ever saw the old token knows it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import Row, Table, bindparam, insert, select, update
from sqlalchemy.engine import Connection

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.handoff.model import HUMAN_STATES
from ndihma.desk.handoff.tables import HandoffRow
from ndihma.desk.ids import new_id
from ndihma.desk.tables import SessionRow

__all__ = ["NotAuthorized", "OpenedSession", "Session", "SessionOver", "SessionService", "TokenExpired"]

TOKEN_LIFE: Final = timedelta(minutes=15)
IDLE_LIMIT: Final = timedelta(minutes=30)
ABSOLUTE_LIMIT: Final = timedelta(hours=12)
RENEWAL_GRACE: Final = timedelta(minutes=1)
_TOUCH_EVERY: Final = timedelta(seconds=15)
_TOKEN_BYTES: Final = 32
_LONGEST_TOKEN: Final = 200

_Row = Row[*tuple[Any, ...]]
_SESSIONS: Final = cast("Table", SessionRow.__table__)
_INSERT: Final = insert(_SESSIONS)
_SELECT: Final = select(_SESSIONS).where(_SESSIONS.c.id == bindparam("session"))
_OF_SESSION: Final = update(_SESSIONS).where(_SESSIONS.c.id == bindparam("session"))
_FORGET_PREVIOUS: Final = _OF_SESSION.values(previous_token_hash=None, previous_token_expires_at=None)
_TOUCH: Final = _OF_SESSION.values(active_at=bindparam("at"))
_ATTEND: Final = (
    update(_SESSIONS)
    .where(
        _SESSIONS.c.id == bindparam("session"),
        _SESSIONS.c.ended_at.is_(None),
        _SESSIONS.c.active_at > bindparam("idle_since"),
        _SESSIONS.c.conversation_id.in_(
            select(HandoffRow.conversation_id).where(HandoffRow.state.in_(sorted(HUMAN_STATES)))
        ),
    )
    .values(active_at=bindparam("at"))
)
_END: Final = _OF_SESSION.values(ended_at=bindparam("at"))
_END_ALL: Final = (
    update(_SESSIONS)
    .where(_SESSIONS.c.conversation_id == bindparam("conversation"), _SESSIONS.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
    .returning(_SESSIONS.c.id)
)
_SET_TOKEN: Final = _OF_SESSION.values(
    token_hash=bindparam("hash"),
    token_expires_at=bindparam("expires_at"),
    previous_token_hash=bindparam("previous_hash"),
    previous_token_expires_at=bindparam("previous_expires_at"),
)


class NotAuthorized(Exception):
    """Unknown session or wrong token; which of the two is not told."""


class SessionOver(NotAuthorized):
    """The token is right, but the session was ended or has reached one of its limits."""


class TokenExpired(NotAuthorized):
    """The token is right and its session goes on, but it must be renewed first."""


@dataclass(frozen=True, slots=True)
class Session:
    """A live session. ``expires_at`` is the earlier of its idle and its absolute end.

    ``token_expires_at`` is the end of the token that was shown. ``first_use`` of a renewed one: the one before it has
    just ended.
    """

    id: str
    conversation_id: str
    origin: str | None
    active_at: datetime
    expires_at: datetime
    token_expires_at: datetime
    first_use: bool = False


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
        }

        def work(connection: Connection) -> Session:
            connection.execute(_INSERT, row)
            return _session(_found(connection, row["id"]))

        return OpenedSession(await self._database.transact(work), token)

    async def check(self, session_id: str, token: str, *, renewing: bool = False) -> Session:
        """The live session of an id and its token.

        ``renewing`` accepts a token past its 15 minutes (not a replaced one) while its session lives: a telephone
        that slept must not lose its conversation. Raises NotAuthorized, SessionOver, TokenExpired.
        """
        now, hashed = self._clock.now(), _hash(token[:_LONGEST_TOKEN])

        def work(connection: Connection) -> tuple[_Row, Session] | None:
            row = connection.execute(_SELECT, {"session": session_id}).first()
            # Compared in any case, so that an unknown session takes as long as a wrong token.
            current = hmac.compare_digest(hashed, row.token_hash if row else "")
            previous = hmac.compare_digest(hashed, (row and row.previous_token_hash) or "")
            if row is None or len(token) > _LONGEST_TOKEN:
                return None
            if current:
                if row.previous_token_hash is not None:
                    connection.execute(_FORGET_PREVIOUS, {"session": session_id})
                return row, _session(row, first_use=row.previous_token_hash is not None)
            grace_ends = row.token_expires_at - TOKEN_LIFE + RENEWAL_GRACE
            if previous and now < grace_ends:
                return row, _session(row, token_expires_at=min(row.previous_token_expires_at, grace_ends))
            return None

        found = await self._database.transact(work)
        if found is None:
            raise NotAuthorized
        row, session = found
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

        def work(connection: Connection) -> Session:
            connection.execute(_TOUCH, {"session": session.id, "at": now})
            return _session(_found(connection, session.id))

        return await self._database.transact(work)

    async def attend(self, session_id: str) -> None:
        """A page of the session is open: an activity, while people have its conversation and the session lives."""
        now = self._clock.now()
        values = {"session": session_id, "at": now, "idle_since": now - IDLE_LIMIT}
        await self._database.transact(lambda connection: connection.execute(_ATTEND, values))

    async def rotate(self, session_id: str, *, grace: bool, spare: str | None = None) -> OpenedSession:
        """A fresh token. The old one ends at once, or with ``grace`` as the module's text says.

        ``spare``: without grace, the client's own token for the case that the answer gets lost. Raises NotAuthorized
        when the session is gone.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now = self._clock.now()
        values = {"session": session_id, "hash": _hash(token), "expires_at": now + TOKEN_LIFE}

        def work(connection: Connection) -> Session:
            row = _found(connection, session_id)
            if row.ended_at is not None:
                raise NotAuthorized
            previous: tuple[str | None, datetime | None] = (None, None)
            if grace and row.previous_token_hash is not None:  # the current token's answer was lost: nobody has it
                previous = (row.previous_token_hash, row.previous_token_expires_at)
            elif grace:
                previous = (row.token_hash, row.token_expires_at)
            elif spare is not None:
                previous = (_hash(spare), now + RENEWAL_GRACE)
            hashed, expires_at = previous
            connection.execute(_SET_TOKEN, values | {"previous_hash": hashed, "previous_expires_at": expires_at})
            return _session(_found(connection, session_id))

        return OpenedSession(await self._database.transact(work), token)

    async def end(self, session_id: str) -> None:
        """End a session for good."""
        now = self._clock.now()
        await self._database.transact(lambda connection: connection.execute(_END, {"session": session_id, "at": now}))

    async def end_all(self, conversation_id: str) -> list[str]:
        """End every session of a conversation, because it goes on elsewhere; their ids."""
        of = {"conversation": conversation_id, "at": self._clock.now()}
        return await self._database.transact(lambda connection: list(connection.scalars(_END_ALL, of)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _found(connection: Connection, session_id: object) -> _Row:
    """Raises NotAuthorized."""
    row = connection.execute(_SELECT, {"session": session_id}).first()
    if row is None:
        raise NotAuthorized
    return row


def _session(row: _Row, *, token_expires_at: datetime | None = None, first_use: bool = False) -> Session:
    return Session(
        id=row.id,
        conversation_id=row.conversation_id,
        origin=row.origin,
        active_at=row.active_at,
        expires_at=min(row.active_at + IDLE_LIMIT, row.created_at + ABSOLUTE_LIMIT),
        token_expires_at=token_expires_at or row.token_expires_at,
        first_use=first_use,
    )
