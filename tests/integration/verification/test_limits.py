"""S5: how often codes are sent and tried, over conversations, addresses, processes and restarts."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from ndihma.accounts.msisdn import Msisdn
from ndihma.verification import tables
from ndihma.verification.model import CodeSent, Confirmed, ConfirmOutcome, Locked, LockScope, TooManySends, WrongCode

from .conftest import KNOWN, OTHER_KNOWN, UNKNOWN, World, wrong

HALF_HOUR = timedelta(minutes=30)


async def test_s5_ten_failures_in_a_day_lock_the_number_for_a_day_across_conversations(world: World) -> None:
    code = await world.code_for("c1")
    for n in range(1, 6):
        await world.service.confirm("c1", wrong(code, n))
    waiting = await world.code_for("c3")
    code = await world.code_for("c2")
    outcomes = [await world.service.confirm("c2", wrong(code, n)) for n in range(1, 6)]
    assert outcomes[:4] == [WrongCode(4), WrongCode(3), WrongCode(2), WrongCode(1)]
    locked = Locked(LockScope.NUMBER, 24 * 3600)
    assert outcomes[4] == locked
    assert await world.service.confirm("c2", code) == locked
    assert await world.service.confirm("c3", waiting) == locked, "a right code is not taken either"
    await world.service.request_step("c4", "check_account")
    world.clock.advance(timedelta(hours=23, minutes=59, seconds=59))
    assert await world.service.send_code("c4", KNOWN) == Locked(LockScope.NUMBER, 1)
    world.clock.advance(timedelta(seconds=1))
    assert isinstance(await world.service.send_code("c4", KNOWN), CodeSent)


async def test_lock_does_not_touch_another_number(world: World) -> None:
    for conversation in ("c1", "c2"):
        code = await world.code_for(conversation)
        for n in range(1, 6):
            await world.service.confirm(conversation, wrong(code, n))
    assert isinstance(await world.service.send_code("c2", OTHER_KNOWN), CodeSent)


async def test_s5_three_codes_in_a_quarter_of_an_hour_and_five_a_day(world: World) -> None:
    await world.service.request_step("c1", "check_account")
    assert [type(await world.service.send_code("c1", KNOWN)) for _ in range(3)] == [CodeSent] * 3
    assert await world.service.send_code("c1", KNOWN) == TooManySends(15 * 60)
    await world.service.request_step("c2", "check_account")
    world.clock.advance(timedelta(minutes=5))
    assert await world.service.send_code("c2", KNOWN) == TooManySends(10 * 60), "whatever the conversation"
    world.clock.advance(timedelta(minutes=10))
    assert [type(await world.service.send_code("c2", KNOWN)) for _ in range(2)] == [CodeSent] * 2
    world.clock.advance(HALF_HOUR)
    refusal = await world.service.send_code("c2", KNOWN)
    assert refusal == TooManySends(24 * 3600 - 45 * 60)
    world.clock.advance(timedelta(seconds=refusal.retry_after))
    await world.service.request_step("c5", "check_account")
    assert isinstance(await world.service.send_code("c5", KNOWN), CodeSent), "waiting as told is enough"


async def test_s5_simultaneous_requests_cannot_exceed_the_sends(world: World) -> None:
    for n in range(10):
        await world.service.request_step(f"c{n}", "check_account")
    processes = [world.another_process() for _ in range(10)]
    outcomes = await asyncio.gather(*(process.send_code(f"c{n}", KNOWN) for n, process in enumerate(processes)))
    assert sum(isinstance(outcome, CodeSent) for outcome in outcomes) == 3
    for process in processes:
        await process.drain()
    assert len(world.sender.sent) == 3


async def test_one_conversation_cannot_walk_through_the_numbers(world: World) -> None:
    await world.service.request_step("c1", "check_account")
    numbers = [Msisdn.parse(f"0441231{n:02d}") for n in range(6)]
    outcomes = [type(await world.service.send_code("c1", number)) for number in numbers]
    assert outcomes == [CodeSent] * 5 + [TooManySends]


async def test_one_address_cannot_walk_through_the_numbers(world: World) -> None:
    outcomes: list[type] = []
    for n in range(31):
        await world.service.request_step(f"c{n}", "check_account")
        outcomes.append(
            type(await world.service.send_code(f"c{n}", Msisdn.parse(f"0441231{n:02d}"), address="192.0.2.1"))
        )
    assert outcomes == [CodeSent] * 30 + [TooManySends]
    assert isinstance(await world.service.send_code("c30", KNOWN, address="192.0.2.2"), CodeSent)


@pytest.mark.parametrize("known", [True, False])
async def test_s5_concurrent_guesses_of_many_processes_stay_under_the_caps(world: World, known: bool) -> None:
    """Brute force: 8 processes guess at once, in every conversation, as fast as they can, over a day."""
    number = KNOWN if known else UNKNOWN
    processes = [world.another_process() for _ in range(8)]
    compared = 0
    answered: list[ConfirmOutcome] = []
    for attempt in range(6):
        conversation = f"attack {attempt}"
        await world.service.request_step(conversation, "check_account")
        await world.service.send_code(conversation, number)
        await world.service.drain()
        sent = world.sender.sent[-1][1] if world.sender.sent else "123456"
        guesses = [wrong(sent, n) for n in range(1, 41)]
        outcomes = await asyncio.gather(
            *(processes[n % 8].confirm(conversation, guess) for n, guess in enumerate(guesses))
        )
        answered += outcomes
        compared += sum(isinstance(outcome, WrongCode) for outcome in outcomes)
        assert sum(isinstance(outcome, WrongCode) for outcome in outcomes) <= 4
        world.clock.advance(timedelta(minutes=16))
    async with world.database.session() as session:
        failures = (await session.scalars(select(tables.EventRow).where(tables.EventRow.kind == "failure"))).all()
    counted = Counter(failure.subject for failure in failures)
    assert list(counted.values()) == [10, 10], "ten codes were compared in a day, not one more: the number, its contact"
    assert compared == 8
    assert not any(isinstance(outcome, Confirmed) for outcome in answered)
    assert Locked(LockScope.NUMBER, 24 * 3600) in answered


async def test_s5_counts_survive_a_restart(world: World) -> None:
    code = await world.code_for("c1")
    for n in range(1, 4):
        await world.service.confirm("c1", wrong(code, n))
    restarted = world.another_process()
    assert await restarted.confirm("c1", wrong(code, 4)) == WrongCode(1)
    assert isinstance(await restarted.confirm("c1", code), Confirmed)
