"""What agents do with conversations: take, answer, note, hand back, transfer, snooze, close, reopen.

Each is one transaction with what the customer is told of it and, for a take-over, its audit entry (S10). Nothing here
needs the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.errors import AgentNotOnDuty, HandoffChanged, HandoffNotPossible, LinkRefused, NotTheirs
from ndihma.desk.event_log import append_events, lock_conversation
from ndihma.desk.events import Author, AuthorKind, Event, ReplyBody
from ndihma.desk.handoff.ledger import HandoffLedger, Moved
from ndihma.desk.handoff.links import only_allowed_links
from ndihma.desk.handoff.model import (
    Agent,
    Close,
    HandBack,
    Handoff,
    Move,
    Reopen,
    Snooze,
    State,
    Take,
    Transfer,
    replied,
    waits_for,
)
from ndihma.desk.handoff.presence import PresenceBoard
from ndihma.desk.handoff.tables import AgentMessageRow, AgentNoteRow, ReplyTimeRow
from ndihma.desk.hub import EventHub
from ndihma.desk.ids import new_id
from ndihma.desk.ports import Intake

__all__ = ["MAX_AGENT_CHARS", "HandoffService", "Sent"]

MAX_AGENT_CHARS: Final = 4000
"""Of a message or a note (S3)."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message or a note is stored, redacted; ``cursor``: of the message's event. ``duplicate``: it was before."""

    cursor: int | None
    duplicate: bool


class HandoffService:
    """See the module. Every move takes the version that was seen.

    Methods raise HandoffChanged, HandoffNotPossible, NotTheirs, ConversationEnded, UnknownConversation, and
    SQLAlchemyError when the database is away: then nothing is stored.
    """

    def __init__(
        self,
        *,
        database: Database,
        ledger: HandoffLedger,
        presence: PresenceBoard,
        intake: Intake,
        link_hosts: frozenset[str],
        audit: TransactionalAuditTrail,
        hub: EventHub,
        clock: Clock,
        taken: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        """``taken`` hears of each conversation that people got, ``changed`` of each move."""
        self._database = database
        self._ledger = ledger
        self._presence = presence
        self._intake = intake
        self._link_hosts = link_hosts
        self._audit = audit
        self._hub = hub
        self._clock = clock
        self._taken = taken
        self._changed = changed

    async def take(self, conversation_id: str, by: Agent, version: int) -> Handoff:
        """The agent speaks from now on. Of several who try at once one succeeds, the others see HandoffChanged."""
        return await self._move(conversation_id, Take(by), version, audited=by)

    async def hand_back(self, conversation_id: str, by: Agent, version: int) -> Handoff:
        """The assistant goes on, in a new epoch of the engine's."""
        return await self._move(conversation_id, HandBack(by), version)

    async def transfer(
        self, conversation_id: str, by: Agent, version: int, to: str | None, team: str | None = None
    ) -> Handoff:
        """``to``: the id of an agent on duty, or None for the queue: that of ``team``, or everybody's.

        In a team's queue it stands by when its customer asked. Raises AgentNotOnDuty.
        """
        target = None
        if to is not None:
            target = await self._presence.on_duty(to)
            if target is None:
                raise AgentNotOnDuty
        return await self._move(conversation_id, Transfer(by, target, team), version)

    async def snooze(self, conversation_id: str, by: Agent, version: int, until: datetime) -> Handoff:
        """Put it aside until a moment within 14 days, or until the customer writes."""
        return await self._move(conversation_id, Snooze(by, until), version)

    async def close(self, conversation_id: str, by: Agent, version: int) -> Handoff:
        """Done; it opens again when the customer writes."""
        return await self._move(conversation_id, Close(by), version)

    async def reopen(self, conversation_id: str, by: Agent, version: int) -> Handoff:
        """Back into the queue."""
        return await self._move(conversation_id, Reopen(by), version)

    async def say(self, conversation_id: str, by: Agent, client_id: str, text: str) -> Sent:
        """An agent's message, at most 4,000 characters, redacted like a customer's. The same client id again stores
        nothing. Raises besides: EmptyText, TextTooLong, LinkRefused.
        """
        clean = self._intake(text).text
        if not only_allowed_links(clean, self._link_hosts):
            raise LinkRefused
        body = ReplyBody(in_reply_to=None, text=clean, author=Author(kind=AuthorKind.AGENT, name=by.name))
        at = self._clock.now()

        def work(connection: Connection) -> tuple[Sent, list[Event]]:
            lock_conversation(connection, conversation_id)
            known = _known(connection, conversation_id, by, client_id)
            if known is not None:
                return known, []
            now = self._ledger.read(connection, conversation_id)
            self._ledger.touch(connection, conversation_id, replied(now, by, at), at)
            (event,) = append_events(connection, conversation_id, (body,), (), at, only_if_open=True)
            _remember(connection, conversation_id, by, client_id, cursor=event.cursor, at=at)
            _time(connection, conversation_id, now, by, cursor=event.cursor, at=at)
            return Sent(event.cursor, duplicate=False), [event]

        sent, events = await self._database.transact(work)
        self._hub.publish(conversation_id, *events)
        return sent

    async def note(self, conversation_id: str, by: Agent, client_id: str, text: str) -> Sent:
        """A note for staff, from whoever has the right to see the conversation; redacted, never shown to customers.

        Raises besides: EmptyText, TextTooLong.
        """
        return await self._note(conversation_id, by, client_id, text)

    async def whisper(self, conversation_id: str, by: Agent, client_id: str, text: str, to: str) -> Sent:
        """A supervisor's note to the agent ``to`` who has the conversation; stored as ``note``.

        Raises besides: HandoffChanged when somebody else has it, HandoffNotPossible when nobody or oneself has.
        """
        if not by.supervisor:
            raise NotTheirs
        return await self._note(conversation_id, by, client_id, text, whispered_to=to)

    async def _note(
        self, conversation_id: str, by: Agent, client_id: str, text: str, *, whispered_to: str | None = None
    ) -> Sent:
        clean = self._intake(text).text
        at = self._clock.now()

        def work(connection: Connection) -> Sent:
            lock_conversation(connection, conversation_id)
            known = _known(connection, conversation_id, by, client_id)
            if known is not None:
                return known
            now = self._ledger.read(connection, conversation_id)
            to = None if whispered_to is None else _listening(now, by, whispered_to)
            row = {"id": new_id(), "conversation_id": conversation_id, "agent_id": by.id, "agent_name": by.name}
            whisper = {} if to is None else {"to_agent_id": to.id, "to_agent_name": to.name}
            connection.execute(insert(AgentNoteRow).values(at=at, text=clean, **row, **whisper))
            _remember(connection, conversation_id, by, client_id, cursor=None, at=at)
            self._ledger.touch(connection, conversation_id, now, at)
            return Sent(None, duplicate=False)

        return await self._database.transact(work)

    async def _move(self, conversation_id: str, move: Move, version: int, *, audited: Agent | None = None) -> Handoff:
        at = self._clock.now()

        def work(connection: Connection) -> tuple[Moved, list[Event]]:
            lock_conversation(connection, conversation_id, only_if_open=True)
            moved = self._ledger.move(connection, conversation_id, move, at, expect=version)
            bodies = (*moved.dones, *moved.bodies)
            return moved, append_events(connection, conversation_id, bodies, moved.choices, at)

        async with self._database.session() as session:
            connection = await session.connection()
            moved, events = await connection.run_sync(work)
            if audited is not None:
                actor = Actor(ActorKind.AGENT, audited.id)
                entry = AuditEntry(actor, AuditAction.TAKEN_OVER, None, (conversation_id,), moved.before.state.value)
                await self._audit.append(session, entry)
        self._hub.publish(conversation_id, *events)
        if moved.after.is_human and not moved.before.is_human:
            self._taken(conversation_id)
        self._changed()
        return moved.after


def _listening(now: Handoff, by: Agent, to: str) -> Agent:
    """Who has the conversation and hears a whisper of ``by``. Raises HandoffChanged, HandoffNotPossible."""
    if now.state is not State.AGENT or now.agent is None or now.agent.id == by.id:
        raise HandoffNotPossible
    if now.agent.id != to:
        raise HandoffChanged
    return now.agent


def _time(connection: Connection, conversation_id: str, now: Handoff, by: Agent, *, cursor: int, at: datetime) -> None:
    """Store how long the customer has waited for this answer."""
    wait = waits_for(now)
    if wait is not None:
        waited_s = max(0, int((at - wait.since).total_seconds()))
        row = {"kind": wait.kind, "agent_id": by.id, "waited_s": waited_s, "answered_at": at}
        connection.execute(insert(ReplyTimeRow).values(conversation_id=conversation_id, cursor=cursor, **row))


def _known(connection: Connection, conversation_id: str, by: Agent, client_id: str) -> Sent | None:
    row = connection.execute(
        select(AgentMessageRow.cursor).where(
            AgentMessageRow.conversation_id == conversation_id,
            AgentMessageRow.agent_id == by.id,
            AgentMessageRow.client_id == client_id,
        )
    ).first()
    return None if row is None else Sent(row.cursor, duplicate=True)


def _remember(
    connection: Connection, conversation_id: str, by: Agent, client_id: str, *, cursor: int | None, at: datetime
) -> None:
    key = {"conversation_id": conversation_id, "agent_id": by.id, "client_id": client_id}
    connection.execute(insert(AgentMessageRow).values(cursor=cursor, at=at, **key))
