"""TMF621: a ticket for the operator's staff, made once however often it is asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ndihma.accounts.adapters.tmforum.client import TmfClient
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer
from ndihma.accounts.adapters.tmforum.mapping import Api
from ndihma.accounts.adapters.tmforum.resources import TroubleTicket, fields_of, read
from ndihma.accounts.ports import NewTicket, Ticket, TicketStatus

__all__ = ["TmfTickets"]

_TIMEOUT_S: Final = 5.0


_MEANING: Final = {
    "acknowledged": TicketStatus.OPEN,
    "pending": TicketStatus.OPEN,
    "held": TicketStatus.OPEN,
    "inProgress": TicketStatus.OPEN,
    "resolved": TicketStatus.RESOLVED,
    "closed": TicketStatus.RESOLVED,
    "rejected": TicketStatus.REFUSED,
    "cancelled": TicketStatus.REFUSED,
}
"""TroubleTicketStatusType."""


class TmfTickets:
    """A TicketDesk over TMF621. Our reference is the ticket's ``externalId``."""

    def __init__(self, client: TmfClient, *, timeout_s: float = _TIMEOUT_S) -> None:
        """``timeout_s`` bounds each call. Nobody waits for a ticket on the screen: it may be longer than a read."""
        self._client = client
        self._timeout_s = timeout_s

    async def find(self, reference: str) -> Ticket | None:
        """See TicketDesk."""
        return await self._find(reference, Deadline(self._timeout_s))

    async def open(self, ticket: NewTicket, now: datetime) -> Ticket:
        """See TicketDesk. A post is never repeated by itself: the next call looks for its ticket first."""
        deadline = Deadline(self._timeout_s)
        known = await self._find(ticket.reference, deadline)
        if known is not None:
            return known
        body = {
            "externalId": ticket.reference,
            "ticketType": ticket.kind,
            "name": ticket.title,
            "description": ticket.description,
            "severity": ticket.severity,
            "creationDate": now.isoformat(timespec="seconds"),
            "relatedEntity": [{"id": ticket.customer_id, "role": "customer", "@referredType": "Customer"}],
        }
        return _ticket(read(TroubleTicket, await self._client.create(Api.TICKETS, "troubleTicket", body, deadline)))

    async def _find(self, reference: str, deadline: Deadline) -> Ticket | None:
        documents = await self._client.all(
            Api.TICKETS, "troubleTicket", {"externalId": reference}, fields_of(TroubleTicket), deadline
        )
        tickets = [read(TroubleTicket, document) for document in documents]
        own = [ticket for ticket in tickets if ticket.external_id == reference]
        if len(own) > 1:
            raise BrokenAnswer("two tickets have the reference")
        return _ticket(own[0]) if own else None


def _ticket(ticket: TroubleTicket) -> Ticket:
    """A status that is not known is told as such: it promises nothing."""
    return Ticket(ticket.id, _MEANING.get(ticket.status or "", TicketStatus.UNKNOWN))
