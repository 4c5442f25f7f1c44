"""No ticket is lost and none made twice, whenever the process dies between the request and the decision about it.

A process files a request, takes its proof, makes the ticket in the operator's system over a real connection, sees it
resolved there and decides the request. It is killed at its n-th step (``killing``), for every n until it lives through;
the operator's having the ticket is a step too. Then another process goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from starlette.requests import Request

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.tables import AuditEntryRow
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.desk.leases import LEASE
from ndihma.desk.operator_tickets import PROOF_AWAITED
from ndihma.desk.reconnections import RequestState
from tests.support.tmforum.encode import TICKET
from tests.support.tmforum.operator import Operator
from tests.support.tmforum.system import serving

from .conftest import NOW, SUSPENDED, FakeMailer, Proofs, png
from .killing import FEWEST_STEPS, MOST_STEPS, Step, lives_through
from .operator_support import SteppedDesk, desk

LATER = timedelta(hours=2)


class Scene:
    def __init__(self, url: str, uploads: Path, operator: Operator, address: str, number: Msisdn) -> None:
        self.url, self.uploads, self.operator, self.address, self.number = url, uploads, operator, address, number
        operator.put([replace(SUSPENDED, msisdn=number)])

    def lives(self, step: int) -> bool:
        """Everything, in a process that is killed at a step; whether it had not so many steps."""
        lived, _ = lives_through(step, self.url, self._work)
        return lived

    async def _work(self, database: Database, reached: Step, _answer: Callable[[], None]) -> None:
        async with desk(self.address, self.operator) as plain:
            clock = FixedClock(NOW)
            proofs = Proofs(database, self.uploads, FakeMailer(), clock, SteppedDesk(plain, reached))
            conversation, _ = await proofs.asked(self.number)
            await proofs.take(conversation, png())
            await proofs.ticket_worker.work_off_due()
            clock.advance(LATER)
            await proofs.ticket_worker.work_off_due()

    async def recover(self) -> bool:
        """What the next process does, and what stands then; whether there was a request at all."""
        clock = FixedClock(NOW)
        clock.advance(LATER + LEASE + PROOF_AWAITED)
        database = Database(self.url)
        async with desk(self.address, self.operator) as plain:
            proofs = Proofs(database, self.uploads, FakeMailer(), clock, plain)
            request = await proofs.requests.latest_for(self.number)
            for _ in range(3):  # made, seen, nothing more to do
                await proofs.ticket_worker.work_off_due()
                clock.advance(LATER)
            assert await proofs.ticket_worker.work_off_due() == 0
            if request is None:
                await database.close()
                return False
            known = await proofs.tickets.tickets(closed_too=True)
            (ticket,) = [each for each in known if each.request.reference == request.reference]
            assert ticket.request.state is RequestState.CONFIRMED
            assert ticket.operator is not None
            assert ticket.operator.id is not None
            told = [each for each in await proofs.events(request.conversation_id) if each.type == "reply"]
            assert len(told) == 1, "the customer is told once"
            async with database.session() as session:
                decided = AuditEntryRow.action == "proof_decided"
                entries = (
                    select(func.count())
                    .select_from(AuditEntryRow)
                    .where(decided, AuditEntryRow.subject == proofs.audit.subject(self.number))
                )
                assert await session.scalar(entries) == 1
        await database.close()
        return True


def test_no_ticket_is_lost_and_none_made_twice_whenever_the_process_dies(database_url: str, tmp_path: Path) -> None:
    operator = Operator()
    operator.always = lambda request: resolved_once_it_is_there(operator, request)
    filed: list[bool] = []
    with serving(operator) as address:
        for step in range(MOST_STEPS):
            scene = Scene(database_url, tmp_path / "uploads", operator, address, Msisdn(f"+38344{step:06}"))
            lived = scene.lives(step)
            filed.append(asyncio.run(scene.recover()))
            references = [ticket["externalId"] for ticket in operator.collections[TICKET].values()]
            assert len(references) == len(set(references)) == sum(filed), f"killed at step {step}"
            if lived:
                break
        else:
            pytest.fail("the process never lived through")
    assert len(filed) > FEWEST_STEPS
    assert filed[0] is False
    assert sum(filed) > FEWEST_STEPS
    assert sum(seen.method == "POST" for seen in operator.seen) == sum(filed), "never posted on suspicion"


def resolved_once_it_is_there(operator: Operator, request: Request) -> None:
    """The staff resolves every ticket before anybody looks again."""
    if request.method == "GET":
        operator.change(TICKET, status="resolved")
