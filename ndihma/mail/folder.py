"""Mails as files, for development: what a mail server would have been handed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from ndihma.mail.address import EmailAddress
from ndihma.mail.message import Mail, to_bytes

__all__ = ["FolderMailer"]

_SENDER: Final = EmailAddress("ndihma@localhost.localdomain")


class FolderMailer:
    """Implements Mailer: ``<directory>/<id>.eml``, readable by its user alone. The same mail again replaces its file.

    Raises OSError.
    """

    available: Final = True

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def send(self, mail: Mail) -> None:
        await asyncio.to_thread(self._write, f"{mail.id}.eml", to_bytes(mail, _SENDER, "Ndihma"))

    def _write(self, name: str, content: bytes) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self._directory / f".{name}"
        half.touch(mode=0o600)
        half.write_bytes(content)
        half.replace(self._directory / name)
