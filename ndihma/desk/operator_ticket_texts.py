"""The ticket about one reconnection request, made of what is stored when it is made, and what is added to it later."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import NewTicket, TicketDecision, TicketNote
from ndihma.db import Database
from ndihma.desk import messages
from ndihma.desk.claims import PaymentClaim, check_amount
from ndihma.desk.reconnections import RequestState
from ndihma.desk.tables import AttachmentRow, ReconnectionRequestRow
from ndihma.desk.ticket_worker import Amendment

__all__ = ["OperatorTicketTexts"]


class OperatorTicketTexts:
    """Implements TicketComposer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def compose(self, reference: str) -> NewTicket | None:
        """The ticket; None when the request is decided or gone. Raises SQLAlchemyError."""
        request, proofs = await self._read(reference)
        if request is None or request.state != RequestState.FILED:
            return None
        claim = _claim(request, proofs[-1] if proofs else None)
        text = messages.operator_ticket(
            reference=reference,
            filed_at=request.created_at,
            due_cents=request.due_cents,
            claimed_cents=claim.amount_cents,
            check=check_amount(claim.amount_cents, request.due_cents),
            paid_on=claim.paid_on,
            proofs=len(proofs),
        )
        title = messages.OPERATOR_TICKET_TITLE.format(reference=reference)
        return NewTicket(reference, Msisdn(request.msisdn), title, text, _notes(request, proofs))

    async def amendment(self, reference: str) -> Amendment | None:
        """What its ticket must hold by now; None when the request is gone. Raises SQLAlchemyError."""
        request, proofs = await self._read(reference)
        return None if request is None else Amendment(_notes(request, proofs), _decision(request))

    async def _read(self, reference: str) -> tuple[ReconnectionRequestRow | None, Sequence[AttachmentRow]]:
        async with self._database.session() as session:
            request = await session.get(ReconnectionRequestRow, reference)
            proofs = await session.scalars(
                select(AttachmentRow)
                .where(AttachmentRow.reference == reference)
                .order_by(AttachmentRow.created_at, AttachmentRow.id)
            )
            return request, proofs.all()


def _claim(request: ReconnectionRequestRow, proof: AttachmentRow | None) -> PaymentClaim:
    claim = PaymentClaim(request.claimed_cents, request.claimed_on)
    return claim if proof is None else PaymentClaim(proof.claimed_cents, proof.claimed_on).over(claim)


def _notes(request: ReconnectionRequestRow, proofs: Sequence[AttachmentRow]) -> tuple[TicketNote, ...]:
    """One for each proof; its place among them, which never changes, is how it is known in the ticket."""
    notes = []
    for place, proof in enumerate(proofs, start=1):
        claim = _claim(request, proof)
        key, text = messages.operator_note(
            reference=request.reference,
            place=place,
            received_at=proof.created_at,
            claimed_cents=claim.amount_cents,
            check=check_amount(claim.amount_cents, request.due_cents),
            paid_on=claim.paid_on,
        )
        notes.append(TicketNote(key, text))
    return tuple(notes)


def _decision(request: ReconnectionRequestRow) -> TicketDecision | None:
    if request.state == RequestState.FILED:
        return None
    is_confirmed = request.state == RequestState.CONFIRMED
    return TicketDecision(is_confirmed, messages.operator_decision(None if is_confirmed else request.reason))
