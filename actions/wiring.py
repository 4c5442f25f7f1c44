"""The one place that wires the actions' adapters to ports (``ndihma.bootstrap`` does it for the gateway).

A database's troubles get the names that the dialogue knows, so that an honest sentence answers them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from actions.context import ActionContext, ReconnectionRequest, RequestsUnavailable
from actions.context import ReconnectionRequests as RequestsPort
from ndihma.accounts.adapters.opening import open_accounts
from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountsUnavailable
from ndihma.accounts.puk import can_receive_code
from ndihma.audit.model import AuditEntry, AuditTrail
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import SystemClock
from ndihma.config import Settings
from ndihma.content import Content
from ndihma.db import Database
from ndihma.desk.claims import NOTHING_CLAIMED, PaymentClaim
from ndihma.desk.reconnections import ReconnectionRequests
from ndihma.puk.model import NeedsSecondFactor, PukOutcome, PukRefused
from ndihma.puk.offers import PukOffers
from ndihma.secrets import audit_key
from ndihma.verification.channels import ChannelRules
from ndihma.verification.identities import IdentityReader
from ndihma.verification.model import AssuranceReader, Identity
from ndihma.verification.senders import choose_sender

__all__ = ["GuardedAudit", "GuardedIdentities", "GuardedPuks", "GuardedRequests", "open_context"]


class GuardedRequests:
    """Reconnection requests on the desk's database."""

    def __init__(self, requests: RequestsPort) -> None:
        self._requests = requests

    async def latest_for(self, msisdn: Msisdn) -> ReconnectionRequest | None:
        with _as_unavailable():
            return await self._requests.latest_for(msisdn)

    async def filed_in(self, conversation_id: str) -> bool:
        with _as_unavailable():
            return await self._requests.filed_in(conversation_id)

    async def file(
        self,
        conversation_id: str,
        msisdn: Msisdn,
        now: datetime,
        *,
        due_cents: int | None = None,
        claim: PaymentClaim = NOTHING_CLAIMED,
    ) -> ReconnectionRequest:
        with _as_unavailable():
            return await self._requests.file(conversation_id, msisdn, now, due_cents=due_cents, claim=claim)


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise RequestsUnavailable("the desk's database failed") from error


class GuardedIdentities:
    """Identities in the database of verification: when they cannot be read, no account can be told either."""

    def __init__(self, identities: AssuranceReader) -> None:
        self._identities = identities

    async def identity(self, conversation_id: str) -> Identity | None:
        try:
            return await self._identities.identity(conversation_id)
        except (SQLAlchemyError, OSError) as error:
            raise AccountsUnavailable("who speaks cannot be read") from error


class GuardedAudit:
    """The audit trail: an account whose reading cannot be recorded is not read to anybody."""

    def __init__(self, audit: AuditTrail) -> None:
        self._audit = audit

    async def record(self, *entries: AuditEntry) -> None:
        try:
            await self._audit.record(*entries)
        except (SQLAlchemyError, OSError) as error:
            raise AccountsUnavailable("the audit trail cannot be written") from error


class GuardedPuks:
    """PUK codes: when their tables cannot be read, nobody can be told anything of them."""

    def __init__(self, offers: PukOffers) -> None:
        self._offers = offers

    async def half_proved(self, conversation_id: str) -> NeedsSecondFactor | PukRefused | None:
        try:
            return await self._offers.half_proved(conversation_id)
        except (SQLAlchemyError, OSError) as error:
            raise AccountsUnavailable("what was proved cannot be read") from error

    async def offer(self, conversation_id: str, line: Line) -> PukOutcome:
        try:
            return await self._offers.offer(conversation_id, line)
        except (SQLAlchemyError, OSError) as error:
            raise AccountsUnavailable("PUK codes cannot be read") from error


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[ActionContext]:
    """The context of one server process. Raises InvalidContent when domain.yml cannot be used, SecretError,
    InvalidAccountSettings."""
    content = Content.load(settings.home / "domain.yml")
    clock = SystemClock()
    database = Database(settings.sqlalchemy_url)
    accounts = open_accounts(settings, database, clock, may_be_stale=True)
    # Reads what the gateway has proved; the verification key stays with the gateway, and so do the keys of the codes.
    identities = IdentityReader(database, clock)
    audit = SqlAuditTrail(database, clock, audit_key(settings))
    rules = ChannelRules(accounts.exact, can_receive_code, choose_sender(settings, clock).sender.reaches)
    offers = PukOffers(database=database, assurance=identities, rules=rules, audit=audit, clock=clock)
    try:
        yield ActionContext(
            accounts=accounts.directory,
            assurance=GuardedIdentities(identities),
            requests=GuardedRequests(ReconnectionRequests(database)),
            audit=GuardedAudit(audit),
            puks=GuardedPuks(offers),
            clock=clock,
            content=content,
        )
    finally:
        await accounts.close()
        await database.close()
