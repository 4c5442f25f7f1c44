"""Files that hold something of a person: proofs of payment, and in development the outboxes of SMS and mails."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ndihma.mail.address import EmailAddress, InvalidEmailAddress
from ndihma.privacy.model import Person
from ndihma.verification.senders import FileOutbox

__all__ = ["DevelopmentOutbox", "ProofFiles"]


class ProofFiles:
    """Implements PersonalDataStore: ``<var>/uploads``, and the mails to the staff that development keeps as files."""

    name = "files"
    is_found_by_rows = True

    def __init__(self, var: Path) -> None:
        self._uploads = var / "uploads"
        self._mails = var / "outbox-mail"

    async def count(self, person: Person) -> int:
        return len(await asyncio.to_thread(self._held, person.attachments, person.mails))

    async def erase(self, person: Person) -> int:
        return await self.remove(person.attachments, person.mails)

    async def export(self, person: Person) -> Sequence[dict[str, Any]]:
        return await asyncio.to_thread(self._read, person)

    async def remove(self, attachments: Collection[str], mails: Collection[str]) -> int:
        """Remove these files; how many were there. Raises OSError."""
        return await asyncio.to_thread(self._remove, attachments, mails)

    async def remove_mails_before(self, moment: datetime) -> int:
        """Remove mails that were written before a moment. Raises OSError."""
        return await asyncio.to_thread(self._remove_mails_before, moment)

    def _held(self, attachments: Collection[str], mails: Collection[str]) -> list[Path]:
        paths = [*(self._uploads / name for name in attachments), *(self._mails / f"{name}.eml" for name in mails)]
        return [path for path in sorted(paths) if path.is_file()]

    def _remove(self, attachments: Collection[str], mails: Collection[str]) -> int:
        held = self._held(attachments, mails)
        for path in held:
            path.unlink(missing_ok=True)
        return len(held)

    def _remove_mails_before(self, moment: datetime) -> int:
        old = [path for path in self._mails.glob("*.eml") if path.stat().st_mtime < moment.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _read(self, person: Person) -> list[dict[str, Any]]:
        return [
            {"name": path.name, "content_base64": base64.b64encode(path.read_bytes()).decode()}
            for path in self._held(person.attachments, person.mails)
        ]


class DevelopmentOutbox:
    """Implements PersonalDataStore: what the developer's telephone and mailbox show.

    Addressees stand there masked, so somebody else's message whose mask is the same goes too; they are made up anyway.
    Its messages hold codes, so an export says only when one was sent.
    """

    name = "development outbox"
    is_found_by_rows = True

    def __init__(self, outbox: FileOutbox) -> None:
        self._outbox = outbox

    async def count(self, person: Person) -> int:
        addressees = _masks(person)
        messages = await asyncio.to_thread(self._outbox.latest)
        return sum(message.to in addressees for message in messages)

    async def erase(self, person: Person) -> int:
        return await asyncio.to_thread(self._outbox.forget, _masks(person))

    async def export(self, person: Person) -> Sequence[dict[str, Any]]:
        addressees = _masks(person)
        messages = await asyncio.to_thread(self._outbox.latest)
        return [{"at": message.at, "to": message.to} for message in messages if message.to in addressees]


def _masks(person: Person) -> frozenset[str]:
    masks = {person.msisdn.masked}
    for address in person.emails:
        try:
            masks.add(EmailAddress.parse(address).masked)
        except InvalidEmailAddress:  # nothing was ever sent there
            continue
    return frozenset(masks)
