"""Proofs of payment: files of a conversation, kept outside the web root under random names (security S15)."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Final

from sqlalchemy import func, insert, select

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.errors import AttachmentTooLarge, NoOpenRequest, TooManyAttachments
from ndihma.desk.images import clean
from ndihma.desk.reconnections import ReconnectionRequests, RequestState
from ndihma.desk.store import ConversationStore, new_id
from ndihma.desk.tables import AttachmentRow

__all__ = ["MAX_BYTES", "AttachmentService"]

MAX_BYTES: Final = 5 * 1024 * 1024
_MAX_ATTACHMENTS: Final = 3
"""Per conversation."""


class AttachmentService:
    """Takes files for the open request of a conversation into ``directory`` (made on first use, mode 0700)."""

    def __init__(
        self,
        *,
        database: Database,
        store: ConversationStore,
        requests: ReconnectionRequests,
        directory: Path,
        clock: Clock,
    ) -> None:
        self._database = database
        self._store = store
        self._requests = requests
        self._directory = directory
        self._clock = clock
        self._taking = asyncio.Lock()
        """One file at a time, so that the count per conversation holds; a file takes some 20 ms."""

    async def check(self, conversation_id: str) -> str:
        """The reference a file would belong to, before anything is read of it.

        Raises NoOpenRequest, TooManyAttachments.
        """
        reference = await self._store.wanted_reference(conversation_id)
        request = None if reference is None else await self._requests.get(reference)
        if request is None or request.state is not RequestState.FILED:
            raise NoOpenRequest
        if await self._count(conversation_id) >= _MAX_ATTACHMENTS:
            raise TooManyAttachments
        return request.reference

    async def take(self, conversation_id: str, content: bytes) -> str:
        """Keep a file; the reference of its request. Raises AttachmentRefused (see ``errors``)."""
        if len(content) > MAX_BYTES:
            raise AttachmentTooLarge
        async with self._taking:
            reference = await self.check(conversation_id)
            file = await asyncio.to_thread(clean, content)
            name = new_id()
            path = self._directory / name
            await asyncio.to_thread(_write, path, file.content)
            try:
                async with self._database.session() as session:
                    await session.execute(
                        insert(AttachmentRow).values(
                            id=name,
                            conversation_id=conversation_id,
                            reference=reference,
                            media_type=file.media_type,
                            size=len(file.content),
                            sha256=hashlib.sha256(file.content).hexdigest(),
                            created_at=self._clock.now(),
                        )
                    )
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        return reference

    async def _count(self, conversation_id: str) -> int:
        async with self._database.session() as session:
            counted = await session.scalar(
                select(func.count()).select_from(AttachmentRow).where(AttachmentRow.conversation_id == conversation_id)
            )
            return counted or 0


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
