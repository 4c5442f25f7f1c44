"""The ticket about one reconnection request, made of what is stored when it is made."""

from __future__ import annotations

from sqlalchemy import func, select

from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import NewTicket
from ndihma.db import Database
from ndihma.desk import messages
from ndihma.desk.claims import PaymentClaim, check_amount
from ndihma.desk.reconnections import RequestState
from ndihma.desk.tables import AttachmentRow, ReconnectionRequestRow

__all__ = ["OperatorTicketTexts"]


class OperatorTicketTexts:
    """Implements TicketComposer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def compose(self, reference: str) -> NewTicket | None:
        """The ticket; None when the request is decided or gone. Raises SQLAlchemyError."""
        of_request = AttachmentRow.reference == reference
        async with self._database.session() as session:
            request = await session.get(ReconnectionRequestRow, reference)
            latest = await session.scalar(
                select(AttachmentRow).where(of_request).order_by(AttachmentRow.created_at.desc()).limit(1)
            )
            count = await session.scalar(select(func.count()).select_from(AttachmentRow).where(of_request))
        if request is None or request.state != RequestState.FILED:
            return None
        claim = PaymentClaim(request.claimed_cents, request.claimed_on)
        if latest is not None:
            claim = PaymentClaim(latest.claimed_cents, latest.claimed_on).over(claim)
        text = messages.operator_ticket(
            reference=reference,
            filed_at=request.created_at,
            due_cents=request.due_cents,
            claimed_cents=claim.amount_cents,
            check=check_amount(claim.amount_cents, request.due_cents),
            paid_on=claim.paid_on,
            proofs=count or 0,
        )
        title = messages.OPERATOR_TICKET_TITLE.format(reference=reference)
        return NewTicket(reference, Msisdn(request.msisdn), title, text)
