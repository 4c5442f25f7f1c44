"""The last good answer stands in while the account system is down: for how long, for how many, and when not."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ndihma.accounts.adapters.stale import LastGoodAnswers
from ndihma.accounts.model import Line, LineKind, Subscriber
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountsUnavailable, AccountsUnreachable
from ndihma.clock import BELGRADE, FixedClock

NOW = datetime(2026, 11, 22, 16, 5, tzinfo=BELGRADE)
HOUR = timedelta(hours=1)


def line(n: int, name: str = "Arta") -> Line:
    return Line(Msisdn(f"+383441002{n:02d}"), LineKind.FIXED, Subscriber("K-1", name))


class Directory:
    """Tells its lines as of now, or fails as told."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.lines: dict[Msisdn, Line] = {}
        self.failing: type[AccountsUnavailable] | None = None
        self.waits: dict[str, asyncio.Event] = {}

    async def find(self, msisdn: Msisdn) -> Line | None:
        if self.failing:
            raise self.failing
        found = self.lines.get(msisdn)
        seen = self.clock.now()
        if found is not None and found.subscriber.name in self.waits:
            await self.waits[found.subscriber.name].wait()
        return found and replace(found, as_of=seen)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def inner(clock: FixedClock) -> Directory:
    inner = Directory(clock)
    inner.lines = {each.msisdn: each for each in map(line, range(5))}
    return inner


@pytest.fixture
def copies(inner: Directory, clock: FixedClock) -> LastGoodAnswers:
    return LastGoodAnswers(inner, clock, max_age=HOUR, max_lines=3)


async def stale(copies: LastGoodAnswers, n: int) -> bool:
    """Whether a copy stands in for the line."""
    try:
        found = await copies.find(line(n).msisdn)
    except AccountsUnreachable:
        return False
    return found is not None and found.is_stale


async def test_an_answer_is_told_as_it_is(copies: LastGoodAnswers) -> None:
    found = await copies.find(line(1).msisdn)
    assert found == line(1)
    assert not found.is_stale


async def test_a_copy_stands_in_and_says_when_it_was_seen(
    copies: LastGoodAnswers, inner: Directory, clock: FixedClock
) -> None:
    await copies.find(line(1).msisdn)
    clock.advance(timedelta(minutes=7))
    inner.failing = AccountsUnreachable
    found = await copies.find(line(1).msisdn)
    assert found == line(1)
    assert found.is_stale
    assert found.as_of == NOW


async def test_a_number_that_was_never_asked_has_no_copy(copies: LastGoodAnswers, inner: Directory) -> None:
    inner.failing = AccountsUnreachable
    with pytest.raises(AccountsUnreachable):
        await copies.find(line(1).msisdn)


async def test_a_copy_is_told_until_it_is_too_old(copies: LastGoodAnswers, inner: Directory, clock: FixedClock) -> None:
    await copies.find(line(1).msisdn)
    inner.failing = AccountsUnreachable
    clock.advance(HOUR)
    assert await stale(copies, 1)
    clock.advance(timedelta(seconds=1))
    assert not await stale(copies, 1)


async def test_a_copy_that_is_too_old_is_not_kept(copies: LastGoodAnswers, inner: Directory, clock: FixedClock) -> None:
    await copies.find(line(1).msisdn)
    clock.advance(HOUR + timedelta(seconds=1))
    await copies.find(line(2).msisdn)
    assert list(copies._copies) == [line(2).msisdn]


async def test_telling_a_copy_does_not_make_it_younger(
    copies: LastGoodAnswers, inner: Directory, clock: FixedClock
) -> None:
    await copies.find(line(1).msisdn)
    inner.failing = AccountsUnreachable
    for _ in range(3):
        clock.advance(timedelta(minutes=20))
        assert await stale(copies, 1)
    clock.advance(timedelta(seconds=1))
    assert not await stale(copies, 1)


async def test_the_longest_unused_copy_makes_room(copies: LastGoodAnswers, inner: Directory) -> None:
    for n in (1, 2, 3):
        await copies.find(line(n).msisdn)
    inner.failing = AccountsUnreachable
    assert await stale(copies, 1)
    inner.failing = None
    await copies.find(line(4).msisdn)
    inner.failing = AccountsUnreachable
    assert [await stale(copies, n) for n in (1, 2, 3, 4)] == [True, False, True, True]


async def test_a_number_that_is_gone_has_no_copy_any_more(copies: LastGoodAnswers, inner: Directory) -> None:
    await copies.find(line(1).msisdn)
    del inner.lines[line(1).msisdn]
    assert await copies.find(line(1).msisdn) is None
    inner.failing = AccountsUnreachable
    assert not await stale(copies, 1)


async def test_no_copy_stands_in_for_an_answer_that_is_broken(copies: LastGoodAnswers, inner: Directory) -> None:
    """Something may have changed: what was true before must not be told."""
    await copies.find(line(1).msisdn)
    inner.failing = AccountsUnavailable
    with pytest.raises(AccountsUnavailable):
        await copies.find(line(1).msisdn)


async def test_an_answer_that_was_overtaken_is_not_kept(
    copies: LastGoodAnswers, inner: Directory, clock: FixedClock
) -> None:
    old, new = line(1, "Old"), line(1, "New")
    inner.lines[old.msisdn], inner.waits["Old"] = old, asyncio.Event()
    slow = asyncio.create_task(copies.find(old.msisdn))
    await asyncio.sleep(0)
    clock.advance(timedelta(seconds=5))
    inner.lines[old.msisdn] = new
    await copies.find(new.msisdn)
    inner.waits["Old"].set()
    await slow
    inner.failing = AccountsUnreachable
    assert await copies.find(old.msisdn) == new
