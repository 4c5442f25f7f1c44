"""Hand-offs in the desk database, within transactions of the caller's that have locked the conversation.

Every move is a compare-and-set on the version, in the transaction that stores what the customer is told of it. What
keeps the assistant silent is this: when people get a conversation, the turns that wait for the assistant end there and
then, and while they have it no turn begins to wait. An answer under way finds its turn over, and is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Row, Table, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from ndihma.desk.errors import HandoffChanged
from ndihma.desk.event_log import Choice, drop_pending_turns
from ndihma.desk.events import Body, Button, DoneBody
from ndihma.desk.handoff import messages
from ndihma.desk.handoff.model import (
    Agent,
    Ask,
    Ended,
    Handoff,
    Lapsed,
    Move,
    Reopen,
    State,
    Unserved,
    Wake,
    moved,
    written,
)
from ndihma.desk.handoff.notices import queue_notice
from ndihma.desk.handoff.rules import ON_DUTY, Availability, HandoffRules
from ndihma.desk.handoff.tables import HandoffRow, PresenceRow
from ndihma.desk.handoff.telling import nobody_there, standing, told
from ndihma.desk.ids import choice_id
from ndihma.desk.tables import ConversationRow, TurnKind, TurnState

__all__ = ["CALLBACK_PAYLOAD", "HandoffLedger", "Moved", "Written", "handoff_of"]

CALLBACK_PAYLOAD: Final = "callback"
"""Behind the button that asks to be called: no slash, so it is nothing for the engine."""

_HANDOFFS: Final = cast("Table", HandoffRow.__table__)
_CONVERSATIONS: Final = cast("Table", ConversationRow.__table__)
_READ: Final = select(_HANDOFFS).where(_HANDOFFS.c.conversation_id == bindparam("of"))
_INSERT: Final = insert(_HANDOFFS)
_WRITE: Final = (
    update(_HANDOFFS)
    .where(_HANDOFFS.c.conversation_id == bindparam("of"), _HANDOFFS.c.version == bindparam("seen"))
    .values(
        {
            column.name: bindparam(f"new_{column.name}")
            for column in _HANDOFFS.columns
            if column.name != "conversation_id"
        }
    )
)
_TO_PEOPLE: Final = update(_CONVERSATIONS).where(_CONVERSATIONS.c.id == bindparam("of")).values(handed_over=True)
_TO_ASSISTANT: Final = (
    update(_CONVERSATIONS)
    .where(_CONVERSATIONS.c.id == bindparam("of"))
    .values(
        handed_over=False,
        # The engine has not heard what was said meanwhile: it begins anew, or it would misread what comes.
        epoch=_CONVERSATIONS.c.epoch + 1,
        epoch_turns=0,
        last_reply_offered=False,
    )
)
_AHEAD: Final = (
    select(func.count())
    .select_from(_HANDOFFS)
    .where(
        _HANDOFFS.c.state == State.WAITING,
        or_(
            _HANDOFFS.c.waiting_since < bindparam("since"),
            and_(_HANDOFFS.c.waiting_since == bindparam("since"), _HANDOFFS.c.conversation_id < bindparam("of")),
        ),
    )
)
_IN_QUEUE: Final = select(func.count()).select_from(_HANDOFFS).where(_HANDOFFS.c.state == State.WAITING)
_PRESENT: Final = (
    select(func.count())
    .select_from(PresenceRow)
    .where(PresenceRow.presence.in_(sorted(ON_DUTY)), PresenceRow.seen_at > bindparam("after"))
)


@dataclass(frozen=True, slots=True)
class Moved:
    """A stored move, and what the caller has to append to the conversation: ``bodies``, then ``dones``."""

    before: Handoff
    after: Handoff
    bodies: tuple[Body, ...]
    dones: tuple[DoneBody, ...] = ()
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """Whether people have the conversation in which the customer wrote, and what the caller has to append."""

    human: bool
    bodies: tuple[Body, ...] = ()


class HandoffLedger:
    """See the module. Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, rules: HandoffRules | None = None) -> None:
        self.rules = rules or HandoffRules()

    def read(self, connection: Connection, conversation_id: str) -> Handoff:
        """Where the conversation stands."""
        row = connection.execute(_READ, {"of": conversation_id}).first()
        return Handoff() if row is None else handoff_of(row)

    def availability(self, connection: Connection, at: datetime) -> Availability:
        """Who could take a conversation now."""
        hours = self.rules.hours
        return Availability(
            on_duty=connection.execute(_PRESENT, {"after": at - self.rules.present_for}).scalar_one(),
            waiting=connection.execute(_IN_QUEUE).scalar_one(),
            opens_at=None if hours.open_at(at) else hours.opens_after(at),
            most_waiting=self.rules.most_waiting,
        )

    def move(
        self,
        connection: Connection,
        conversation_id: str,
        move: Move,
        at: datetime,
        *,
        expect: int | None = None,
        in_reply_to: str | None = None,
    ) -> Moved:
        """Carry out a move; ``expect``: the version that whoever moves has seen.

        Raises HandoffChanged, HandoffNotPossible, NotTheirs.
        """
        before = self.read(connection, conversation_id)
        if expect is not None and before.version != expect:
            raise HandoffChanged
        after = moved(before, move, at)
        position = self._position(connection, conversation_id, after)
        self._write(connection, conversation_id, before=before, after=after, at=at, position=position)
        dones: list[DoneBody] = []
        if after.is_human and not before.is_human:
            connection.execute(_TO_PEOPLE, {"of": conversation_id})
            dones = drop_pending_turns(connection, conversation_id, TurnState.HUMAN, at)
        elif after.state is State.BOT:
            connection.execute(_TO_ASSISTANT, {"of": conversation_id})
        if self.rules.notices:
            queue_notice(connection, conversation_id, before, after, at)
        bodies = told(move, after, position, in_reply_to=in_reply_to)
        if not isinstance(move, Unserved):
            return Moved(before, after, tuple(bodies), tuple(dones))
        reply, choices = self._nobody(connection, at, None)
        return Moved(before, after, (*bodies, reply), choices=choices)

    def ask(self, connection: Connection, conversation_id: str, at: datetime, in_reply_to: str | None) -> Moved:
        """The customer asks for a person: into the queue, or told that nobody is there and what to do instead."""
        before = self.read(connection, conversation_id)
        if self.availability(connection, at).takes:
            return self.move(connection, conversation_id, Ask(), at, in_reply_to=in_reply_to)
        reply, choices = self._nobody(connection, at, in_reply_to)
        return Moved(before, before, (reply,), choices=choices)

    def customer_wrote(self, connection: Connection, conversation_id: str, kind: TurnKind, at: datetime) -> Written:
        """To be called when the customer wrote in a conversation that is handed over."""
        now = self.read(connection, conversation_id)
        bodies: tuple[Body, ...] = ()
        match now.state:
            case State.BOT:
                return Written(human=False)
            case State.CLOSED:
                lately = now.closed_at is not None and at - now.closed_at <= self.rules.reopened_within
                if not lately or not self.availability(connection, at).takes:
                    self.move(connection, conversation_id, Lapsed(), at)
                    return Written(human=False)
                bodies = self.move(connection, conversation_id, Reopen(), at).bodies
            case State.SNOOZED:
                bodies = self.move(connection, conversation_id, Wake(), at).bodies
            case State.WAITING if kind is TurnKind.AGENT:  # asked again: told again
                bodies = self.standing(connection, conversation_id) or ()
            case _:
                pass
        now = self.read(connection, conversation_id)
        self.touch(connection, conversation_id, written(now, at), at)
        return Written(human=True, bodies=bodies)

    def standing(self, connection: Connection, conversation_id: str) -> tuple[Body, ...] | None:
        """While people have the conversation: who has it, to be told in place of what the assistant would say. None:
        the assistant speaks.

        For sentences that no turn is behind, in the transaction that stores them.
        """
        now = self.read(connection, conversation_id)
        if not now.is_human:
            return None
        return tuple(standing(now, self._position(connection, conversation_id, now)))

    def touch(self, connection: Connection, conversation_id: str, now: Handoff, at: datetime) -> None:
        """Store what is no move: somebody wrote or answered."""
        values = {
            "first_reply_at": now.first_reply_at,
            "unanswered_since": now.unanswered_since,
            "changed_at": at,
        }
        connection.execute(update(_HANDOFFS).where(_HANDOFFS.c.conversation_id == conversation_id).values(values))

    def ended(self, connection: Connection, conversation_id: str, at: datetime) -> None:
        """The customer has ended the conversation: nobody has to serve it any more."""
        if self.read(connection, conversation_id).is_human:
            self.move(connection, conversation_id, Ended(), at)

    def _position(self, connection: Connection, conversation_id: str, handoff: Handoff) -> int | None:
        if handoff.state is not State.WAITING:
            return None
        values = {"of": conversation_id, "since": handoff.waiting_since}
        ahead: int = connection.execute(_AHEAD, values).scalar_one()
        return ahead + 1

    def _write(
        self,
        connection: Connection,
        conversation_id: str,
        *,
        before: Handoff,
        after: Handoff,
        at: datetime,
        position: int | None,
    ) -> None:
        values = {
            "state": after.state,
            "version": after.version,
            "agent_id": after.agent.id if after.agent else None,
            "agent_name": after.agent.name if after.agent else None,
            "team": after.team,
            "asked_at": after.asked_at,
            "waiting_since": after.waiting_since,
            "first_reply_at": after.first_reply_at,
            "unanswered_since": after.unanswered_since,
            "snoozed_until": after.snoozed_until,
            "closed_at": after.closed_at,
            "told_position": position,
            "told_at": None if position is None else at,
            "changed_at": at,
        }
        if before.version == 0:
            connection.execute(_INSERT, {"conversation_id": conversation_id, **values})
            return
        bound = {f"new_{name}": value for name, value in values.items()}
        written_rows = connection.execute(_WRITE, {"of": conversation_id, "seen": before.version, **bound})
        if written_rows.rowcount != 1:
            raise HandoffChanged

    def _nobody(self, connection: Connection, at: datetime, in_reply_to: str | None) -> tuple[Body, tuple[Choice, ...]]:
        offered = Choice(choice_id(), messages.CALLBACK_BUTTON, CALLBACK_PAYLOAD)
        button = Button(id=offered.id, title=offered.title)
        opens = self.availability(connection, at).opens_at
        return nobody_there(button, opens, in_reply_to=in_reply_to), (offered,)


def handoff_of(row: Row[*tuple[Any, ...]]) -> Handoff:
    """A row of ``handoffs`` as a value."""
    agent = None if row.agent_id is None else Agent(row.agent_id, row.agent_name or "")
    return Handoff(
        state=State(row.state),
        version=row.version,
        agent=agent,
        asked_at=row.asked_at,
        waiting_since=row.waiting_since,
        first_reply_at=row.first_reply_at,
        unanswered_since=row.unanswered_since,
        snoozed_until=row.snoozed_until,
        closed_at=row.closed_at,
        team=row.team,
    )
