"""What tests of the operator's tickets share."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from ndihma.accounts.adapters.tmforum import TmfMapping, TmfTickets
from ndihma.accounts.ports import NewTicket, Ticket, TicketDecision, TicketDesk, TicketNote
from ndihma.clock import FixedClock
from ndihma.desk.tables import OperatorTicketRow
from tests.support.tmforum.encode import TICKET
from tests.support.tmforum.operator import Operator
from tests.support.tmforum.system import connected

from .conftest import NOW, Proofs, png
from .killing import Step

DAY = timedelta(days=1)


async def row(proofs: Proofs) -> OperatorTicketRow:
    async with proofs.database.session() as session:
        return (await session.scalars(select(OperatorTicketRow))).one()


def posted(operator: Operator) -> list[dict[str, Any]]:
    return [seen.body for seen in operator.seen if seen.method == "POST"]


async def said(proofs: Proofs, conversation: str) -> list[str]:
    return [event.text for event in await proofs.events(conversation) if event.type == "reply"]


async def made(proofs: Proofs) -> tuple[str, str]:
    """A conversation whose request has a proof and a ticket, and the reference."""
    conversation, reference = await proofs.asked()
    await proofs.take(conversation, png())
    assert await proofs.ticket_worker.work_off_due() == 1
    return conversation, reference


def decide(operator: Operator, status: str, **more: object) -> None:
    operator.change(TICKET, status=status, **more)


class SteppedDesk:
    """Counts a step before the operator is asked for a ticket and one after it is there."""

    def __init__(self, desk: TicketDesk, step: Step) -> None:
        self._desk, self._step = desk, step

    async def open(self, ticket: NewTicket, now: datetime) -> Ticket:
        self._step()
        made = await self._desk.open(ticket, now)
        self._step()
        return made

    async def find(self, reference: str) -> Ticket | None:
        return await self._desk.find(reference)

    async def amend(
        self, reference: str, notes: Sequence[TicketNote], now: datetime, decision: TicketDecision | None = None
    ) -> Ticket | None:
        self._step()
        changed = await self._desk.amend(reference, notes, now, decision)
        self._step()
        return changed


@asynccontextmanager
async def desk(address: str, operator: Operator):
    async with connected(operator, FixedClock(NOW), url=address) as client:
        yield TmfTickets(client, TmfMapping(), timeout_s=30)
