"""S17: nothing in an answer or its time tells whether a number exists; who gets a code."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import logging
from datetime import datetime, timedelta

import pytest

from ndihma.accounts.msisdn import Msisdn
from ndihma.logging_setup import JsonFormatter
from ndihma.mail import EmailAddress
from ndihma.verification.model import CodeSent, Confirmed, TooManySends, WrongCode
from tests.support.databases import statements

from .conftest import BY_CONTACT, CONTACT, DEACTIVE, FIXED, INACTIVE, KNOWN, LOST, PUK_LOCKED, UNKNOWN, World, wrong


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
        answers: list[object] = []
        with statements(world.database) as heard:
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
        return [shape(answer, msisdn, world.clock.now()) for answer in answers], heard

    numbers = (KNOWN, UNKNOWN, PUK_LOCKED, LOST, DEACTIVE, FIXED, BY_CONTACT)
    results = {number: await attack(number) for number in numbers}
    for number in numbers:
        assert results[number] == results[KNOWN], number
    assert {answer[0] for answer in results[KNOWN][0]} == {"Step", "CodeSent", "WrongCode", "Locked"}
    assert {to for to, _ in world.sender.sent} == {KNOWN, EmailAddress.parse(CONTACT.value)}
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
