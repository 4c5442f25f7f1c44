"""The outbox of mails to the staff: a mail is queued in the transaction that stores what it is about (at least once).

Several processes may work on one outbox. Who tries a mail takes a lease on it; when that process dies the mail is due
again as the lease ends. A mail keeps its id over all tries and so its Message-ID: one that went out twice, because a
process died between the server's answer and our note of it, is one mail to whoever reads it.
"""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.tables import AttachmentRow, MailRow, MailState

__all__ = ["LEASE", "MAX_ATTEMPTS", "ClaimedMail", "MailOutbox", "backoff"]

LEASE: Final = timedelta(minutes=5)
"""Longer than a try may take (``mail_worker``)."""
MAX_ATTEMPTS: Final = 28
"""Ten in the first half day, then four a day: about five days, as mail servers do (RFC 5321, 4.5.4.1)."""
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=6)
_JITTER: Final = 0.2
_ERROR_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A mail that this process may try now; ``attempts`` counts this try."""

    id: str
    attachment_id: str
    attempts: int
    created_at: datetime
    lease: str


def backoff(attempts: int, jitter: random.Random) -> timedelta:
    """How long to wait after so many tries (at least 1): 1 minute, doubled up to 6 hours, give or take a fifth."""
    doubled: timedelta = _FIRST_WAIT * 2 ** min(attempts - 1, 20)
    return min(doubled, _LONGEST_WAIT) * jitter.uniform(1 - _JITTER, 1 + _JITTER)


class MailOutbox:
    """The outbox in the desk database. Methods raise SQLAlchemyError when it is away."""

    def __init__(self, database: Database, clock: Clock, jitter: random.Random | None = None) -> None:
        self._database = database
        self._clock = clock
        self._jitter = jitter or random.SystemRandom()

    async def queue(self, session: AsyncSession, attachment_id: str) -> None:
        """Queue the mail about a file, in the transaction that stores the file's row."""
        now = self._clock.now()
        await session.execute(
            insert(MailRow).values(
                id=secrets.token_hex(16),
                attachment_id=attachment_id,
                state=MailState.QUEUED,
                attempts=0,
                created_at=now,
                due_at=now,
            )
        )

    async def claim(self) -> ClaimedMail | None:
        """The mail that has been due longest, leased to the caller; None when none is due."""
        now, lease = self._clock.now(), secrets.token_hex(8)
        due = (
            select(MailRow.id)
            .where(MailRow.state == MailState.QUEUED, MailRow.due_at <= now)
            .order_by(MailRow.due_at, MailRow.id)
            .limit(1)
            # On PostgreSQL others do not wait for this row but take the next. SQLite has one writer anyway.
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        async with self._database.session() as session:
            claimed = await session.execute(
                update(MailRow)
                .where(MailRow.id == due, MailRow.state == MailState.QUEUED, MailRow.due_at <= now)
                .values(attempts=MailRow.attempts + 1, due_at=now + LEASE, lease=lease)
                .returning(MailRow.id, MailRow.attachment_id, MailRow.attempts, MailRow.created_at)
                .execution_options(synchronize_session=False)
            )
            row = claimed.first()
            return None if row is None else ClaimedMail(row.id, row.attachment_id, row.attempts, row.created_at, lease)

    async def sent(self, mail: ClaimedMail) -> bool:
        """Note that the server has it. False when the lease ended meanwhile and another process has the mail."""
        return await self._end_try(mail, state=MailState.SENT, sent_at=self._clock.now(), last_error=None)

    async def postpone(self, mail: ClaimedMail, error: str) -> bool:
        """Put it back for later, or give it up after MAX_ATTEMPTS. ``error``: fixed words. As ``sent`` otherwise."""
        if mail.attempts >= MAX_ATTEMPTS:
            return await self.give_up(mail, error)
        due = self._clock.now() + backoff(mail.attempts, self._jitter)
        return await self._end_try(mail, due_at=due, last_error=error[:_ERROR_CHARS])

    async def give_up(self, mail: ClaimedMail, error: str) -> bool:
        """It will never be taken as it is. As ``postpone``."""
        return await self._end_try(mail, state=MailState.FAILED, last_error=error[:_ERROR_CHARS])

    async def queue_again(self, reference: str) -> int:
        """Queue the failed mails of a request anew, now; how many there were."""
        of_request = select(AttachmentRow.id).where(AttachmentRow.reference == reference)
        async with self._database.session() as session:
            queued = await session.execute(
                update(MailRow)
                .where(MailRow.attachment_id.in_(of_request), MailRow.state == MailState.FAILED)
                .values(state=MailState.QUEUED, attempts=0, due_at=self._clock.now())
                .returning(MailRow.id)
                .execution_options(synchronize_session=False)
            )
            return len(queued.all())

    async def _end_try(self, mail: ClaimedMail, **values: object) -> bool:
        async with self._database.session() as session:
            ended = await session.execute(
                update(MailRow)
                .where(MailRow.id == mail.id, MailRow.lease == mail.lease, MailRow.state == MailState.QUEUED)
                .values(lease=None, **values)
                .returning(MailRow.id)
                .execution_options(synchronize_session=False)
            )
            return ended.first() is not None
