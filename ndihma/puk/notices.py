"""Telling the customer's contacts that the PUK was shown (S8): at least once, also when the process dies in between.

A notice is a row from the transaction that counted the showing; it is deleted after it was handed over. Before each
try its next one is put off, so that two processes seldom tell the same person twice and a broken way is not hammered.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from ndihma.accounts.model import ContactKind
from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.mail import EmailAddress, InvalidEmailAddress
from ndihma.puk.messages import NOTICE_SUBJECT, notice_mail, notice_sms
from ndihma.puk.tables import PukNoticeRow
from ndihma.verification.senders import CodeSender, SenderError, SendRefused

__all__ = ["NoticeDelivery"]

_log = logging.getLogger(__name__)

_BATCH: Final = 20
_SEND_TIMEOUT_S: Final = 10.0
_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=6)
_GIVEN_UP_AFTER: Final = timedelta(days=3)
"""Later than that a notice helps nobody; it is an error in the log, for somebody to look at."""


@dataclass(frozen=True, slots=True)
class _Notice:
    id: str
    msisdn: Msisdn
    kind: ContactKind
    contact: str
    shown_at: datetime


class NoticeDelivery:
    """Hands waiting notices over, a batch at a time; ``run`` does so for ever."""

    def __init__(self, database: Database, sender: CodeSender, clock: Clock) -> None:
        self._database = database
        self._sender = sender
        self._clock = clock
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Notices were queued: do not wait for the next round."""
        self._woken.set()

    async def deliver_due(self) -> int:
        """Try every notice that is due; how many were handed over. Raises SQLAlchemyError."""
        told = 0
        for notice in await self._take_due():
            if await self._tell(notice):
                async with self._database.session() as session:
                    await session.execute(delete(PukNoticeRow).where(PukNoticeRow.id == notice.id))
                told += 1
        return told

    async def _take_due(self) -> list[_Notice]:
        now = self._clock.now()
        async with self._database.session() as session:
            due = select(PukNoticeRow).where(PukNoticeRow.due_at <= now).order_by(PukNoticeRow.due_at).limit(_BATCH)
            rows = (await session.scalars(due)).all()
            taken = []
            for row in rows:
                pause = min(_FIRST_PAUSE * 2 ** min(row.attempts, 16), _LONGEST_PAUSE)
                put_off = (
                    update(PukNoticeRow)
                    .where(PukNoticeRow.id == row.id, PukNoticeRow.attempts == row.attempts)
                    .values(attempts=row.attempts + 1, due_at=now + pause)
                    .returning(PukNoticeRow.id)
                )
                mine = await session.execute(put_off, execution_options={"synchronize_session": False})
                if mine.first() is not None:
                    kind = ContactKind(row.kind)
                    taken.append(_Notice(row.id, Msisdn(row.msisdn), kind, row.contact, row.shown_at))
        return taken

    async def _tell(self, notice: _Notice) -> bool:
        """Whether the notice is done with: handed over, or never to be taken."""
        to = _destination(notice)
        if to is None:
            _log.error("a contact cannot be told of a shown PUK", extra={"notice": notice.id, "kind": notice.kind})
            return True
        is_number = isinstance(to, Msisdn)
        text = notice_sms(notice.msisdn) if is_number else notice_mail(notice.msisdn, notice.shown_at)
        try:
            async with asyncio.timeout(_SEND_TIMEOUT_S):
                await self._sender.tell(to, NOTICE_SUBJECT, text)
        except SendRefused:
            _log.error("a contact refused the notice of a shown PUK", extra={"notice": notice.id})
            return True
        except (SenderError, TimeoutError) as error:
            given_up = self._clock.now() - notice.shown_at >= _GIVEN_UP_AFTER
            level = logging.ERROR if given_up else logging.WARNING
            _log.log(
                level, "notice of a shown PUK not sent", extra={"notice": notice.id, "error": type(error).__name__}
            )
            return given_up
        return True

    async def run(self, every_s: float) -> None:
        """Deliver for ever, when woken and every so many seconds, whatever happens to the database meanwhile."""
        while True:
            try:
                await self.deliver_due()
            except SQLAlchemyError as error:
                _log.error("notices not delivered", extra={"error": type(error).__name__})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), every_s)
            self._woken.clear()


def _destination(notice: _Notice) -> Msisdn | EmailAddress | None:
    try:
        if notice.kind is ContactKind.EMAIL:
            return EmailAddress.parse(notice.contact)
        return Msisdn.parse(notice.contact)
    except (InvalidMsisdn, InvalidEmailAddress):
        return None
