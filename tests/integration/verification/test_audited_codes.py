"""Codes that were sent, codes that were right and numbers that were locked are in the audit trail (S10)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry
from ndihma.verification.model import Confirmed, Locked, LockScope, WrongCode
from ndihma.verification.policy import POLICY
from ndihma.verification.tables import IdentityRow
from tests.integration.verification.conftest import KNOWN, UNKNOWN, World, wrong

SPEAKER = Actor(ActorKind.CUSTOMER, "talk")


def entry(action: AuditAction, actor: Actor = SPEAKER) -> AuditEntry:
    return AuditEntry(actor, action, KNOWN, reason="account")


async def test_s10_a_code_sent_and_confirmed_leaves_two_entries(world: World) -> None:
    code = await world.code_for("talk")
    assert isinstance(await world.service.confirm("talk", wrong(code)), WrongCode)
    assert isinstance(await world.service.confirm("talk", code), Confirmed)
    assert world.audit.entries == [entry(AuditAction.CODE_SENT), entry(AuditAction.CODE_CONFIRMED)]


async def test_a_number_that_gets_no_code_leaves_no_entry(world: World) -> None:
    await world.service.request_step("talk", "check_account")
    await world.service.send_code("talk", UNKNOWN)
    await world.service.drain()
    assert world.audit.entries == []


async def test_s10_a_number_that_is_locked_leaves_one_entry(world: World) -> None:
    outcome: object = None
    failures = 0
    for talk in range(10):
        code = await world.code_for(f"talk-{talk}")
        for nth in range(POLICY.tries):
            failures += 1
            outcome = await world.service.confirm(f"talk-{talk}", wrong(code, nth + 1))
            if isinstance(outcome, Locked) and outcome.scope is LockScope.NUMBER:
                break
        if isinstance(outcome, Locked) and outcome.scope is LockScope.NUMBER:
            break
    assert failures == POLICY.failures_per_day
    locked = [each for each in world.audit.entries if each.action is AuditAction.NUMBER_LOCKED]
    assert locked == [entry(AuditAction.NUMBER_LOCKED, Actor(ActorKind.CUSTOMER, f"talk-{talk}"))]


async def test_s10_a_code_is_not_confirmed_when_that_cannot_be_recorded(world: World) -> None:
    code = await world.code_for("talk")
    world.audit.failing = True
    with pytest.raises(OperationalError):
        await world.service.confirm("talk", code)
    async with world.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(IdentityRow)) == 0
    world.audit.failing = False
    assert isinstance(await world.service.confirm("talk", code), Confirmed)


async def test_s10_a_code_is_not_sent_when_that_cannot_be_recorded(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.audit.failing = True
    await world.service.request_step("talk", "check_account")
    await world.service.send_code("talk", KNOWN)
    await world.service.drain()
    assert world.sender.sent == []
    assert "not delivered" in caplog.text
