"""Who a conversation has proved to be; all that a process without the verification key needs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import BELGRADE, Clock
from ndihma.db import Database
from ndihma.verification.channels import ChannelKind
from ndihma.verification.model import AssuranceLevel, Identity
from ndihma.verification.tables import FactorRow, IdentityRow

__all__ = ["IdentityReader"]


class IdentityReader:
    """Implements AssuranceReader on the database; for the action server."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def identity(self, conversation_id: str) -> Identity | None:
        """The unexpired identity of a conversation; an expired one is deleted on sight."""
        now = self._clock.now()
        async with self._database.session() as session:
            row = await session.get(IdentityRow, conversation_id)
        if row is None:
            return None
        if row.expires_at <= now:
            async with self._database.session() as session:
                await session.execute(
                    delete(IdentityRow).where(
                        IdentityRow.conversation_id == conversation_id, IdentityRow.expires_at <= now
                    )
                )
            return None
        return Identity(
            conversation_id, Msisdn(row.msisdn), AssuranceLevel(row.level), row.expires_at.astimezone(BELGRADE)
        )

    async def linked(self, conversation_id: str) -> Identity | None:
        """The identity of a conversation that is linked with a number and has proved nothing of it.

        One proved contact is level 1 too, but it is half of a proof and vouches for nothing alone.
        """
        identity = await self.identity(conversation_id)
        if identity is None or identity.level is not AssuranceLevel.NUMBER_MATCHED:
            return None
        query = select(FactorRow.kind).where(FactorRow.conversation_id == conversation_id).limit(1)
        async with self._database.session() as session:
            return identity if await session.scalar(query) is None else None

    async def proved_kinds(self, conversation_id: str) -> Sequence[ChannelKind]:
        """The kinds of the channels that a conversation has proved and that have not expired, one for each."""
        query = select(FactorRow.kind).where(
            FactorRow.conversation_id == conversation_id, FactorRow.expires_at > self._clock.now()
        )
        async with self._database.session() as session:
            return [ChannelKind(kind) for kind in await session.scalars(query)]
