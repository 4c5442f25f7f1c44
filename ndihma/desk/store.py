"""The transactions of a conversation. Every method is one transaction; the rules are in ``conversations``."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.db import Database
from ndihma.desk.errors import UnknownConversation
from ndihma.desk.events import Body, Event, store_body, stored_event
from ndihma.desk.tables import ChoiceRow, ConversationRow, EventRow, TurnKind, TurnRow, TurnState

__all__ = ["Choice", "ConversationStore", "NewTurn", "Page", "Progress", "Turn", "new_id"]

_ID_BYTES: Final = 16


def new_id() -> str:
    """128 random bits, safe in URLs and without a dot (the engine's sender id uses one)."""
    return secrets.token_urlsafe(_ID_BYTES)


@dataclass(frozen=True, slots=True)
class NewTurn:
    """Something to be answered, before it is stored."""

    id: str
    conversation_id: str
    kind: TurnKind
    engine_text: str | None
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A stored turn."""

    id: str
    conversation_id: str
    kind: TurnKind
    engine_text: str | None
    cursor: int | None
    state: TurnState
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the engine's tracker of a conversation has grown."""

    epoch: int = 0
    epoch_turns: int = 0
    last_reply_offered: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A button's meaning: what the customer sees chosen, what the engine is told."""

    id: str
    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a conversation's history. ``cursor`` is the last one in it (or the one asked after)."""

    events: tuple[Event, ...]
    cursor: int
    more: bool


class ConversationStore:
    """Conversations, events, turns and choices in the desk database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self, conversation_id: str, at: datetime, bodies: Sequence[Body], choices: Sequence[Choice]
    ) -> list[Event]:
        """A new conversation with its first events."""
        async with self._database.session() as session:
            await session.execute(
                insert(ConversationRow).values(
                    id=conversation_id,
                    created_at=at,
                    last_cursor=0,
                    epoch=0,
                    epoch_turns=0,
                    last_reply_offered=False,
                )
            )
            return await self._append(session, conversation_id, bodies, choices, at)

    async def record(
        self,
        conversation_id: str,
        bodies: Sequence[Body],
        at: datetime,
        *,
        turn: NewTurn | None = None,
    ) -> list[Event]:
        """Store events that no customer message caused, and with them an internal turn if there is one.

        Raises UnknownConversation.
        """
        async with self._database.session() as session:
            events = await self._append(session, conversation_id, bodies, (), at)
            if turn is not None:
                await self._insert_turn(session, turn, None, at)
            return events

    async def accept(self, turn: NewTurn, body: Body, at: datetime) -> tuple[Turn, Event] | None:
        """Store a customer's message and its turn; None when its client id is there already.

        Raises UnknownConversation.
        """
        try:
            async with self._database.session() as session:
                (event,) = await self._append(session, turn.conversation_id, (body,), (), at)
                await self._insert_turn(session, turn, event.cursor, at)
        except IntegrityError:
            if turn.client_id is not None and await self.find(turn.conversation_id, turn.client_id):
                return None
            raise
        stored = Turn(turn.id, turn.conversation_id, turn.kind, turn.engine_text, event.cursor, TurnState.PENDING, at)
        return stored, event

    async def find(self, conversation_id: str, client_id: str) -> Turn | None:
        """The turn of a client's message."""
        async with self._database.session() as session:
            row = await session.scalar(
                select(TurnRow).where(TurnRow.conversation_id == conversation_id, TurnRow.client_id == client_id)
            )
            return None if row is None else _turn(row)

    async def finish(
        self,
        turn: Turn,
        state: TurnState,
        bodies: Sequence[Body],
        at: datetime,
        *,
        choices: Sequence[Choice] = (),
        progress: Progress | None = None,
        wanted_reference: str | None = None,
    ) -> list[Event] | None:
        """Store the answer and the turn's end together, exactly once.

        None when the turn was finished before: then nothing is stored.
        """
        async with self._database.session() as session:
            ended = await session.execute(
                update(TurnRow)
                .where(TurnRow.id == turn.id, TurnRow.state == TurnState.PENDING)
                .values(state=state, finished_at=at)
                .returning(TurnRow.id)
            )
            if ended.first() is None:
                return None
            values: dict[str, object] = {}
            if progress is not None:
                values = {
                    "epoch": progress.epoch,
                    "epoch_turns": progress.epoch_turns,
                    "last_reply_offered": progress.last_reply_offered,
                }
            if wanted_reference is not None:
                values["wanted_reference"] = wanted_reference
            if values:
                await session.execute(
                    update(ConversationRow).where(ConversationRow.id == turn.conversation_id).values(**values)
                )
            return await self._append(session, turn.conversation_id, bodies, choices, at)

    async def pending(self, before: datetime) -> list[Turn]:
        """Turns still without an answer that were accepted before a moment, oldest first."""
        async with self._database.session() as session:
            rows = await session.scalars(
                select(TurnRow)
                .where(TurnRow.state == TurnState.PENDING, TurnRow.created_at < before)
                .order_by(TurnRow.created_at, TurnRow.cursor)
            )
            return [_turn(row) for row in rows]

    async def progress(self, conversation_id: str) -> Progress:
        """Raises UnknownConversation."""
        async with self._database.session() as session:
            row = await session.get(ConversationRow, conversation_id)
            if row is None:
                raise UnknownConversation
            return Progress(row.epoch, row.epoch_turns, row.last_reply_offered)

    async def wanted_reference(self, conversation_id: str) -> str | None:
        """The request whose proof this conversation was asked for."""
        async with self._database.session() as session:
            return await session.scalar(
                select(ConversationRow.wanted_reference).where(ConversationRow.id == conversation_id)
            )

    async def last_cursor(self, conversation_id: str) -> int:
        """Raises UnknownConversation."""
        async with self._database.session() as session:
            cursor = await session.scalar(
                select(ConversationRow.last_cursor).where(ConversationRow.id == conversation_id)
            )
            if cursor is None:
                raise UnknownConversation
            return cursor

    async def choice(self, conversation_id: str, choice_id: str) -> Choice | None:
        async with self._database.session() as session:
            row = await session.get(ChoiceRow, (conversation_id, choice_id))
            return None if row is None else Choice(row.id, row.title, row.payload)

    async def events(self, conversation_id: str, after: int, limit: int) -> Page:
        """At most ``limit`` events with a cursor above ``after``."""
        async with self._database.session() as session:
            rows = list(
                await session.scalars(
                    select(EventRow)
                    .where(EventRow.conversation_id == conversation_id, EventRow.cursor > after)
                    .order_by(EventRow.cursor)
                    .limit(limit + 1)
                )
            )
        more = len(rows) > limit
        events = tuple(stored_event(row.cursor, row.at, row.payload) for row in rows[:limit])
        return Page(events, events[-1].cursor if events else after, more)

    async def _append(
        self,
        session: AsyncSession,
        conversation_id: str,
        bodies: Sequence[Body],
        choices: Sequence[Choice],
        at: datetime,
    ) -> list[Event]:
        # Counting up in the conversation's row takes its lock first: cursors have no gaps and no twins,
        # whoever else writes.
        last = await session.scalar(
            update(ConversationRow)
            .where(ConversationRow.id == conversation_id)
            .values(last_cursor=ConversationRow.last_cursor + len(bodies))
            .returning(ConversationRow.last_cursor)
        )
        if last is None:
            raise UnknownConversation
        first = last - len(bodies) + 1
        payloads = [store_body(body) for body in bodies]
        if payloads:
            await session.execute(
                insert(EventRow),
                [
                    {"conversation_id": conversation_id, "cursor": cursor, "at": at, "payload": payload}
                    for cursor, payload in enumerate(payloads, first)
                ],
            )
        if choices:
            await session.execute(
                insert(ChoiceRow),
                [
                    {"conversation_id": conversation_id, "id": c.id, "title": c.title, "payload": c.payload}
                    for c in choices
                ],
            )
        return [stored_event(cursor, at, payload) for cursor, payload in enumerate(payloads, first)]

    async def _insert_turn(self, session: AsyncSession, turn: NewTurn, cursor: int | None, at: datetime) -> None:
        await session.execute(
            insert(TurnRow).values(
                id=turn.id,
                conversation_id=turn.conversation_id,
                client_id=turn.client_id,
                kind=turn.kind,
                engine_text=turn.engine_text,
                cursor=cursor,
                state=TurnState.PENDING,
                created_at=at,
            )
        )


def _turn(row: TurnRow) -> Turn:
    return Turn(
        row.id,
        row.conversation_id,
        TurnKind(row.kind),
        row.engine_text,
        row.cursor,
        TurnState(row.state),
        row.created_at,
    )
