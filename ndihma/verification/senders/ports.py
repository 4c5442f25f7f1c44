"""How one-time codes and short notices leave the app, and how that can fail.

    SenderError
    ├── SenderNotConfigured   no way to such a destination is configured
    ├── SendRefused           this message will never be taken
    └── SendPostponed         it was not taken now, or nobody knows whether it was

The messages of these errors hold no code, text, number, address or credentials, and nothing a server said.
"""

from __future__ import annotations

from typing import Final, Protocol

from ndihma.accounts.model import ContactKind
from ndihma.accounts.msisdn import Msisdn
from ndihma.mail import EmailAddress
from ndihma.verification.messages import DEFAULT_LOCALE

__all__ = [
    "CodeSender",
    "Destination",
    "NoSender",
    "SendPostponed",
    "SendRefused",
    "SenderError",
    "SenderNotConfigured",
    "SmsGateway",
]

Destination = Msisdn | EmailAddress
"""Where a code can go: a number, by SMS, or an address, by e-mail."""


class SenderError(Exception):
    """A code or notice was not sent."""


class SenderNotConfigured(SenderError):
    """No way to this kind of destination is configured."""


class SendRefused(SenderError):
    """The other side refused the message for good."""


class SendPostponed(SenderError):
    """The other side was away, busy or late. It may have taken the message all the same."""


class CodeSender(Protocol):
    """Sends one-time codes, and short notices to people's other contacts."""

    @property
    def available(self) -> bool:
        """Whether codes can be sent by SMS at all; says nothing about a single number."""
        ...

    def reaches(self, kind: ContactKind) -> bool:
        """Whether anything can be sent to this kind of contact at all."""
        ...

    async def send(self, to: Destination, code: str, locale: str = DEFAULT_LOCALE) -> None:
        """Hand the code's message over. Raises SenderError when that fails."""
        ...

    async def tell(self, to: Destination, subject: str, text: str) -> None:
        """Hand a notice over; ``subject`` is an e-mail's. By SMS ``text`` is one segment (``messages.SEGMENT_CHARS``).

        Raises SenderError when that fails, ValueError when the text is too long for an SMS.
        """
        ...

    async def start(self) -> None:
        """Open what stays open between messages. Does not wait for the other side, and does not fail."""
        ...

    async def close(self) -> None:
        """Give back what is open."""
        ...


class SmsGateway(Protocol):
    """Hands single SMS over to the operator's network."""

    async def submit(self, to: Msisdn, text: str) -> None:
        """Hand one SMS of one segment over. Raises SenderError, ValueError when it is longer."""
        ...

    async def start(self) -> None:
        """As CodeSender's."""
        ...

    async def close(self) -> None:
        """As CodeSender's."""
        ...


class NoSender:
    """Stands where nothing is configured: the service then tells every requester alike that it cannot send."""

    available: Final = False

    def reaches(self, kind: ContactKind) -> bool:  # noqa: ARG002
        return False

    async def send(self, to: Destination, code: str, locale: str = DEFAULT_LOCALE) -> None:  # noqa: ARG002
        raise SenderNotConfigured("no sender of one-time codes is configured")

    async def tell(self, to: Destination, subject: str, text: str) -> None:  # noqa: ARG002
        raise SenderNotConfigured("no sender of notices is configured")

    async def start(self) -> None:
        """There is nothing to open."""

    async def close(self) -> None:
        """There is nothing to close."""
