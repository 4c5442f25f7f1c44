"""The statements every message needs, as SQLAlchemy Core and made once: making one costs more than running it."""

from __future__ import annotations

from typing import Final, cast

from sqlalchemy import Table, bindparam, insert, select, update

from ndihma.desk.tables import ChoiceRow, ConversationRow, EventRow, TurnRow, TurnState

__all__ = [
    "CHOICE",
    "CONVERSATION",
    "COUNT_UP",
    "END_CONVERSATION",
    "END_PENDING_TURNS",
    "END_TURN",
    "EVENTS_AFTER",
    "INSERT_CHOICE",
    "INSERT_CONVERSATION",
    "INSERT_EVENT",
    "INSERT_TURN",
    "PENDING",
    "SET_PROGRESS",
    "SET_WANTED",
    "TURN_OF_CLIENT",
]

_CONVERSATIONS: Final = cast("Table", ConversationRow.__table__)
_EVENTS: Final = cast("Table", EventRow.__table__)
_TURNS: Final = cast("Table", TurnRow.__table__)
_CHOICES: Final = cast("Table", ChoiceRow.__table__)

INSERT_CONVERSATION: Final = insert(_CONVERSATIONS)
INSERT_EVENT: Final = insert(_EVENTS)
INSERT_TURN: Final = insert(_TURNS)
INSERT_CHOICE: Final = insert(_CHOICES)

COUNT_UP: Final = (
    update(_CONVERSATIONS)
    .where(_CONVERSATIONS.c.id == bindparam("of"))
    .values(last_cursor=_CONVERSATIONS.c.last_cursor + bindparam("by"))
    .returning(_CONVERSATIONS.c.last_cursor, _CONVERSATIONS.c.ended_at, _CONVERSATIONS.c.handed_over)
)
END_CONVERSATION: Final = (
    update(_CONVERSATIONS)
    .where(_CONVERSATIONS.c.id == bindparam("of"), _CONVERSATIONS.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
    .returning(_CONVERSATIONS.c.id)
)
SET_PROGRESS: Final = (
    update(_CONVERSATIONS)
    .where(_CONVERSATIONS.c.id == bindparam("of"))
    .values(
        epoch=bindparam("epoch"),
        epoch_turns=bindparam("epoch_turns"),
        last_reply_offered=bindparam("last_reply_offered"),
    )
)
SET_WANTED: Final = (
    update(_CONVERSATIONS).where(_CONVERSATIONS.c.id == bindparam("of")).values(wanted_reference=bindparam("reference"))
)
END_TURN: Final = (
    update(_TURNS)
    .where(_TURNS.c.id == bindparam("turn"), _TURNS.c.state == TurnState.PENDING)
    .values(state=bindparam("ended"), finished_at=bindparam("at"))
    .returning(_TURNS.c.id)
)
END_PENDING_TURNS: Final = (
    update(_TURNS)
    .where(_TURNS.c.conversation_id == bindparam("of"), _TURNS.c.state == TurnState.PENDING)
    .values(state=bindparam("ended"), finished_at=bindparam("at"))
    .returning(_TURNS.c.id, _TURNS.c.kind, _TURNS.c.cursor)
)
CONVERSATION: Final = select(
    _CONVERSATIONS.c.last_cursor,
    _CONVERSATIONS.c.epoch,
    _CONVERSATIONS.c.epoch_turns,
    _CONVERSATIONS.c.last_reply_offered,
    _CONVERSATIONS.c.wanted_reference,
    _CONVERSATIONS.c.ended_at,
    _CONVERSATIONS.c.handed_over,
).where(_CONVERSATIONS.c.id == bindparam("of"))
_TURN_COLUMNS: Final = (
    _TURNS.c.id,
    _TURNS.c.conversation_id,
    _TURNS.c.kind,
    _TURNS.c.engine_text,
    _TURNS.c.cursor,
    _TURNS.c.state,
    _TURNS.c.created_at,
)
TURN_OF_CLIENT: Final = select(*_TURN_COLUMNS).where(
    _TURNS.c.conversation_id == bindparam("of"), _TURNS.c.client_id == bindparam("client")
)
PENDING: Final = (
    select(*_TURN_COLUMNS)
    .where(_TURNS.c.state == TurnState.PENDING, _TURNS.c.created_at < bindparam("before"))
    .order_by(_TURNS.c.created_at, _TURNS.c.cursor)
)
CHOICE: Final = select(_CHOICES.c.id, _CHOICES.c.title, _CHOICES.c.payload).where(
    _CHOICES.c.conversation_id == bindparam("of"), _CHOICES.c.id == bindparam("choice")
)
EVENTS_AFTER: Final = (
    select(_EVENTS.c.cursor, _EVENTS.c.at, _EVENTS.c.payload)
    .where(_EVENTS.c.conversation_id == bindparam("of"), _EVENTS.c.cursor > bindparam("after"))
    .order_by(_EVENTS.c.cursor)
    .limit(bindparam("at_most"))
)
