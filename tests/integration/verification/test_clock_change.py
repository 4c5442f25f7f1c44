"""S5: what lives five or fifteen minutes lives no hour longer in the night when the clocks go back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ndihma.verification.model import CodeExpired, CodeSent, TooManySends

from .conftest import KNOWN, NOON, World

FIRST_0258 = datetime(2026, 10, 25, 0, 58, tzinfo=UTC)
"""02:58 in Kosovo; two minutes later it is 02:00 again."""


@pytest.fixture
def night(world: World) -> World:
    world.clock.advance(FIRST_0258 - NOON)
    return world


async def test_s5_a_code_lives_five_minutes(night: World) -> None:
    code = await night.code_for("c1")
    night.clock.advance(timedelta(minutes=5))
    assert await night.service.confirm("c1", code) == CodeExpired()


async def test_s7_what_a_code_proved_lasts_fifteen_minutes(night: World) -> None:
    await night.service.confirm("c1", await night.code_for("c1"))
    night.clock.advance(timedelta(minutes=14, seconds=59))
    assert await night.service.identity("c1") is not None
    night.clock.advance(timedelta(seconds=1))
    assert await night.service.identity("c1") is None


async def test_s5_three_codes_in_a_quarter_of_an_hour(night: World) -> None:
    await night.service.request_step("c1", "check_account")
    assert [type(await night.service.send_code("c1", KNOWN)) for _ in range(3)] == [CodeSent] * 3
    night.clock.advance(timedelta(minutes=14))
    assert await night.service.send_code("c1", KNOWN) == TooManySends(60)
    night.clock.advance(timedelta(minutes=1))
    assert isinstance(await night.service.send_code("c1", KNOWN), CodeSent)
