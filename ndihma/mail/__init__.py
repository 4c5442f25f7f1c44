"""E-mail: an address, a mail with attachments, and the SMTP client that hands mails over."""

from ndihma.mail.address import EmailAddress, InvalidEmailAddress
from ndihma.mail.message import Attachment, Mail
from ndihma.mail.ports import (
    Mailer,
    MailError,
    MailNotConfigured,
    MailPostponed,
    MailRefused,
    MailServerUnusable,
    NoMailer,
)

__all__ = [
    "Attachment",
    "EmailAddress",
    "InvalidEmailAddress",
    "Mail",
    "MailError",
    "MailNotConfigured",
    "MailPostponed",
    "MailRefused",
    "MailServerUnusable",
    "Mailer",
    "NoMailer",
]
