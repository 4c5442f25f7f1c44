"""The mail to the staff about one proof of payment, made of what is stored; the same one at every try."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ndihma.accounts.msisdn import Msisdn
from ndihma.db import Database
from ndihma.desk import messages
from ndihma.desk.claims import PaymentClaim, check_amount
from ndihma.desk.files import AttachmentFiles
from ndihma.desk.images import MediaType
from ndihma.desk.mail_outbox import ClaimedMail
from ndihma.desk.mail_worker import NothingToSend
from ndihma.desk.tables import AttachmentRow, ReconnectionRequestRow
from ndihma.mail.address import EmailAddress
from ndihma.mail.message import Attachment, Mail

__all__ = ["ProofMails"]

_EXTENSIONS: Final[Mapping[MediaType, str]] = MappingProxyType(
    {MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.PDF: "pdf"}
)


class ProofMails:
    """Implements Composer. ``to`` is the operator's address for proofs (FAQ 000: business@kosovotelecom.com)."""

    def __init__(self, database: Database, files: AttachmentFiles, to: EmailAddress) -> None:
        self._database = database
        self._files = files
        self._to = to

    async def compose(self, mail: ClaimedMail) -> Mail:
        async with self._database.session() as session:
            proof = await session.get(AttachmentRow, mail.attachment_id)
            request = None if proof is None else await session.get(ReconnectionRequestRow, proof.reference)
        if proof is None or request is None:
            raise NothingToSend("its request is gone")
        try:
            content = await asyncio.to_thread(self._files.read, proof.id)
        except FileNotFoundError:
            raise NothingToSend("its file is gone") from None
        said = PaymentClaim(request.claimed_cents, request.claimed_on)
        claim = PaymentClaim(proof.claimed_cents, proof.claimed_on).over(said)
        text = messages.proof_mail(
            reference=request.reference,
            msisdn=Msisdn(request.msisdn),
            received_at=proof.created_at,
            due_cents=request.due_cents,
            claimed_cents=claim.amount_cents,
            check=check_amount(claim.amount_cents, request.due_cents),
            paid_on=claim.paid_on,
        )
        media_type = MediaType(proof.media_type)
        name = messages.proof_file_name(request.reference, _EXTENSIONS[media_type])
        return Mail(
            id=mail.id,
            at=mail.created_at,
            to=self._to,
            subject=messages.PROOF_MAIL_SUBJECT.format(reference=request.reference),
            text=text,
            attachments=(Attachment(name, media_type, content),),
        )
