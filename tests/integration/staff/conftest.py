"""Staff services on a real database of each kind, at a moment that stands still."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.staff.service import StaffService
from tests.support.staff import Enrolled, enrol, staff_service


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 30, 9, 0, 5, tzinfo=UTC))


@pytest.fixture
def service(database: Database, clock: FixedClock) -> StaffService:
    return staff_service(database, clock)


@pytest.fixture
async def anita(service: StaffService, clock: FixedClock) -> Enrolled:
    return await enrol(service, clock)
