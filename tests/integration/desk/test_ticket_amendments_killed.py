"""No proof and no decision is lost to a made ticket, and none shown twice, whenever the process dies (``killing``).

A process takes another proof, brings it to the ticket over a real connection, is told the staff's decision and closes
the ticket. It is killed at its n-th step, for every n until it lives through. Then the customer and the staff do again
what they got no answer to, and another process goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.desk.errors import NoOpenRequest
from ndihma.desk.leases import LEASE
from ndihma.desk.reconnections import RequestState, UnknownRequest
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
        self.conversation, self.reference = asyncio.run(self._made())

    async def _made(self) -> tuple[str, str]:
        """A ticket that knows of one proof."""
        database = Database(self.url)
        async with desk(self.address, self.operator) as plain:
            proofs = Proofs(database, self.uploads, FakeMailer(), FixedClock(NOW), plain)
            conversation, reference = await proofs.asked(self.number)
            await proofs.take(conversation, png())
            await proofs.ticket_worker.work_off_due()
        await database.close()
        return conversation, reference

    def lives(self, step: int) -> bool:
        lived, _ = lives_through(step, self.url, self._work)
        return lived

    async def _work(self, database: Database, reached: Step, _answer: Callable[[], None]) -> None:
        async with desk(self.address, self.operator) as plain:
            proofs = Proofs(database, self.uploads, FakeMailer(), FixedClock(NOW), SteppedDesk(plain, reached))
            await self._acts(proofs)

    async def _acts(self, proofs: Proofs) -> None:
        with suppress(NoOpenRequest):  # decided, so the proof was taken before
            await proofs.take(self.conversation, png(1))
        await proofs.ticket_worker.work_off_due()
        with suppress(UnknownRequest):
            await proofs.tickets.confirm(self.reference, "arta")
        await proofs.ticket_worker.work_off_due()

    async def recover(self) -> None:
        clock = FixedClock(NOW)
        clock.advance(LATER + LEASE)
        database = Database(self.url)
        async with desk(self.address, self.operator) as plain:
            proofs = Proofs(database, self.uploads, FakeMailer(), clock, plain)
            await self._acts(proofs)
            for _ in range(3):
                clock.advance(LATER)
                await proofs.ticket_worker.work_off_due()
            request = await proofs.requests.get(self.reference)
            assert request is not None
            assert request.state is RequestState.CONFIRMED
            told = [each for each in await proofs.events(self.conversation) if each.type == "reply"]
            assert len(told) == 1, "the customer is told once"
        await database.close()
        (ticket,) = [
            each for each in self.operator.collections[TICKET].values() if each["externalId"] == self.reference
        ]
        assert [note["text"].split(":")[0] for note in ticket["note"]] == [
            f"{self.reference}, dëshmia 1",
            f"{self.reference}, dëshmia 2",
        ]
        assert ticket["status"] == "resolved"


def test_no_proof_and_no_decision_is_lost_to_a_ticket_whenever_the_process_dies(
    database_url: str, tmp_path: Path
) -> None:
    operator = Operator()
    with serving(operator) as address:
        for step in range(MOST_STEPS):
            scene = Scene(database_url, tmp_path / "uploads", operator, address, Msisdn(f"+38345{step:06}"))
            lived = scene.lives(step)
            asyncio.run(scene.recover())
            if lived:
                break
        else:
            pytest.fail("the process never lived through")
    assert step > FEWEST_STEPS
