"""Call-back requests: a customer whom nobody can answer now is called by the staff. Never in the engine (S6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.model import Actor, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.handoff.tables import CallbackRow, CallbackState
from ndihma.desk.ids import new_reference
from ndihma.desk.ports import FiledCallback
from ndihma.verification.model import AssuranceLevel, AssuranceReader

__all__ = ["Callback", "CallbackService", "OpenCallbacks", "UnknownCallback"]

_PREFIX: Final = "TH"
_AWAITED_FOR: Final = timedelta(minutes=30)
"""How long a number that is typed alone is taken as the one to call."""
_ATTEMPTS: Final = 5
_MOST_LISTED: Final = 200


class UnknownCallback(Exception):
    """No open call-back request has this reference."""


@dataclass(frozen=True, slots=True)
class Callback:
    """A request that waits for its call; ``verified``: the number was proved with a code, not only typed."""

    reference: str
    conversation_id: str
    msisdn: Msisdn
    verified: bool
    asked_at: datetime


class OpenCallbacks:
    """What the staff does with requests. Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, clock: Clock, audit: TransactionalAuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    async def open_ones(self) -> list[Callback]:
        """Requests that wait for their call, the longest waiting first; at most 200."""
        query = (
            select(CallbackRow)
            .where(CallbackRow.state == CallbackState.OPEN)
            .order_by(CallbackRow.asked_at, CallbackRow.reference)
            .limit(_MOST_LISTED)
        )
        async with self._database.session() as session:
            return [_callback(row) for row in await session.scalars(query) if row.msisdn is not None]

    async def show(self, reference: str, actor: Actor, reason: str) -> Callback:
        """One request, for whoever calls: the number in clear; audited. Raises UnknownCallback."""
        async with self._database.session() as session:
            # A change of nothing: on SQLite a transaction that will write must not begin with reading.
            row = await session.scalar(
                update(CallbackRow)
                .where(CallbackRow.reference == reference, CallbackRow.state == CallbackState.OPEN)
                .values(state=CallbackState.OPEN)
                .returning(CallbackRow)
                .execution_options(synchronize_session=False)
            )
            if row is None or row.msisdn is None:
                raise UnknownCallback
            shown = _callback(row)
            entry = AuditEntry(actor, AuditAction.FIELD_REVEALED, shown.msisdn, ("callback.msisdn",), reason)
            await self._audit.append(session, entry)
        return shown

    async def done(self, reference: str, by: str) -> None:
        """The customer was called. Raises UnknownCallback."""
        async with self._database.session() as session:
            found = await session.execute(
                update(CallbackRow)
                .where(CallbackRow.reference == reference, CallbackRow.state == CallbackState.OPEN)
                .values(state=CallbackState.DONE, done_at=self._clock.now(), done_by=by)
                .returning(CallbackRow.reference)
            )
            if found.first() is None:
                raise UnknownCallback


class CallbackService(OpenCallbacks):
    """Implements ``Callbacks`` besides."""

    def __init__(
        self, database: Database, clock: Clock, assurance: AssuranceReader, audit: TransactionalAuditTrail
    ) -> None:
        super().__init__(database, clock, audit)
        self._assurance = assurance

    async def ask(self, conversation_id: str) -> FiledCallback | None:
        """As ``Callbacks.ask``."""
        identity = await self._assurance.identity(conversation_id)
        proved = identity is not None and identity.level >= AssuranceLevel.CODE_CONFIRMED
        if identity is not None and proved:
            return await self._store(conversation_id, identity.msisdn, verified=True)
        return await self._store(conversation_id, None, verified=False)

    async def awaits_number(self, conversation_id: str) -> bool:
        """As ``Callbacks.awaits_number``."""
        query = select(CallbackRow.reference).where(
            CallbackRow.conversation_id == conversation_id,
            CallbackRow.state == CallbackState.ASKED,
            CallbackRow.asked_at > self._clock.now() - _AWAITED_FOR,
        )
        async with self._database.session() as session:
            return await session.scalar(query) is not None

    async def file(self, conversation_id: str, msisdn: Msisdn) -> FiledCallback:
        """As ``Callbacks.file``."""
        filed = await self._store(conversation_id, msisdn, verified=False)
        if filed is None:
            raise RuntimeError("a request with a number is filed")
        return filed

    async def _store(self, conversation_id: str, msisdn: Msisdn | None, *, verified: bool) -> FiledCallback | None:
        """The conversation's request, made or changed; a number is not forgotten when it is asked for again."""
        number = {} if msisdn is None else {"msisdn": msisdn.e164, "verified": verified, "state": CallbackState.OPEN}
        now = self._clock.now()
        # Who asks again keeps their place among those who wait for a call.
        since = case(
            (CallbackRow.state == CallbackState.OPEN, CallbackRow.asked_at),
            else_=literal(now, CallbackRow.asked_at.type),
        )
        for _ in range(_ATTEMPTS):
            try:
                async with self._database.session() as session:
                    known = await session.execute(
                        update(CallbackRow)
                        .where(CallbackRow.conversation_id == conversation_id, CallbackRow.state != CallbackState.DONE)
                        .values(asked_at=since, **number)
                        .returning(CallbackRow.reference, CallbackRow.msisdn)
                    )
                    row = known.first()
                    if row is None:
                        first = {"state": CallbackState.ASKED, "verified": False, **number}
                        made = await session.execute(
                            insert(CallbackRow)
                            .values(
                                reference=new_reference(_PREFIX),
                                conversation_id=conversation_id,
                                asked_at=now,
                                **first,
                            )
                            .returning(CallbackRow.reference, CallbackRow.msisdn)
                        )
                        row = made.one()
            except IntegrityError:  # somebody filed it in between, or the reference is taken
                continue
            return None if row.msisdn is None else FiledCallback(row.reference, Msisdn(row.msisdn))
        raise RuntimeError("no free reference found")


def _callback(row: CallbackRow) -> Callback:
    return Callback(row.reference, row.conversation_id, Msisdn(row.msisdn or ""), row.verified, row.asked_at)
