"""What a supervisor sees at a glance: conversations counted, how long customers wait, agents and their load.

Reads only. Days are Kosovo's. How long somebody waited is known from ``reply_times``, written with each answer; what
is waited for now, from the hand-offs themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from ndihma.clock import BELGRADE, Clock, local_date
from ndihma.db import Database
from ndihma.desk.handoff.inbox import talking
from ndihma.desk.handoff.ledger import handoff_of
from ndihma.desk.handoff.model import Agent, Handoff, State, WaitKind, waits_for
from ndihma.desk.handoff.presence import AgentPresence, PresenceBoard
from ndihma.desk.handoff.rules import HandoffRules, Presence
from ndihma.desk.handoff.tables import CallbackRow, CallbackState, HandoffRow, ReplyTimeRow

__all__ = ["AgentLoad", "FloorCounts", "FloorReader", "FloorView", "OpenConversation", "ReplyTimes", "nearest_rank"]

_MOST_OPEN: Final = 500
"""Conversations that are looked at: twice what the queue holds, and more than people can have."""


@dataclass(frozen=True, slots=True)
class FloorCounts:
    waiting: int
    agents: int
    snoozed: int
    closed_today: int
    """Closed today and still closed."""
    assistant: int
    """Who talked with the assistant in the last half hour."""
    callbacks: int


@dataclass(frozen=True, slots=True)
class ReplyTimes:
    """Answers of today to one kind of wait, in whole seconds, None before the first; and who waits now."""

    answered: int
    longest_s: int | None
    median_s: int | None
    p90_s: int | None
    late: int
    """Of those that were answered."""
    open: int
    open_late: int
    open_since: datetime | None
    """Since when the one waits who waits longest."""


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """One that waits in the queue or that an agent has; ``since``: the customer waits for an answer."""

    conversation_id: str
    state: State
    version: int
    agent: Agent | None
    team: str | None
    """Whose queue it waits in, or came from."""
    kind: WaitKind | None
    since: datetime | None
    due: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class AgentLoad:
    """``presence`` is None for an agent whose console is not there, and who has conversations nevertheless."""

    agent: Agent
    presence: Presence | None
    since: datetime | None
    conversations: int
    unanswered: int
    late: int


@dataclass(frozen=True, slots=True)
class FloorView:
    """``open``: who waits for an answer first, the longest waiting first."""

    day: date
    counts: FloorCounts
    first: ReplyTimes
    next: ReplyTimes
    agents: tuple[AgentLoad, ...]
    open: tuple[OpenConversation, ...]


def nearest_rank(share: float, count: int) -> int:
    """Which of ``count`` (1 or more) values in ascending order, from 0, is the ``share`` quantile (0 < share ≤ 1)."""
    return max(1, math.ceil(share * count)) - 1


class FloorReader:
    """Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, presence: PresenceBoard, rules: HandoffRules, clock: Clock) -> None:
        self._database = database
        self._presence = presence
        self._rules = rules
        self._clock = clock

    async def view(self) -> FloorView:
        """The floor now."""
        now = self._clock.now()
        there = await self._presence.there()
        return await self._database.transact(lambda connection: self._view(connection, there, now))

    def _view(self, connection: Connection, there: Sequence[AgentPresence], now: datetime) -> FloorView:
        day = local_date(now)
        midnight = datetime.combine(day, time(), BELGRADE)
        found = self._open(connection, now)
        return FloorView(
            day=day,
            counts=self._counts(connection, midnight, now),
            first=self._times(connection, WaitKind.FIRST, midnight, found),
            next=self._times(connection, WaitKind.NEXT, midnight, found),
            agents=_loads(there, found),
            open=found,
        )

    def _counts(self, connection: Connection, midnight: datetime, now: datetime) -> FloorCounts:
        people = select(HandoffRow.state, func.count()).where(
            HandoffRow.state.in_([State.WAITING, State.AGENT, State.SNOOZED])
        )
        by_state = {row[0]: row[1] for row in connection.execute(people.group_by(HandoffRow.state))}
        closed = select(func.count()).where(
            HandoffRow.changed_at >= midnight,  # has an index; nothing is closed without changing
            HandoffRow.state == State.CLOSED,
            HandoffRow.closed_at >= midnight,
        )
        calls = select(func.count()).where(CallbackRow.state == CallbackState.OPEN)
        assistant = select(func.count()).select_from(talking(now).subquery())
        return FloorCounts(
            waiting=by_state.get(State.WAITING, 0),
            agents=by_state.get(State.AGENT, 0),
            snoozed=by_state.get(State.SNOOZED, 0),
            closed_today=connection.execute(closed).scalar_one(),
            assistant=connection.execute(assistant).scalar_one(),
            callbacks=connection.execute(calls).scalar_one(),
        )

    def _open(self, connection: Connection, now: datetime) -> tuple[OpenConversation, ...]:
        query = (
            select(HandoffRow.__table__)
            .where(HandoffRow.state.in_([State.WAITING, State.AGENT]))
            .order_by(HandoffRow.unanswered_since.is_(None), HandoffRow.unanswered_since, HandoffRow.conversation_id)
            .limit(_MOST_OPEN)
        )
        found = [self._described(row.conversation_id, handoff_of(row), now) for row in connection.execute(query)]
        return tuple(sorted(found, key=_urgency))

    def _described(self, conversation_id: str, handoff: Handoff, now: datetime) -> OpenConversation:
        wait = waits_for(handoff)
        due = None if wait is None else wait.since + self._within(wait.kind)
        return OpenConversation(
            conversation_id,
            handoff.state,
            handoff.version,
            handoff.agent,
            handoff.team,
            None if wait is None else wait.kind,
            None if wait is None else wait.since,
            due,
            late=due is not None and due < now,
        )

    def _within(self, kind: WaitKind) -> timedelta:
        return self._rules.first_reply_within if kind is WaitKind.FIRST else self._rules.next_reply_within

    def _times(
        self, connection: Connection, kind: WaitKind, midnight: datetime, found: Iterable[OpenConversation]
    ) -> ReplyTimes:
        today = (ReplyTimeRow.kind == kind, ReplyTimeRow.answered_at >= midnight)
        count = connection.execute(select(func.count()).where(*today)).scalar_one()
        limit_s = int(self._within(kind).total_seconds())
        late = connection.execute(select(func.count()).where(*today, ReplyTimeRow.waited_s > limit_s)).scalar_one()

        def ranked(share: float) -> int | None:
            if count == 0:
                return None
            in_order = select(ReplyTimeRow.waited_s).where(*today).order_by(ReplyTimeRow.waited_s)
            seconds: int = connection.execute(in_order.limit(1).offset(nearest_rank(share, count))).scalar_one()
            return seconds

        waits = [each for each in found if each.kind is kind]
        return ReplyTimes(
            answered=count,
            longest_s=ranked(1),
            median_s=ranked(0.5),
            p90_s=ranked(0.9),
            late=late,
            open=len(waits),
            open_late=sum(each.late for each in waits),
            open_since=min((each.since for each in waits if each.since is not None), default=None),
        )


def _urgency(each: OpenConversation) -> tuple[bool, float, str]:
    return each.since is None, 0.0 if each.since is None else each.since.timestamp(), each.conversation_id


def _loads(there: Sequence[AgentPresence], found: Iterable[OpenConversation]) -> tuple[AgentLoad, ...]:
    """Agents by name: who is there, and who is not but has conversations."""
    theirs: dict[str, list[OpenConversation]] = {}
    agents = {each.agent.id: each.agent for each in there}
    for each in found:
        if each.agent is not None and each.state is State.AGENT:
            theirs.setdefault(each.agent.id, []).append(each)
            agents.setdefault(each.agent.id, each.agent)
    said = {each.agent.id: each for each in there}
    return tuple(
        AgentLoad(
            agent,
            presence=said[agent.id].presence if agent.id in said else None,
            since=said[agent.id].since if agent.id in said else None,
            conversations=len(theirs.get(agent.id, ())),
            unanswered=sum(each.since is not None for each in theirs.get(agent.id, ())),
            late=sum(each.late for each in theirs.get(agent.id, ())),
        )
        for agent in sorted(agents.values(), key=lambda agent: (agent.name, agent.id))
    )
