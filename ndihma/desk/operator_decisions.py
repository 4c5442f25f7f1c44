"""What the operator's staff decided in their own ticket is our decision too, with all that follows from one."""

from __future__ import annotations

import logging
from typing import Final

from ndihma.accounts.ports import Ticket, TicketDesk, TicketStatus
from ndihma.audit.model import ActorKind
from ndihma.desk import messages
from ndihma.desk.operator_tickets import OperatorTickets
from ndihma.desk.reconnections import UnknownRequest
from ndihma.desk.tickets import InvalidDecision, ProofCameLater, TicketService

__all__ = ["OperatorDecisions"]

_log = logging.getLogger(__name__)
_BY: Final = "operator's ticket system"


class OperatorDecisions:
    """Methods raise SQLAlchemyError when the database is away, and then nothing is decided."""

    def __init__(self, outbox: OperatorTickets, desk: TicketDesk, tickets: TicketService) -> None:
        self._outbox = outbox
        self._desk = desk
        self._tickets = tickets

    async def look(self, reference: str) -> bool:
        """Ask how the ticket of an open request stands, unless that is known; whether the request is decided by it.

        For whoever answers a customer now. Raises AccountsUnavailable too.
        """
        if not await self._outbox.is_worth_a_look(reference):
            return False
        ticket = await self._desk.find(reference)
        if ticket is None:
            return False
        await self._outbox.seen_besides(reference, ticket)
        return await self.apply(reference, ticket)

    async def apply(self, reference: str, ticket: Ticket) -> bool:
        """Decide the open request as its ticket is; whether it was decided now.

        A refusal from before the latest proof says nothing about that proof: the request stays open.
        """
        try:
            if ticket.status is TicketStatus.RESOLVED:
                await self._tickets.confirm(reference, _BY, kind=ActorKind.SYSTEM)
                return True
            if ticket.status is TicketStatus.REFUSED:
                await self._refuse(reference, ticket)
                return True
        except UnknownRequest:  # decided meanwhile, here or by another process
            return False
        except ProofCameLater:
            _log.warning("a ticket was refused before the latest proof came", extra={"reference": reference})
        return False

    async def _refuse(self, reference: str, ticket: Ticket) -> None:
        told = ticket.reason or messages.REFUSED_WITHOUT_REASON
        try:
            await self._tickets.reject(reference, _BY, told, kind=ActorKind.SYSTEM, decided_at=ticket.changed_at)
        except InvalidDecision:  # too short or too long to be a sentence for the customer
            told = messages.REFUSED_WITHOUT_REASON
            await self._tickets.reject(reference, _BY, told, kind=ActorKind.SYSTEM, decided_at=ticket.changed_at)
