"""The circuit breaker: what opens it, what does not, and how it closes again."""

from __future__ import annotations

import asyncio

import pytest

from ndihma.accounts.adapters.tmforum import Api, TmfAccountDirectory
from ndihma.accounts.adapters.tmforum.breaker import PurgatoryBreaker
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer, OperatorTrouble, Trouble
from ndihma.accounts.ports import AccountsUnavailable, AccountsUnreachable
from ndihma.clock import FixedClock
from tests.support.tmforum.operator import Operator, answer
from tests.support.tmforum.system import connected, directory_of

from .lines import MSISDN, POSTPAID

FOR_EVER_S = 10_000.0
AT_ONCE_S = 0.001


async def fine() -> str:
    return "fine"


async def down() -> str:
    raise OperatorTrouble("api", Trouble.DEAD)


async def broken() -> str:
    raise BrokenAnswer("api: no JSON")


async def trouble_of(breaker: PurgatoryBreaker, circuit: str = "api") -> Trouble | None:
    """What becomes of a call that would be fine."""
    try:
        assert await breaker.call(circuit, fine) == "fine"
    except OperatorTrouble as trouble:
        return trouble.trouble
    return None


async def fail(breaker: PurgatoryBreaker, times: int, work=down, expected=OperatorTrouble) -> None:
    for _ in range(times):
        with pytest.raises(expected):
            await breaker.call("api", work)


async def test_failures_in_a_row_open_it_for_that_circuit_alone() -> None:
    breaker = PurgatoryBreaker(failures=3, open_for_s=FOR_EVER_S)
    await fail(breaker, 2)
    assert await trouble_of(breaker) is None
    await fail(breaker, 3)
    assert await trouble_of(breaker) is Trouble.OPEN
    assert await trouble_of(breaker, "other") is None


async def test_a_broken_answer_is_an_answer() -> None:
    breaker = PurgatoryBreaker(failures=1, open_for_s=FOR_EVER_S)
    await fail(breaker, 5, broken, BrokenAnswer)
    assert await trouble_of(breaker) is None


async def test_a_call_that_was_given_up_is_neither() -> None:
    breaker = PurgatoryBreaker(failures=2, open_for_s=FOR_EVER_S)
    await fail(breaker, 1)
    waiting = asyncio.create_task(breaker.call("api", asyncio.Event().wait))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await fail(breaker, 1)
    assert await trouble_of(breaker) is Trouble.OPEN


async def half_open(breaker: PurgatoryBreaker) -> None:
    await fail(breaker, 1)
    await asyncio.sleep(10 * AT_ONCE_S)


async def test_after_its_time_one_call_tries_and_the_others_are_refused() -> None:
    breaker = PurgatoryBreaker(failures=1, open_for_s=AT_ONCE_S)
    await half_open(breaker)
    release = asyncio.Event()
    trial = asyncio.create_task(breaker.call("api", release.wait))
    await asyncio.sleep(0)
    assert await trouble_of(breaker) is Trouble.OPEN
    release.set()
    assert await trial
    assert await trouble_of(breaker) is None


async def test_a_trial_that_fails_opens_it_again_and_one_that_is_given_up_leaves_room_for_the_next() -> None:
    breaker = PurgatoryBreaker(failures=1, open_for_s=AT_ONCE_S)
    await half_open(breaker)
    trial = asyncio.create_task(breaker.call("api", asyncio.Event().wait))
    await asyncio.sleep(0)
    trial.cancel()
    await asyncio.gather(trial, return_exceptions=True)
    await half_open(breaker)
    assert await trouble_of(breaker) is None


async def test_refusals_do_not_pile_up_in_memory() -> None:
    breaker = PurgatoryBreaker(failures=1, open_for_s=FOR_EVER_S)
    await fail(breaker, 1)
    depths = []
    for _ in range(50):
        with pytest.raises(OperatorTrouble) as caught:
            await breaker.call("api", fine)
        trace, depth = caught.value.__context__.__traceback__ if caught.value.__context__ else None, 0
        while trace is not None:
            trace, depth = trace.tb_next, depth + 1
        depths.append(depth)
    assert len(set(depths)) == 1


async def test_a_system_that_is_down_is_left_in_peace(operator: Operator, clock: FixedClock) -> None:
    operator.put([POSTPAID])
    operator.always = lambda _: answer(503)
    breaker = PurgatoryBreaker(failures=5, open_for_s=FOR_EVER_S)
    async with directory_of(operator, clock, breaker=breaker) as directory:
        for _ in range(6):
            with pytest.raises(AccountsUnreachable):
                await directory.find(MSISDN)
        assert len(operator.seen) == 5


async def test_one_customer_s_broken_data_closes_nobody_else_out(
    operator: Operator, directory: TmfAccountDirectory
) -> None:
    operator.put([POSTPAID])
    operator.change("tmf-api/productInventory/v4/product", status="frozen")
    for _ in range(20):
        with pytest.raises(AccountsUnavailable):
            await directory.find(MSISDN)
    operator.change("tmf-api/productInventory/v4/product", status="active")
    assert await directory.find(MSISDN) == POSTPAID


async def test_a_system_that_nobody_had_time_to_ask_has_not_failed(operator: Operator, clock: FixedClock) -> None:
    """Another system has used the customers' time up."""
    operator.put([POSTPAID])
    breaker = PurgatoryBreaker(failures=2, open_for_s=FOR_EVER_S)
    async with connected(operator, clock, breaker=breaker) as client:
        for _ in range(5):
            with pytest.raises(OperatorTrouble) as caught:
                await client.all(Api.PRODUCTS, "product", {}, "id", Deadline(0))
            assert caught.value.trouble is Trouble.LATE
        assert await client.all(Api.PRODUCTS, "product", {}, "id", Deadline(30))
