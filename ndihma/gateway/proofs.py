"""The endpoint that takes a proof of payment for the request that its conversation has open."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.clock import local_date
from ndihma.desk.attachments import MAX_BYTES, AttachmentService
from ndihma.desk.claims import InvalidClaim, PaymentClaim
from ndihma.gateway.api import ChatApi
from ndihma.gateway.errors import ApiError
from ndihma.gateway.schemas import AttachmentReceived
from ndihma.gateway.uploads import read_upload
from ndihma.messages import ErrorCode

__all__ = ["ProofApi"]


@dataclass(frozen=True, slots=True)
class ProofApi:
    """Takes files for sessions of the chat API."""

    chat: ChatApi
    attachments: AttachmentService

    async def add(self, request: Request) -> Response:
        session = await self.chat.acting(request)
        # Before five megabytes are read for nothing.
        await self.attachments.check(session.conversation_id)
        upload = await read_upload(request, MAX_BYTES, fields=("amount", "paid_on"))
        amount, paid_on = upload.fields.get("amount", ""), upload.fields.get("paid_on", "")
        try:
            claim = PaymentClaim.parse(amount, paid_on, local_date(self.chat.clock.now()))
        except InvalidClaim as invalid:
            raise ApiError(422, ErrorCode.INVALID_FIELD, field=invalid.field) from None
        reference = await self.attachments.take(session.conversation_id, upload.content, claim)
        return JSONResponse(AttachmentReceived(reference=reference).model_dump(mode="json"), status_code=201)
