"""One-time links that carry a conversation of the web chat over to Telegram (``https://t.me/…?start=<token>``).

A token is 192 random bits, kept as its hash, good once and for ten minutes. A conversation is in one place at a time:
when it is carried over, its web sessions end and what was proved in it is forgotten, so that whoever came by the link
is not the verified customer, and does not read along.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.event_log import append_events
from ndihma.desk.events import Body, Event
from ndihma.desk.tables import ConversationRow
from ndihma.telegram.chats import Thread, bind
from ndihma.telegram.tables import TelegramLinkRow

__all__ = ["IssuedLink", "WebLinks"]

_LIFE: Final = timedelta(minutes=10)
_TOKEN_BYTES: Final = 24
_MAX_TOKEN_CHARS: Final = 64
"""What Telegram lets a deep link hold."""


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A token in clear, once; ``repr`` hides it."""

    token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"IssuedLink(until {self.expires_at})"


class WebLinks:
    """Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def issue(self, conversation_id: str) -> IssuedLink:
        """A new token of a conversation; the one before is good no more."""
        token, expires_at = secrets.token_urlsafe(_TOKEN_BYTES), self._clock.now() + _LIFE
        row = TelegramLinkRow
        async with self._database.session() as session:
            await session.execute(delete(row).where(row.conversation_id == conversation_id))
            session.add(row(token_hash=_hash(token), conversation_id=conversation_id, expires_at=expires_at))
        return IssuedLink(token, expires_at)

    async def conversation(self, token: str) -> str | None:
        """The conversation of a token that is good now."""
        async with self._database.session() as session:
            return await session.scalar(_good(token, self._clock.now()))

    async def redeem(
        self, token: str, chat_id: int, opened_by: int, told: Body
    ) -> tuple[Thread, Sequence[Event]] | None:
        """Use a token up and let its conversation go on in a private chat from here, with what its customer is
        ``told``, and that as an event; all of it or nothing. None: the token is good no more.
        """
        now = self._clock.now()
        async with self._database.session() as session:
            conversation_id = await session.scalar(_good(token, now))
            if conversation_id is None or not await _use_up(session, token):
                return None
            last = await session.scalar(
                select(ConversationRow.last_cursor).where(ConversationRow.id == conversation_id)
            )
            thread = Thread(conversation_id, chat_id, 0, opened_by)
            await bind(session, thread, last or 0, now)
            connection = await session.connection()
            return thread, await connection.run_sync(append_events, conversation_id, (told,), (), now)

    async def purge(self) -> None:
        """Remove what is good no more."""
        row = TelegramLinkRow
        async with self._database.session() as session:
            await session.execute(delete(row).where(row.expires_at <= self._clock.now()))


async def _use_up(session: AsyncSession, token: str) -> bool:
    row = TelegramLinkRow
    used = await session.scalar(delete(row).where(row.token_hash == _hash(token)).returning(row.token_hash))
    return used is not None


def _good(token: str, now: datetime) -> Select[str]:
    row = TelegramLinkRow
    return select(row.conversation_id).where(row.token_hash == _hash(token[:_MAX_TOKEN_CHARS]), row.expires_at > now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
