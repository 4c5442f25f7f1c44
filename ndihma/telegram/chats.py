"""Chats and their conversations in the desk database. Methods raise SQLAlchemyError when it is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.telegram.tables import ChatKind, ChatState, TelegramChatRow, TelegramThreadRow

__all__ = ["Chat", "Chats", "Language", "Thread", "bind"]

_SERBIAN: Final = frozenset({"sr", "bs", "hr", "me", "sh"})


class Language(StrEnum):
    """Of the bot's own sentences; the assistant's answers are Albanian."""

    ALBANIAN = "sq"
    SERBIAN = "sr"
    ENGLISH = "en"

    @classmethod
    def of(cls, code: str | None) -> Language:
        """By the language of a customer's Telegram: Albanian unless it is Serbian, one like it, or English."""
        primary = (code or "").partition("-")[0].lower()
        if primary in _SERBIAN:
            return cls.SERBIAN
        return cls.ENGLISH if primary == "en" else cls.ALBANIAN


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat; ``id`` is negative for groups."""

    id: int
    kind: ChatKind
    language: Language
    state: ChatState
    buttons_message_id: int | None

    @property
    def is_private(self) -> bool:
        return self.kind is ChatKind.PRIVATE


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation of a chat; ``user_id`` is 0 in a private one."""

    conversation_id: str
    chat_id: int
    user_id: int
    opened_by: int


class Chats:
    """Who talks where."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.bound: set[str] = set()
        """The conversations that go on in a chat: what others say, and that they are answered, is nothing for the bot.

        Whole after ``load``; one that was bound elsewhere is found by the next look of the delivery all the same.
        """

    async def load(self) -> None:
        """Know which conversations are bound, and forget those that were erased."""
        before = set(self.bound)
        async with self._database.session() as session:
            there = set(await session.scalars(select(TelegramThreadRow.conversation_id)))
        self.bound -= before - there
        self.bound |= there

    async def meet(self, chat_id: int, kind: ChatKind, language: Language) -> Chat:
        """The chat of an update that came just now: it can be written to (again). ``language``: of a new one."""
        now = self._clock.now()
        async with self._database.session() as session:
            dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
            fresh = {
                "chat_id": chat_id,
                "kind": kind,
                "language": language,
                "state": ChatState.ACTIVE,
                "due_at": now,
                "failures": 0,
                "seen_at": now,
            }
            await session.execute(dialect.insert(TelegramChatRow).values(fresh).on_conflict_do_nothing())
            row = await session.get(TelegramChatRow, chat_id)
            if row is None:
                raise RuntimeError("a chat that was just stored is there")
            row.seen_at = now
            if row.state != ChatState.ACTIVE:
                row.state, row.due_at, row.failures = ChatState.ACTIVE, now, 0
            return _chat(row)

    async def find(self, chat_id: int) -> Chat | None:
        async with self._database.session() as session:
            row = await session.get(TelegramChatRow, chat_id)
            return None if row is None else _chat(row)

    async def leave(self, chat_id: int) -> None:
        """It cannot be written to: blocked, deleted, left."""
        row = TelegramChatRow
        async with self._database.session() as session:
            await session.execute(update(row).where(row.chat_id == chat_id).values(state=ChatState.GONE))

    async def thread(self, chat_id: int, user_id: int) -> Thread | None:
        """The conversation that goes on in a chat, in a group that of a member."""
        row = TelegramThreadRow
        query = (
            select(row)
            .where(row.chat_id == chat_id, row.user_id == user_id)
            .order_by(row.opened_at.desc(), row.opened_by.desc())
        )
        async with self._database.session() as session:
            found = await session.scalar(query.limit(1))
            return None if found is None else _thread(found)

    async def threads(self, chat_id: int) -> list[Thread]:
        """Every conversation of a chat that there still is."""
        query = select(TelegramThreadRow).where(TelegramThreadRow.chat_id == chat_id)
        async with self._database.session() as session:
            return [_thread(found) for found in await session.scalars(query)]

    async def thread_of(self, conversation_id: str) -> Thread | None:
        """The chat of a conversation."""
        async with self._database.session() as session:
            found = await session.get(TelegramThreadRow, conversation_id)
            return None if found is None else _thread(found)

    async def bind(self, thread: Thread, cursor: int) -> None:
        """Let a conversation go on in a chat; its events up to ``cursor`` are not shown there."""
        async with self._database.session() as session:
            await bind(session, thread, cursor, self._clock.now())
        self.bound.add(thread.conversation_id)


async def bind(session: AsyncSession, thread: Thread, cursor: int, at: datetime) -> None:
    """As ``Chats.bind``, in a transaction of the caller's. A conversation is of one chat: the latest."""
    row = await session.get(TelegramThreadRow, thread.conversation_id)
    if row is None:
        row = TelegramThreadRow(conversation_id=thread.conversation_id)
        session.add(row)
    row.chat_id, row.user_id, row.opened_by, row.opened_at = thread.chat_id, thread.user_id, thread.opened_by, at
    row.cursor, row.parts, row.sending = cursor, 0, False


def _chat(row: TelegramChatRow) -> Chat:
    return Chat(row.chat_id, ChatKind(row.kind), Language(row.language), ChatState(row.state), row.buttons_message_id)


def _thread(row: TelegramThreadRow) -> Thread:
    return Thread(row.conversation_id, row.chat_id, row.user_id, row.opened_by)
