"""Reconnection requests, and the files that belong to them."""

from __future__ import annotations

import asyncio
import re
import stat
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ndihma.accounts.msisdn import Msisdn
from ndihma.desk.attachments import AttachmentService
from ndihma.desk.errors import AttachmentTooLarge, AttachmentTypeRefused, NoOpenRequest, TooManyAttachments
from ndihma.desk.ports import EngineMessage, EngineTurn
from ndihma.desk.reconnections import ReconnectionRequests, RequestState, UnknownRequest
from ndihma.desk.tables import AttachmentRow

MINE, YOURS = Msisdn("+38344123456"), Msisdn("+38344654321")


def png(*extra: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress(b"\x00\xff\xff\xff")
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.fixture
def requests(desk: Any) -> ReconnectionRequests:
    return ReconnectionRequests(desk.database)


async def test_a_request_has_a_reference_that_can_be_read_out(requests, desk):
    request = await requests.file("c1", MINE, desk.clock.now())
    assert re.fullmatch(r"RK-[2-9A-HJKMNP-TV-Z]{6}", request.reference)
    assert await requests.get(request.reference) == request
    assert await requests.open_for(MINE) == request
    assert await requests.open_for(YOURS) is None


async def test_asking_again_gives_the_open_request_even_at_the_same_moment(requests, desk):
    filed = await asyncio.gather(*(requests.file(f"c{n}", MINE, desk.clock.now()) for n in range(5)))
    assert len({request.reference for request in filed}) == 1
    assert (await requests.file("c9", YOURS, desk.clock.now())).reference != filed[0].reference


async def test_a_closed_request_makes_room_for_a_new_one(requests, desk):
    first = await requests.file("c1", MINE, desk.clock.now())
    await requests.close(first.reference, RequestState.CONFIRMED, desk.clock.now())
    assert await requests.open_for(MINE) is None
    with pytest.raises(UnknownRequest):
        await requests.close(first.reference, RequestState.REJECTED, desk.clock.now())
    assert (await requests.file("c1", MINE, desk.clock.now())).reference != first.reference


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
async def proof(desk: Any, requests: ReconnectionRequests, uploads: Path) -> tuple[AttachmentService, str, str]:
    """Attachments, a conversation that was asked for a proof, and the reference of its request."""
    conversation = await desk.service.open()
    request = await requests.file(conversation, MINE, desk.clock.now())

    async def reply(_sender: str, _text: str) -> EngineTurn:
        custom = {"kind": "attach_proof", "request_reference": request.reference}
        return EngineTurn((EngineMessage("Ngarkoni dëshminë."), EngineMessage(custom=custom)))

    desk.engine.reply = reply
    accepted = await desk.service.say(conversation, "m1", "kam paguar")
    events = await desk.until_done(conversation, accepted.message_id)
    assert [(e.state, e.reference) for e in events if e.type == "attachment"] == [("wanted", request.reference)]
    service = AttachmentService(
        database=desk.database, store=desk.store, requests=requests, directory=uploads, clock=desk.clock
    )
    return service, conversation, request.reference


async def test_a_proof_is_kept_under_a_random_name_for_its_owner_only(proof, desk, uploads):
    service, conversation, reference = proof
    assert await service.take(conversation, png()) == reference
    (file,) = uploads.iterdir()
    assert file.read_bytes() == png()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(uploads.stat().st_mode) == 0o700
    async with desk.database.session() as session:
        row = (await session.scalars(select(AttachmentRow))).one()
    assert (row.id, row.media_type, row.size, row.reference) == (file.name, "image/png", len(png()), reference)


async def test_a_fourth_file_is_refused_also_when_all_come_at_once(proof, uploads):
    service, conversation, _ = proof
    taken = await asyncio.gather(*(service.take(conversation, png()) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(each, str) for each in taken) == 3
    assert sum(isinstance(each, TooManyAttachments) for each in taken) == 3
    assert len(list(uploads.iterdir())) == 3


async def test_no_file_without_a_request_that_is_open(proof, desk, requests):
    service, conversation, reference = proof
    with pytest.raises(NoOpenRequest):
        await service.take(await desk.service.open(), png())
    await requests.close(reference, RequestState.CONFIRMED, desk.clock.now())
    with pytest.raises(NoOpenRequest):
        await service.take(conversation, png())


async def test_what_is_no_picture_leaves_nothing_behind(proof, uploads):
    service, conversation, _ = proof
    with pytest.raises(AttachmentTypeRefused):
        await service.take(conversation, b"<html>")
    with pytest.raises(AttachmentTooLarge):
        await service.take(conversation, b"\x89PNG" + bytes(5 * 1024 * 1024))
    assert not uploads.exists()
