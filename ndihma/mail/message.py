"""A mail as the app writes it, and the bytes SMTP carries.

The bytes depend on nothing but the mail: one that is sent again after a crash has the same Message-ID, date and
boundary, so that the receiving side can tell it for the one it has.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from ndihma.mail.address import EmailAddress

__all__ = ["Attachment", "Mail", "message_id", "to_bytes"]

_WIRE: Final = SMTP.clone(cte_type="7bit")
"""ASCII whatever the text is, so that it passes every server."""
_ID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,62}[A-Za-z0-9])?")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_MAX_NAME_CHARS: Final = 100


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail. Raises ValueError for a name or type that cannot stand in a header."""

    filename: str
    media_type: str
    """Such as ``image/jpeg``; not ``text/…`` or ``multipart/…``."""
    content: bytes = field(repr=False)

    def __post_init__(self) -> None:
        name = self.filename
        if not name or len(name) > _MAX_NAME_CHARS or not name.isprintable() or "/" in name or "\\" in name:
            raise ValueError("an attachment's name is up to 100 printable characters without a slash")
        if not _MEDIA_TYPE.fullmatch(self.media_type) or self.media_type.startswith(("text/", "multipart/")):
            raise ValueError("an attachment's type is one such as image/jpeg")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address, in plain text. ``repr`` shows neither subject nor text.

    ``id`` names the mail for good (an outbox row's id): its Message-ID is made of it. ``at`` (aware) becomes its date.
    Raises ValueError for an id or subject that cannot stand in a header.
    """

    id: str
    at: datetime
    to: EmailAddress
    subject: str = field(repr=False)
    text: str = field(repr=False)
    attachments: tuple[Attachment, ...] = ()
    reply_to: EmailAddress | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError("a mail's id is up to 64 ASCII letters, digits, hyphens and dots")
        if self.at.tzinfo is None:
            raise ValueError("a mail's date is an aware datetime")
        if not self.subject or not self.subject.isprintable():
            raise ValueError("a mail's subject is one line")


def message_id(mail: Mail, sender: EmailAddress) -> str:
    """The Message-ID header, with its angle brackets."""
    return f"<{mail.id}@{sender.domain}>"


def to_bytes(mail: Mail, sender: EmailAddress, sender_name: str) -> bytes:
    """The whole message with CRLF line ends and ASCII characters only."""
    message = EmailMessage(policy=_WIRE)
    message["From"] = _address(sender, sender_name)
    message["To"] = _address(mail.to)
    if mail.reply_to is not None:
        message["Reply-To"] = _address(mail.reply_to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = message_id(mail, sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    message.set_content(mail.text, cte="quoted-printable")
    for attachment in mail.attachments:
        main, _, sub = attachment.media_type.partition("/")
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.filename)
    if mail.attachments:
        message.set_boundary(f"=_{hashlib.sha256(mail.id.encode()).hexdigest()[:32]}")
    return message.as_bytes()


def _address(address: EmailAddress, display_name: str = "") -> Address:
    return Address(display_name=display_name, addr_spec=address.address)
