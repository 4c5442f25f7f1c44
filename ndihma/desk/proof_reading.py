"""The file of a proof of payment, for somebody of the staff who looks at it; every look is audited (S10)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy import select

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.model import Actor, AuditAction, AuditEntry, AuditTrail
from ndihma.db import Database
from ndihma.desk.files import AttachmentFiles
from ndihma.desk.images import MediaType
from ndihma.desk.tables import AttachmentRow, ReconnectionRequestRow

__all__ = ["ProofFile", "ProofReader", "UnknownProof"]


class UnknownProof(Exception):
    """No proof of this line has this name, or its file is gone."""


@dataclass(frozen=True, slots=True)
class ProofFile:
    """The bytes as they were stored: recognised, and without metadata, since they came in (``images``)."""

    reference: str
    media_type: MediaType
    content: bytes


class ProofReader:
    """Reads proofs of a line that the caller was admitted to."""

    def __init__(self, database: Database, files: AttachmentFiles, audit: AuditTrail) -> None:
        self._database = database
        self._files = files
        self._audit = audit

    async def read(self, name: str, msisdn: Msisdn, actor: Actor, reason: str) -> ProofFile:
        """One file, if it belongs to a request of this line. Raises UnknownProof, SQLAlchemyError."""
        query = (
            select(AttachmentRow.reference, AttachmentRow.media_type)
            .join(ReconnectionRequestRow, ReconnectionRequestRow.reference == AttachmentRow.reference)
            .where(AttachmentRow.id == name, ReconnectionRequestRow.msisdn == msisdn.e164)
        )
        async with self._database.session() as session:
            row = (await session.execute(query)).first()
        if row is None:
            raise UnknownProof
        await self._audit.record(AuditEntry(actor, AuditAction.PROOF_READ, msisdn, ("proof", row.reference), reason))
        try:
            content = await asyncio.to_thread(self._files.read, name)
        except FileNotFoundError:
            raise UnknownProof from None
        return ProofFile(row.reference, MediaType(row.media_type), content)
