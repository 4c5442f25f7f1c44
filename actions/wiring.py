"""The one place that wires the actions' adapters to ports (``ndihma.bootstrap`` does it for the gateway).

A database's troubles get the names that the dialogue knows, so that an honest sentence answers them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy.exc import SQLAlchemyError

from actions.context import ActionContext, ReconnectionRequest, RequestsUnavailable
from actions.context import ReconnectionRequests as RequestsPort
from ndihma.accounts.adapters.opening import open_accounts
from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountsUnavailable, TicketDesk
from ndihma.accounts.puk import can_receive_code
from ndihma.audit.model import AuditEntry, AuditTrail
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import Clock, SystemClock
from ndihma.config import Settings
from ndihma.content import Content
from ndihma.db import Database
from ndihma.desk.claims import NOTHING_CLAIMED, PaymentClaim
from ndihma.desk.operator_decisions import OperatorDecisions
from ndihma.desk.operator_tickets import OperatorTickets
from ndihma.desk.reconnections import ReconnectionRequests
from ndihma.desk.tickets import TicketService
from ndihma.puk.model import NeedsSecondFactor, PukOutcome, PukRefused
from ndihma.puk.offers import PukOffers
from ndihma.secrets import audit_key
from ndihma.verification.channels import ChannelRules
from ndihma.verification.identities import IdentityReader
from ndihma.verification.model import Identity
from ndihma.verification.senders import choose_sender

__all__ = ["GuardedAudit", "GuardedIdentities", "GuardedPuks", "GuardedRequests", "open_context"]

_log = logging.getLogger(__name__)
_LOOK_TIMEOUT_S: Final = 0.4
"""Half of what an answer may take at the desk (``ActionContext.desk_timeout_s``)."""


class Decisions(Protocol):
    """What the operator's own ticket system knows newer than we (``ndihma.desk.operator_decisions``)."""

    async def look(self, reference: str) -> bool:
        """Whether an open request is decided by its ticket now. Raises AccountsUnavailable, SQLAlchemyError."""
        ...


class GuardedRequests:
    """Reconnection requests on the desk's database; ``decisions`` where the operator's own system takes tickets."""

    def __init__(
        self, requests: RequestsPort, decisions: Decisions | None = None, *, look_timeout_s: float = _LOOK_TIMEOUT_S
    ) -> None:
        self._requests = requests
        self._decisions = decisions
        self._look_timeout_s = look_timeout_s

    async def latest_for(self, msisdn: Msisdn) -> ReconnectionRequest | None:
        with _as_unavailable():
            known = await self._requests.latest_for(msisdn)
            if known is None or known.closed_at is not None or not await self._is_decided_elsewhere(known.reference):
                return known
            return await self._requests.latest_for(msisdn)

    async def _is_decided_elsewhere(self, reference: str) -> bool:
        """A ticket system that is away or slow keeps nobody from what we know ourselves."""
        if self._decisions is None:
            return False
        try:
            async with asyncio.timeout(self._look_timeout_s):
                return await self._decisions.look(reference)
        except (AccountsUnavailable, TimeoutError) as error:
            _log.info("the operator's ticket was not seen", extra={"error": type(error).__name__})
            return False

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

    def __init__(self, identities: IdentityReader) -> None:
        self._identities = identities

    async def linked(self, conversation_id: str) -> Identity | None:
        try:
            return await self._identities.linked(conversation_id)
        except (SQLAlchemyError, OSError) as error:
            raise AccountsUnavailable("who speaks cannot be read") from error

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
            requests=_requests(database, clock, audit, accounts.tickets),
            audit=GuardedAudit(audit),
            puks=GuardedPuks(offers),
            links=GuardedIdentities(identities),
            clock=clock,
            content=content,
        )
    finally:
        await accounts.close()
        await database.close()


def _requests(database: Database, clock: Clock, audit: SqlAuditTrail, desk: TicketDesk | None) -> GuardedRequests:
    if desk is None:
        return GuardedRequests(ReconnectionRequests(database))
    outbox = OperatorTickets(database, clock)
    decisions = OperatorDecisions(outbox, desk, TicketService(database, clock, audit))
    return GuardedRequests(ReconnectionRequests(database, outbox), decisions)
