"""S5: one-time codes, their figures, and what they are bound to, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import logging
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select, text

from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn
from ndihma.db import Database
from ndihma.logging_setup import JsonFormatter
from ndihma.verification import tables
from ndihma.verification.identities import IdentityReader
from ndihma.verification.model import (
    AssuranceLevel,
    CodeExpired,
    CodeSent,
    Confirmed,
    ConfirmOutcome,
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

from .conftest import (
    DEACTIVE,
    FIXED,
    INACTIVE,
    KNOWN,
    LOST,
    OTHER_KNOWN,
    PUK_LOCKED,
    UNKNOWN,
    World,
    wrong,
)

HALF_HOUR = timedelta(minutes=30)


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
    assert len(failures) == 10, "ten codes were compared in a day, not one more"
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


def shape(answer: object, msisdn: Msisdn, now: datetime) -> tuple[object, ...]:
    """All that an answer shows, with the number and the moment taken out."""
    shown: list[object] = [type(answer).__name__]
    for field in dataclasses.fields(answer):  # type: ignore[arg-type]
        value = getattr(answer, field.name)
        if isinstance(value, datetime):
            value = value - now
        shown.append("<masked>" if value == msisdn.masked else value)
    return tuple(shown)


async def test_s17_every_answer_is_the_same_for_every_number(world: World) -> None:
    """The same conversations, answer for answer and SQL statement for statement, whatever stands behind the number."""

    async def attack(msisdn: Msisdn) -> tuple[list[tuple[object, ...]], list[str]]:
        world.clock.advance(timedelta(days=2))
        statements: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            statements.append(statement)

        event.listen(world.database.engine.sync_engine, "before_cursor_execute", note)
        try:
            answers: list[object] = []
            for attempt in range(2):
                conversation = f"{msisdn.e164} {attempt}"
                answers.append(await world.service.request_step(conversation, "check_account"))
                for _ in range(attempt + 1):
                    answers.append(await world.service.send_code(conversation, msisdn))
                    await world.service.drain()
                answers.append(await world.service.step(conversation))
                real = world.sender.sent[-1][1]
                answers += [await world.service.confirm(conversation, "no code")]
                answers += [await world.service.confirm(conversation, wrong(real, n)) for n in range(1, 7)]
                answers.append(await world.service.step(conversation))
            answers.append(await world.service.send_code(f"{msisdn.e164} 1", msisdn))
        finally:
            event.remove(world.database.engine.sync_engine, "before_cursor_execute", note)
        return [shape(answer, msisdn, world.clock.now()) for answer in answers], statements

    numbers = (KNOWN, UNKNOWN, PUK_LOCKED, LOST, DEACTIVE, FIXED)
    results = {number: await attack(number) for number in numbers}
    for number in numbers:
        assert results[number] == results[KNOWN], number
    assert {answer[0] for answer in results[KNOWN][0]} == {"Step", "CodeSent", "WrongCode", "Locked"}
    assert {to for to, _ in world.sender.sent} == {KNOWN}
    assert {world.directory.asked.count(number) for number in numbers} == {3}


async def test_s17_limits_count_unknown_numbers_alike(world: World) -> None:
    for number in (KNOWN, UNKNOWN):
        conversation = number.e164
        await world.service.request_step(conversation, "check_account")
        assert [type(await world.service.send_code(conversation, number)) for _ in range(3)] == [CodeSent] * 3
        assert await world.service.send_code(conversation, number) == TooManySends(15 * 60)


async def test_s17_answer_does_not_wait_for_the_directory_or_the_sender(world: World) -> None:
    entered = asyncio.Event()
    release = asyncio.Event()

    async def slow(msisdn: Msisdn) -> None:
        entered.set()
        await release.wait()

    world.directory.find = slow  # type: ignore[method-assign]
    await world.service.request_step("c1", "check_account")
    assert isinstance(await world.service.send_code("c1", KNOWN), CodeSent)
    await asyncio.wait_for(entered.wait(), 5)
    release.set()
    await world.service.drain()


@pytest.mark.parametrize("msisdn", [UNKNOWN, PUK_LOCKED, LOST, DEACTIVE, FIXED])
async def test_number_an_sms_cannot_reach_gets_no_code_and_no_code_is_ever_right(
    world: World, msisdn: Msisdn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ndihma.verification.vault.Vault.new_code", staticmethod(lambda: "482913"))
    await world.service.request_step("c1", "check_account")
    assert isinstance(await world.service.send_code("c1", msisdn), CodeSent)
    await world.service.drain()
    assert world.sender.sent == []
    assert await world.service.confirm("c1", "482913") == WrongCode(4), "not even the lucky guess"


async def test_inactive_number_still_gets_its_code(world: World) -> None:
    assert isinstance(await world.service.confirm("c1", await world.code_for("c1", INACTIVE)), Confirmed)


async def test_code_is_not_taken_before_the_number_was_looked_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ndihma.verification.vault.Vault.new_code", staticmethod(lambda: "482913"))
    world.directory.failures = 99
    await world.service.request_step("c1", "check_account")
    await world.service.send_code("c1", KNOWN)
    await world.service.drain()
    assert await world.service.confirm("c1", "482913") == WrongCode(4)


async def test_lookup_is_tried_again_when_the_account_system_is_away(world: World) -> None:
    world.directory.failures = 2
    assert isinstance(await world.service.confirm("c1", await world.code_for("c1")), Confirmed)
    assert world.pauses == [0.0, 0.5, 2.0]


async def test_s6_delivery_that_fails_is_logged_without_the_number_or_the_code(world: World) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter("test"))
    logger = logging.getLogger("ndihma.verification.delivery")
    logger.addHandler(handler)
    world.sender.error = RuntimeError(f"cannot send to {KNOWN.e164}")
    try:
        await world.service.request_step("c1", "check_account")
        assert isinstance(await world.service.send_code("c1", KNOWN), CodeSent)
        await world.service.drain()
    finally:
        logger.removeHandler(handler)
    assert "not delivered" in stream.getvalue()
    assert "44123456" not in stream.getvalue()


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


async def everything_stored(database: Database) -> str:
    """All rows of all verification tables as one text, binary values in hex and as text."""
    parts: list[str] = []
    async with database.session() as session:
        for table in ("steps", "challenges", "subjects", "events", "identities"):
            for row in await session.execute(text(f"SELECT * FROM verification_{table}")):  # noqa: S608
                parts += [v.hex() + v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in row]
    return "\n".join(parts)


async def test_s6_neither_code_nor_number_can_be_read_from_the_tables_before_it_is_proved(world: World) -> None:
    code = await world.code_for("c1")
    await world.service.confirm("c1", wrong(code))
    stored = await everything_stored(world.database)
    assert "44123456" not in stored
    assert code not in stored
    await world.service.confirm("c1", code)
    assert code not in await everything_stored(world.database)


async def test_s10_purge_leaves_nothing_after_a_day(world: World) -> None:
    await world.service.confirm("c1", await world.code_for("c1"))
    code = await world.code_for("c2")
    await world.service.confirm("c2", wrong(code))
    world.clock.advance(timedelta(minutes=15))
    purged = await world.service.purge()
    assert (purged.identities, purged.challenges, purged.steps, purged.events, purged.subjects) == (1, 1, 0, 0, 0)
    assert "44123456" not in await everything_stored(world.database)
    world.clock.advance(timedelta(hours=24))
    await world.service.purge()
    assert await everything_stored(world.database) == ""


async def test_purge_does_not_lift_a_lock(world: World) -> None:
    for conversation in ("c1", "c2"):
        code = await world.code_for(conversation)
        for n in range(1, 6):
            await world.service.confirm(conversation, wrong(code, n))
            world.clock.advance(timedelta(seconds=1))
    world.clock.advance(timedelta(hours=23, minutes=59, seconds=55))
    await world.service.purge()
    await world.service.request_step("c3", "check_account")
    outcome = await world.service.send_code("c3", KNOWN)
    assert isinstance(outcome, Locked)
    assert outcome.retry_after <= 5
