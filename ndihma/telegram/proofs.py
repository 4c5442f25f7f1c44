"""Photos and PDFs: the proof of a payment, for the request that the conversation has open (S15)."""

from __future__ import annotations

from datetime import date
from typing import Final

from aiogram.types import Message

from ndihma.clock import local_date
from ndihma.desk.attachments import MAX_BYTES
from ndihma.desk.claims import NOTHING_CLAIMED, InvalidClaim, PaymentClaim
from ndihma.desk.errors import AttachmentTooLarge, AttachmentTypeRefused, NoOpenRequest, TooManyAttachments
from ndihma.telegram.api import FileTooLarge, Refused
from ndihma.telegram.context import Office, Visit
from ndihma.telegram.talk import Talk

__all__ = ["Proofs"]

_TYPES: Final = frozenset({"image/jpeg", "image/png", "application/pdf"})
"""As claimed by the sender, to refuse the rest early; the bytes decide."""


class Proofs:
    """Takes files. Raises TelegramTrouble when one cannot be fetched now, otherwise as ``Talk``."""

    def __init__(self, office: Office, talk: Talk) -> None:
        self._office = office
        self._attachments = office.services.attachments
        self._talk = talk

    async def file(self, visit: Visit, message: Message) -> None:
        """A photo or a document that came in a private chat."""
        thread, words = await self._office.conversation(visit), visit.words
        caption = (message.caption or "").strip()
        try:
            await self._attachments.check(thread.conversation_id)
        except NoOpenRequest:
            if caption:
                await self._talk.text(visit, message, caption)
            else:
                visit.effects.say(words.proof_not_wanted, to_people=words.agents_read_text)
            return
        found = _wanted(message)
        if found is None:
            visit.effects.say(words.proof_type)
            return
        file_id, size = found
        claim = _claimed(caption, local_date(self._office.services.clock.now()))
        try:
            if size > MAX_BYTES:
                raise FileTooLarge("a file is too large")
            content = await self._office.api.download(file_id, MAX_BYTES)
            await self._attachments.take(thread.conversation_id, content, claim)
        except (FileTooLarge, AttachmentTooLarge):
            visit.effects.say(words.proof_too_large)
        except AttachmentTypeRefused:
            visit.effects.say(words.proof_type)
        except TooManyAttachments:
            visit.effects.say(words.proof_too_many)
        except NoOpenRequest:
            visit.effects.say(words.proof_not_wanted)
        except Refused:
            visit.effects.say(words.proof_failed)
        else:
            if caption and claim == NOTHING_CLAIMED:
                await self._talk.text(visit, message, caption)


def _wanted(message: Message) -> tuple[str, int] | None:
    """The file's id and size: of a photo the largest form that may be taken."""
    if message.photo:
        sizes = [photo for photo in message.photo if (photo.file_size or 0) <= MAX_BYTES] or message.photo[:1]
        largest = max(sizes, key=lambda photo: photo.width * photo.height)
        return largest.file_id, largest.file_size or 0
    if message.document is not None and message.document.mime_type in _TYPES:
        return message.document.file_id, message.document.file_size or 0
    return None


def _claimed(caption: str, today: date) -> PaymentClaim:
    """A caption that is an amount, such as ``23,40 €``, is what the customer says to have paid."""
    try:
        return PaymentClaim.parse(caption, "", today)
    except InvalidClaim:
        return NOTHING_CLAIMED
