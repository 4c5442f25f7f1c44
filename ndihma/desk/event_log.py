"""Writing into a conversation's numbered events, within a transaction of the caller's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.engine import Connection

from ndihma.desk import statements
from ndihma.desk.errors import ConversationEnded, UnknownConversation
from ndihma.desk.events import Body, DoneBody, EndedBody, EndedBy, Event, store_body, stored_event
from ndihma.desk.tables import TurnState

__all__ = ["Choice", "append_and_look", "append_events", "drop_pending_turns", "end_conversation", "lock_conversation"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button's meaning: what the customer sees chosen, what the engine is told."""

    id: str
    title: str
    payload: str


def lock_conversation(connection: Connection, conversation_id: str, *, only_if_open: bool = False) -> None:
    """Keep everybody else from the conversation until the caller's transaction ends. Raises as ``append_events``."""
    _count_up(connection, conversation_id, 0, only_if_open=only_if_open)


def append_events(
    connection: Connection,
    conversation_id: str,
    bodies: Sequence[Body],
    choices: Sequence[Choice],
    at: datetime,
    *,
    only_if_open: bool = False,
) -> list[Event]:
    """Store events and choices within a transaction of the caller's.

    Raises UnknownConversation; ``only_if_open`` ConversationEnded.
    """
    events, _ = append_and_look(connection, conversation_id, bodies, choices, at, only_if_open=only_if_open)
    return events


def append_and_look(
    connection: Connection,
    conversation_id: str,
    bodies: Sequence[Body],
    choices: Sequence[Choice],
    at: datetime,
    *,
    only_if_open: bool = False,
) -> tuple[list[Event], bool]:
    """As ``append_events``; besides, whether the conversation is handed over (``ConversationRow.handed_over``)."""
    counted = _count_up(connection, conversation_id, len(bodies), only_if_open=only_if_open)
    payloads = list(enumerate((store_body(body) for body in bodies), counted.last_cursor - len(bodies) + 1))
    if payloads:
        rows = [
            {"conversation_id": conversation_id, "cursor": n, "at": at, "payload": payload} for n, payload in payloads
        ]
        connection.execute(statements.INSERT_EVENT, rows)
    if choices:
        offered = [
            {"conversation_id": conversation_id, "id": c.id, "title": c.title, "payload": c.payload} for c in choices
        ]
        connection.execute(statements.INSERT_CHOICE, offered)
    return [stored_event(cursor, at, payload) for cursor, payload in payloads], counted.handed_over


def _count_up(connection: Connection, conversation_id: str, by: int, *, only_if_open: bool) -> Row[*tuple[Any, ...]]:
    # Counting up in the conversation's row takes its lock first: cursors have no gaps and no twins,
    # whoever else writes.
    counted = connection.execute(statements.COUNT_UP, {"of": conversation_id, "by": by}).first()
    if counted is None:
        raise UnknownConversation
    if only_if_open and counted.ended_at is not None:
        raise ConversationEnded
    return counted


def end_conversation(
    connection: Connection, conversation_id: str, before: Sequence[Body], at: datetime
) -> tuple[datetime, list[Event]]:
    """End a conversation: the bodies, a ``done`` for each turn that waits, ``ended``. If it is over: nothing more.

    The moment it ended, and the new events. Raises UnknownConversation.
    """
    # The conversation's row first, as for a new message: one that comes at this moment is either dropped or refused.
    if connection.execute(statements.END_CONVERSATION, {"of": conversation_id, "at": at}).first() is None:
        row = connection.execute(statements.CONVERSATION, {"of": conversation_id}).first()
        if row is None:
            raise UnknownConversation
        return row.ended_at, []
    done = drop_pending_turns(connection, conversation_id, TurnState.DROPPED, at)
    bodies = (*before, *done, EndedBody(by=EndedBy.CUSTOMER))
    return at, append_events(connection, conversation_id, bodies, (), at)


def drop_pending_turns(connection: Connection, conversation_id: str, ended: TurnState, at: datetime) -> list[DoneBody]:
    """End the turns that wait for the assistant; the ``done`` of each, to be stored by the caller, oldest first."""
    values = {"of": conversation_id, "ended": ended, "at": at}
    dropped = connection.execute(statements.END_PENDING_TURNS, values).all()
    in_order = sorted(dropped, key=lambda row: row.cursor or 0)
    return [DoneBody(in_reply_to=None if row.cursor is None else row.id) for row in in_order]
