"""Nothing is lost, whenever the process dies between the upload and the mail: it is killed at every single step.

A process takes an upload and mails it to a real SMTP server. It is killed at its n-th step (``killing``), for every n
until it lives through; the server's having the mail is a step too. Then another process starts; the customer sends the
file again if no answer came.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import func, select

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.tables import AuditEntryRow
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.delivery_config import SmtpSecurity
from ndihma.desk.leases import LEASE
from ndihma.desk.tables import AttachmentRow, MailState
from ndihma.mail import EmailAddress, Mail
from ndihma.mail.smtp import SmtpMailer, SmtpServer

from .conftest import NOW, Proofs, png
from .killing import FEWEST_STEPS, MOST_STEPS, Step, lives_through

SENDER = EmailAddress("ndihma@example.com")


@dataclass
class Mailbox:
    taken: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope.original_content or b"")
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, SmtpMailer]]:
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, SmtpMailer(SmtpServer("127.0.0.1", port, SmtpSecurity.NONE, SENDER, "Ndihma"))
    controller.stop()


class SteppedMailer:
    """Counts a step before the server is asked and one after it has the mail."""

    available = True

    def __init__(self, mailer: SmtpMailer, step: Callable[[], None]) -> None:
        self._mailer, self._step = mailer, step

    async def send(self, mail: Mail) -> None:
        self._step()
        await self._mailer.send(mail)
        self._step()


@dataclass
class Scene:
    """A customer who was asked for a proof. ``answered``: got their 201."""

    url: str
    uploads: Path
    mailer: SmtpMailer
    conversation_id: str = ""
    reference: str = ""
    answered: bool = False

    def files(self) -> list[Path]:
        return list(self.uploads.iterdir()) if self.uploads.exists() else []


def lives(step: int, scene: Scene) -> bool:
    """Take the upload and mail it in a process that is killed at a step; whether it had not so many steps."""

    async def work(database: Database, reached: Step, answer: Callable[[], None]) -> None:
        proofs = Proofs(database, scene.uploads, SteppedMailer(scene.mailer, reached), FixedClock(NOW))
        await proofs.take(scene.conversation_id, png())
        answer()
        await proofs.worker.deliver_due()

    lived, scene.answered = lives_through(step, scene.url, work)
    return lived


async def begin(scene: Scene, step: int) -> None:
    database = Database(scene.url)
    proofs = Proofs(database, scene.uploads, scene.mailer, FixedClock(NOW))
    scene.conversation_id, scene.reference = await proofs.asked(Msisdn(f"+38344{step:06}"))
    await database.close()


async def recover(scene: Scene) -> None:
    """What the next process and the customer do, and what stands then."""
    clock = FixedClock(NOW)
    clock.advance(timedelta(hours=2))
    for path in scene.files():
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    database = Database(scene.url)
    proofs = Proofs(database, scene.uploads, scene.mailer, clock)
    assert (await proofs.service.sweep()).missing == ()
    assert timedelta(hours=2) > LEASE
    if not scene.answered:
        await proofs.take(scene.conversation_id, png())
    await proofs.worker.deliver_due()
    assert await proofs.worker.deliver_due() == 0

    (ticket,) = [each for each in await proofs.tickets.tickets() if each.request.reference == scene.reference]
    assert ticket.opened_at is not None
    (proof,) = ticket.proofs
    assert proofs.files.read(proof.name) == png()
    async with database.session() as session:
        assert len(scene.files()) == await session.scalar(select(func.count()).select_from(AttachmentRow))
    assert proof.mail is not None
    assert proof.mail.state is MailState.SENT
    received = [each for each in await proofs.events(scene.conversation_id) if each.type == "attachment"]
    assert [each.state for each in received] == ["received"]
    async with database.session() as session:
        by_customer = AuditEntryRow.actor_id == scene.conversation_id
        assert await session.scalar(select(func.count()).select_from(AuditEntryRow).where(by_customer)) == 1
    await database.close()


def test_s15_nothing_is_lost_and_no_mail_doubled_whenever_the_process_dies(
    database_url: str, tmp_path: Path, mailbox: tuple[Mailbox, SmtpMailer]
) -> None:
    box, mailer = mailbox
    ends: list[tuple[bool, int]] = []
    for step in range(MOST_STEPS):
        scene = Scene(database_url, tmp_path / "uploads", mailer)
        asyncio.run(begin(scene, step))
        box.taken.clear()
        lived = lives(step, scene)
        asyncio.run(recover(scene))
        mails = [message_from_bytes(content) for content in box.taken]
        assert len({mail["Message-ID"] for mail in mails}) == 1, f"killed at step {step}"
        assert len(set(box.taken)) == 1, "a mail that goes out again is the same to the byte"
        ends.append((scene.answered, len(mails)))
        if lived:
            break
    else:
        pytest.fail("the process never lived through")
    assert len(ends) > FEWEST_STEPS
    assert ends[0] == (False, 1)
    assert (True, 2) in ends, "killed between the server's answer and our note of it: the mail went out twice"
    assert ends[-1] == (True, 1)
