"""Who has a conversation: the states of a hand-off, and the moves between them, as one pure function.

    bot ──asks──▶ waiting ──take──▶ agent ──hand back──▶ bot
     └────────────take───────────────▲ ├──transfer──▶ agent (another) or waiting
                                       ├──snooze──▶ snoozed ──moment, customer──▶ waiting
                                       └──close──▶ closed ──customer, reopen──▶ waiting

The version grows by one with each move; who moves says which version they saw. Writing and replying are no moves: they
only change what is waited for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never

from ndihma.desk.errors import HandoffNotPossible, NotTheirs

__all__ = [
    "HUMAN_STATES",
    "LONGEST_SNOOZE",
    "Abandoned",
    "Agent",
    "Ask",
    "Close",
    "Ended",
    "HandBack",
    "Handoff",
    "Lapsed",
    "Move",
    "Reopen",
    "Snooze",
    "State",
    "Take",
    "Transfer",
    "Unserved",
    "Wait",
    "WaitKind",
    "Wake",
    "moved",
    "replied",
    "waits_for",
    "written",
]

LONGEST_SNOOZE: Final = timedelta(days=14)
"""Ours: what is put aside for longer is forgotten."""


class State(StrEnum):
    """Where a conversation stands. A conversation that never left the assistant is ``BOT``, without a row."""

    BOT = "bot"
    WAITING = "waiting"
    """In the agents' queue."""
    AGENT = "agent"
    SNOOZED = "snoozed"
    """Put aside by its agent until a moment, or until the customer writes."""
    CLOSED = "closed"
    """Done; nobody speaks until the customer writes again."""


HUMAN_STATES: Final = frozenset({State.WAITING, State.AGENT, State.SNOOZED})
"""While a conversation is in one of these the assistant is silent."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A member of staff; ``name`` is what customers see. A supervisor may move what another agent has."""

    id: str
    name: str
    supervisor: bool = False
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Handoff:
    """A conversation's hand-off; moments are aware."""

    state: State = State.BOT
    version: int = 0
    agent: Agent | None = None
    """Who has it, had it before it was snoozed, or closed it."""
    asked_at: datetime | None = None
    """When it left the assistant the last time; the first-reply timer counts from here."""
    waiting_since: datetime | None = None
    """Its place in the queue; None outside of it."""
    first_reply_at: datetime | None = None
    unanswered_since: datetime | None = None
    """The first message of the customer that no agent has answered; the next-reply timer counts from here."""
    snoozed_until: datetime | None = None
    closed_at: datetime | None = None
    team: str | None = None
    """The team whose queue it waits in, or came from; None: everybody's."""

    @property
    def is_human(self) -> bool:
        return self.state in HUMAN_STATES


@dataclass(frozen=True, slots=True)
class Ask:
    """The customer asks for a person."""


@dataclass(frozen=True, slots=True)
class Take:
    """An agent takes it: from the queue, from the assistant, after a snooze or a close; a supervisor from an agent."""

    by: Agent


@dataclass(frozen=True, slots=True)
class HandBack:
    """The assistant goes on."""

    by: Agent


@dataclass(frozen=True, slots=True)
class Transfer:
    """``to`` another agent, or None: to the queue, ``team``'s or everybody's."""

    by: Agent
    to: Agent | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Snooze:
    by: Agent
    until: datetime


@dataclass(frozen=True, slots=True)
class Wake:
    """The snooze is over, or the customer wrote."""


@dataclass(frozen=True, slots=True)
class Close:
    by: Agent


@dataclass(frozen=True, slots=True)
class Reopen:
    """Back into the queue: an agent says so, or (``by`` None) the customer wrote again."""

    by: Agent | None = None


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The customer wrote again when nobody is there to take it up: the assistant answers."""


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Its agent is gone while the customer waits for an answer."""


@dataclass(frozen=True, slots=True)
class Unserved:
    """It waits, and nobody is on duty any more."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The customer has ended the conversation."""


Move = (
    Ask
    | Take
    | HandBack
    | Transfer
    | Snooze
    | Wake
    | Close
    | Reopen
    | Lapsed
    | Abandoned
    | Unserved
    | Ended
)  # fmt: skip


class WaitKind(StrEnum):
    """What a customer waits for."""

    FIRST = "first"
    """The first reply of a person since the conversation left the assistant."""
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Wait:
    """A customer waits for a person's answer."""

    kind: WaitKind
    since: datetime


def waits_for(now: Handoff) -> Wait | None:
    """What the customer waits for, if people have the conversation and owe an answer."""
    if not now.is_human:
        return None
    if now.first_reply_at is None and now.asked_at is not None:
        return Wait(WaitKind.FIRST, now.asked_at)
    return None if now.unanswered_since is None else Wait(WaitKind.NEXT, now.unanswered_since)


def moved(now: Handoff, move: Move, at: datetime) -> Handoff:  # noqa: PLR0912, PLR0915  (a table)
    """The hand-off after a move at a moment. Raises NotTheirs, HandoffNotPossible."""
    match move:
        case Ask():
            _only_from(now, State.BOT, State.CLOSED)
            after = _queued(Handoff(asked_at=at, unanswered_since=at), at)
        case Take(by=by):
            after = _taken(now, by, at)
        case HandBack(by=by):
            _only_from(now, State.AGENT)
            _only_owner(now, by)
            after = Handoff(agent=now.agent)
        case Transfer(by=by, to=to, team=team):
            _only_from(now, State.AGENT)
            _only_owner(now, by)
            if to is None:
                after = replace(_queued(now, at), team=team)
                if team is not None and now.asked_at is not None:
                    # Who was with the wrong team has waited since they asked, not since that was found out.
                    after = replace(after, waiting_since=min(now.asked_at, at))
            elif team is not None or (now.agent is not None and to.id == now.agent.id):
                raise HandoffNotPossible
            else:
                after = replace(now, agent=to, team=None)
        case Snooze(by=by, until=until):
            _only_from(now, State.AGENT)
            _only_owner(now, by)
            if not at < until <= at + LONGEST_SNOOZE:
                raise HandoffNotPossible
            after = replace(now, state=State.SNOOZED, snoozed_until=until)
        case Wake():
            _only_from(now, State.SNOOZED)
            after = _queued(now, at)
        case Close(by=by):
            _only_from(now, State.WAITING, State.AGENT, State.SNOOZED)
            if now.state is State.AGENT:
                _only_owner(now, by)
            after = _closed(now, at, by)
        case Reopen():
            _only_from(now, State.CLOSED)
            after = _queued(Handoff(asked_at=at), at)
        case Lapsed():
            _only_from(now, State.CLOSED)
            after = Handoff(agent=now.agent)
        case Abandoned():
            _only_from(now, State.AGENT)
            after = _queued(now, at)
        case Unserved():
            _only_from(now, State.WAITING)
            after = Handoff()
        case Ended():
            _only_from(now, *HUMAN_STATES)
            after = _closed(now, at, now.agent)
        case _:
            assert_never(move)
    return replace(after, version=now.version + 1)


def written(now: Handoff, at: datetime) -> Handoff:
    """The customer wrote while people have the conversation."""
    return replace(now, unanswered_since=now.unanswered_since or at) if now.is_human else now


def replied(now: Handoff, by: Agent, at: datetime) -> Handoff:
    """Its agent answered. Raises NotTheirs, HandoffNotPossible: only who has it speaks, a supervisor takes it first."""
    _only_from(now, State.AGENT)
    if now.agent is None or now.agent.id != by.id:
        raise NotTheirs
    return replace(now, first_reply_at=now.first_reply_at or at, unanswered_since=None)


def _only_from(now: Handoff, *states: State) -> None:
    if now.state not in states:
        raise HandoffNotPossible


def _only_owner(now: Handoff, by: Agent) -> None:
    if not by.supervisor and (now.agent is None or now.agent.id != by.id):
        raise NotTheirs


def _taken(now: Handoff, by: Agent, at: datetime) -> Handoff:
    if now.state is State.AGENT:
        if now.agent is not None and now.agent.id == by.id:
            raise HandoffNotPossible
        if not by.supervisor:
            raise NotTheirs
    if now.state in {State.BOT, State.CLOSED}:
        now = Handoff(asked_at=at, version=now.version)
    return replace(now, state=State.AGENT, agent=by, waiting_since=None, snoozed_until=None)


def _queued(now: Handoff, at: datetime) -> Handoff:
    """In the queue, behind who has waited longer for an answer."""
    since = min(now.unanswered_since or at, at)
    return replace(now, state=State.WAITING, agent=None, waiting_since=since, snoozed_until=None)


def _closed(now: Handoff, at: datetime, by: Agent | None) -> Handoff:
    return replace(
        now, state=State.CLOSED, agent=by, closed_at=at, waiting_since=None, snoozed_until=None, unanswered_since=None
    )
