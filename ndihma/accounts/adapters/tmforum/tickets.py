"""TMF621: a ticket for the operator's staff, made once however often it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from ndihma.accounts.adapters.tmforum.client import TmfClient
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer
from ndihma.accounts.adapters.tmforum.mapping import Api, TmfMapping
from ndihma.accounts.adapters.tmforum.products import find_product
from ndihma.accounts.adapters.tmforum.resources import TroubleTicket, fields_of, read
from ndihma.accounts.ports import NewTicket, Ticket, TicketDecision, TicketNote, TicketStatus

__all__ = ["TmfTickets"]

_TIMEOUT_S: Final = 5.0
_AUTHOR: Final = "Ndihma"

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
        product = None
        if ticket.msisdn is not None:
            product = await find_product(self._client, self._mapping, ticket.msisdn, deadline)
        if product is None and ticket.line_needed:
            raise BrokenAnswer("no product in force has the number")
        body: dict[str, Any] = {
            "externalId": ticket.reference,
            "ticketType": self._mapping.ticket.type,
            "name": ticket.title,
            "description": ticket.description,
            "severity": self._mapping.ticket.severity,
            "creationDate": now.isoformat(timespec="seconds"),
        }
        if product is not None:
            customer = {"id": product.customer_id, "role": self._mapping.customer_role, "@referredType": "Customer"}
            body["relatedEntity"] = [{"id": product.id, "role": "product", "@referredType": "Product"}]
            body["relatedParty"] = [customer]
        if ticket.notes:
            body["note"] = [_note(note, now) for note in ticket.notes]
        made = await self._client.create(Api.TICKETS, "troubleTicket", body, deadline)
        return self._ticket(read(TroubleTicket, made))

    async def amend(
        self, reference: str, notes: Sequence[TicketNote], now: datetime, decision: TicketDecision | None = None
    ) -> Ticket | None:
        """See TicketDesk. Notes of others that are written between our reading and our patch would be lost with it:
        TMF621 has no way to add one alone. That is some milliseconds, and only when there is something to add."""
        deadline = Deadline(self._timeout_s)
        found = await self._own(reference, deadline)
        if found is None:
            return None
        known = self._ticket(found)
        changes = _missing_notes(found, notes, now)
        if decision is not None and known.status in {TicketStatus.OPEN, TicketStatus.UNKNOWN}:
            values = self._mapping.ticket
            changes["status"] = values.confirmed_status if decision.is_confirmed else values.refused_status
            changes["statusChangeReason"] = decision.reason
        if not changes:
            return known
        return self._ticket(
            read(TroubleTicket, await self._client.update(Api.TICKETS, "troubleTicket", found.id, changes, deadline))
        )

    async def _find(self, reference: str, deadline: Deadline) -> Ticket | None:
        own = await self._own(reference, deadline)
        return None if own is None else self._ticket(own)

    async def _own(self, reference: str, deadline: Deadline) -> TroubleTicket | None:
        documents = await self._client.all(
            Api.TICKETS, "troubleTicket", {"externalId": reference}, fields_of(TroubleTicket), deadline
        )
        tickets = [read(TroubleTicket, document) for document in documents]
        own = [ticket for ticket in tickets if ticket.external_id == reference]
        if len(own) > 1:
            raise BrokenAnswer("two tickets have the reference")
        return own[0] if own else None

    def _ticket(self, ticket: TroubleTicket) -> Ticket:
        """A status that is not known is told as such: it promises nothing."""
        return Ticket(
            ticket.id,
            _MEANING.get(ticket.status or "", TicketStatus.UNKNOWN),
            ticket.status_change_date or ticket.last_update,
            ticket.status_change_reason if self._mapping.ticket.reasons_are_for_customers else None,
        )


def _missing_notes(ticket: TroubleTicket, notes: Sequence[TicketNote], now: datetime) -> dict[str, Any]:
    """The change that adds the notes which the ticket does not hold; nothing when it holds them all."""
    held = ticket.note or []
    texts = [str(note.get("text") or "").strip() for note in held]
    missing = [note for note in notes if not any(text.startswith(note.key) for text in texts)]
    if not missing:
        return {}
    return {"note": [*(_sendable(note) for note in held), *(_note(note, now) for note in missing)]}


def _note(note: TicketNote, now: datetime) -> dict[str, Any]:
    return {"author": _AUTHOR, "date": now.isoformat(timespec="seconds"), "text": note.text}


def _sendable(value: Any) -> Any:
    """What was read, as JSON can write it: numbers were read as Decimal."""
    if isinstance(value, dict):
        return {key: _sendable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_sendable(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value
