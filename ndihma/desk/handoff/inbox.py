"""What agents see: conversations by view, counted, with their last words, notes and summary. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.engine import Connection

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.errors import UnknownConversation
from ndihma.desk.events import Event, MessageEvent, ReplyEvent, stored_event
from ndihma.desk.handoff.ledger import HandoffLedger, handoff_of
from ndihma.desk.handoff.model import Agent, Handoff, State
from ndihma.desk.handoff.summary import Summary, summarise
from ndihma.desk.handoff.tables import AgentNoteRow, CallbackRow, CallbackState, HandoffRow
from ndihma.desk.tables import ConversationRow, EventRow, TurnKind, TurnRow

__all__ = ["MOST_LISTED", "Counters", "InboxReader", "Item", "Note", "Opened", "Said", "View", "talking"]

MOST_LISTED: Final = 100
_LAST_WORDS_WITHIN: Final = 12
"""Events, from a conversation's end, among which its last words are looked for."""
_TALKING_WITHIN: Final = timedelta(minutes=30)
_MOST_EVENTS: Final = 2000
"""Of which a summary is made."""


class View(StrEnum):
    """Which conversations."""

    WAITING = "waiting"
    MINE = "mine"
    AGENTS = "agents"
    """All that agents have."""
    SNOOZED = "snoozed"
    CLOSED = "closed"
    BOT = "bot"
    """Those that talk with the assistant, of the last half hour."""


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody's words; ``by``: None the customer, else the name of an agent, or empty for the assistant."""

    at: datetime
    text: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """A conversation as a list shows it; ``place``: in the queue, from 1, while waiting."""

    conversation_id: str
    handoff: Handoff
    changed_at: datetime
    last_cursor: int
    last: Said | None
    place: int | None


@dataclass(frozen=True, slots=True)
class Counters:
    waiting: int
    mine: int
    agents: int
    snoozed: int
    callbacks: int
    """Call-back requests that wait."""


@dataclass(frozen=True, slots=True)
class Note:
    """What staff told staff."""

    id: str
    at: datetime
    by: str
    text: str
    whispered_to: str | None
    """The name of the agent a supervisor said it to."""
    seen_at: datetime | None
    """When that agent had read it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One conversation for the agent who opens it."""

    item: Item
    ended: bool
    summary: Summary
    notes: tuple[Note, ...]


_WITH_PEOPLE: Final = HandoffRow.state.in_([State.WAITING, State.AGENT, State.SNOOZED])


class InboxReader:
    """Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, ledger: HandoffLedger, clock: Clock) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock

    async def listed(self, view: View, agent: Agent, limit: int, offset: int) -> list[Item]:
        """At most ``limit`` (1 to MOST_LISTED) conversations of a view, the most urgent first.

        In the queue those for the agent's team stand before all others.
        """
        if view is View.BOT:
            return await self._database.transact(lambda connection: self._talking(connection, limit, offset))
        query = _VIEWS[view]
        if view is View.MINE:
            query = query.where(HandoffRow.agent_id == agent.id)
        if view is View.WAITING and agent.team is not None:
            theirs = case((HandoffRow.team == agent.team, 0), else_=1)
            query = query.order_by(None).order_by(theirs, HandoffRow.waiting_since, HandoffRow.conversation_id)
        return await self._database.transact(lambda connection: _items(connection, query.limit(limit).offset(offset)))

    async def changed(self, since: datetime | None, limit: int) -> list[Item]:
        """Conversations that changed since a moment, the earliest change first; without one, all that people have."""
        wanted = _WITH_PEOPLE if since is None else HandoffRow.changed_at >= since
        query = _BASE.where(wanted).order_by(HandoffRow.changed_at).limit(limit)
        return await self._database.transact(lambda connection: _items(connection, query))

    async def counters(self, agent_id: str) -> Counters:
        """How many there are for an agent."""

        def work(connection: Connection) -> Counters:
            # Only what people have now: every console asks every second or so, and the others are kept for 90 days.
            counted = select(HandoffRow.state, func.count()).where(_WITH_PEOPLE).group_by(HandoffRow.state)
            states = connection.execute(counted)
            by_state = {row[0]: row[1] for row in states}
            mine = select(func.count()).where(HandoffRow.state == State.AGENT, HandoffRow.agent_id == agent_id)
            calls = select(func.count()).where(CallbackRow.state == CallbackState.OPEN)
            return Counters(
                waiting=by_state.get(State.WAITING, 0),
                mine=connection.execute(mine).scalar_one(),
                agents=by_state.get(State.AGENT, 0),
                snoozed=by_state.get(State.SNOOZED, 0),
                callbacks=connection.execute(calls).scalar_one(),
            )

        return await self._database.transact(work)

    async def opened(self, conversation_id: str) -> Opened:
        """One conversation with what was asked in it and noted about it. Raises UnknownConversation."""

        def work(connection: Connection) -> Opened:
            query = select(ConversationRow.last_cursor, ConversationRow.created_at, ConversationRow.ended_at)
            row = connection.execute(query.where(ConversationRow.id == conversation_id)).first()
            if row is None:
                raise UnknownConversation
            found = _items(connection, _BASE.where(HandoffRow.conversation_id == conversation_id))
            events = _events(connection, conversation_id)
            item = (
                found[0]
                if found
                else Item(conversation_id, Handoff(), row.created_at, row.last_cursor, _last(events), None)
            )
            notes = connection.execute(
                select(
                    AgentNoteRow.id,
                    AgentNoteRow.at,
                    AgentNoteRow.agent_name,
                    AgentNoteRow.text,
                    AgentNoteRow.to_agent_name,
                    AgentNoteRow.seen_at,
                )
                .where(AgentNoteRow.conversation_id == conversation_id)
                .order_by(AgentNoteRow.at, AgentNoteRow.id)
            )
            return Opened(item, row.ended_at is not None, summarise(events), tuple(Note(*note) for note in notes))

        return await self._database.transact(work)

    def _talking(self, connection: Connection, limit: int, offset: int) -> list[Item]:
        query = talking(self._clock.now()).order_by(_LATEST.desc(), TurnRow.conversation_id)
        rows = connection.execute(query.limit(limit).offset(offset)).all()
        words = _last_words(connection, [row.conversation_id for row in rows])
        return [
            Item(
                row.conversation_id,
                self._ledger.read(connection, row.conversation_id),
                row.latest,
                row.last_cursor,
                words.get(row.conversation_id),
                None,
            )
            for row in rows
        ]


_LATEST: Final = func.max(TurnRow.created_at).label("latest")


def talking(now: datetime) -> Select[str, int, datetime]:
    """The conversations whose customer talked with the assistant in the half hour before ``now``."""
    return (
        select(TurnRow.conversation_id, ConversationRow.last_cursor, _LATEST)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(TurnRow.created_at > now - _TALKING_WITHIN)
        .where(TurnRow.kind != TurnKind.RESUME)
        .where(ConversationRow.handed_over.is_(False), ConversationRow.ended_at.is_(None))
        .group_by(TurnRow.conversation_id, ConversationRow.last_cursor)
    )


_BASE: Final = select(HandoffRow.__table__, ConversationRow.last_cursor).join(
    ConversationRow, ConversationRow.id == HandoffRow.conversation_id
)
_BY_URGENCY: Final = (HandoffRow.unanswered_since.is_(None), HandoffRow.unanswered_since, HandoffRow.changed_at.desc())
_VIEWS: Final[dict[View, Select[*tuple[Any, ...]]]] = {
    View.WAITING: _BASE.where(HandoffRow.state == State.WAITING).order_by(
        HandoffRow.waiting_since, HandoffRow.conversation_id
    ),
    View.MINE: _BASE.where(HandoffRow.state == State.AGENT).order_by(*_BY_URGENCY),
    View.AGENTS: _BASE.where(HandoffRow.state == State.AGENT).order_by(*_BY_URGENCY),
    View.SNOOZED: _BASE.where(HandoffRow.state == State.SNOOZED).order_by(HandoffRow.snoozed_until),
    View.CLOSED: _BASE.where(HandoffRow.state == State.CLOSED).order_by(HandoffRow.closed_at.desc()),
}


def _items(connection: Connection, query: Select[*tuple[Any, ...]]) -> list[Item]:
    rows = connection.execute(query).all()
    ids = [row.conversation_id for row in rows]
    words = _last_words(connection, ids)
    places: dict[str, int] = {}
    if any(row.state == State.WAITING for row in rows):
        queue = select(HandoffRow.conversation_id).where(HandoffRow.state == State.WAITING)
        in_order = connection.execute(queue.order_by(HandoffRow.waiting_since, HandoffRow.conversation_id)).scalars()
        places = {conversation_id: place for place, conversation_id in enumerate(in_order, 1)}
    return [
        Item(
            row.conversation_id,
            handoff_of(row),
            row.changed_at,
            row.last_cursor,
            words.get(row.conversation_id),
            places.get(row.conversation_id),
        )
        for row in rows
    ]


def _last_words(connection: Connection, conversation_ids: Sequence[str]) -> dict[str, Said]:
    if not conversation_ids:
        return {}
    late = and_(
        EventRow.conversation_id == ConversationRow.id,
        EventRow.cursor > ConversationRow.last_cursor - _LAST_WORDS_WITHIN,
    )
    query = (
        select(EventRow.conversation_id, EventRow.cursor, EventRow.at, EventRow.payload)
        .join(ConversationRow, late)
        .where(ConversationRow.id.in_(conversation_ids))
        .order_by(EventRow.conversation_id, EventRow.cursor)
    )
    words: dict[str, Said] = {}
    for row in connection.execute(query):
        said = _last([stored_event(row.cursor, row.at, row.payload)])
        if said is not None:
            words[row.conversation_id] = said
    return words


def _last(events: Sequence[Event]) -> Said | None:
    for event in reversed(events):
        match event:
            case MessageEvent(at=at, text=text):
                return Said(at, text, None)
            case ReplyEvent(at=at, text=text, author=author):
                return Said(at, text, "" if author is None else author.name or "")
            case _:
                pass
    return None


def _events(connection: Connection, conversation_id: str) -> list[Event]:
    query = (
        select(EventRow.cursor, EventRow.at, EventRow.payload)
        .where(EventRow.conversation_id == conversation_id)
        .order_by(EventRow.cursor.desc())
        .limit(_MOST_EVENTS)
    )
    rows = connection.execute(query).all()
    return [stored_event(row.cursor, row.at, row.payload) for row in reversed(rows)]
