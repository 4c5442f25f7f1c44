"""The adapter in front of a made-up operator in this process; nothing listens, nothing waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from ndihma.accounts.adapters.tmforum import TmfAccountDirectory
from ndihma.clock import BELGRADE, FixedClock
from tests.support.tmforum.operator import Operator
from tests.support.tmforum.system import directory_of

NOW = datetime(2026, 11, 22, 16, 5, tzinfo=BELGRADE)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def operator() -> Operator:
    return Operator()


@pytest.fixture
async def directory(operator: Operator, clock: FixedClock) -> AsyncIterator[TmfAccountDirectory]:
    async with directory_of(operator, clock) as directory:
        yield directory
