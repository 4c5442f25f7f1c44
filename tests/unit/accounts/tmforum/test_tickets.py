"""Tickets (TMF621): one for each reference, whatever goes wrong while it is made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from starlette.requests import Request
from starlette.responses import Response

from ndihma.accounts.adapters.tmforum import TmfMapping, TmfTickets
from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer
from ndihma.accounts.adapters.tmforum.mapping import TicketValues
from ndihma.accounts.demo import DemoKey, demo_customers
from ndihma.accounts.ports import AccountsUnreachable, NewTicket, Ticket, TicketStatus
from ndihma.clock import FixedClock
from tests.support.tmforum.encode import PRODUCT, TICKET
from tests.support.tmforum.operator import Operator, answer
from tests.support.tmforum.system import connected

from .conftest import NOW

SUSPENDED = next(customer.line for customer in demo_customers(NOW) if customer.key is DemoKey.SUSPENDED)
NEW = NewTicket("RK-7F3K9Q", SUSPENDED.msisdn, "Rikyçje", "Dëshmi e pagesës")


@pytest.fixture
async def tickets(operator: Operator, clock: FixedClock) -> AsyncIterator[TmfTickets]:
    operator.put([SUSPENDED])
    async with connected(operator, clock) as client:
        yield TmfTickets(client, TmfMapping(), timeout_s=30)


def posts(operator: Operator) -> int:
    return [seen.method for seen in operator.seen].count("POST")


async def test_a_ticket_is_made_and_found(operator: Operator, tickets: TmfTickets) -> None:
    assert await tickets.find(NEW.reference) is None
    made = await tickets.open(NEW, NOW)
    assert made == Ticket("T-1", TicketStatus.OPEN)
    assert await tickets.find(NEW.reference) == made
    [sent] = [seen.body for seen in operator.seen if seen.body]
    assert sent["externalId"] == NEW.reference
    assert sent["creationDate"] == "2026-11-22T16:05:00+01:00"
    [product] = operator.collections[PRODUCT].values()
    assert sent["relatedEntity"] == [{"id": product["id"], "role": "product", "@referredType": "Product"}]
    assert sent["relatedParty"] == [{"id": SUSPENDED.subscriber.id, "role": "customer", "@referredType": "Customer"}]
    assert SUSPENDED.msisdn.national not in str(sent)
    assert SUSPENDED.msisdn.e164 not in sent["description"] + sent["name"]


async def test_a_ticket_about_a_number_that_no_product_in_force_has_is_not_made(
    operator: Operator, tickets: TmfTickets
) -> None:
    operator.change(PRODUCT, status="terminated")
    with pytest.raises(BrokenAnswer):
        await tickets.open(NEW, NOW)
    assert posts(operator) == 0


async def test_a_ticket_is_made_once(operator: Operator, tickets: TmfTickets) -> None:
    assert await tickets.open(NEW, NOW) == await tickets.open(NEW, NOW)
    assert posts(operator) == 1


async def test_a_post_whose_answer_was_lost_is_not_repeated_and_found_later(
    operator: Operator, tickets: TmfTickets
) -> None:
    def made_but_lost(_request: Request) -> Response:
        operator.collections[TICKET]["T-1"] = {"id": "T-1", "status": "acknowledged", "externalId": NEW.reference}
        return answer(504)

    operator.plan(TICKET, lambda _: None, made_but_lost)
    with pytest.raises(AccountsUnreachable):
        await tickets.open(NEW, NOW)
    assert posts(operator) == 1
    assert await tickets.open(NEW, NOW) == Ticket("T-1", TicketStatus.OPEN)
    assert posts(operator) == 1


async def test_two_tickets_of_one_reference_are_refused(operator: Operator, tickets: TmfTickets) -> None:
    for n in (1, 2):
        operator.collections[TICKET][f"T-{n}"] = {"id": f"T-{n}", "externalId": NEW.reference}
    with pytest.raises(BrokenAnswer):
        await tickets.find(NEW.reference)


async def test_a_server_that_ignores_the_filter_gives_no_ticket_of_others(
    operator: Operator, tickets: TmfTickets
) -> None:
    operator.honours_filters = False
    operator.collections[TICKET]["T-9"] = {"id": "T-9", "externalId": "RK-OTHER", "status": "closed"}
    assert await tickets.find(NEW.reference) is None


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("acknowledged", TicketStatus.OPEN),
        ("pending", TicketStatus.OPEN),
        ("held", TicketStatus.OPEN),
        ("inProgress", TicketStatus.OPEN),
        ("resolved", TicketStatus.RESOLVED),
        ("closed ", TicketStatus.RESOLVED),
        ("rejected", TicketStatus.REFUSED),
        ("cancelled", TicketStatus.REFUSED),
        ("escalated", TicketStatus.UNKNOWN),
        (None, TicketStatus.UNKNOWN),
    ],
)
async def test_what_a_status_means(
    operator: Operator, tickets: TmfTickets, status: str | None, meaning: TicketStatus
) -> None:
    operator.collections[TICKET]["T-1"] = {"id": "T-1", "externalId": NEW.reference, "status": status}
    assert await tickets.find(NEW.reference) == Ticket("T-1", meaning)


@pytest.mark.parametrize(("for_customers", "told"), [(True, "Pagesa nuk u gjet."), (False, None)])
async def test_a_reason_is_told_only_where_it_is_written_for_customers(
    operator: Operator, clock: FixedClock, *, for_customers: bool, told: str | None
) -> None:
    operator.collections[TICKET]["T-1"] = {
        "id": "T-1",
        "externalId": NEW.reference,
        "status": "rejected",
        "statusChangeReason": "Pagesa nuk u gjet.",
        "statusChangeDate": "2026-11-22T15:00:00Z",
        "lastUpdate": "2026-11-22T15:30:00Z",
    }
    mapping = TmfMapping(ticket=TicketValues(reasons_are_for_customers=for_customers))
    async with connected(operator, clock, mapping=mapping) as client:
        found = await TmfTickets(client, mapping, timeout_s=30).find(NEW.reference)
    assert found == Ticket("T-1", TicketStatus.REFUSED, datetime(2026, 11, 22, 15, tzinfo=UTC), told)
