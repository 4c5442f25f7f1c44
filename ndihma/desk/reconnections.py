"""Reconnection requests: a suspended customer has paid and asks to be switched on now (FAQ 000, suspension)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.msisdn import Msisdn
from ndihma.db import Database
from ndihma.desk.claims import NOTHING_CLAIMED, PaymentClaim
from ndihma.desk.ids import new_reference
from ndihma.desk.operator_tickets import OperatorTickets
from ndihma.desk.tables import AttachmentRow, ReconnectionRequestRow

__all__ = [
    "ReconnectionRequest",
    "ReconnectionRequests",
    "RequestState",
    "UnknownRequest",
    "lock_open_request",
    "read_request",
]

_PREFIX: Final = "RK"
_ATTEMPTS: Final = 5


class UnknownRequest(Exception):
    """No open request has this reference."""


class RequestState(StrEnum):
    FILED = "filed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ReconnectionRequest:
    """A request; ``reference`` is like ``RK-7F3K9Q``, moments are aware."""

    reference: str
    conversation_id: str
    msisdn: Msisdn
    state: RequestState
    created_at: datetime
    closed_at: datetime | None = None
    due_cents: int | None = None
    """What had to be paid when the customer last asked; None: not known."""
    claim: PaymentClaim = NOTHING_CLAIMED
    """What the customer said in the chat."""
    decided_by: str | None = None
    reason: str | None = None
    """Why it was rejected, for the customer."""
    proof_at: datetime | None = None
    """When the latest proof came in; None: none yet."""


class ReconnectionRequests:
    """Files and finds requests in the desk database. Methods raise SQLAlchemyError when it is away.

    The staff's decisions are made in ``tickets``.
    """

    def __init__(self, database: Database, operator_tickets: OperatorTickets | None = None) -> None:
        """``operator_tickets``: the outbox of the operator's own ticket system, where there is one."""
        self._database = database
        self._operator_tickets = operator_tickets

    async def file(
        self,
        conversation_id: str,
        msisdn: Msisdn,
        now: datetime,
        *,
        due_cents: int | None = None,
        claim: PaymentClaim = NOTHING_CLAIMED,
    ) -> ReconnectionRequest:
        """File a request for a line; while one is open, asking again (from anywhere) gives that one.

        An open one learns what is due now, and what the customer has said newly.
        """
        for _ in range(_ATTEMPTS):
            standing = await self.open_for(msisdn)
            if standing is not None:
                return await self._told_again(standing, due_cents, claim)
            reference = new_reference(_PREFIX)
            try:
                async with self._database.session() as session:
                    await session.execute(
                        insert(ReconnectionRequestRow).values(
                            reference=reference,
                            conversation_id=conversation_id,
                            msisdn=msisdn.e164,
                            state=RequestState.FILED,
                            created_at=now,
                            due_cents=due_cents,
                            claimed_cents=claim.amount_cents,
                            claimed_on=claim.paid_on,
                        )
                    )
                    if self._operator_tickets is not None:
                        await self._operator_tickets.queue(session, reference)
            except IntegrityError:  # somebody filed it in between, or the reference is taken
                continue
            return ReconnectionRequest(
                reference, conversation_id, msisdn, RequestState.FILED, now, due_cents=due_cents, claim=claim
            )
        raise RuntimeError("no free reference found")

    async def open_for(self, msisdn: Msisdn) -> ReconnectionRequest | None:
        """The open request of a line."""
        latest = await self.latest_for(msisdn)
        return latest if latest is not None and latest.state is RequestState.FILED else None

    async def latest_for(self, msisdn: Msisdn) -> ReconnectionRequest | None:
        """The open request of a line, else the one closed last."""
        still_open = ReconnectionRequestRow.closed_at.is_(None)
        async with self._database.session() as session:
            row = await session.scalar(
                select(ReconnectionRequestRow)
                .where(ReconnectionRequestRow.msisdn == msisdn.e164)
                .order_by(still_open.desc(), ReconnectionRequestRow.closed_at.desc())
                .limit(1)
            )
            return None if row is None else await read_request(session, row)

    async def filed_in(self, conversation_id: str) -> bool:
        """Whether a request was ever filed, or a proof handed in, in this conversation."""
        async with self._database.session() as session:
            return (
                await session.scalar(
                    select(ReconnectionRequestRow.reference)
                    .where(ReconnectionRequestRow.conversation_id == conversation_id)
                    .union(select(AttachmentRow.reference).where(AttachmentRow.conversation_id == conversation_id))
                    .limit(1)
                )
            ) is not None

    async def get(self, reference: str) -> ReconnectionRequest | None:
        async with self._database.session() as session:
            row = await session.get(ReconnectionRequestRow, reference)
            return None if row is None else await read_request(session, row)

    async def _told_again(
        self, standing: ReconnectionRequest, due_cents: int | None, claim: PaymentClaim
    ) -> ReconnectionRequest:
        said = claim.over(standing.claim)
        due = standing.due_cents if due_cents is None else due_cents
        if (said, due) == (standing.claim, standing.due_cents):
            return standing
        async with self._database.session() as session:
            row = await lock_open_request(session, standing.reference)
            if row is None:  # closed in between; the customer hears of that by its own message
                return standing
            row.due_cents, row.claimed_cents, row.claimed_on = due, said.amount_cents, said.paid_on
            return await read_request(session, row)


async def lock_open_request(session: AsyncSession, reference: str) -> ReconnectionRequestRow | None:
    """The row of an open request, locked until the transaction ends; None when none is open.

    A change, not a ``SELECT … FOR UPDATE``: on SQLite a transaction that begins with reading may not write any more
    once another process has written. To be called first in a transaction, before a conversation is locked.
    """
    return await session.scalar(
        update(ReconnectionRequestRow)
        .where(ReconnectionRequestRow.reference == reference, ReconnectionRequestRow.state == RequestState.FILED)
        .values(state=RequestState.FILED)
        .returning(ReconnectionRequestRow)
    )


async def read_request(session: AsyncSession, row: ReconnectionRequestRow) -> ReconnectionRequest:
    """A row as a value, with the moment of its latest proof."""
    proof_at = await session.scalar(
        select(func.max(AttachmentRow.created_at)).where(AttachmentRow.reference == row.reference)
    )
    return ReconnectionRequest(
        row.reference,
        row.conversation_id,
        Msisdn(row.msisdn),
        RequestState(row.state),
        row.created_at,
        row.closed_at,
        row.due_cents,
        PaymentClaim(row.claimed_cents, row.claimed_on),
        row.decided_by,
        row.reason,
        proof_at,
    )
