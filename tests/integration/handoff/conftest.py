"""A floor of agents, on each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.desk.handoff.rules import HandoffRules
from tests.integration.gateway.scripted_desk import NOW

from .floor import Floor


@pytest.fixture
async def make_floor(database: Database) -> AsyncIterator[Callable[..., Floor]]:
    made: list[Floor] = []

    def make(**rules: Any) -> Floor:
        made.append(Floor(database, FixedClock(NOW), HandoffRules(**rules)))
        return made[-1]

    yield make
    for floor in made:
        await floor.stop()


@pytest.fixture
async def floor(make_floor: Callable[..., Floor]) -> Floor:
    return make_floor()
