"""The transactions of a conversation. Every method is one transaction; the rules are in ``conversations``.

Every message passes here several times, so the statements are made once (``statements``) and run in groups
(``ndihma.group_commit``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from ndihma.db import Database
from ndihma.desk import statements
from ndihma.desk.errors import UnknownConversation
from ndihma.desk.event_log import Choice, append_and_look, append_events, end_conversation, lock_conversation
from ndihma.desk.events import Body, DoneBody, Event, stored_event
from ndihma.desk.handoff.ledger import HandoffLedger
from ndihma.desk.tables import TurnKind, TurnState
from ndihma.desk.turns import NewTurn, Page, Progress, Turn

__all__ = [
    "Choice",
    "ConversationStore",
    "NewTurn",
    "Page",
    "Progress",
    "Turn",
]


class _TurnOver(Exception):
    """The turn was ended before: nothing of this answer is stored."""


class ConversationStore:
    """Conversations, events, turns and choices in the desk database."""

    def __init__(self, database: Database, handoffs: HandoffLedger | None = None) -> None:
        self._database = database
        self._handoffs = handoffs or HandoffLedger()

    async def create(
        self, conversation_id: str, at: datetime, bodies: Sequence[Body], choices: Sequence[Choice]
    ) -> list[Event]:
        """A new conversation with its first events."""

        def work(connection: Connection) -> list[Event]:
            row = {"id": conversation_id, "created_at": at, "last_cursor": 0}
            progress = {"epoch": 0, "epoch_turns": 0, "last_reply_offered": False}
            connection.execute(statements.INSERT_CONVERSATION, row | progress)
            return append_events(connection, conversation_id, bodies, choices, at)

        return await self._database.transact(work)

    async def record(self, conversation_id: str, bodies: Sequence[Body], at: datetime) -> list[Event]:
        """Store events that no customer message caused. Raises UnknownConversation."""
        return await self._database.transact(
            lambda connection: append_events(connection, conversation_id, bodies, (), at)
        )

    async def begin(self, turn: NewTurn, bodies: Sequence[Body], at: datetime) -> tuple[Turn, list[Event]]:
        """Store events and an internal turn, as ``accept`` does a message."""
        return await self._store_once(turn, bodies, at, None)

    async def accept(self, turn: NewTurn, body: Body, at: datetime) -> tuple[Turn, list[Event]]:
        """Store a customer's message and its turn. When its client id is there already nothing is stored: then the
        turn is the earlier one and there are no events. While people have the conversation the turn is theirs and over.

        Raises UnknownConversation, ConversationEnded.
        """

        return await self._store_once(turn, (body,), at, turn.id)

    async def _store_once(
        self, turn: NewTurn, bodies: Sequence[Body], at: datetime, message_id: str | None
    ) -> tuple[Turn, list[Event]]:
        def work(connection: Connection) -> tuple[Turn, list[Event]]:
            known = _turn_of(connection, turn.conversation_id, turn.client_id)
            if known is not None:
                return known, []
            return self._begin(connection, turn, bodies, at, message_id)

        try:
            return await self._database.transact(work)
        except IntegrityError:  # another process stored the same client id between our two statements
            known = await self.find(turn.conversation_id, turn.client_id)
            if known is None:
                raise
            return known, []

    def _begin(
        self, connection: Connection, turn: NewTurn, bodies: Sequence[Body], at: datetime, message_id: str | None
    ) -> tuple[Turn, list[Event]]:
        of = turn.conversation_id
        events, handed_over = append_and_look(connection, of, bodies, (), at, only_if_open=True)
        cursor = events[-1].cursor if message_id is not None else None
        state = TurnState.PENDING
        if handed_over:
            written = self._handoffs.customer_wrote(connection, of, turn.kind, at)
            if written.human:
                state = TurnState.HUMAN
                events += append_events(connection, of, (*written.bodies, DoneBody(in_reply_to=message_id)), (), at)
        _insert_turn(connection, turn, cursor, state, at)
        return Turn(turn.id, of, turn.kind, turn.engine_text, cursor, state, at), events

    async def find(self, conversation_id: str, client_id: str | None) -> Turn | None:
        """The turn of a client's message."""
        return await self._database.transact(lambda connection: _turn_of(connection, conversation_id, client_id))

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
        asks_agent: bool = False,
    ) -> list[Event] | None:
        """Store the answer and the turn's end together, exactly once; ``asks_agent``: and with them that the customer
        wants a person. The last of ``bodies`` ends the answer.

        None when the turn was over before, finished elsewhere or left to people: then nothing is stored.
        """
        of = turn.conversation_id

        def work(connection: Connection) -> list[Event]:
            # The conversation is locked first, whoever writes.
            events: list[Event] = []
            if asks_agent:
                lock_conversation(connection, of)
            else:
                events = append_events(connection, of, bodies, choices, at)
            ended = connection.execute(statements.END_TURN, {"turn": turn.id, "ended": state, "at": at})
            if ended.first() is None:
                raise _TurnOver
            if progress is not None:
                values = {
                    "of": of,
                    "epoch": progress.epoch,
                    "epoch_turns": progress.epoch_turns,
                    "last_reply_offered": progress.last_reply_offered,
                }
                connection.execute(statements.SET_PROGRESS, values)
            if wanted_reference is not None:
                connection.execute(statements.SET_WANTED, {"of": of, "reference": wanted_reference})
            if not asks_agent:
                return events
            asked = self._handoffs.ask(connection, of, at, None if turn.cursor is None else turn.id)
            whole = (*bodies[:-1], *asked.bodies, *bodies[-1:], *asked.dones)
            return append_events(connection, of, whole, (*choices, *asked.choices), at)

        try:
            return await self._database.transact(work)
        except (_TurnOver, UnknownConversation):
            return None

    async def end(self, conversation_id: str, before: Sequence[Body], at: datetime) -> tuple[datetime, list[Event]]:
        """As ``event_log.end_conversation``; who had it has it no more. Raises UnknownConversation."""

        def work(connection: Connection) -> tuple[datetime, list[Event]]:
            ended_at, events = end_conversation(connection, conversation_id, before, at)
            if events:
                self._handoffs.ended(connection, conversation_id, at)
            return ended_at, events

        return await self._database.transact(work)

    async def is_over(self, conversation_id: str) -> bool:
        """Whether the customer has ended the conversation, or it was erased."""
        try:
            return (await self._conversation(conversation_id)).ended_at is not None
        except UnknownConversation:
            return True

    async def pending(self, before: datetime) -> list[Turn]:
        """Turns still without an answer that were accepted before a moment, oldest first."""

        def work(connection: Connection) -> list[Turn]:
            return [_turn(row) for row in connection.execute(statements.PENDING, {"before": before})]

        return await self._database.transact(work)

    async def progress(self, conversation_id: str) -> Progress:
        """Raises UnknownConversation."""
        row = await self._conversation(conversation_id)
        return Progress(row.epoch, row.epoch_turns, row.last_reply_offered, row.handed_over)

    async def wanted_reference(self, conversation_id: str) -> str | None:
        """The request whose proof this conversation was asked for. Raises UnknownConversation."""
        reference: str | None = (await self._conversation(conversation_id)).wanted_reference
        return reference

    async def choice(self, conversation_id: str, choice_id: str) -> Choice | None:
        def work(connection: Connection) -> Choice | None:
            row = connection.execute(statements.CHOICE, {"of": conversation_id, "choice": choice_id}).first()
            return None if row is None else Choice(row.id, row.title, row.payload)

        return await self._database.transact(work)

    async def events(self, conversation_id: str, after: int, limit: int) -> Page:
        """At most ``limit`` events with a cursor above ``after``."""

        def work(connection: Connection) -> list[Event]:
            rows = connection.execute(
                statements.EVENTS_AFTER, {"of": conversation_id, "after": after, "at_most": limit + 1}
            )
            return [stored_event(row.cursor, row.at, row.payload) for row in rows]

        events = await self._database.transact(work)
        shown = tuple(events[:limit])
        return Page(shown, shown[-1].cursor if shown else after, len(events) > limit)

    async def _conversation(self, conversation_id: str) -> Row[*tuple[Any, ...]]:
        row = await self._database.transact(
            lambda connection: connection.execute(statements.CONVERSATION, {"of": conversation_id}).first()
        )
        if row is None:
            raise UnknownConversation
        return row


def _insert_turn(connection: Connection, turn: NewTurn, cursor: int | None, state: TurnState, at: datetime) -> None:
    row = {
        "id": turn.id,
        "conversation_id": turn.conversation_id,
        "client_id": turn.client_id,
        "kind": turn.kind,
        "engine_text": turn.engine_text,
        "cursor": cursor,
        "state": state,
        "created_at": at,
        "finished_at": None if state is TurnState.PENDING else at,
    }
    connection.execute(statements.INSERT_TURN, row)


def _turn_of(connection: Connection, conversation_id: str, client_id: str | None) -> Turn | None:
    if client_id is None:
        return None
    row = connection.execute(statements.TURN_OF_CLIENT, {"of": conversation_id, "client": client_id}).first()
    return None if row is None else _turn(row)


def _turn(row: Row[*tuple[Any, ...]]) -> Turn:
    return Turn(
        row.id,
        row.conversation_id,
        TurnKind(row.kind),
        row.engine_text,
        row.cursor,
        TurnState(row.state),
        row.created_at,
    )
