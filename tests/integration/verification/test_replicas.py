"""S5: counts and locks are the database's: replicas share them, restarts forgive nothing, no attacker passes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from bench.codes import attack, counted_guesses, most_within_a_day, spray
from ndihma.accounts.msisdn import Msisdn
from ndihma.db import Database
from ndihma.verification.model import (
    CodeSent,
    Confirmed,
    Locked,
    LockScope,
    TooManyFailures,
    TooManySends,
    WrongCode,
)
from ndihma.verification.policy import ADDRESS_FAILURES
from ndihma.verification.tables import EventRow, SubjectRow

from .conftest import BY_CONTACT, KNOWN, TABLES, UNKNOWN, World, prepaid, wrong

DAY_S = 24 * 3600


@pytest.fixture
async def replica(world: World) -> AsyncIterator[World]:
    """The same system in another process: connections, service and directory of its own, one clock."""
    url = world.database.engine.url.render_as_string(hide_password=False)
    other = World(Database(url), clock=world.clock)
    yield other
    await other.service.close()
    await other.database.close()


async def asked(world: World, conversation: str) -> object:
    await world.service.request_step(conversation, "check_account")
    return await world.service.send_code(conversation, KNOWN)


async def test_s5_code_sent_by_one_replica_is_taken_by_another_once(world: World, replica: World) -> None:
    code = await world.code_for("c1")
    outcomes = await asyncio.gather(*(each.service.confirm("c1", code) for each in (world, replica) * 3))
    assert sum(isinstance(outcome, Confirmed) for outcome in outcomes) == 1
    assert await world.service.identity("c1") == await replica.service.identity("c1") is not None


async def test_s5_send_counts_are_shared_by_replicas_and_survive_restarts(world: World, replica: World) -> None:
    assert isinstance(await asked(world, "c1"), CodeSent)
    assert isinstance(await asked(replica, "c2"), CodeSent)
    world.service = world.another_process()
    assert isinstance(await asked(world, "c3"), CodeSent)
    assert await asked(replica, "c4") == TooManySends(15 * 60)
    replica.service = replica.another_process()
    assert await asked(replica, "c4") == TooManySends(15 * 60)
    assert await asked(world, "c5") == TooManySends(15 * 60)


async def test_s5_tries_of_one_code_are_shared_by_replicas(world: World, replica: World) -> None:
    code = await world.code_for("c1")
    outcomes = [await each.service.confirm("c1", wrong(code, n)) for n, each in enumerate((world, replica) * 2, 1)]
    assert outcomes == [WrongCode(4), WrongCode(3), WrongCode(2), WrongCode(1)]
    assert await world.service.confirm("c1", wrong(code, 5)) == Locked(LockScope.CODE)
    assert await replica.service.confirm("c1", code) == Locked(LockScope.CODE)


async def test_s5_lockout_made_at_one_replica_holds_at_the_other_and_after_a_restart(
    world: World, replica: World
) -> None:
    first, second = await world.code_for("c1"), await replica.code_for("c2")
    for n in range(1, 6):
        await world.service.confirm("c1", wrong(first, n))
        last = await replica.service.confirm("c2", wrong(second, n))
    assert last == Locked(LockScope.NUMBER, DAY_S)
    world.clock.advance(timedelta(hours=23, minutes=59, seconds=59))
    for each in (world, replica):
        each.service = each.another_process()
        await each.service.purge()
        assert await asked(each, "c3") == Locked(LockScope.NUMBER, 1)
    world.clock.advance(timedelta(seconds=1))
    assert isinstance(await asked(world, "c3"), CodeSent)
    assert isinstance(await asked(replica, "c4"), CodeSent)


@pytest.mark.parametrize(
    ("number", "conversations"),
    [(KNOWN, 1), (KNOWN, 5), (UNKNOWN, 5), (BY_CONTACT, 5)],
    ids=["one", "many", "unknown", "by contact"],
)
async def test_s5_brute_force_by_many_conversations_and_addresses_stays_under_the_caps(
    world: World, replica: World, number: Msisdn, conversations: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two days, asking whenever one may, guessing everywhere at once at two replicas."""
    monkeypatch.setattr("ndihma.verification.vault.Vault.new_code", staticmethod(lambda: "999999"))
    got = await attack([world.service, replica.service], world.clock, number, conversations=conversations, days=2)
    assert most_within_a_day(got.guesses) == 10, "the caps are reached, and never passed"
    assert most_within_a_day(got.sends) <= 5
    assert all(sum(at <= other < at + timedelta(minutes=15) for other in got.sends) <= 3 for at in got.sends), (
        "three a quarter of an hour"
    )
    assert got.locks > 0


async def test_what_the_simulation_counts_is_what_was_compared(world: World) -> None:
    code = await world.code_for("c1")
    with counted_guesses(world.clock) as guesses:
        for n in range(1, 9):
            await world.service.confirm("c1", wrong(code, n))
        await world.service.confirm("c1", "no code")
    assert len(guesses) == 5


async def test_s5_who_sprays_many_numbers_from_one_address_stays_under_its_cap(
    world: World, replica: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two days, a fresh number for every code, at two replicas."""
    monkeypatch.setattr("ndihma.verification.vault.Vault.new_code", staticmethod(lambda: "999999"))
    numbers = [Msisdn.parse(f"049{300000 + n}") for n in range(1000)]
    got = await spray([world.service, replica.service], world.clock, numbers, days=2)
    assert most_within_a_day(got.guesses) == ADDRESS_FAILURES.count, "the cap is reached, and never passed"
    assert len(got.guesses) == 2 * ADDRESS_FAILURES.count
    assert got.locks > 0


async def test_s5_an_addresss_wrong_codes_are_counted_over_numbers_replicas_and_restarts(
    world: World, replica: World
) -> None:
    await use_up(world, replica, "192.0.2.7")
    world.service, replica.service = world.another_process(), replica.another_process()
    await world.service.purge()
    for each, number in ((world, KNOWN), (replica, UNKNOWN)):
        await each.service.request_step(number.e164, "check_account")
        assert await each.service.send_code(number.e164, number, address="192.0.2.7") == TooManyFailures(DAY_S)
    code = await world.code_for("mine")
    assert await replica.service.confirm("mine", code, address="192.0.2.7") == TooManyFailures(DAY_S), "not compared"
    assert isinstance(await replica.service.confirm("mine", code, address="192.0.2.8"), Confirmed)
    world.clock.advance(timedelta(days=1))
    await world.service.purge()
    code = await world.code_for("next day")
    assert isinstance(await replica.service.confirm("next day", code, address="192.0.2.7"), Confirmed)


async def test_an_address_at_its_cap_is_logged_once_a_day(
    world: World, replica: World, caplog: pytest.LogCaptureFixture
) -> None:
    """At the cap each code that grows a day old lets another wrong one in: that is the same address, still at it."""

    async def guess(name: str) -> object:
        await world.service.request_step(name, "check_account")
        assert isinstance(await world.service.send_code(name, UNKNOWN, address="192.0.2.7"), CodeSent)
        await world.service.drain()
        return await replica.service.confirm(name, "123456", address="192.0.2.7")

    def warnings() -> list[str]:
        return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]

    await world.service.request_step("early", "check_account")
    await world.service.send_code("early", KNOWN)
    await world.service.drain()
    await world.service.confirm("early", wrong(world.sender.sent[-1][1]), address="192.0.2.7")
    world.clock.advance(timedelta(minutes=30))
    await use_up(world, replica, "192.0.2.7", besides=1)
    assert warnings() == ["an address has used up its wrong codes of a day"]
    world.clock.advance(timedelta(hours=23, minutes=30))
    assert isinstance(await guess("one more"), WrongCode), "the first of them is a day old"
    assert len(warnings()) == 1
    world.clock.advance(timedelta(minutes=30, seconds=1))
    await use_up(world, replica, "192.0.2.7", besides=1, name="next day")
    assert len(warnings()) == 2


async def test_s5_s17_a_refused_address_is_told_the_same_for_every_number(world: World, replica: World) -> None:
    await use_up(world, replica, "192.0.2.7")
    answers = []
    for number in (KNOWN, UNKNOWN):
        await world.service.request_step(number.e164, "check_account")
        assert isinstance(await world.service.send_code(number.e164, number), CodeSent)
        await world.service.drain()
        statements: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object, into: list[str] = statements) -> None:
            into.append(statement)

        event.listen(world.database.engine.sync_engine, "before_cursor_execute", note)
        answer = await world.service.confirm(number.e164, "123456", address="192.0.2.7")
        event.remove(world.database.engine.sync_engine, "before_cursor_execute", note)
        answers.append((answer, statements))
    assert answers[0] == answers[1]
    assert answers[0][0] == TooManyFailures(DAY_S)


async def test_s5_what_is_no_code_and_what_is_right_counts_nothing_against_an_address(world: World) -> None:
    for n in range(ADDRESS_FAILURES.count + 1):
        world.clock.advance(timedelta(minutes=6))
        number = Msisdn.parse(f"049{300000 + n}")
        world.directory.lines[number] = prepaid(number)
        code = await world.code_for(f"c{n}", number)
        await world.service.confirm(f"c{n}", "no code", address="192.0.2.7")
        assert isinstance(await world.service.confirm(f"c{n}", code, address="192.0.2.7"), Confirmed)


async def test_s9_an_address_is_stored_as_a_keyed_hash_for_a_day(world: World, replica: World) -> None:
    await use_up(world, replica, "192.0.2.7")
    async with world.database.engine.connect() as connection:
        for table in TABLES:
            assert "192.0.2" not in str((await connection.execute(table.select())).all())
    world.clock.advance(timedelta(days=1))
    purged = await world.service.purge()
    assert purged.events >= ADDRESS_FAILURES.count
    async with world.database.session() as session:
        assert (await session.scalars(select(EventRow))).all() == []
        assert (await session.scalars(select(SubjectRow))).all() == []


async def use_up(world: World, replica: World, address: str, *, besides: int = 0, name: str = "spray") -> None:
    """Every wrong code that an address may give in a day ``besides`` some, at many numbers and both replicas."""
    for n in range(0, ADDRESS_FAILURES.count, 5):
        conversation, number = f"{name}-{n}", Msisdn.parse(f"049{400000 + n}")
        await world.service.request_step(conversation, "check_account")
        assert isinstance(await world.service.send_code(conversation, number), CodeSent)
        await world.service.drain()
        for m in range(min(5, ADDRESS_FAILURES.count - besides - n)):
            outcome = await (world, replica)[m % 2].service.confirm(conversation, f"{m:06}", address=address)
            assert isinstance(outcome, WrongCode | Locked), outcome
