"""Writing into a conversation's numbered events, within a transaction of the caller's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from ndihma.desk import statements
from ndihma.desk.errors import ConversationEnded, UnknownConversation
from ndihma.desk.events import Body, DoneBody, EndedBody, EndedBy, Event, store_body, stored_event
from ndihma.desk.tables import TurnKind

__all__ = ["Choice", "append_events", "end_conversation"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button's meaning: what the customer sees chosen, what the engine is told."""

    id: str
    title: str
    payload: str


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
    # Counting up in the conversation's row takes its lock first: cursors have no gaps and no twins,
    # whoever else writes.
    counted = connection.execute(statements.COUNT_UP, {"of": conversation_id, "by": len(bodies)}).first()
    if counted is None:
        raise UnknownConversation
    if only_if_open and counted.ended_at is not None:
        raise ConversationEnded
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
    return [stored_event(cursor, at, payload) for cursor, payload in payloads]


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
    dropped = connection.execute(statements.END_PENDING_TURNS, {"of": conversation_id, "at": at}).all()
    in_order = sorted(dropped, key=lambda row: row.cursor or 0)
    done = [DoneBody(in_reply_to=None if row.kind == TurnKind.RESUME else row.id) for row in in_order]
    bodies = (*before, *done, EndedBody(by=EndedBy.CUSTOMER))
    return at, append_events(connection, conversation_id, bodies, (), at)
