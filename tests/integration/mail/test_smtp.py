"""The SMTP client against a real server (aiosmtpd), and against scripted ones that misbehave."""

from __future__ import annotations

import asyncio
import logging
import ssl
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr

from ndihma.delivery_config import SmtpSecurity
from ndihma.mail import (
    Attachment,
    EmailAddress,
    Mail,
    MailError,
    MailPostponed,
    MailRefused,
    MailServerUnusable,
)
from ndihma.mail.smtp import SmtpMailer, SmtpServer

Contexts = tuple[ssl.SSLContext, ssl.SSLContext]
PASSWORD = "fjalekalim-i-fshehte"
SECRETS = (PASSWORD, "482913", "arta", "ndihma@operator.example")
MAIL = Mail(
    id="row-7",
    at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    to=EmailAddress.parse("arta@example.com"),
    subject="Kodi juaj",
    text="Kodi juaj është 482913.",
    attachments=(Attachment("a.png", "image/png", b"\x89PNG" * 50_000),),
)


@dataclass
class Mailbox:
    """An aiosmtpd handler: keeps what it takes, and answers as told."""

    taken: list[Envelope] = field(default_factory=list)
    rcpt: str = "250 OK"
    data: str = "250 OK"
    data_pause_s: float = 0.0
    sessions: list[Session] = field(default_factory=list)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]) -> str:  # noqa: N802
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.data_pause_s)
        if self.data.startswith("250"):
            self.taken.append(envelope)
            self.sessions.append(session)
        return self.data


def check_login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    right = data.login == b"ndihma" and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)


@asynccontextmanager
async def serving(make: Callable[[], asyncio.BaseProtocol], tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def smtp(
    box: Mailbox,
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    login: bool = False,
) -> AsyncIterator[int]:
    def make() -> SMTP:
        with warnings.catch_warnings(action="ignore"):  # a login in clear is what some tests are about
            return SMTP(
                box,
                hostname="mail.example",
                tls_context=starttls,
                require_starttls=starttls is not None,
                authenticator=check_login if login else None,
                auth_required=login,
                auth_require_tls=starttls is not None,
                loop=asyncio.get_running_loop(),
            )

    async with serving(make, tls) as port:
        yield port


@asynccontextmanager
async def script(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A server that does with each connection what ``talk`` says."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def server_at(port: int, **changes: object) -> SmtpServer:
    plain = SmtpServer(
        host="127.0.0.1",
        port=port,
        security=SmtpSecurity.NONE,
        sender=EmailAddress.parse("ndihma@operator.example"),
        sender_name="Ndihma",
        timeout_s=5.0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


async def failure_of(mailer: SmtpMailer) -> MailError:
    """The error of sending, which must tell no secret, not even in its context."""
    with pytest.raises(MailError) as caught:
        await mailer.send(MAIL)
    error: BaseException | None = caught.value
    while error is not None:
        assert not any(secret in f"{error} {error!r}" for secret in SECRETS)
        error = error.__cause__ or error.__context__
    return caught.value


async def test_mail_arrives_whole_with_its_id() -> None:
    box = Mailbox()
    async with smtp(box) as port:
        await SmtpMailer(server_at(port)).send(MAIL)
        await SmtpMailer(server_at(port)).send(MAIL)
    first, again = box.taken
    assert first.mail_from == "ndihma@operator.example"
    assert first.rcpt_tos == ["arta@example.com"]
    assert first.content == again.content, "a repeated mail is the same mail"
    content = first.content
    assert isinstance(content, bytes)
    read = message_from_bytes(content)
    assert read["Message-ID"] == "<row-7@operator.example>"
    assert b"\x89PNG" * 50_000 in [part.get_payload(decode=True) for part in read.walk()]


async def test_starttls_is_used_and_the_login_goes_through_it(
    certificate: Contexts,
) -> None:
    box = Mailbox()
    async with smtp(box, starttls=certificate[0], login=True) as port:
        server = server_at(port, security=SmtpSecurity.STARTTLS, username="ndihma", password=SecretStr(PASSWORD))
        await SmtpMailer(server, tls=certificate[1]).send(MAIL)
    assert len(box.taken) == 1
    assert box.sessions[0].ssl is not None
    assert box.sessions[0].authenticated


async def test_tls_from_the_first_byte(certificate: Contexts) -> None:
    box = Mailbox()
    async with smtp(box, tls=certificate[0]) as port:
        await SmtpMailer(server_at(port, security=SmtpSecurity.TLS), tls=certificate[1]).send(MAIL)
    assert len(box.taken) == 1


@pytest.mark.parametrize("security", [SmtpSecurity.TLS, SmtpSecurity.STARTTLS])
async def test_certificate_nobody_vouches_for_gets_no_mail(certificate: Contexts, security: SmtpSecurity) -> None:
    box = Mailbox()
    offered = {"tls": certificate[0]} if security is SmtpSecurity.TLS else {"starttls": certificate[0]}
    async with smtp(box, **offered) as port:
        error = await failure_of(SmtpMailer(server_at(port, security=security)))
    assert isinstance(error, MailServerUnusable)
    assert box.taken == []


async def test_server_without_starttls_gets_neither_mail_nor_password() -> None:
    box = Mailbox()
    async with smtp(box, login=True) as port:
        server = server_at(port, security=SmtpSecurity.STARTTLS, username="ndihma", password=SecretStr(PASSWORD))
        assert isinstance(await failure_of(SmtpMailer(server)), MailServerUnusable)
    assert box.taken == []


async def test_wrong_password_postpones_the_mail() -> None:
    box = Mailbox()
    async with smtp(box, login=True) as port:
        server = server_at(port, username="ndihma", password=SecretStr("tjeter"))
        assert isinstance(await failure_of(SmtpMailer(server)), MailServerUnusable)
        assert isinstance(await failure_of(SmtpMailer(server_at(port))), MailServerUnusable), "no login at all"
    assert box.taken == []


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"rcpt": "550 no such user arta@example.com"}, MailRefused),
        ({"rcpt": "450 greylisted arta@example.com"}, MailPostponed),
        ({"data": "554 spam: Kodi 482913"}, MailRefused),
        ({"data": "452 disk full"}, MailPostponed),
        ({"data": "421 closing"}, MailPostponed),
    ],
)
async def test_refusals_are_told_apart_and_repeat_nothing(answers: dict[str, str], kind: type[MailError]) -> None:
    async with smtp(Mailbox(**answers)) as port:  # type: ignore[arg-type]
        assert type(await failure_of(SmtpMailer(server_at(port)))) is kind


async def test_server_that_is_not_there_postpones_the_mail() -> None:
    async with smtp(Mailbox()) as port:
        pass
    assert type(await failure_of(SmtpMailer(server_at(port)))) is MailPostponed


async def test_busy_server_postpones_the_mail() -> None:
    async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"554 no service for you, arta\r\n")
        await writer.drain()
        await reader.read()

    async with script(busy) as port:
        assert type(await failure_of(SmtpMailer(server_at(port)))) is MailPostponed


async def test_server_that_hangs_up_postpones_the_mail() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await reader.readline()

    async with script(hang_up) as port:
        assert type(await failure_of(SmtpMailer(server_at(port)))) is MailPostponed


async def test_server_that_drips_is_cut_off_at_the_deadline() -> None:
    """Each line in time for a time-out of its own, and the whole never done."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b"220-still here\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with script(drip) as port:
        mailer = SmtpMailer(server_at(port, timeout_s=0.3))
        assert type(await asyncio.wait_for(failure_of(mailer), 5)) is MailPostponed


async def test_slow_server_does_not_hold_more_than_four_mails_open() -> None:
    box = Mailbox(data_pause_s=0.05)
    opened = 0
    most = 0

    async with smtp(box) as port:

        async def counting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal opened, most
            opened += 1
            most = max(most, opened)
            try:
                upstream_reader, upstream = await asyncio.open_connection("127.0.0.1", port)
                async with asyncio.TaskGroup() as both:
                    both.create_task(pump(reader, upstream))
                    both.create_task(pump(upstream_reader, writer))
            finally:
                opened -= 1

        async with script(counting) as front:
            mailer = SmtpMailer(server_at(front, timeout_s=30.0))
            await asyncio.gather(*(mailer.send(replace(MAIL, id=f"row-{n}", attachments=())) for n in range(12)))
    assert len(box.taken) == 12
    assert most <= 4


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def test_goodbye_that_fails_does_not_make_a_taken_mail_fail() -> None:
    taken: list[bytes] = []

    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        while line := await reader.readline():
            command = line[:4].upper()
            if command == b"QUIT":
                return
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                taken.append(await reader.readuntil(b"\r\n.\r\n"))
            writer.write(b"250 OK\r\n")

    async with script(rude) as port:
        await SmtpMailer(server_at(port)).send(replace(MAIL, attachments=()))
    assert len(taken) == 1


async def test_next_mail_arrives_after_the_server_was_restarted() -> None:
    box = Mailbox()
    async with smtp(box) as port:
        mailer = SmtpMailer(server_at(port))
        await mailer.send(MAIL)
    assert type(await failure_of(mailer)) is MailPostponed
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(box, hostname="mail.example", loop=asyncio.get_running_loop()), "127.0.0.1", port
    )
    await mailer.send(MAIL)
    server.close()
    assert len(box.taken) == 2


async def test_s6_nothing_secret_is_logged_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the test server's own
    async with smtp(Mailbox(), login=True) as port:
        await SmtpMailer(server_at(port, username="ndihma", password=SecretStr(PASSWORD))).send(MAIL)
        await failure_of(SmtpMailer(server_at(port, username="ndihma", password=SecretStr("tjeter"))))
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert not any(secret in logged for secret in SECRETS)
