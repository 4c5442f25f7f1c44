"""What the staff sees of reconnection requests and decides about them: the ticket opens with the first proof.

A decision is made once (compare and set on the request's state), with its audit entry and the messages that tell the
customer, in one transaction. The messages stand in the conversations' events: a page that is open shows them at once
(``tail``), one that is opened later finds them.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk import messages, operator_tickets
from ndihma.desk.errors import UnknownConversation
from ndihma.desk.event_log import append_events, lock_conversation
from ndihma.desk.events import Author, AuthorKind, ReplyBody
from ndihma.desk.handoff.ledger import HandoffLedger
from ndihma.desk.ids import new_id
from ndihma.desk.reconnections import (
    ReconnectionRequest,
    RequestState,
    UnknownRequest,
    lock_open_request,
    read_request,
)
from ndihma.desk.tables import (
    AttachmentRow,
    ConversationRow,
    MailRow,
    MailState,
    OperatorTicketRow,
    OperatorTicketState,
    ReconnectionRequestRow,
    TicketKind,
    TicketRow,
    TicketState,
)
from ndihma.desk.ticket_reading import Ticket, read_tickets
from ndihma.redaction import redact

__all__ = ["InvalidDecision", "ProofCameLater", "TicketService", "open_ticket"]

_MAX_NAME: Final = 64
_MAX_REASON: Final = 300
_NAME: Final = re.compile(r"[^\W\d_][\w .@’'-]*")


class InvalidDecision(ValueError):
    """The name or the reason of a decision cannot be taken. The message says which and why."""


class ProofCameLater(Exception):
    """Whoever decided had not seen the latest proof."""


async def open_ticket(session: AsyncSession, reference: str, now: datetime) -> None:
    """The ticket of a request whose row the transaction has locked, unless there is one."""
    known = await session.scalar(select(TicketRow.id).where(TicketRow.reference == reference))
    if known is None:
        ticket = TicketRow(
            id=new_id(), kind=TicketKind.PAYMENT_PROOF, reference=reference, state=TicketState.OPEN, opened_at=now
        )
        session.add(ticket)
        await session.flush()


class TicketService:
    """Methods raise SQLAlchemyError when the database is away, and then nothing is decided or shown."""

    def __init__(self, database: Database, clock: Clock, audit: TransactionalAuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    async def tickets(self, *, closed_too: bool = False) -> list[Ticket]:
        """Open requests and those of which a mail or ticket failed, longest waiting first; at most 500."""
        mails = (
            select(AttachmentRow.reference)
            .join(MailRow, MailRow.attachment_id == AttachmentRow.id)
            .where(MailRow.state == MailState.FAILED)
        )
        tickets = select(OperatorTicketRow.reference).where(OperatorTicketRow.state == OperatorTicketState.FAILED)
        reference = ReconnectionRequestRow.reference
        wanted = (ReconnectionRequestRow.state == RequestState.FILED) | reference.in_(mails) | reference.in_(tickets)
        async with self._database.session() as session:
            return await read_tickets(session, None if closed_too else wanted)

    async def of_line(self, msisdn: Msisdn) -> list[Ticket]:
        """The requests of one line, the oldest first. Whoever calls this audits that the account was read."""
        async with self._database.session() as session:
            return await read_tickets(session, ReconnectionRequestRow.msisdn == msisdn.e164)

    async def show(self, reference: str, actor: Actor) -> Ticket:
        """One request with its number in clear; audited. Raises UnknownRequest."""
        async with self._database.session() as session:
            # A change of nothing: on SQLite a transaction that will write must not begin with reading.
            found = await session.scalar(
                update(ReconnectionRequestRow)
                .where(ReconnectionRequestRow.reference == reference)
                .values(msisdn=ReconnectionRequestRow.msisdn)
                .returning(ReconnectionRequestRow.msisdn)
                .execution_options(synchronize_session=False)
            )
            if found is None:
                raise UnknownRequest
            (ticket,) = await read_tickets(session, ReconnectionRequestRow.reference == reference)
            fields = ("msisdn", "proof")
            await self._audit.append(session, AuditEntry(actor, AuditAction.PROOF_READ, Msisdn(found), fields))
        return ticket

    async def confirm(self, reference: str, by: str, *, kind: ActorKind = ActorKind.OPERATOR) -> ReconnectionRequest:
        """The line was switched on. Raises UnknownRequest (no open one), InvalidDecision."""
        return await self._decide(reference, Actor(kind, _name(by)), None)

    async def reject(
        self,
        reference: str,
        by: str,
        reason: str,
        *,
        kind: ActorKind = ActorKind.OPERATOR,
        decided_at: datetime | None = None,
    ) -> ReconnectionRequest:
        """The proof proves nothing. ``reason`` (3 to 300 characters, Albanian) is told to the customer, redacted.

        Raises as ``confirm``; with ``decided_at``, the moment (aware) of a decision elsewhere or of the latest proof
        that was seen here, also ProofCameLater.
        """
        return await self._decide(reference, Actor(kind, _name(by)), _reason(reason), decided_at)

    async def _decide(
        self, reference: str, actor: Actor, reason: str | None, decided_at: datetime | None = None
    ) -> ReconnectionRequest:
        now = self._clock.now()
        state = RequestState.CONFIRMED if reason is None else RequestState.REJECTED
        async with self._database.session() as session:
            row = await lock_open_request(session, reference)
            if row is None:
                raise UnknownRequest
            proof_at = (await read_request(session, row)).proof_at
            if decided_at is not None and proof_at is not None and proof_at > decided_at:
                raise ProofCameLater
            row.state, row.closed_at, row.decided_by, row.reason = state, now, actor.id, reason
            await session.flush()
            await session.execute(
                update(TicketRow)
                .where(TicketRow.reference == reference)
                .values(state=TicketState.CLOSED, closed_at=now)
                .execution_options(synchronize_session=False)
            )
            await operator_tickets.decided(session, reference, now, there=actor.kind is ActorKind.SYSTEM)
            msisdn = Msisdn(row.msisdn)
            text = (
                messages.request_confirmed(reference, msisdn)
                if reason is None
                else messages.request_rejected(reference, msisdn, reason)
            )
            told = await session.scalars(  # where a proof came from, or was asked for: the customer may be there now
                select(AttachmentRow.conversation_id)
                .where(AttachmentRow.reference == reference)
                .union(select(ConversationRow.id).where(ConversationRow.wanted_reference == reference))
            )
            for conversation_id in sorted({row.conversation_id, *told}):  # one order of locks for everybody
                connection = await session.connection()
                await connection.run_sync(_tell, conversation_id, text, now)
            request = await read_request(session, row)
            entry = AuditEntry(actor, AuditAction.PROOF_DECIDED, msisdn, ("reconnection_request",), state.value)
            await self._audit.append(session, entry)
        return request


def _tell(connection: Connection, conversation_id: str, text: str, now: datetime) -> None:
    """By the assistant; while people have the conversation by the operator's staff, who decided it: it is silent."""
    try:
        lock_conversation(connection, conversation_id)
        human = HandoffLedger().read(connection, conversation_id).is_human
        body = ReplyBody(in_reply_to=None, text=text, author=Author(kind=AuthorKind.AGENT) if human else None)
        append_events(connection, conversation_id, (body,), (), now)
    except UnknownConversation:  # retention has removed it; who asks by the number learns the decision
        return


def _name(by: str) -> str:
    name = " ".join(by.split())
    if len(name) > _MAX_NAME or not _NAME.fullmatch(name):
        raise InvalidDecision(f"the name must begin with a letter and have at most {_MAX_NAME} characters")
    return name


def _reason(given: str) -> str:
    reason = " ".join(given.split())
    if not reason.isprintable() or not 3 <= len(reason) <= _MAX_REASON - 1:  # noqa: PLR2004
        raise InvalidDecision(f"the reason must have 3 to {_MAX_REASON - 1} characters")
    if reason[-1] not in ".!?":
        reason += "."
    return redact(reason).text[:_MAX_REASON]
