"""What development has in place of a mail server."""

from __future__ import annotations

from ndihma.config import Mode, Settings
from ndihma.mail import Mailer
from ndihma.mail.folder import FolderMailer

__all__ = ["staff_mailer"]


def staff_mailer(settings: Settings, mailer: Mailer) -> Mailer:
    """In development without a mail server, mails to the staff become files with all they hold."""
    if settings.mode is Mode.DEVELOPMENT and not settings.smtp_host:
        return FolderMailer(settings.var / "outbox-mail")
    return mailer
