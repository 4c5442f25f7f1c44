"""Reconnection requests: a suspended customer has paid and asks to be switched on now (FAQ 000, suspension)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from ndihma.accounts.msisdn import Msisdn
from ndihma.db import Database
from ndihma.desk.tables import ReconnectionRequestRow

__all__ = ["ReconnectionRequest", "ReconnectionRequests", "RequestState", "UnknownRequest"]

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that nobody confuses when a reference is read out on the telephone."""
_LENGTH: Final = 6
_ATTEMPTS: Final = 5


class UnknownRequest(Exception):
    """No open request has this reference."""


class RequestState(StrEnum):
    FILED = "filed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ReconnectionRequest:
    """A request; ``reference`` is like ``RK-7F3K9Q``, ``created_at`` aware."""

    reference: str
    conversation_id: str
    msisdn: Msisdn
    state: RequestState
    created_at: datetime


class ReconnectionRequests:
    """Files and closes requests in the desk database. Methods raise SQLAlchemyError when it is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def file(self, conversation_id: str, msisdn: Msisdn, now: datetime) -> ReconnectionRequest:
        """File a request for a line; while one is open, asking again (from anywhere) gives that one."""
        for _ in range(_ATTEMPTS):
            standing = await self.open_for(msisdn)
            if standing is not None:
                return standing
            request = ReconnectionRequest(new_reference(), conversation_id, msisdn, RequestState.FILED, now)
            try:
                async with self._database.session() as session:
                    await session.execute(
                        insert(ReconnectionRequestRow).values(
                            reference=request.reference,
                            conversation_id=conversation_id,
                            msisdn=msisdn.e164,
                            state=RequestState.FILED,
                            created_at=now,
                        )
                    )
            except IntegrityError:  # somebody filed it in between, or the reference is taken
                continue
            return request
        raise RuntimeError("no free reference found")

    async def open_for(self, msisdn: Msisdn) -> ReconnectionRequest | None:
        """The open request of a line."""
        async with self._database.session() as session:
            row = await session.scalar(
                select(ReconnectionRequestRow).where(
                    ReconnectionRequestRow.msisdn == msisdn.e164, ReconnectionRequestRow.state == RequestState.FILED
                )
            )
            return None if row is None else _request(row)

    async def get(self, reference: str) -> ReconnectionRequest | None:
        async with self._database.session() as session:
            row = await session.get(ReconnectionRequestRow, reference)
            return None if row is None else _request(row)

    async def close(self, reference: str, state: RequestState, now: datetime) -> None:
        """Confirm or reject an open request. Raises UnknownRequest."""
        if state is RequestState.FILED:
            raise ValueError("a request is closed as confirmed or rejected")
        async with self._database.session() as session:
            closed = await session.execute(
                update(ReconnectionRequestRow)
                .where(
                    ReconnectionRequestRow.reference == reference, ReconnectionRequestRow.state == RequestState.FILED
                )
                .values(state=state, closed_at=now)
                .returning(ReconnectionRequestRow.reference)
            )
            if closed.first() is None:
                raise UnknownRequest


def new_reference() -> str:
    """A reference such as ``RK-7F3K9Q``: 30^6 possibilities, no look-alike characters."""
    return "RK-" + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def _request(row: ReconnectionRequestRow) -> ReconnectionRequest:
    return ReconnectionRequest(
        row.reference, row.conversation_id, Msisdn(row.msisdn), RequestState(row.state), row.created_at
    )
