"""TMF621: a ticket for the operator's staff, made once however often it is asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ndihma.accounts.adapters.tmforum.client import TmfClient
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer
from ndihma.accounts.adapters.tmforum.mapping import Api, TmfMapping
from ndihma.accounts.adapters.tmforum.products import find_product
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

    def __init__(self, client: TmfClient, mapping: TmfMapping, *, timeout_s: float = _TIMEOUT_S) -> None:
        """``timeout_s`` bounds each call. Nobody waits for a ticket on the screen: it may be longer than a read."""
        self._client = client
        self._mapping = mapping
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
        product = await find_product(self._client, self._mapping, ticket.msisdn, deadline)
        if product is None:
            raise BrokenAnswer("no product in force has the number")
        body = {
            "externalId": ticket.reference,
            "ticketType": self._mapping.ticket.type,
            "name": ticket.title,
            "description": ticket.description,
            "severity": self._mapping.ticket.severity,
            "creationDate": now.isoformat(timespec="seconds"),
            "relatedEntity": [{"id": product.id, "role": "product", "@referredType": "Product"}],
            "relatedParty": [
                {"id": product.customer_id, "role": self._mapping.customer_role, "@referredType": "Customer"}
            ],
        }
        made = await self._client.create(Api.TICKETS, "troubleTicket", body, deadline)
        return self._ticket(read(TroubleTicket, made))

    async def _find(self, reference: str, deadline: Deadline) -> Ticket | None:
        documents = await self._client.all(
            Api.TICKETS, "troubleTicket", {"externalId": reference}, fields_of(TroubleTicket), deadline
        )
        tickets = [read(TroubleTicket, document) for document in documents]
        own = [ticket for ticket in tickets if ticket.external_id == reference]
        if len(own) > 1:
            raise BrokenAnswer("two tickets have the reference")
        return self._ticket(own[0]) if own else None

    def _ticket(self, ticket: TroubleTicket) -> Ticket:
        """A status that is not known is told as such: it promises nothing."""
        return Ticket(
            ticket.id,
            _MEANING.get(ticket.status or "", TicketStatus.UNKNOWN),
            ticket.status_change_date or ticket.last_update,
            ticket.status_change_reason if self._mapping.ticket.reasons_are_for_customers else None,
        )
