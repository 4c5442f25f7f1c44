"""S17: until the answer is out, every number is the same work, with the real directory and the real audit trail."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from pydantic import SecretStr

from ndihma.accounts.adapters.sql import SqlAccountDirectory, SqlAccountWriter
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.puk import can_receive_code
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.mail import EmailAddress
from ndihma.verification.model import CodeSent, WrongCode
from ndihma.verification.service import VerificationService
from tests.support.databases import statements

from .conftest import (
    BY_CONTACT,
    CONTACT,
    DEACTIVE,
    FIXED,
    KEY,
    KNOWN,
    LOST,
    NOON,
    PUK_LOCKED,
    UNKNOWN,
    FakeDirectory,
    FakeSender,
)

NUMBERS = (KNOWN, UNKNOWN, PUK_LOCKED, LOST, DEACTIVE, FIXED, BY_CONTACT)
"""Reached by SMS, unknown, reached by nothing in four ways, reached by a contact."""


async def test_s17_every_number_is_the_same_work_until_the_answer_is_out(database: Database) -> None:
    clock, sender = FixedClock(NOON), FakeSender()
    lines = FakeDirectory().lines
    await SqlAccountWriter(database).upsert(lines.values(), NOON)
    held = asyncio.Event()

    async def sleep(_: float) -> None:
        await held.wait()

    service = VerificationService(
        database=database,
        accounts=SqlAccountDirectory(database),
        sender=sender,
        clock=clock,
        key=KEY,
        audit=SqlAuditTrail(database, clock, SecretStr("a" * 64)),
        sms_reachable=can_receive_code,
        queued=lambda: None,
        sleep=sleep,
    )
    conversations = {number: f"conversation {letter}" for number, letter in zip(NUMBERS, "abcdefg", strict=True)}
    asked: dict[Msisdn, list[str]] = {}
    guessed: dict[Msisdn, list[str]] = {}
    for number in NUMBERS:
        await service.request_step(conversations[number], "check_account")
        with statements(database) as asked[number]:
            outcome = await service.send_code(conversations[number], number, address="192.0.2.1")
        assert outcome == CodeSent(number.masked, NOON + timedelta(minutes=5))
    held.set()
    await service.drain()
    assert {to for to, _ in sender.sent} == {KNOWN, EmailAddress.parse(CONTACT.value)}
    codes = {int(code) for _, code in sender.sent}
    wrong = next(f"{n:06d}" for n in range(1_000_000) if n not in codes)
    for number in NUMBERS:
        with statements(database) as guessed[number]:
            assert await service.confirm(conversations[number], wrong) == WrongCode(4)
    assert {number: len(heard) for number, heard in asked.items()} == dict.fromkeys(NUMBERS, len(asked[KNOWN]))
    assert all(asked[number] == asked[KNOWN] for number in NUMBERS)
    assert all(guessed[number] == guessed[KNOWN] for number in NUMBERS)
    assert len(asked[KNOWN]) > 5
    await service.close()


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.masked)
async def test_s17_locked_out_numbers_are_told_alike(database: Database, number: Msisdn) -> None:
    """Ten wrong codes lock a number that does not exist as they lock one that does."""
    clock = FixedClock(NOON)
    service = VerificationService(
        database=database,
        accounts=FakeDirectory(),
        sender=FakeSender(),
        clock=clock,
        key=KEY,
        audit=SqlAuditTrail(database, clock, SecretStr("a" * 64)),
        sms_reachable=can_receive_code,
        queued=lambda: None,
        jitter=lambda: 0.0,
    )
    answers: list[str] = []
    for conversation in ("c1", "c2", "c3"):
        await service.request_step(conversation, "check_account")
        answers.append(type(await service.send_code(conversation, number)).__name__)
        answers += [type(await service.confirm(conversation, f"{n:06d}")).__name__ for n in range(5)]
    await service.close()
    assert answers == ["CodeSent", *["WrongCode"] * 4, "Locked"] * 2 + ["Locked", *["Locked"] * 5]
