"""Verification on a real database: SQLite in a file, and PostgreSQL in a schema of its own when there is one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.model import ContactKind, ContactPoint, Line, LineKind, PrepaidLife, SimCard, SimState, Subscriber
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountsUnavailable
from ndihma.accounts.puk import can_receive_code
from ndihma.audit.model import AuditEntry
from ndihma.clock import FixedClock
from ndihma.db import Base, Database
from ndihma.verification.model import CodeSent
from ndihma.verification.notices import NoticeDelivery
from ndihma.verification.senders import Destination
from ndihma.verification.service import VerificationService

POSTGRES_URL = os.environ.get("NDIHMA_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOON.date()
KEY = SecretStr("k" * 64)

TABLES = [table for name, table in Base.metadata.tables.items() if name.startswith("verification_")]

KNOWN = Msisdn.parse("044 123 456")
OTHER_KNOWN = Msisdn.parse("044 123 457")
UNKNOWN = Msisdn.parse("044 999 999")
PUK_LOCKED = Msisdn.parse("044 200 001")
LOST = Msisdn.parse("044 200 002")
DEACTIVE = Msisdn.parse("044 200 003")
FIXED = Msisdn.parse("038 200 004")
INACTIVE = Msisdn.parse("044 200 005")
BY_CONTACT = Msisdn.parse("038 200 006")
"""A fixed line whose owner has registered a mailbox."""
CONTACT = ContactPoint(ContactKind.EMAIL, "arta@example.com", date(2020, 1, 1))


def prepaid(msisdn: Msisdn, sim: SimState = SimState.IN_USE, valid_until: date | None = None) -> Line:
    life = PrepaidLife(
        purchased_on=TODAY - timedelta(days=400),
        activated_on=TODAY - timedelta(days=390),
        valid_until=valid_until or TODAY + timedelta(days=30),
    )
    return Line(msisdn, LineKind.PREPAID, Subscriber("s", "N"), SimCard("8938300000000000001", sim), life)


class FakeDirectory:
    """Accounts in a dictionary; counts what it is asked."""

    def __init__(self) -> None:
        lines = (
            prepaid(KNOWN),
            prepaid(OTHER_KNOWN),
            prepaid(PUK_LOCKED, SimState.PUK_LOCKED),
            prepaid(LOST, SimState.LOST),
            prepaid(DEACTIVE, valid_until=TODAY - timedelta(days=20)),
            prepaid(INACTIVE, valid_until=TODAY - timedelta(days=5)),
            Line(FIXED, LineKind.FIXED, Subscriber("s", "N")),
            Line(BY_CONTACT, LineKind.FIXED, Subscriber("t", "N", contacts=(CONTACT,))),
        )
        self.lines = {line.msisdn: line for line in lines}
        self.asked: list[Msisdn] = []
        self.failures = 0

    async def find(self, msisdn: Msisdn) -> Line | None:
        self.asked.append(msisdn)
        if self.failures > 0:
            self.failures -= 1
            raise AccountsUnavailable("down")
        return self.lines.get(msisdn)


class FakeSender:
    """Keeps the codes and notices it was handed."""

    def __init__(self) -> None:
        self.sent: list[tuple[Destination, str]] = []
        self.told: list[tuple[Destination, str, str]] = []
        self.kinds = set(ContactKind)
        self.available = True
        self.error: Exception | None = None

    def reaches(self, kind: ContactKind) -> bool:
        return kind in self.kinds

    async def send(self, to: Destination, code: str, locale: str = "sq") -> None:
        if self.error is not None:
            raise self.error
        self.sent.append((to, code))

    async def tell(self, to: Destination, subject: str, text: str) -> None:
        self.told.append((to, subject, text))

    async def start(self) -> None: ...

    async def close(self) -> None: ...


class FakeAudit:
    """Keeps the entries it was handed; ``failing`` stands for a trail that cannot be written."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []
        self.failing = False

    async def record(self, *entries: AuditEntry) -> None:
        if self.failing:
            raise OperationalError("the audit trail", None, OSError())
        self.entries += entries

    async def append(self, session: AsyncSession, *entries: AuditEntry) -> None:
        await self.record(*entries)


@dataclass
class World:
    """A service and everything around it."""

    database: Database
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    sender: FakeSender = field(default_factory=FakeSender)
    audit: FakeAudit = field(default_factory=FakeAudit)
    pauses: list[float] = field(default_factory=list)
    woken: int = 0
    """How often the delivery of notices was told that some may wait."""

    def __post_init__(self) -> None:
        self.service = self.another_process()
        self.notices = NoticeDelivery(self.database, self.directory, self.sender, self.clock)

    def another_process(self) -> VerificationService:
        """A service of another process (or after a restart) on the same database."""

        async def sleep(seconds: float) -> None:
            self.pauses.append(seconds)

        return VerificationService(
            database=self.database,
            accounts=self.directory,
            sender=self.sender,
            clock=self.clock,
            key=KEY,
            audit=self.audit,
            sms_reachable=can_receive_code,
            queued=self._queued,
            jitter=lambda: 0.0,
            sleep=sleep,
        )

    def _queued(self) -> None:
        self.woken += 1

    async def code_for(self, conversation_id: str, msisdn: Msisdn = KNOWN) -> str:
        """Open a step, have a code sent, and read it from the telephone."""
        await self.service.request_step(conversation_id, "check_account")
        outcome = await self.service.send_code(conversation_id, msisdn)
        assert isinstance(outcome, CodeSent), outcome
        await self.service.drain()
        to, code = self.sender.sent[-1]
        assert to == msisdn
        return code


def wrong(code: str, nth: int = 1) -> str:
    """The nth code that is not ``code``."""
    return f"{(int(code) + nth) % 1_000_000:06d}"


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    made = World(database)
    yield made
    await made.service.close()
