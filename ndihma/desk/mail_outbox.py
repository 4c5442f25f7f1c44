"""The outbox of mails to the staff: a mail is queued in the transaction that stores what it is about (at least once).

Several processes may work on one outbox (``leases``). A mail keeps its id over all tries and so its Message-ID: one
that went out twice, because a process died between the server's answer and our note of it, is one mail to whoever
reads it.
"""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.leases import MAX_ATTEMPTS, Leases, backoff, fixed_words
from ndihma.desk.tables import AttachmentRow, MailRow, MailState

__all__ = ["ClaimedMail", "MailOutbox"]


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A mail that this process may try now; ``attempts`` counts this try."""

    id: str
    attachment_id: str
    attempts: int
    created_at: datetime
    lease: str


class MailOutbox:
    """The outbox in the desk database. Methods raise SQLAlchemyError when it is away."""

    def __init__(self, database: Database, clock: Clock, jitter: random.Random | None = None) -> None:
        self._database = database
        self._clock = clock
        self._jitter = jitter or random.SystemRandom()
        self._leases = Leases(database, clock, MailRow, MailRow.id, MailRow.state == MailState.QUEUED)

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
        row = await self._leases.claim()
        if row is None or row.lease is None:
            return None
        return ClaimedMail(row.id, row.attachment_id, row.attempts, row.created_at, row.lease)

    async def sent(self, mail: ClaimedMail) -> bool:
        """Note that the server has it. False when the lease ended meanwhile and another process has the mail."""
        return await self._leases.end_try(
            mail.id, mail.lease, state=MailState.SENT, sent_at=self._clock.now(), last_error=None
        )

    async def postpone(self, mail: ClaimedMail, error: str) -> bool:
        """Put it back for later, or give it up after MAX_ATTEMPTS. ``error``: fixed words. As ``sent`` otherwise."""
        if mail.attempts >= MAX_ATTEMPTS:
            return await self.give_up(mail, error)
        due = self._clock.now() + backoff(mail.attempts, self._jitter)
        return await self._leases.end_try(mail.id, mail.lease, due_at=due, last_error=fixed_words(error))

    async def give_up(self, mail: ClaimedMail, error: str) -> bool:
        """It will never be taken as it is. As ``postpone``."""
        return await self._leases.end_try(mail.id, mail.lease, state=MailState.FAILED, last_error=fixed_words(error))

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
