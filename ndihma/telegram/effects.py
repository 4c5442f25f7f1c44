"""What an update comes to, stored together with its end: all of it once, or nothing and it is worked on again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.errors import UnknownConversation
from ndihma.desk.event_log import Choice, append_events, lock_conversation
from ndihma.desk.events import Body, Button, Event, ReplyBody
from ndihma.desk.handoff.ledger import HandoffLedger
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
    """Collected while an update is worked on. Events are of ``conversation_id``.

    What is *said* is about what the customer just did here: a code that is wrong, a file that is too large. What is
    *spoken* is the assistant's, which is silent while people have the conversation.
    """

    conversation_id: str | None = None
    bodies: list[Body] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    language: Language | None = None
    state: UpdateState = UpdateState.DONE
    _spoken: set[int] = field(default_factory=set)
    _to_people: dict[int, str] = field(default_factory=dict)

    def say(self, text: str, buttons: Sequence[Button] = (), *, to_people: str | None = None) -> None:
        """A sentence about what the customer did; ``to_people``: what is said instead while people have it."""
        if text:
            self.bodies.append(ReplyBody(in_reply_to=None, text=text, buttons=tuple(buttons)))
        if to_people is not None:
            self._to_people[len(self.bodies) - 1] = to_people

    def speak(self, text: str, choices: Sequence[Choice] = ()) -> None:
        """A sentence of the assistant's, with choices of the desk's. While people have the conversation the customer is
        told that, once, instead.
        """
        self.choices += choices
        self.say(text, [Button(id=choice.id, title=choice.title) for choice in choices])
        if text:
            self._spoken.add(len(self.bodies) - 1)

    def beside_people(self, standing: Sequence[Body]) -> list[Body]:
        """The bodies while people have the conversation; ``standing`` says who."""
        kept: list[Body] = []
        for number, body in enumerate(self.bodies):
            if number in self._to_people:
                kept.append(ReplyBody(in_reply_to=None, text=self._to_people[number]))
            elif number not in self._spoken:
                kept.append(body)
            elif number == min(self._spoken):
                kept += standing
        return kept


class Ledger:
    """Stores effects. Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, handoffs: HandoffLedger, hub: EventHub, clock: Clock) -> None:
        self._database = database
        self._handoffs = handoffs
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
                    events = await connection.run_sync(self._append, effects.conversation_id, effects, now)
                except UnknownConversation:  # erased meanwhile; nothing was stored of it
                    events = []
        if effects.conversation_id is not None:
            self._hub.publish(effects.conversation_id, *events)

    def _append(self, connection: Connection, conversation_id: str, effects: Effects, now: datetime) -> list[Event]:
        """Whoever has the conversation at this moment has it until the transaction ends."""
        lock_conversation(connection, conversation_id)
        standing = self._handoffs.standing(connection, conversation_id)
        if standing is None:
            return append_events(connection, conversation_id, effects.bodies, effects.choices, now)
        return append_events(connection, conversation_id, effects.beside_people(standing), (), now)


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
