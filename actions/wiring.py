"""Builds the real :class:`ActionContext` from the settings, and closes what it opened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from actions.context import ActionContext, OpenRequest, RequestsUnavailable
from ndihma.accounts.adapters.sql import SqlAccountDirectory
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountsUnavailable
from ndihma.clock import Clock, SystemClock
from ndihma.config import Settings
from ndihma.content import Content
from ndihma.db import Database
from ndihma.desk.reconnections import ReconnectionRequests
from ndihma.verification.model import AssuranceLevel, Identity
from ndihma.verification.tables import IdentityRow

__all__ = ["DeskRequests", "StoredIdentities", "open_context"]


class DeskRequests:
    """The desk's requests, with its database's troubles named as the dialogue knows them."""

    def __init__(self, requests: ReconnectionRequests) -> None:
        self._requests = requests

    async def open_for(self, msisdn: Msisdn) -> OpenRequest | None:
        try:
            return await self._requests.open_for(msisdn)
        except SQLAlchemyError as error:
            raise RequestsUnavailable("the desk's database failed") from error

    async def file(self, conversation_id: str, msisdn: Msisdn, now: datetime) -> OpenRequest:
        try:
            return await self._requests.file(conversation_id, msisdn, now)
        except SQLAlchemyError as error:
            raise RequestsUnavailable("the desk's database failed") from error


class StoredIdentities:
    """Reads what the gateway's verification has proved; needs no key (see ``ndihma.verification.tables``)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def identity(self, conversation_id: str) -> Identity | None:
        try:
            async with self._database.session() as session:
                row = await session.get(IdentityRow, conversation_id)
        except SQLAlchemyError as error:
            raise AccountsUnavailable("who speaks cannot be read") from error
        if row is None or row.expires_at <= self._clock.now():
            return None
        return Identity(conversation_id, Msisdn(row.msisdn), AssuranceLevel(row.level), row.expires_at)


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[ActionContext]:
    """The context of one server process. Raises InvalidContent when domain.yml cannot be used."""
    content = Content.load(settings.home / "domain.yml")
    clock = SystemClock()
    database = Database(settings.sqlalchemy_url)
    try:
        yield ActionContext(
            accounts=SqlAccountDirectory(database),
            assurance=StoredIdentities(database, clock),
            requests=DeskRequests(ReconnectionRequests(database)),
            clock=clock,
            content=content,
        )
    finally:
        await database.close()
