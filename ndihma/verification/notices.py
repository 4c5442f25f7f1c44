"""Telling the customer's contacts what was done with the account (S8): at least once, also when the process dies.

A notice is a row from the transaction that did it; it is deleted after it was handed over. Before each try its next
one is put off, so that two processes seldom tell the same person twice and a broken way is not hammered.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.model import ContactKind
from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.accounts.ports import AccountDirectory, AccountsUnavailable
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.mail import EmailAddress, InvalidEmailAddress
from ndihma.rounds import Rounds
from ndihma.verification.notice_texts import NoticeAbout, notice_mail, notice_sms, notice_subject
from ndihma.verification.senders import CodeSender, SendRefused
from ndihma.verification.tables import NoticeRow

__all__ = ["EVERYBODY", "NoticeDelivery", "queue_notices"]

_log = logging.getLogger(__name__)

EVERYBODY: Final = ((None, None),)
"""For ``queue_notices``: all contacts that are registered when the notice is taken."""
_BATCH: Final = 20
_EVERY_S: Final = 60.0
_SEND_TIMEOUT_S: Final = 10.0
_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=6)
_GIVEN_UP_AFTER: Final = timedelta(days=3)
"""Later than that a notice helps nobody; it is an error in the log, for somebody to look at."""


async def queue_notices(
    session: AsyncSession,
    msisdn: Msisdn,
    about: NoticeAbout,
    contacts: Collection[tuple[str | None, str | None]],
    now: datetime,
) -> None:
    """Queue notices to ``contacts`` (kind, value), or to EVERYBODY, in the caller's transaction; to each contact once,
    in whatever writings it is given."""
    notices: list[Mapping[str, Any]] = [
        {
            "id": uuid.uuid4().hex,
            "msisdn": msisdn.e164,
            "about": about.value,
            "kind": kind,
            "contact": contact,
            "happened_at": now,
            "due_at": now,
            "attempts": 0,
        }
        for kind, contact in _each_once(contacts)
    ]
    if notices:
        await session.execute(insert(NoticeRow), notices)


def _each_once(contacts: Collection[tuple[str | None, str | None]]) -> list[tuple[str | None, str | None]]:
    """Numbers in the one form by which they are found again (S11); what cannot be read stays as it is."""
    found: dict[str | None, tuple[str | None, str | None]] = {}
    for kind, contact in contacts:
        to = None if contact is None else _destination(None if kind is None else ContactKind(kind), contact)
        address = contact if to is None else to.e164 if isinstance(to, Msisdn) else to.address
        found.setdefault(address and address.casefold(), (kind, address))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Notice:
    id: str
    msisdn: Msisdn
    about: NoticeAbout
    kind: ContactKind | None
    contact: str | None
    happened_at: datetime


class NoticeDelivery:
    """Hands waiting notices over, a batch at a time; ``run`` does so for ever."""

    def __init__(
        self,
        database: Database,
        accounts: AccountDirectory,
        sender: CodeSender,
        clock: Clock,
        *,
        every_s: float = _EVERY_S,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._sender = sender
        self._clock = clock
        self._rounds = Rounds("notices not delivered", self.deliver_due, every_s=every_s)

    def wake(self) -> None:
        """Notices were queued: do not wait for the next round."""
        self._rounds.wake()

    async def deliver_due(self) -> int:
        """Try every notice that is due; how many were handed over. Raises SQLAlchemyError."""
        told = 0
        while taken := await self._take_due():
            for notice in taken:
                if notice.contact is None:
                    await self._address(notice)
                elif await self._tell(notice, notice.contact):
                    await self._delete(notice)
                    told += 1
        return told

    async def _take_due(self) -> list[_Notice]:
        now = self._clock.now()
        async with self._database.session() as session:
            due = select(NoticeRow).where(NoticeRow.due_at <= now).order_by(NoticeRow.due_at).limit(_BATCH)
            rows = (await session.scalars(due)).all()
            taken = []
            for row in rows:
                pause = min(_FIRST_PAUSE * 2 ** min(row.attempts, 16), _LONGEST_PAUSE)
                put_off = (
                    update(NoticeRow)
                    .where(NoticeRow.id == row.id, NoticeRow.attempts == row.attempts)
                    .values(attempts=row.attempts + 1, due_at=now + pause)
                    .returning(NoticeRow.id)
                )
                mine = await session.execute(put_off, execution_options={"synchronize_session": False})
                if mine.first() is not None:
                    kind = None if row.kind is None else ContactKind(row.kind)
                    about = NoticeAbout(row.about)
                    taken.append(_Notice(row.id, Msisdn(row.msisdn), about, kind, row.contact, row.happened_at))
        return taken

    async def _address(self, notice: _Notice) -> None:
        """Put a notice to each registered contact in the place of one to everybody, all of it or nothing."""
        try:
            line = await self._accounts.find(notice.msisdn)
        except AccountsUnavailable as error:
            if self._is_given_up(notice, type(error).__name__):
                await self._delete(notice)
            return
        contacts = [] if line is None else line.subscriber.contacts
        each = dict.fromkeys((contact.kind.value, contact.value) for contact in contacts)
        async with self._database.session() as session:
            mine = delete(NoticeRow).where(NoticeRow.id == notice.id).returning(NoticeRow.id)
            if (await session.execute(mine)).first() is not None:
                await queue_notices(session, notice.msisdn, notice.about, each, notice.happened_at)

    async def _delete(self, notice: _Notice) -> None:
        async with self._database.session() as session:
            await session.execute(delete(NoticeRow).where(NoticeRow.id == notice.id))

    async def _tell(self, notice: _Notice, contact: str) -> bool:
        """Whether the notice is done with: handed over, or never to be taken."""
        to = _destination(notice.kind, contact)
        what = {"notice": notice.id, "about": notice.about}
        if to is None:
            _log.error("a contact cannot be told", extra={**what, "kind": notice.kind})
            return True
        is_number = isinstance(to, Msisdn)
        text = (
            notice_sms(notice.about, notice.msisdn)
            if is_number
            else notice_mail(notice.about, notice.msisdn, notice.happened_at)
        )
        try:
            async with asyncio.timeout(_SEND_TIMEOUT_S):
                await self._sender.tell(to, notice_subject(notice.about), text)
        except SendRefused:
            _log.error("a contact refused its notice", extra=what)
            return True
        except Exception as error:  # whatever it is, the others are told; the type alone: a message could hold the text
            return self._is_given_up(notice, type(error).__name__)
        return True

    def _is_given_up(self, notice: _Notice, error: str) -> bool:
        given_up = self._clock.now() - notice.happened_at >= _GIVEN_UP_AFTER
        level = logging.ERROR if given_up else logging.WARNING
        _log.log(level, "a notice was not sent", extra={"notice": notice.id, "about": notice.about, "error": error})
        return given_up

    async def run(self) -> None:
        """Deliver for ever, whatever happens to the database or to a notice meanwhile."""
        await self._rounds.run()


def _destination(kind: ContactKind | None, contact: str) -> Msisdn | EmailAddress | None:
    try:
        return EmailAddress.parse(contact) if kind is ContactKind.EMAIL else Msisdn.parse(contact)
    except (InvalidMsisdn, InvalidEmailAddress):
        return None
