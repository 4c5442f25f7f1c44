"""Turns the services of ``ndihma.bootstrap`` into an :class:`ActionContext`; a database's troubles get the names that
the dialogue knows, so that an honest sentence answers them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from actions.context import ActionContext, OpenRequest, ReconnectionRequests, RequestsUnavailable
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountsUnavailable
from ndihma.bootstrap import open_actions
from ndihma.config import Settings
from ndihma.content import Content
from ndihma.verification.model import AssuranceReader, Identity

__all__ = ["GuardedIdentities", "GuardedRequests", "open_context"]


class GuardedRequests:
    """Reconnection requests on the desk's database."""

    def __init__(self, requests: ReconnectionRequests) -> None:
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


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[ActionContext]:
    """The context of one server process. Raises InvalidContent when domain.yml cannot be used."""
    content = Content.load(settings.home / "domain.yml")
    async with open_actions(settings) as services:
        yield ActionContext(
            accounts=services.accounts,
            assurance=GuardedIdentities(services.assurance),
            requests=GuardedRequests(services.requests),
            clock=services.clock,
            content=content,
        )
