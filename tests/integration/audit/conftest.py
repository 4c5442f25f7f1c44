"""A migrated database for each test: SQLite in a file, and PostgreSQL where there is one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import FixedClock
from ndihma.db import Database

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = SecretStr("a" * 64)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def trail(database: Database, clock: FixedClock) -> SqlAuditTrail:
    return SqlAuditTrail(database, clock, KEY)
