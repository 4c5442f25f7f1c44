"""Nothing is lost, whenever the process dies between the upload and the mail: it is killed at every single step.

A process takes an upload and mails it to a real SMTP server. It is killed (SIGKILL) at its n-th step, for every n until
it lives through: before each statement that changes something and each commit, around each flush to the disk, before
and after the server has the mail. Then another process starts; the customer sends the file again if no answer came.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import event, func, select

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.tables import AuditEntryRow
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.delivery_config import SmtpSecurity
from ndihma.desk.mail_outbox import LEASE
from ndihma.desk.tables import AttachmentRow, MailState
from ndihma.mail import EmailAddress, Mail
from ndihma.mail.smtp import SmtpMailer, SmtpServer

from .conftest import NOW, Proofs, png

SENDER = EmailAddress("ndihma@example.com")
FEWEST_STEPS = 15
MOST_STEPS = 200


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


def lives_through(step: int, scene: Scene) -> bool:
    """Take the upload and mail it in a process that is killed at a step; whether it had not so many steps."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            live(step, scene, writer)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(3)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        scene.answered = pipe.read() == b"1"
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the process failed by itself"
    return os.WIFEXITED(status)


def live(step: int, scene: Scene, answered: int) -> None:
    steps = 0

    def reached(*_: Any) -> None:
        nonlocal steps
        steps += 1
        if steps > step:
            os.kill(os.getpid(), signal.SIGKILL)

    def flushed(descriptor: int, flush: Callable[[int], None] = os.fsync) -> None:
        reached()
        flush(descriptor)
        reached()

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("SELECT"):  # before a reading one things stand as after the step before
            reached()

    async def work() -> None:
        database = Database(scene.url)
        event.listen(database.engine.sync_engine, "before_cursor_execute", executed)
        event.listen(database.engine.sync_engine, "commit", reached)
        proofs = Proofs(database, scene.uploads, SteppedMailer(scene.mailer, reached), FixedClock(NOW))
        await proofs.take(scene.conversation_id, png())
        reached()
        os.write(answered, b"1")
        await proofs.worker.deliver_due()
        await database.close()

    os.fsync = flushed
    asyncio.run(work())


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
        lived = lives_through(step, scene)
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
