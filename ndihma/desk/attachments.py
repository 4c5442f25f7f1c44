"""Proofs of payment: files of a conversation for its open reconnection request (security S15).

Nothing is lost and nothing is half there, whenever the process dies: the file is on the disk first, then one
transaction stores its row, the staff's ticket, what is sent to them, the event for the customer and the audit entry.
A file without a row is an orphan of a death in between and is swept away; the customer, who got no answer, sends the
file again. One who got none although all was stored sends it again too, and it is known by its bytes.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.claims import PaymentClaim
from ndihma.desk.errors import AttachmentRefused, AttachmentTooLarge, DeskBusy, NoOpenRequest, TooManyAttachments
from ndihma.desk.event_log import append_events
from ndihma.desk.events import AttachmentBody, AttachmentState, Event
from ndihma.desk.files import AttachmentFiles
from ndihma.desk.hub import EventHub
from ndihma.desk.ids import new_id
from ndihma.desk.images import CleanFile, clean
from ndihma.desk.mail_outbox import MailOutbox
from ndihma.desk.operator_tickets import OperatorTickets
from ndihma.desk.reconnections import ReconnectionRequests, RequestState, lock_open_request
from ndihma.desk.store import ConversationStore
from ndihma.desk.tables import AttachmentRow
from ndihma.desk.tickets import open_ticket

__all__ = ["MAX_BYTES", "AttachmentService", "Swept"]

_log = logging.getLogger(__name__)

MAX_BYTES: Final = 5 * 1024 * 1024
_MAX_ATTACHMENTS: Final = 3
"""Per conversation."""
_CLEANED_AT_ONCE: Final = 2
_LONGEST_WAIT_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found: ``orphans`` removed, ``missing`` rows whose file is gone."""

    orphans: int
    missing: tuple[str, ...]


class AttachmentService:
    """Takes proofs. ``queued`` is called when something for the staff was queued, to send it at once.

    ``operator_tickets``: the outbox of the operator's own ticket system, where there is one.
    """

    def __init__(
        self,
        *,
        database: Database,
        store: ConversationStore,
        requests: ReconnectionRequests,
        files: AttachmentFiles,
        outbox: MailOutbox,
        audit: TransactionalAuditTrail,
        hub: EventHub,
        clock: Clock,
        queued: Callable[[], None],
        operator_tickets: OperatorTickets | None = None,
    ) -> None:
        self._database = database
        self._store = store
        self._requests = requests
        self._files = files
        self._outbox = outbox
        self._audit = audit
        self._hub = hub
        self._clock = clock
        self._queued = queued
        self._operator_tickets = operator_tickets
        self._cleaning = asyncio.Semaphore(_CLEANED_AT_ONCE)

    async def check(self, conversation_id: str) -> str:
        """The reference a file would belong to, before anything is read of it. Raises NoOpenRequest."""
        reference = await self._store.wanted_reference(conversation_id)
        request = None if reference is None else await self._requests.get(reference)
        if request is None or request.state is not RequestState.FILED:
            raise NoOpenRequest
        return request.reference

    async def take(self, conversation_id: str, content: bytes, claim: PaymentClaim) -> str:
        """Keep a file; the reference of its request. The same upload again is taken for the one that is there.

        Raises AttachmentRefused (see ``errors``), DeskBusy.
        """
        if len(content) > MAX_BYTES:
            raise AttachmentTooLarge
        reference = await self.check(conversation_id)
        upload = hashlib.sha256(content).hexdigest()
        async with self._database.session() as session:  # before a file is read for nothing
            if await _is_known(session, reference, upload):
                return reference
            if await _count(session, conversation_id) >= _MAX_ATTACHMENTS:
                raise TooManyAttachments
        file = await self._clean(content)
        new = _NewFile(conversation_id, reference, new_id(), upload, file, claim)
        # Not to be torn apart by a client that leaves: what is begun is stored or refused.
        await asyncio.shield(self._keep(new))
        return reference

    async def sweep(self) -> Swept:
        """Remove files that no row knows, name rows whose file is gone. Raises OSError, SQLAlchemyError."""
        names = await asyncio.to_thread(self._files.names)
        async with self._database.session() as session:  # after the files: what is stored meanwhile is no orphan
            known = frozenset(await session.scalars(select(AttachmentRow.id)))
        orphans = await asyncio.to_thread(self._files.remove_orphans, known, names, self._clock.now())
        missing = tuple(sorted(known - set(await asyncio.to_thread(self._files.names))))
        if orphans:
            _log.warning("files without a row removed", extra={"files": orphans})
        if missing:
            _log.error("proofs without their file", extra={"files": len(missing), "first": missing[0]})
        return Swept(orphans, missing)

    async def _clean(self, content: bytes) -> CleanFile:
        try:
            async with asyncio.timeout(_LONGEST_WAIT_S):
                await self._cleaning.acquire()
        except TimeoutError:
            raise DeskBusy from None
        try:
            return await asyncio.to_thread(clean, content)
        finally:
            self._cleaning.release()

    async def _keep(self, new: _NewFile) -> None:
        await asyncio.to_thread(self._files.write, new.name, new.file.content)
        try:
            async with self._database.session() as session:
                events = await self._store_with_all(session, new)
        except AttachmentRefused:
            await asyncio.to_thread(self._files.remove, new.name)
            raise
        # After any other error the commit may have been carried out all the same; the sweep tells by the rows.
        if not events:
            await asyncio.to_thread(self._files.remove, new.name)
            return
        self._hub.publish(new.conversation_id, *events)
        self._queued()

    async def _store_with_all(self, session: AsyncSession, new: _NewFile) -> Sequence[Event]:
        """The events of a file that is new; none when it is there already. Raises NoOpenRequest, TooManyAttachments."""
        now = self._clock.now()
        request = await lock_open_request(session, new.reference)
        if request is None:
            raise NoOpenRequest
        if await _is_known(session, new.reference, new.upload_sha256):
            return ()
        received = AttachmentBody(state=AttachmentState.RECEIVED, reference=new.reference)
        connection = await session.connection()
        # Locks the conversation's row too, so that its files are counted one after the other.
        events = await connection.run_sync(append_events, new.conversation_id, (received,), (), now)
        if await _count(session, new.conversation_id) >= _MAX_ATTACHMENTS:
            raise TooManyAttachments
        await session.execute(insert(AttachmentRow).values(new.row(now)))
        await open_ticket(session, new.reference, now)
        await self._outbox.queue(session, new.name)
        if self._operator_tickets is not None:
            await self._operator_tickets.proof_came(session, new.reference)
        actor = Actor(ActorKind.CUSTOMER, new.conversation_id)
        entry = AuditEntry(actor, AuditAction.PROOF_FILED, Msisdn(request.msisdn), ("proof",), new.reference)
        await self._audit.append(session, entry)
        return events


@dataclass(frozen=True, slots=True)
class _NewFile:
    """A file about to be stored under ``name``."""

    conversation_id: str
    reference: str
    name: str
    upload_sha256: str
    file: CleanFile
    claim: PaymentClaim

    def row(self, now: datetime) -> dict[str, object]:
        return {
            "id": self.name,
            "conversation_id": self.conversation_id,
            "reference": self.reference,
            "media_type": self.file.media_type,
            "size": len(self.file.content),
            "sha256": hashlib.sha256(self.file.content).hexdigest(),
            "upload_sha256": self.upload_sha256,
            "created_at": now,
            "claimed_cents": self.claim.amount_cents,
            "claimed_on": self.claim.paid_on,
        }


async def _is_known(session: AsyncSession, reference: str, upload_sha256: str) -> bool:
    known = select(AttachmentRow.id).where(
        AttachmentRow.reference == reference, AttachmentRow.upload_sha256 == upload_sha256
    )
    return await session.scalar(known.limit(1)) is not None


async def _count(session: AsyncSession, conversation_id: str) -> int:
    counted = select(func.count()).select_from(AttachmentRow).where(AttachmentRow.conversation_id == conversation_id)
    return await session.scalar(counted) or 0
