"""What an update comes to, stored together with its end: all of it once, or nothing and it is worked on again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.errors import UnknownConversation
from ndihma.desk.event_log import Choice, append_events
from ndihma.desk.events import Body, Button, Event, ReplyBody
from ndihma.desk.hub import EventHub
from ndihma.telegram.chats import Language
from ndihma.telegram.inbox import StoredUpdate, end_update
from ndihma.telegram.tables import DeletionWhat, TelegramChatRow, TelegramDeletionRow, UpdateState

__all__ = ["Deletion", "Effects", "Ledger", "queue_deletion"]

_TABLE: Final = TelegramDeletionRow


@dataclass(frozen=True, slots=True)
class Deletion:
    """A message that is to be deleted at a moment."""

    chat_id: int
    message_id: int
    what: DeletionWhat
    conversation_id: str
    due_at: datetime


@dataclass(slots=True)
class Effects:
    """Collected while an update is worked on. Events are of ``conversation_id``."""

    conversation_id: str | None = None
    bodies: list[Body] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    language: Language | None = None
    state: UpdateState = UpdateState.DONE

    def say(self, text: str, buttons: Sequence[Button] = ()) -> None:
        """A sentence of the bot's own."""
        if text:
            self.bodies.append(ReplyBody(in_reply_to=None, text=text, buttons=tuple(buttons)))

    def offer(self, text: str, choices: Sequence[Choice]) -> None:
        """A sentence with choices of the desk's."""
        self.choices += choices
        self.say(text, [Button(id=choice.id, title=choice.title) for choice in choices])


class Ledger:
    """Stores effects. Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, hub: EventHub, clock: Clock) -> None:
        self._database = database
        self._hub = hub
        self._clock = clock

    async def settle(self, stored: StoredUpdate, effects: Effects) -> None:
        """Note that the update was worked on, with what it came to; once, whoever else worked on it."""
        events: list[Event] = []
        now = self._clock.now()
        async with self._database.session() as session:
            if not await end_update(session, stored.update_id, effects.state):
                return
            if effects.language is not None:
                row = TelegramChatRow
                change = update(row).where(row.chat_id == stored.chat_id).values(language=effects.language)
                await session.execute(change)
            for deletion in effects.deletions:
                await queue_deletion(session, deletion, now)
            if effects.conversation_id is not None and effects.bodies:
                connection = await session.connection()
                try:
                    events = await connection.run_sync(
                        append_events, effects.conversation_id, effects.bodies, effects.choices, now
                    )
                except UnknownConversation:  # erased meanwhile; nothing was stored of it
                    events = []
        if effects.conversation_id is not None:
            self._hub.publish(effects.conversation_id, *events)


async def queue_deletion(session: AsyncSession, deletion: Deletion, now: datetime) -> None:
    """Have a message deleted, in a transaction of the caller's."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values: dict[str, Any] = {
        "chat_id": deletion.chat_id,
        "message_id": deletion.message_id,
        "what": deletion.what,
        "conversation_id": deletion.conversation_id,
        "created_at": now,
        "due_at": deletion.due_at,
    }
    await session.execute(dialect.insert(_TABLE).values(values).on_conflict_do_nothing())
