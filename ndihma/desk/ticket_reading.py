"""Reconnection requests with their proofs, mails and tickets, as the staff reads them. Decisions are in ``tickets``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.ports import TicketStatus
from ndihma.desk.claims import AmountCheck, PaymentClaim, check_amount
from ndihma.desk.reconnections import ReconnectionRequest, read_request
from ndihma.desk.tables import (
    AttachmentRow,
    MailRow,
    MailState,
    OperatorTicketRow,
    OperatorTicketState,
    ReconnectionRequestRow,
    TicketRow,
)

__all__ = ["MailStatus", "OperatorTicket", "Proof", "Ticket", "read_tickets"]

_MAX_LISTED: Final = 500


@dataclass(frozen=True, slots=True)
class MailStatus:
    """The mail about one proof; ``next_try_at`` while it is queued."""

    state: MailState
    attempts: int
    next_try_at: datetime
    last_error: str | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proof:
    """One file; ``name`` is its random name among the uploads."""

    name: str
    media_type: str
    size: int
    received_at: datetime
    claim: PaymentClaim
    """What the customer says to have paid, with this file or else in the chat."""
    amount: AmountCheck
    mail: MailStatus | None


@dataclass(frozen=True, slots=True)
class OperatorTicket:
    """The ticket in the operator's own system; ``id``, ``status`` and ``seen_at`` once it is made."""

    state: OperatorTicketState
    attempts: int
    next_try_at: datetime
    last_error: str | None
    id: str | None
    status: TicketStatus | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request with its proofs, oldest first. ``opened_at``: None while there is no proof.

    ``operator``: None where the operator's own system takes no tickets, or took none when it was filed.
    """

    request: ReconnectionRequest
    opened_at: datetime | None
    proofs: tuple[Proof, ...]
    operator: OperatorTicket | None = None


async def read_tickets(session: AsyncSession, wanted: ColumnElement[bool] | None) -> list[Ticket]:
    """The requests that are ``wanted``, the oldest first; None: all. At most 500: the oldest of those that are wanted,
    because nobody who waits may be left out, and the latest of all."""
    statement = (
        select(ReconnectionRequestRow, TicketRow.opened_at, OperatorTicketRow)
        .outerjoin(TicketRow, TicketRow.reference == ReconnectionRequestRow.reference)
        .outerjoin(OperatorTicketRow, OperatorTicketRow.reference == ReconnectionRequestRow.reference)
    )
    if wanted is not None:
        statement = statement.where(wanted)
    filed = ReconnectionRequestRow.created_at
    latest = wanted is None
    rows = (await session.execute(statement.order_by(filed.desc() if latest else filed.asc()).limit(_MAX_LISTED))).all()
    references = [row.reference for row, _, _ in rows]
    proofs: dict[str, list[tuple[AttachmentRow, MailRow | None]]] = defaultdict(list)
    for proof, mail in await session.execute(
        select(AttachmentRow, MailRow)
        .outerjoin(MailRow, MailRow.attachment_id == AttachmentRow.id)
        .where(AttachmentRow.reference.in_(references))
        .order_by(AttachmentRow.created_at, AttachmentRow.id)
    ):
        proofs[proof.reference].append((proof, mail))
    return [
        Ticket(
            request := await read_request(session, row),
            opened_at,
            tuple(_proof(request, proof, mail) for proof, mail in proofs[row.reference]),
            None if operator is None else _operator_ticket(operator),
        )
        for row, opened_at, operator in (reversed(rows) if latest else rows)
    ]


def _operator_ticket(row: OperatorTicketRow) -> OperatorTicket:
    return OperatorTicket(
        OperatorTicketState(row.state),
        row.attempts,
        row.due_at,
        row.last_error,
        row.ticket_id,
        None if row.status is None else TicketStatus(row.status),
        row.seen_at,
    )


def _proof(request: ReconnectionRequest, row: AttachmentRow, mail: MailRow | None) -> Proof:
    claim = PaymentClaim(row.claimed_cents, row.claimed_on).over(request.claim)
    check = check_amount(claim.amount_cents, request.due_cents)
    return Proof(row.id, row.media_type, row.size, row.created_at, claim, check, _mail(mail))


def _mail(row: MailRow | None) -> MailStatus | None:
    if row is None:  # of a proof that an earlier version took
        return None
    return MailStatus(MailState(row.state), row.attempts, row.due_at, row.last_error, row.sent_at)
