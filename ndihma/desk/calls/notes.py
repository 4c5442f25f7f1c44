"""Notes of telephone calls: what an agent writes beside a call, how it ended, whom it concerned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import case, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.calls.tables import CallNoteRow, CallState, CallTicketRow, CallTicketState
from ndihma.desk.handoff.model import Agent
from ndihma.desk.ids import new_reference
from ndihma.desk.ports import Intake

__all__ = ["LEFT_TO_DO", "CallNote", "CallNotes", "CallTicketShown", "Disposition", "NewCallNote", "UnknownCall"]

_PREFIX: Final = "SH"
_ATTEMPTS: Final = 5
_MOST_LISTED: Final = 200


class Disposition(StrEnum):
    """How a call ended."""

    SOLVED = "solved"
    GUIDED = "guided"
    """The caller was told what to do, or where to go."""
    REQUEST_OPENED = "request_opened"
    CALL_BACK = "call_back"
    """The caller is to be called."""
    CUT_OFF = "cut_off"
    """The line broke, or nobody spoke."""
    OTHER = "other"


LEFT_TO_DO: Final = frozenset({Disposition.REQUEST_OPENED, Disposition.CALL_BACK})
"""Calls that leave work: their notes stay open until somebody says that it is done."""


class UnknownCall(Exception):
    """No call has this reference, or none that is open, or none with a number."""


@dataclass(frozen=True, slots=True)
class NewCallNote:
    """What an agent noted. The same ``client_id`` of the same agent again is the same note."""

    client_id: str
    disposition: Disposition
    text: str
    msisdn: Msisdn | None = None


@dataclass(frozen=True, slots=True)
class CallTicketShown:
    """The ticket in the operator's own system; ``id`` once it is made."""

    state: CallTicketState
    id: str | None


@dataclass(frozen=True, slots=True)
class CallNote:
    """A stored note. ``duplicate``: the same client id was stored before. ``ticket``: None where there is no such
    system, or was none."""

    reference: str
    agent_id: str
    agent_name: str
    disposition: Disposition
    text: str
    msisdn: Msisdn | None
    state: CallState
    noted_at: datetime
    ticket: CallTicketShown | None = None
    duplicate: bool = False


class CallNotes:
    """Methods raise SQLAlchemyError when the database is away; then nothing is stored or shown."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        audit: TransactionalAuditTrail,
        intake: Intake,
        *,
        queued: Callable[[], None] | None = None,
    ) -> None:
        """``queued``: called when a ticket became due; None where the operator's own system takes no tickets."""
        self._database = database
        self._clock = clock
        self._audit = audit
        self._intake = intake
        self._queued = queued

    async def note(self, by: Agent, new: NewCallNote) -> CallNote:
        """Store a note, redacted, with its ticket where there is such a system; audited.

        The same client id again stores nothing and gives what is stored. Raises EmptyText, TextTooLong.
        """
        clean, now = self._intake(new.text).text, self._clock.now()
        is_open = new.disposition in LEFT_TO_DO
        values = {
            "agent_id": by.id,
            "agent_name": by.name,
            "client_id": new.client_id,
            "disposition": new.disposition.value,
            "text": clean,
            "msisdn": None if new.msisdn is None else new.msisdn.e164,
            "state": CallState.OPEN if is_open else CallState.DONE,
            "noted_at": now,
        } | ({} if is_open else {"done_at": now, "done_by": by.id})
        for _ in range(_ATTEMPTS):
            known = await self._known(by, new.client_id)
            if known is not None:
                return known
            try:
                async with self._database.session() as session:
                    made = await session.scalars(
                        insert(CallNoteRow)
                        .values(reference=new_reference(_PREFIX), **values)
                        .returning(CallNoteRow)
                        .execution_options(populate_existing=True)
                    )
                    note = _note(made.one(), None)
                    if self._queued is not None:
                        ticket = {"state": CallTicketState.QUEUED, "attempts": 0, "due_at": now}
                        await session.execute(insert(CallTicketRow).values(reference=note.reference, **ticket))
                    reason = new.disposition.value
                    entry = AuditEntry(_actor(by), AuditAction.CALL_NOTED, new.msisdn, (note.reference,), reason)
                    await self._audit.append(session, entry)
            except IntegrityError:  # the same one at the same moment, or the reference is taken
                continue
            if self._queued is not None:
                self._queued()
            return note
        raise RuntimeError("no free reference found")

    async def listed(self, *, done_too: bool) -> list[CallNote]:
        """Calls that leave something to do, the longest waiting first; with ``done_too`` all, the latest first. At
        most 200."""
        query = select(CallNoteRow, CallTicketRow).outerjoin(
            CallTicketRow, CallTicketRow.reference == CallNoteRow.reference
        )
        if done_too:
            query = query.order_by(CallNoteRow.noted_at.desc(), CallNoteRow.reference)
        else:
            query = query.where(CallNoteRow.state == CallState.OPEN)
            query = query.order_by(CallNoteRow.noted_at, CallNoteRow.reference)
        async with self._database.session() as session:
            return [_note(row, ticket) for row, ticket in await session.execute(query.limit(_MOST_LISTED))]

    async def show(self, reference: str, by: Agent, reason: str) -> CallNote:
        """One call with its number in clear, for a reason; audited. Raises UnknownCall when it has none."""
        async with self._database.session() as session:
            # A change of nothing: on SQLite a transaction that will write must not begin with reading.
            row = await session.scalar(
                update(CallNoteRow)
                .where(CallNoteRow.reference == reference, CallNoteRow.msisdn.is_not(None))
                .values(text=CallNoteRow.text)
                .returning(CallNoteRow)
                .execution_options(synchronize_session=False)
            )
            if row is None:
                raise UnknownCall
            shown = _note(row, await session.get(CallTicketRow, reference))
            entry = AuditEntry(_actor(by), AuditAction.FIELD_REVEALED, shown.msisdn, ("call.msisdn",), reason)
            await self._audit.append(session, entry)
        return shown

    async def done(self, reference: str, by: Agent) -> None:
        """What was left to do is done; the ticket is told so; audited. Raises UnknownCall."""
        now = self._clock.now()
        async with self._database.session() as session:
            row = await session.scalar(
                update(CallNoteRow)
                .where(CallNoteRow.reference == reference, CallNoteRow.state == CallState.OPEN)
                .values(state=CallState.DONE, done_at=now, done_by=by.id)
                .returning(CallNoteRow)
                .execution_options(synchronize_session=False)
            )
            if row is None:
                raise UnknownCall
            subject = None if row.msisdn is None else Msisdn(row.msisdn)
            await self._close_ticket(session, reference, now)
            await self._audit.append(session, AuditEntry(_actor(by), AuditAction.CALL_DONE, subject, (reference,)))
        if self._queued is not None:
            self._queued()

    async def _close_ticket(self, session: AsyncSession, reference: str, now: datetime) -> None:
        """Who makes the ticket just now is not waited for: it is made again, found and closed when that one's lease has
        ended."""
        row = CallTicketRow
        await session.execute(
            update(row)
            .where(row.reference == reference, row.state.in_([CallTicketState.QUEUED, CallTicketState.MADE]))
            .values(
                state=case(
                    (row.state == CallTicketState.MADE, CallTicketState.CLOSING.value),
                    else_=CallTicketState.QUEUED.value,
                ),
                due_at=case((row.lease.is_not(None), row.due_at), else_=literal(now, row.due_at.type)),
                attempts=0,
                lease=None,
            )
            .execution_options(synchronize_session=False)
        )

    async def _known(self, by: Agent, client_id: str) -> CallNote | None:
        query = (
            select(CallNoteRow, CallTicketRow)
            .outerjoin(CallTicketRow, CallTicketRow.reference == CallNoteRow.reference)
            .where(CallNoteRow.agent_id == by.id, CallNoteRow.client_id == client_id)
        )
        async with self._database.session() as session:
            found = (await session.execute(query)).first()
        return None if found is None else _note(*found, duplicate=True)


def _actor(agent: Agent) -> Actor:
    return Actor(ActorKind.AGENT, agent.id)


def _note(row: CallNoteRow, ticket: CallTicketRow | None, *, duplicate: bool = False) -> CallNote:
    return CallNote(
        row.reference,
        row.agent_id,
        row.agent_name,
        Disposition(row.disposition),
        row.text,
        None if row.msisdn is None else Msisdn(row.msisdn),
        CallState(row.state),
        row.noted_at,
        None if ticket is None else CallTicketShown(CallTicketState(ticket.state), ticket.ticket_id),
        duplicate,
    )
