"""What services need of e-mail, and how handing a mail over can fail.

    MailError
    ├── MailRefused            this mail will never be taken
    └── MailPostponed          it may be taken later
        ├── MailServerUnusable   not before somebody corrects the settings or the server
        └── MailNotConfigured    not before a server is configured

The messages hold no address, no text, no credentials and nothing the server said: a server's answer may repeat them.
"""

from __future__ import annotations

from typing import Final, Protocol

from ndihma.mail.message import Mail

__all__ = [
    "MailError",
    "MailNotConfigured",
    "MailPostponed",
    "MailRefused",
    "MailServerUnusable",
    "Mailer",
    "NoMailer",
]


class MailError(Exception):
    """A mail was not handed over."""


class MailRefused(MailError):
    """The server refused this mail for good (a 5xx answer to its sender, recipient or content)."""


class MailPostponed(MailError):
    """The server did not take the mail now: a 4xx answer, no connection, or no answer in time.

    After a lost connection or a time-out the server may have the mail all the same; it knows a second copy by its
    Message-ID.
    """


class MailServerUnusable(MailPostponed):
    """The server refused the login, or does not offer or prove the encryption that is asked for."""


class MailNotConfigured(MailPostponed):
    """No mail server is configured."""


class Mailer(Protocol):
    """Hands mails to a mail server."""

    @property
    def available(self) -> bool:
        """Whether a server is configured at all."""
        ...

    async def send(self, mail: Mail) -> None:
        """Hand one mail over; the server has it when this returns. Raises MailError."""
        ...


class NoMailer:
    """Stands where no mail server is configured."""

    available: Final = False

    async def send(self, mail: Mail) -> None:  # noqa: ARG002
        raise MailNotConfigured("no mail server is configured")
