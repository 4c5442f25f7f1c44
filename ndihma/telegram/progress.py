"""How far each conversation was delivered to its chat: what makes replies go out once and in order.

Before a message is sent, its row says so (``sending``); after Telegram's answer it is counted. A process that dies in
between leaves the mark behind, and so does a call that broke off while Telegram can be reached. Then nobody knows
whether the message arrived; it most likely did. It is not sent again by itself: the customer is offered a repeat.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.tables import ConversationRow, EventRow, TurnRow
from ndihma.telegram.tables import ChatState, TelegramChatRow, TelegramSentRow, TelegramThreadRow

__all__ = ["EDITABLE", "Asked", "Behind", "Progress", "client_id"]

EDITABLE: Final = timedelta(hours=48)
"""How long Telegram lets a message be edited and deleted."""


@dataclass(frozen=True, slots=True)
class Behind:
    """A conversation with events that its chat has not seen; ``due_at``: when the chat may be written to."""

    conversation_id: str
    chat_id: int
    user_id: int
    language: str
    cursor: int
    parts: int
    sending: bool
    due_at: datetime
    failures: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The customer's message that a reply of the turn answers; ``edited``: it was asked anew by an edit."""

    message_id: int
    edited: bool
    turn_id: str


def client_id(message_id: int, edited_by: int | None = None) -> str:
    """The client id of a customer's message, or of its edit by an update: the same update is taken once."""
    return f"tg:{message_id}" if edited_by is None else f"tg:{message_id}:e{edited_by}"


class Progress:
    """Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def chats_behind(
        self,
        but: Collection[int],
        at_most: int,
        *,
        only: Collection[str] | None = None,
        seen_since: datetime | None = None,
    ) -> list[int]:
        """Chats that can be written to now and have not seen everything, without those in ``but``.

        ``only``: the conversations to look at; ``seen_since``: chats that wrote after a moment. None: all.
        """
        thread, chat = TelegramThreadRow, TelegramChatRow
        query = (
            select(thread.chat_id)
            .join(ConversationRow, ConversationRow.id == thread.conversation_id)
            .join(chat, chat.chat_id == thread.chat_id)
            .where(
                ConversationRow.last_cursor > thread.cursor,
                chat.state == ChatState.ACTIVE,
                chat.due_at <= self._clock.now(),
                chat.chat_id.not_in(but),
            )
            .distinct()
            .limit(at_most)
        )
        if only is not None:
            query = query.where(thread.conversation_id.in_(only))
        if seen_since is not None:
            lately = select(TelegramChatRow.chat_id).where(TelegramChatRow.seen_at > seen_since)
            query = query.where(thread.chat_id.in_(lately))  # read first, by the index: the others are not touched
        async with self._database.session() as session:
            return list(await session.scalars(query))

    async def behind(self, chat_id: int) -> Behind | None:
        """The chat's first conversation that it has not seen to its end; None when there is none, or it is gone."""
        thread, chat = TelegramThreadRow, TelegramChatRow
        query = (
            select(thread, chat)
            .join(ConversationRow, ConversationRow.id == thread.conversation_id)
            .join(chat, chat.chat_id == thread.chat_id)
            .where(
                thread.chat_id == chat_id,
                ConversationRow.last_cursor > thread.cursor,
                chat.state == ChatState.ACTIVE,
            )
            .order_by(thread.opened_at, thread.opened_by)
            .limit(1)
        )
        async with self._database.session() as session:
            found = (await session.execute(query)).first()
        if found is None:
            return None
        row, of = found
        return Behind(
            row.conversation_id,
            row.chat_id,
            row.user_id,
            of.language,
            row.cursor,
            row.parts,
            row.sending,
            of.due_at,
            of.failures,
        )

    async def begin(self, conversation_id: str, chat_id: int, cursor: int, part: int) -> bool:
        """Mark the next message as being sent. False when the conversation has gone to another chat, or is erased."""
        return await self._set(conversation_id, chat_id, cursor=cursor, parts=part, sending=True)

    async def sent(
        self,
        conversation_id: str,
        chat_id: int,
        *,
        cursor: int,
        parts: int,
        shows: int = 0,
        message_id: int | None = None,
        has_buttons: bool = False,
        asked: Asked | None = None,
    ) -> None:
        """Count a message, with its id and the event that it ``shows``: so far the conversation was delivered."""
        now = self._clock.now()
        async with self._database.session() as session:
            row = TelegramThreadRow
            await session.execute(
                update(row)
                .where(row.conversation_id == conversation_id, row.chat_id == chat_id)
                .values(cursor=cursor, parts=parts, sending=False)
            )
            chat: dict[str, Any] = {"failures": 0}
            if has_buttons and message_id is not None:
                chat["buttons_message_id"] = message_id
            await session.execute(update(TelegramChatRow).where(TelegramChatRow.chat_id == chat_id).values(chat))
            if message_id is not None and asked is not None:
                dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
                values = {
                    "chat_id": chat_id,
                    "message_id": message_id,
                    "conversation_id": conversation_id,
                    "asked": asked.message_id,
                    "cursor": shows,
                    "sent_at": now,
                }
                insert = dialect.insert(TelegramSentRow).values(values)
                keys = [TelegramSentRow.chat_id, TelegramSentRow.message_id]
                shown = {"cursor": shows, "conversation_id": conversation_id}
                await session.execute(insert.on_conflict_do_update(index_elements=keys, set_=shown))

    async def advance(self, conversation_id: str, chat_id: int, cursor: int) -> None:
        """Nothing more is to be shown of the events up to ``cursor``."""
        await self._set(conversation_id, chat_id, cursor=cursor, parts=0, sending=False)

    async def release(self, conversation_id: str, chat_id: int) -> None:
        """The message that was being sent was not: it will be tried again."""
        await self._set(conversation_id, chat_id, sending=False)

    async def defer(self, chat_id: int, by: timedelta) -> None:
        """Write nothing to the chat for a while."""
        row = TelegramChatRow
        values = {"due_at": self._clock.now() + by, "failures": row.failures + 1}
        async with self._database.session() as session:
            await session.execute(update(row).where(row.chat_id == chat_id).values(values))

    async def asked(self, turn_id: str) -> Asked | None:
        """The customer's message behind a turn; None when it came from the web chat."""
        async with self._database.session() as session:
            client = await session.scalar(select(TurnRow.client_id).where(TurnRow.id == turn_id))
        name, _, rest = (client or "").partition(":")
        number, _, mark = rest.partition(":")
        if name != "tg" or not number.isdigit():
            return None
        return Asked(int(number), mark.startswith("e"), turn_id)

    async def answers(self, chat_id: int, asked: Asked) -> list[int]:
        """Our messages that answered the question before it was edited, and that can still be edited themselves.

        They show a reply of another turn. Where an event stands in the log does not tell: edits may follow one another
        more quickly than their answers.
        """
        row = TelegramSentRow
        query = (
            select(row.message_id)
            .join(EventRow, (EventRow.conversation_id == row.conversation_id) & (EventRow.cursor == row.cursor))
            .where(
                row.chat_id == chat_id,
                row.asked == asked.message_id,
                EventRow.payload["in_reply_to"].as_string() != asked.turn_id,
                row.sent_at > self._clock.now() - EDITABLE,
            )
            .order_by(row.message_id)
        )
        async with self._database.session() as session:
            return list(await session.scalars(query))

    async def taken_back(self, chat_id: int, message_id: int) -> None:
        """A message of ours is in the chat no more."""
        row = TelegramSentRow
        async with self._database.session() as session:
            await session.execute(delete(row).where(row.chat_id == chat_id, row.message_id == message_id))

    async def purge(self) -> None:
        """Forget messages that can be edited no more."""
        row = TelegramSentRow
        async with self._database.session() as session:
            await session.execute(delete(row).where(row.sent_at <= self._clock.now() - EDITABLE))

    async def _set(self, conversation_id: str, chat_id: int, **values: object) -> bool:
        row = TelegramThreadRow
        async with self._database.session() as session:
            found = await session.scalar(
                update(row)
                .where(row.conversation_id == conversation_id, row.chat_id == chat_id)
                .values(values)
                .returning(row.conversation_id)
                .execution_options(synchronize_session=False)
            )
            return found is not None
