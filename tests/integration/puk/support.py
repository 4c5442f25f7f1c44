"""A customer, the services around the PUK, and fakes of what is outside."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from pydantic import SecretStr
from sqlalchemy import select

from ndihma.accounts.model import ContactKind, ContactPoint, Line, LineKind, PrepaidLife, SimCard, SimState, Subscriber
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.puk import can_receive_code
from ndihma.audit.tables import AuditEntryRow
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.puk import store
from ndihma.puk.cipher import card_hash
from ndihma.puk.model import PukCodes, PukOffer
from ndihma.puk.offers import PukOffers
from ndihma.puk.reveals import PukReveals
from ndihma.puk.store import StoredCode
from ndihma.verification.channels import ChannelKind, ChannelRules
from ndihma.verification.model import AssuranceLevel, Identity
from ndihma.verification.notices import NoticeDelivery
from ndihma.verification.senders import Destination

from .conftest import cipher_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OLD = date(2020, 1, 1)
OWNER = Msisdn.parse("044 123 456")
OTHER = Msisdn.parse("044 123 457")
SECOND_NUMBER = Msisdn.parse("045 300 001")
CONTACTS = (
    ContactPoint(ContactKind.EMAIL, "arta@example.com", OLD),
    ContactPoint(ContactKind.MSISDN, SECOND_NUMBER.e164, OLD),
)
PUK = "12345678"


def line_of(msisdn: Msisdn, sim: SimState = SimState.PUK_LOCKED, *contacts: ContactPoint) -> Line:
    life = PrepaidLife(OLD, activated_on=OLD, valid_until=NOON.date() + timedelta(days=60))
    card = SimCard(f"89383000000{msisdn.e164[-8:]}", sim)
    return Line(msisdn, LineKind.PREPAID, Subscriber("s", "N", contacts=contacts or CONTACTS), card, life)


class FakeDirectory:
    def __init__(self) -> None:
        self.lines = {msisdn: line_of(msisdn) for msisdn in (OWNER, OTHER)}

    async def find(self, msisdn: Msisdn) -> Line | None:
        return self.lines.get(msisdn)


class FakeAssurance:
    """What conversations have proved."""

    def __init__(self) -> None:
        self.identities: dict[str, Identity] = {}
        self.kinds: dict[str, list[ChannelKind]] = {}

    def prove(self, conversation_id: str, msisdn: Msisdn, level: AssuranceLevel) -> None:
        self.identities[conversation_id] = Identity(conversation_id, msisdn, level, NOON + timedelta(days=365))

    async def proved_kinds(self, conversation_id: str) -> list[ChannelKind]:
        return self.kinds.get(conversation_id, [])

    async def identity(self, conversation_id: str) -> Identity | None:
        return self.identities.get(conversation_id)


class FakeSender:
    """Keeps the notices it was handed."""

    available = True

    def __init__(self) -> None:
        self.told: list[tuple[Destination, str, str]] = []
        self.errors: dict[Destination, Exception] = {}

    def reaches(self, kind: ContactKind) -> bool:
        return True

    async def send(self, to: Destination, code: str, locale: str = "sq") -> None:
        raise AssertionError("notices only")

    async def tell(self, to: Destination, subject: str, text: str) -> None:
        if to in self.errors:
            raise self.errors[to]
        self.told.append((to, subject, text))

    async def start(self) -> None: ...

    async def close(self) -> None: ...


@dataclass
class World:
    """Everything around one database."""

    database: Database
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    assurance: FakeAssurance = field(default_factory=FakeAssurance)
    sender: FakeSender = field(default_factory=FakeSender)

    def __post_init__(self) -> None:
        self.audit = SqlAuditTrail(self.database, self.clock, SecretStr("a" * 64))
        rules = ChannelRules(self.directory, can_receive_code, self.sender.reaches)
        self.offers = PukOffers(
            database=self.database, assurance=self.assurance, rules=rules, audit=self.audit, clock=self.clock
        )
        self.notices = NoticeDelivery(self.database, self.directory, self.sender, self.clock)
        self.reveals = self.another_process()

    def another_process(self) -> PukReveals:
        return PukReveals(
            database=self.database,
            accounts=self.directory,
            assurance=self.assurance,
            audit=self.audit,
            cipher=cipher_of("1"),
            clock=self.clock,
            sms_reachable=can_receive_code,
            queued=self.notices.wake,
        )

    async def store(self, msisdn: Msisdn = OWNER, puk: str = PUK) -> None:
        sim = self.directory.lines[msisdn].sim
        assert sim is not None
        sealed = cipher_of("1").seal(PukCodes.of(puk), msisdn, card_hash(sim))
        async with self.database.session() as session:
            await store.put_codes(session, [StoredCode(msisdn, card_hash(sim), sealed)], self.clock.now())

    async def reference(self, conversation_id: str = "c1", msisdn: Msisdn = OWNER) -> str:
        """A reference for a conversation that has proved everything."""
        self.assurance.prove(conversation_id, msisdn, AssuranceLevel.SECOND_FACTOR)
        offer = await self.offers.offer(conversation_id, self.directory.lines[msisdn])
        assert isinstance(offer, PukOffer), offer
        return offer.reference

    def change(self, **values: object) -> None:
        """Change the owner's line."""
        self.directory.lines[OWNER] = dataclasses.replace(self.directory.lines[OWNER], **values)  # type: ignore[arg-type]

    async def audited(self) -> list[tuple[str, str, str]]:
        """Actor, action and reason of every entry."""
        async with self.database.session() as session:
            rows = await session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.sequence))
            return [(row.actor_id, row.action, row.reason) for row in rows]
