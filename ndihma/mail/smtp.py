"""The SMTP client: one connection a mail, one deadline for all of it."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import aiosmtplib
from pydantic import SecretStr

from ndihma.delivery_config import SmtpSecurity
from ndihma.mail.address import EmailAddress
from ndihma.mail.message import Mail, to_bytes
from ndihma.mail.ports import MailError, MailPostponed, MailRefused, MailServerUnusable

__all__ = ["SmtpMailer", "SmtpServer"]

_AT_ONCE: Final = 4
_QUIT_S: Final = 1.0
_PERMANENT: Final = 500
_NEEDS_CREDENTIALS: Final = frozenset({530, 534, 535, 538, 454})
"""RFC 4954, section 6: the login is missing, too weak, wrong, not encrypted, or cannot be checked now."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails are handed over, and as whom. ``timeout_s`` is for one whole mail."""

    host: str
    port: int
    security: SmtpSecurity
    sender: EmailAddress
    sender_name: str
    username: str = ""
    """Empty: no login."""
    password: SecretStr | None = None
    timeout_s: float = 30.0


class SmtpMailer:
    """Implements Mailer. Up to four mails are handed over at a time; others wait, within their deadline.

    ``tls`` replaces the system's certificate authorities.
    """

    available: Final = True

    def __init__(self, server: SmtpServer, *, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._tls = tls
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def send(self, mail: Mail) -> None:
        """Hand one mail over. Raises MailRefused, MailPostponed, MailServerUnusable."""
        server = self._server
        content = to_bytes(mail, server.sender, server.sender_name)
        problem: MailError | None = None
        try:
            async with asyncio.timeout(server.timeout_s), self._slots:
                await self._hand_over(mail, content)
        except (aiosmtplib.SMTPException, OSError) as error:
            problem = _problem(error)
        if problem is not None:  # raised here, so that what the server said is not in its context either
            raise problem

    async def _hand_over(self, mail: Mail, content: bytes) -> None:
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.timeout_s,
            use_tls=server.security is SmtpSecurity.TLS,
            start_tls=server.security is SmtpSecurity.STARTTLS,
            tls_context=self._tls,
            username=server.username or None,
            password=server.password.get_secret_value() if server.password else None,
            local_hostname=server.sender.domain,  # not looked up: that may take long and cannot be ended
        )
        try:
            await client.connect()
            await client.sendmail(server.sender.address, mail.to.address, content)
            await _say_goodbye(client)
        finally:
            client.close()


async def _say_goodbye(client: aiosmtplib.SMTP) -> None:
    """The mail is handed over; nothing that happens now changes that."""
    with suppress(aiosmtplib.SMTPException, OSError):
        async with asyncio.timeout(_QUIT_S):
            await client.quit()


def _problem(error: Exception) -> MailError:
    """What an error of the client means for the mail."""
    problem: MailError
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            problem = _answered(max(refused.code for refused in error.recipients), "the recipient")
        case aiosmtplib.SMTPSenderRefused():
            problem = _answered(error.code, "the sender")
        case aiosmtplib.SMTPDataError():
            problem = _answered(error.code, "the mail")
        case aiosmtplib.SMTPAuthenticationError():
            problem = MailServerUnusable(f"the mail server refused the login ({error.code})")
        case aiosmtplib.SMTPResponseException():  # to a greeting or the like: it says nothing about this mail
            problem = MailPostponed(f"the mail server answered {error.code}")
        case _ if type(error) in {aiosmtplib.SMTPException, aiosmtplib.SMTPNotSupported}:
            problem = MailServerUnusable("the mail server does not offer the encryption or login that is asked for")
        case _ if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
            problem = MailServerUnusable("the mail server's encryption or certificate is not as it should be")
        case TimeoutError():
            problem = MailPostponed("the mail server did not answer in time")
        case _:
            problem = MailPostponed(f"no connection to the mail server ({type(error).__name__})")
    return problem


def _answered(code: int, about: str) -> MailError:
    if code in _NEEDS_CREDENTIALS:
        return MailServerUnusable(f"the mail server wants another login ({code})")
    kind = MailRefused if code >= _PERMANENT else MailPostponed
    return kind(f"the mail server refused {about} ({code})")
