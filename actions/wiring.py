"""The one place that wires the actions' adapters to ports (``ndihma.bootstrap`` does it for the gateway).

A database's troubles get the names that the dialogue knows, so that an honest sentence answers them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from actions.context import ActionContext, OpenRequest, RequestsUnavailable
from actions.context import ReconnectionRequests as RequestsPort
from ndihma.accounts.adapters.opening import open_accounts
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountsUnavailable
from ndihma.audit.model import AuditEntry, AuditTrail
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import SystemClock
from ndihma.config import Settings
from ndihma.content import Content
from ndihma.db import Database
from ndihma.desk.reconnections import ReconnectionRequests
from ndihma.secrets import audit_key
from ndihma.verification.identities import IdentityReader
from ndihma.verification.model import AssuranceReader, Identity

__all__ = ["GuardedAudit", "GuardedIdentities", "GuardedRequests", "open_context"]


class GuardedRequests:
    """Reconnection requests on the desk's database."""

    def __init__(self, requests: RequestsPort) -> None:
        self._requests = requests

    async def open_for(self, msisdn: Msisdn) -> OpenRequest | None:
        try:
            return await self._requests.open_for(msisdn)
        except (SQLAlchemyError, OSError) as error:
            raise RequestsUnavailable("the desk's database failed") from error

    async def file(self, conversation_id: str, msisdn: Msisdn, now: datetime) -> OpenRequest:
        try:
            return await self._requests.file(conversation_id, msisdn, now)
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


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[ActionContext]:
    """The context of one server process. Raises InvalidContent when domain.yml cannot be used, SecretError,
    InvalidAccountSettings."""
    content = Content.load(settings.home / "domain.yml")
    clock = SystemClock()
    database = Database(settings.sqlalchemy_url)
    accounts = open_accounts(settings, database, clock, may_be_stale=True)
    try:
        yield ActionContext(
            accounts=accounts.directory,
            # Reads what the gateway has proved; the verification key stays with the gateway.
            assurance=GuardedIdentities(IdentityReader(database, clock)),
            requests=GuardedRequests(ReconnectionRequests(database)),
            audit=GuardedAudit(SqlAuditTrail(database, clock, audit_key(settings))),
            clock=clock,
            content=content,
        )
    finally:
        await accounts.close()
        await database.close()
