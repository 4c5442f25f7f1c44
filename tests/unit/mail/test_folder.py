"""Mails as files, for development."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from ndihma.mail import Attachment, EmailAddress, Mail
from ndihma.mail.folder import FolderMailer

MAIL = Mail(
    id="a1",
    at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    to=EmailAddress.parse("business@example.com"),
    subject="Kërkesë për rikyçje",
    text="Shihni dëshminë.",
    attachments=(Attachment("a.pdf", "application/pdf", b"%PDF-"),),
)


async def test_a_mail_sent_twice_is_one_file_for_its_owner_only(tmp_path: Path):
    mailer = FolderMailer(tmp_path / "mails")
    await mailer.send(MAIL)
    await mailer.send(MAIL)
    (file,) = files_of(tmp_path / "mails")
    assert file.name == "a1.eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["Subject"] == MAIL.subject
    assert [part.get_filename() for part in mail.iter_attachments()] == ["a.pdf"]


def files_of(folder: Path) -> list[Path]:
    return list(folder.iterdir())
