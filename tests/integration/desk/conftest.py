"""A desk that takes proofs of payment, on a real database, with a mailer that does as told."""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

import ndihma.tables  # noqa: F401  (every table is declared)
from ndihma.accounts.adapters.tmforum import TmfMapping, TmfTickets
from ndihma.accounts.adapters.tmforum.breaker import PurgatoryBreaker
from ndihma.accounts.demo import DemoKey, demo_customers
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import TicketDesk
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import BELGRADE, FixedClock
from ndihma.db import Database
from ndihma.desk.attachments import AttachmentService
from ndihma.desk.claims import NOTHING_CLAIMED, PaymentClaim
from ndihma.desk.events import Event
from ndihma.desk.files import AttachmentFiles
from ndihma.desk.hub import EventHub
from ndihma.desk.ids import new_id
from ndihma.desk.mail_outbox import MailOutbox
from ndihma.desk.mail_worker import MailWorker
from ndihma.desk.operator_decisions import OperatorDecisions
from ndihma.desk.operator_ticket_texts import OperatorTicketTexts
from ndihma.desk.operator_tickets import OperatorTickets
from ndihma.desk.proof_mails import ProofMails
from ndihma.desk.reconnections import ReconnectionRequests
from ndihma.desk.store import ConversationStore
from ndihma.desk.tables import ConversationRow, MailRow
from ndihma.desk.ticket_worker import TicketWorker
from ndihma.desk.tickets import TicketService
from ndihma.mail import EmailAddress, Mail, Mailer, MailError
from tests.support.tmforum.operator import Operator
from tests.support.tmforum.system import connected

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=BELGRADE)
MINE, YOURS = Msisdn("+38344123456"), Msisdn("+38344654321")
SUSPENDED = next(customer.line for customer in demo_customers(NOW) if customer.key is DemoKey.SUSPENDED)
TO = EmailAddress("business@example.com")
KEY = SecretStr("a" * 64)


def png(grey: int = 255) -> bytes:
    """A picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes([0, grey]))) + chunk(b"IEND", b"")


@dataclass
class FakeMailer:
    """Keeps what it is handed; raises ``problem`` instead while there is one."""

    problem: MailError | None = None
    sent: list[Mail] = field(default_factory=list)
    available: bool = True

    async def send(self, mail: Mail) -> None:
        if self.problem is not None:
            raise self.problem
        self.sent.append(mail)


class Proofs:
    """Everything about proofs, wired as in ``ndihma.bootstrap``; ``desk``: the operator's own ticket system."""

    def __init__(
        self, database: Database, uploads: Path, mailer: Mailer, clock: FixedClock, desk: TicketDesk | None = None
    ) -> None:
        self.database, self.clock, self.mailer = database, clock, mailer
        self.woken = 0
        self.operator_tickets = OperatorTickets(database, clock)
        self.hub = EventHub()
        self.store = ConversationStore(database)
        self.requests = ReconnectionRequests(database, self.operator_tickets if desk else None)
        self.files = AttachmentFiles(uploads)
        self.outbox = MailOutbox(database, clock)
        self.worker = MailWorker(self.outbox, ProofMails(database, self.files, TO), mailer, look_every_s=0.01)
        self.audit = SqlAuditTrail(database, clock, KEY)
        self.tickets = TicketService(database, clock, self.audit)
        self.service = AttachmentService(
            database=database,
            store=self.store,
            requests=self.requests,
            files=self.files,
            outbox=self.outbox,
            audit=self.audit,
            hub=self.hub,
            clock=clock,
            queued=self.queued,
            operator_tickets=self.operator_tickets if desk else None,
        )
        if desk is not None:
            self.decisions = OperatorDecisions(self.operator_tickets, desk, self.tickets)
            self.ticket_worker = TicketWorker(
                outbox=self.operator_tickets,
                composer=OperatorTicketTexts(database),
                desk=desk,
                decisions=self.decisions,
                clock=clock,
                look_every_s=0.01,
            )

    def queued(self) -> None:
        self.woken += 1
        self.worker.wake()

    async def conversation(self, reference: str | None = None) -> str:
        """A new one, which was asked for a proof of the request ``reference``."""
        conversation_id = new_id()
        await self.store.create(conversation_id, self.clock.now(), [], [])
        if reference is not None:
            async with self.database.session() as session:
                await session.execute(
                    update(ConversationRow)
                    .where(ConversationRow.id == conversation_id)
                    .values(wanted_reference=reference)
                )
        return conversation_id

    async def asked(self, msisdn: Msisdn = MINE, due_cents: int | None = 2340) -> tuple[str, str]:
        """A conversation that was asked for a proof, and the reference of its request."""
        conversation_id = await self.conversation()
        request = await self.requests.file(conversation_id, msisdn, self.clock.now(), due_cents=due_cents)
        async with self.database.session() as session:
            await session.execute(
                update(ConversationRow)
                .where(ConversationRow.id == conversation_id)
                .values(wanted_reference=request.reference)
            )
        return conversation_id, request.reference

    def on_disk(self) -> list[Path]:
        return [self.files.path(name) for name in self.files.names()]

    async def take(self, conversation_id: str, content: bytes, claim: PaymentClaim = NOTHING_CLAIMED) -> str:
        return await self.service.take(conversation_id, content, claim)

    async def events(self, conversation_id: str) -> list[Event]:
        return list((await self.store.events(conversation_id, 0, 100)).events)

    async def mails(self) -> list[MailRow]:
        async with self.database.session() as session:
            return list(await session.scalars(select(MailRow).order_by(MailRow.created_at, MailRow.id)))


@pytest.fixture
def mailer() -> FakeMailer:
    return FakeMailer()


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def proofs(database: Database, uploads: Path, mailer: FakeMailer) -> Proofs:
    return Proofs(database, uploads, mailer, FixedClock(NOW))


@pytest.fixture
def operator() -> Operator:
    """Has two suspended customers."""
    operator = Operator()
    operator.put([replace(SUSPENDED, msisdn=number) for number in (MINE, YOURS)])
    return operator


@pytest.fixture
def mapping() -> TmfMapping:
    return TmfMapping()


@pytest.fixture
async def with_tickets(
    database: Database, uploads: Path, mailer: FakeMailer, operator: Operator, mapping: TmfMapping
) -> AsyncIterator[Proofs]:
    """Proofs whose requests are tickets at the operator's too."""
    clock = FixedClock(NOW)
    never_open = PurgatoryBreaker(failures=1_000_000)  # it would be open for seconds of real time
    async with connected(operator, clock, mapping=mapping, breaker=never_open) as client:
        yield Proofs(database, uploads, mailer, clock, TmfTickets(client, mapping, timeout_s=30))
