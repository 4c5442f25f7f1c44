"""Reconnection requests: one open one for a line, a reference that can be read out, what was claimed."""

from __future__ import annotations

import asyncio
import re
from datetime import date, timedelta

import pytest

from ndihma.desk.claims import PaymentClaim
from ndihma.desk.reconnections import RequestState, UnknownRequest

from .conftest import MINE, NOW, YOURS, Proofs

CLAIM = PaymentClaim(2340, date(2026, 11, 21))


async def test_a_request_has_a_reference_that_can_be_read_out(proofs: Proofs):
    request = await proofs.requests.file("c1", MINE, NOW, due_cents=2340, claim=CLAIM)
    assert re.fullmatch(r"RK-[2-9A-HJKMNP-TV-Z]{6}", request.reference)
    assert (request.due_cents, request.claim, request.state) == (2340, CLAIM, RequestState.FILED)
    assert await proofs.requests.get(request.reference) == request
    assert await proofs.requests.open_for(MINE) == await proofs.requests.latest_for(MINE) == request
    assert await proofs.requests.open_for(YOURS) is None
    assert await proofs.requests.filed_in("c1")
    assert not await proofs.requests.filed_in("c2")


async def test_asking_again_gives_the_open_request_even_at_the_same_moment(proofs: Proofs):
    filed = await asyncio.gather(*(proofs.requests.file(f"c{n}", MINE, NOW) for n in range(5)))
    assert len({request.reference for request in filed}) == 1
    assert (await proofs.requests.file("c9", YOURS, NOW)).reference != filed[0].reference


async def test_an_open_request_learns_what_is_said_newly_and_forgets_nothing(proofs: Proofs):
    await proofs.requests.file("c1", MINE, NOW, due_cents=2340, claim=PaymentClaim(amount_cents=2000))
    again = await proofs.requests.file("c1", MINE, NOW, due_cents=0, claim=PaymentClaim(paid_on=CLAIM.paid_on))
    assert (again.due_cents, again.claim) == (0, PaymentClaim(2000, CLAIM.paid_on))
    assert await proofs.requests.get(again.reference) == again


async def test_a_closed_request_makes_room_for_a_new_one(proofs: Proofs):
    first = await proofs.requests.file("c1", MINE, NOW)
    await proofs.tickets.confirm(first.reference, "arta")
    assert await proofs.requests.open_for(MINE) is None
    latest = await proofs.requests.latest_for(MINE)
    assert latest is not None
    assert (latest.reference, latest.state, latest.decided_by) == (first.reference, RequestState.CONFIRMED, "arta")
    with pytest.raises(UnknownRequest):
        await proofs.tickets.reject(first.reference, "arta", "Nuk shihet shuma")
    proofs.clock.advance(timedelta(minutes=1))
    second = await proofs.requests.file("c1", MINE, proofs.clock.now())
    assert second.reference != first.reference
    await proofs.tickets.reject(second.reference, "arta", "Nuk shihet shuma")
    latest = await proofs.requests.latest_for(MINE)
    assert latest is not None
    assert (latest.reference, latest.reason) == (second.reference, "Nuk shihet shuma.")
