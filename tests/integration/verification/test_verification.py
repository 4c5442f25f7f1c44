"""S5: a one-time code proves a number once, for its conversation, in its time; on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn
from ndihma.verification import tables
from ndihma.verification.identities import IdentityReader
from ndihma.verification.model import (
    AssuranceLevel,
    CodeExpired,
    CodeSent,
    Confirmed,
    InvalidNumber,
    Locked,
    LockScope,
    NoCodeSent,
    NotRequested,
    SendingUnavailable,
    TooManySends,
    VerificationState,
    WrongCode,
)

from .conftest import KNOWN, OTHER_KNOWN, UNKNOWN, World, wrong


async def test_s5_right_code_proves_the_number_for_fifteen_minutes(world: World) -> None:
    code = await world.code_for("c1")
    outcome = await world.service.confirm("c1", code)
    assert isinstance(outcome, Confirmed)
    assert outcome.resume_intent == "check_account"
    assert outcome.identity.msisdn == KNOWN
    assert outcome.identity.level is AssuranceLevel.CODE_CONFIRMED
    assert await world.service.identity("c1") == outcome.identity
    world.clock.advance(timedelta(minutes=14, seconds=59))
    assert await world.service.identity("c1") == outcome.identity
    world.clock.advance(timedelta(seconds=1))
    assert await world.service.identity("c1") is None
    assert await world.service.step("c1") is None


async def test_expired_identity_is_deleted_when_it_is_asked_for(world: World) -> None:
    await world.service.confirm("c1", await world.code_for("c1"))
    world.clock.advance(timedelta(minutes=15))
    assert await IdentityReader(world.database, world.clock).identity("c1") is None
    async with world.database.session() as session:
        assert (await session.scalars(select(tables.IdentityRow))).all() == []


async def test_identity_is_read_without_the_key(world: World) -> None:
    await world.service.confirm("c1", await world.code_for("c1"))
    identity = await IdentityReader(world.database, world.clock).identity("c1")
    assert identity is not None
    assert identity.msisdn == KNOWN
    assert await IdentityReader(world.database, world.clock).identity("c2") is None


async def test_s5_code_is_used_once(world: World) -> None:
    code = await world.code_for("c1")
    assert isinstance(await world.service.confirm("c1", code), Confirmed)
    assert await world.service.confirm("c1", code) == NoCodeSent()


async def test_s5_only_one_of_many_simultaneous_uses_of_a_right_code_succeeds(world: World) -> None:
    code = await world.code_for("c1")
    processes = [world.another_process() for _ in range(4)]
    outcomes = await asyncio.gather(*(process.confirm("c1", code) for process in processes for _ in range(3)))
    assert sum(isinstance(outcome, Confirmed) for outcome in outcomes) == 1
    assert outcomes.count(NoCodeSent()) == 11


async def test_s5_code_is_bound_to_its_conversation(world: World) -> None:
    code = await world.code_for("c1")
    other = await world.code_for("c2")
    if code != other:
        assert isinstance(await world.service.confirm("c2", code), WrongCode)
    assert await world.service.confirm("c3", code) == NoCodeSent()
    assert await world.service.identity("c2") is None


async def test_s5_code_is_bound_to_its_number(world: World) -> None:
    first = await world.code_for("c1", KNOWN)
    second = await world.code_for("c1", OTHER_KNOWN)
    if first != second:
        assert isinstance(await world.service.confirm("c1", first), WrongCode)
    outcome = await world.service.confirm("c1", second)
    assert isinstance(outcome, Confirmed)
    assert outcome.identity.msisdn == OTHER_KNOWN


async def test_s5_code_hash_moved_to_another_row_is_worth_nothing(world: World) -> None:
    """Who can write to the table cannot make a code for another number out of one of their own."""
    code = await world.code_for("c1", KNOWN)
    async with world.database.session() as session:
        (row,) = (await session.scalars(select(tables.ChallengeRow))).all()
        row.conversation_id = "c2"
        session.add(
            tables.StepRow(
                conversation_id="c2",
                state="code_sent",
                purpose="account",
                resume_intent="check_account",
                expires_at=row.expires_at,
                updated_at=row.created_at,
            )
        )
    assert isinstance(await world.service.confirm("c2", code), WrongCode)


async def test_s5_code_lives_five_minutes(world: World) -> None:
    code = await world.code_for("c1")
    world.clock.advance(timedelta(minutes=4, seconds=59))
    step = await world.service.step("c1")
    assert step is not None
    assert step.state is VerificationState.CODE_SENT
    world.clock.advance(timedelta(seconds=1))
    step = await world.service.step("c1")
    assert step is not None
    assert step.state is VerificationState.EXPIRED
    assert step.is_open
    assert await world.service.confirm("c1", code) == CodeExpired()
    assert await world.service.confirm("c1", code) == CodeExpired()
    assert isinstance(await world.service.send_code("c1", KNOWN), CodeSent)


async def test_s5_five_tries_then_the_code_is_dead(world: World) -> None:
    code = await world.code_for("c1")
    outcomes = [await world.service.confirm("c1", wrong(code, n)) for n in range(1, 6)]
    assert outcomes == [WrongCode(4), WrongCode(3), WrongCode(2), WrongCode(1), Locked(LockScope.CODE)]
    assert await world.service.confirm("c1", code) == Locked(LockScope.CODE)
    assert await world.service.identity("c1") is None
    step = await world.service.step("c1")
    assert step is not None
    assert step.state is VerificationState.LOCKED
    assert isinstance(await world.service.send_code("c1", KNOWN), CodeSent)


async def test_text_that_cannot_be_a_code_uses_up_no_try(world: World) -> None:
    code = await world.code_for("c1")
    for nonsense in ("", "12345", "1234567", "abcdef", "12345a", "🙂" * 1000, "\ud800", "' OR 1=1 --"):
        assert await world.service.confirm("c1", nonsense) == WrongCode(5)
    assert isinstance(await world.service.confirm("c1", code), Confirmed)


@pytest.mark.parametrize("style", ["{0} {1}", " {0}-{1} ", "{0}\u200b{1}", "{0}.{1}"])
async def test_code_may_be_typed_in_two_halves(world: World, style: str) -> None:
    code = await world.code_for("c1")
    assert isinstance(await world.service.confirm("c1", style.format(code[:3], code[3:])), Confirmed)


async def test_code_may_be_typed_in_other_digits(world: World) -> None:
    code = await world.code_for("c1")
    assert isinstance(await world.service.confirm("c1", "".join(chr(0x0660 + int(d)) for d in code)), Confirmed)


async def test_resending_ends_the_earlier_code_and_a_late_delivery_of_it(world: World) -> None:
    gate = asyncio.Event()
    find = world.directory.find

    async def slow(msisdn: Msisdn) -> Line | None:
        await gate.wait()
        return await find(msisdn)

    world.directory.find = slow  # type: ignore[method-assign]
    await world.service.request_step("c1", "check_account")
    await world.service.send_code("c1", KNOWN)
    await world.service.send_code("c1", KNOWN)
    gate.set()
    await world.service.drain()
    assert len(world.sender.sent) == 1, "the first delivery found its challenge replaced"
    assert isinstance(await world.service.confirm("c1", world.sender.sent[0][1]), Confirmed)


@pytest.mark.parametrize(
    "number", ["", "abc", "123", "+49 170 1234567", "080010000", "9" * 500, "\ud800", "044 123 45"]
)
async def test_text_that_is_no_number_of_kosovo_is_told_so(world: World, number: str) -> None:
    await world.service.request_step("c1", "check_account")
    assert await world.service.send_code("c1", number) == InvalidNumber()
    assert world.directory.asked == []


@pytest.mark.parametrize(
    "number", ["044 123 456", "+383 44 123 456", "00377 44 123456", "０４４１２３４５６", "044\u200b123\u200b456"]
)
async def test_every_written_form_is_the_same_number(world: World, number: str) -> None:
    await world.service.request_step("c1", "check_account")
    assert isinstance(await world.service.send_code("c1", number), CodeSent)
    await world.service.drain()
    assert world.sender.sent[0][0] == KNOWN


async def test_without_a_step_nothing_is_sent(world: World) -> None:
    assert await world.service.send_code("c1", KNOWN) == NotRequested()
    assert await world.service.confirm("c1", "123456") == NoCodeSent()
    assert await world.service.cancel("c1") is None
    assert await world.service.step("c1") is None


async def test_without_a_sender_every_requester_is_told_alike(world: World) -> None:
    world.sender.available = False
    await world.service.request_step("c1", "check_account")
    assert await world.service.send_code("c1", KNOWN) == SendingUnavailable()
    assert await world.service.send_code("c1", UNKNOWN) == SendingUnavailable()


async def test_cancelling_ends_the_code_and_keeps_an_identity(world: World) -> None:
    await world.service.confirm("c1", await world.code_for("c1"))
    code = await world.code_for("c1")
    step = await world.service.cancel("c1")
    assert step is not None
    assert step.state is VerificationState.CANCELLED
    assert await world.service.confirm("c1", code) == NoCodeSent()
    assert await world.service.send_code("c1", KNOWN) == NotRequested()
    assert await world.service.step("c1") is None
    assert await world.service.identity("c1") is not None


async def test_asking_something_else_meanwhile_keeps_the_code_good(world: World) -> None:
    code = await world.code_for("c1")
    step = await world.service.request_step("c1", "ask_puk_code")
    assert (step.state, step.masked) == (VerificationState.CODE_SENT, "044 ••• •56")
    outcome = await world.service.confirm("c1", code)
    assert isinstance(outcome, Confirmed)
    assert outcome.resume_intent == "ask_puk_code"


async def test_forgetting_removes_everything_of_the_conversation_but_not_the_counts(world: World) -> None:
    await world.service.confirm("c1", await world.code_for("c1"))
    await world.code_for("c1")
    await world.service.forget("c1")
    assert await world.service.identity("c1") is None
    assert await world.service.step("c1") is None
    await world.code_for("c2")
    await world.service.request_step("c3", "check_account")
    assert isinstance(await world.service.send_code("c3", KNOWN), TooManySends)
