"""One process runs the bot, however many replicas there are: whoever holds the lease in the database.

The moments are the processes' own clocks; they must agree to within some seconds (NTP).
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, or_, update
from sqlalchemy.exc import IntegrityError

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.telegram.tables import TelegramLeaseRow

__all__ = ["LEASE", "RENEW_EVERY_S", "BotLease"]

LEASE: Final = timedelta(seconds=20)
RENEW_EVERY_S: Final = 5.0
_NAME: Final = "bot"


class BotLease:
    """The lease as this process sees it. Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._holder = secrets.token_hex(8)

    async def take(self) -> bool:
        """Take the lease, or prolong it; False while another process holds it."""
        now = self._clock.now()
        row = TelegramLeaseRow
        try:
            async with self._database.session() as session:
                taken = await session.scalar(
                    update(row)
                    .where(row.name == _NAME, or_(row.holder == self._holder, row.until <= now))
                    .values(holder=self._holder, until=now + LEASE)
                    .returning(row.holder)
                    .execution_options(synchronize_session=False)
                )
                if taken is None:
                    if await session.get(row, _NAME) is not None:
                        return False
                    session.add(row(name=_NAME, holder=self._holder, until=now + LEASE))
        except IntegrityError:  # another process made the first row between our two statements
            return False
        return True

    async def give_back(self) -> None:
        """So that another process need not wait for its end."""
        row = TelegramLeaseRow
        async with self._database.session() as session:
            await session.execute(delete(row).where(row.name == _NAME, row.holder == self._holder))
