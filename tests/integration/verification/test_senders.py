"""From the settings to the telephone: a code travels each real way, and stands in no log on the way (S5, S6)."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from ndihma.accounts.puk import can_receive_code
from ndihma.bootstrap import open_gateway
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.mail import EmailAddress
from ndihma.verification.messages import code_mail_subject, code_mail_text, code_sms
from ndihma.verification.model import CodeSent, Confirmed, WrongCode
from ndihma.verification.senders import ChosenSender, SendPostponed, SendRefused, choose_sender
from ndihma.verification.service import VerificationService

from .conftest import KEY, KNOWN, FakeAudit, World
from .kannel import PASSWORD as KANNEL_PASSWORD
from .kannel import USERNAME, Kannel, kannel
from .smsc import PASSWORD as SMPP_PASSWORD
from .smsc import SYSTEM_ID, Smsc, smsc

ADDRESS = EmailAddress.parse("arta@example.com")
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def code_in(text: str) -> str:
    found = CODE.search(text)
    assert found is not None
    return found.group()


@dataclass
class Mailbox:
    """An aiosmtpd handler."""

    taken: list[EmailMessage] = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        if self.answer.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content, policy=default))
        return self.answer


@asynccontextmanager
async def mail_server(box: Mailbox) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="mail.example", loop=loop), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def service_with(world: World, chosen: ChosenSender) -> AsyncIterator[VerificationService]:
    service = VerificationService(
        database=world.database,
        accounts=world.directory,
        sender=chosen.sender,
        clock=world.clock,
        key=KEY,
        audit=FakeAudit(),
        sms_reachable=can_receive_code,
        queued=lambda: None,
        jitter=lambda: 0.0,
    )
    await chosen.sender.start()
    try:
        yield service
    finally:
        await service.close()
        await chosen.sender.close()


def kannel_settings(server: Kannel, var_dir: Path) -> Settings:
    return Settings(
        var_dir=var_dir,
        sms="kannel",
        kannel_url=server.url,
        kannel_username=USERNAME,
        kannel_password=KANNEL_PASSWORD,
    )


def smpp_settings(server: Smsc, var_dir: Path) -> Settings:
    return Settings(
        var_dir=var_dir,
        sms="smpp",
        smpp_host="127.0.0.1",
        smpp_port=server.port,
        smpp_system_id=SYSTEM_ID,
        smpp_password=SMPP_PASSWORD,
    )


def smtp_settings(port: int, var_dir: Path) -> Settings:
    return Settings(
        var_dir=var_dir,
        sms="none",
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
        smtp_from="ndihma@operator.example",
    )


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    made = World(Database(sqlite_url))
    yield made
    await made.service.close()
    await made.database.close()


async def verified(service: VerificationService, texts: Callable[[], list[str]]) -> str:
    """Prove the number with the code that arrived; the code."""
    await service.request_step("c1", "check_account")
    assert isinstance(await service.send_code("c1", KNOWN), CodeSent)
    await service.drain()
    (text,) = texts()
    assert text == code_sms(code_in(text))
    assert isinstance(await service.confirm("c1", code_in(text)), Confirmed)
    return code_in(text)


async def test_s5_code_by_kannel_proves_the_number_and_stands_in_no_log(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with kannel() as server:
        chosen = choose_sender(kannel_settings(server, tmp_path), world.clock)
        async with service_with(world, chosen) as service:
            code = await verified(service, lambda: [taken.text for taken in server.taken])
            server.status, server.answer = 503, b"Temporal failure, try again later."
            assert await unsent_code_is_not_taken(service)
    assert_silent(caplog, code, KANNEL_PASSWORD)


async def test_s5_code_by_smpp_proves_the_number_and_stands_in_no_log(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with smsc() as server:
        chosen = choose_sender(smpp_settings(server, tmp_path), world.clock)
        async with service_with(world, chosen) as service:
            code = await verified(service, lambda: [taken.text for taken in server.submitted])
            server.statuses = [0x0B]
            assert await unsent_code_is_not_taken(service)
        assert server.unbinds == 1
    assert_silent(caplog, code, SMPP_PASSWORD)


async def unsent_code_is_not_taken(service: VerificationService) -> bool:
    """A code that the network refused: the customer is answered as ever, and may ask for another."""
    await service.request_step("c2", "check_account")
    assert isinstance(await service.send_code("c2", KNOWN), CodeSent)
    await service.drain()
    return isinstance(await service.confirm("c2", "000000"), WrongCode)


def assert_silent(caplog: pytest.LogCaptureFixture, code: str, password: str) -> None:
    """No record holds the code or the password in any field. A number may stand in one, the formatter masks it (S9)."""
    whole = logging.Formatter("%(message)s")  # with the traceback
    records = [f"{whole.format(record)} {vars(record)}" for record in caplog.records]
    assert any("not delivered" in record for record in records), "the refusal was logged"
    # A code is six digits: it must not be part of a longer number that happens to stand there, such as a time.
    assert not [record for record in records if re.search(rf"(?<!\d){code}(?!\d)", record)]
    assert not [record for record in records if password in record]


@pytest.mark.usefixtures("sqlite_url")
async def test_gateway_process_binds_at_its_start_and_unbinds_at_its_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def until(reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not reached():  # noqa: ASYNC110  (the server tells its counts, not their changes)
                await asyncio.sleep(0.01)

    async with smsc() as server:
        async with open_gateway(smpp_settings(server, tmp_path)):
            await until(lambda: "bound to the SMSC" in caplog.messages)  # the server counts before the gateway knows
            assert server.unbinds == 0
        await until(lambda: server.unbinds > 0)  # the gateway does not wait for the server's answer
        assert (server.binds, server.unbinds) == (1, 1)


async def test_code_by_mail_arrives_in_albanian(world: World, tmp_path: Path) -> None:
    box = Mailbox()
    async with mail_server(box) as port:
        chosen = choose_sender(smtp_settings(port, tmp_path), world.clock)
        await chosen.sender.send(ADDRESS, "482913")
        box.answer = "550 no such user arta@example.com"
        with pytest.raises(SendRefused) as refused:
            await chosen.sender.send(ADDRESS, "482914")
    with pytest.raises(SendPostponed):
        await chosen.sender.send(ADDRESS, "482915")
    assert "arta" not in str(refused.value)
    (mail,) = box.taken
    assert (mail["To"], mail["Subject"], mail["From"]) == (
        "arta@example.com",
        code_mail_subject(),
        "Ndihma <ndihma@operator.example>",
    )
    body = mail.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == code_mail_text("482913")
