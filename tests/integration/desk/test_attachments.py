"""Proofs of payment: what is taken, what is refused, and that a file and its rows come and go together."""

from __future__ import annotations

import asyncio
import os
import stat
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.tables import AuditEntryRow
from ndihma.desk.claims import PaymentClaim
from ndihma.desk.errors import AttachmentTooLarge, AttachmentTypeRefused, NoOpenRequest, TooManyAttachments
from ndihma.desk.tables import AttachmentRow, TicketRow

from .conftest import MINE, NOW, Proofs, png


async def test_a_proof_is_kept_under_a_random_name_for_its_owner_only(proofs: Proofs):
    conversation, reference = await proofs.asked()
    claim = PaymentClaim(2000, date(2026, 11, 21))
    assert await proofs.take(conversation, png(), claim) == reference
    (file,) = proofs.on_disk()
    assert file.read_bytes() == png()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    async with proofs.database.session() as session:
        row = (await session.scalars(select(AttachmentRow))).one()
        ticket = (await session.scalars(select(TicketRow))).one()
        audited = (await session.scalars(select(AuditEntryRow))).one()
    assert (row.id, row.media_type, row.size, row.reference) == (file.name, "image/png", len(png()), reference)
    assert (row.claimed_cents, row.claimed_on) == (2000, date(2026, 11, 21))
    assert (ticket.reference, ticket.state, ticket.opened_at) == (reference, "open", NOW)
    assert (audited.action, audited.actor_id, audited.reason) == ("proof_filed", conversation, reference)
    (event,) = await proofs.events(conversation)
    assert event.type == "attachment"
    request = await proofs.requests.open_for(MINE)
    assert request is not None
    assert request.proof_at == NOW


async def test_who_listens_is_told_and_the_worker_woken(proofs: Proofs):
    conversation, _ = await proofs.asked()
    with proofs.hub.subscribe(conversation, "s1") as subscription:
        await proofs.take(conversation, png())
        notice = await subscription.next(1)
    assert getattr(notice, "type", None) == "attachment"
    assert proofs.woken == 1


async def test_s15_a_fourth_file_is_refused_also_when_all_come_at_once(proofs: Proofs):
    conversation, _ = await proofs.asked()
    taken = await asyncio.gather(*(proofs.take(conversation, png(n)) for n in range(6)), return_exceptions=True)
    assert sum(isinstance(each, str) for each in taken) == 3
    assert sum(isinstance(each, TooManyAttachments) for each in taken) == 3
    assert len(proofs.on_disk()) == len(await proofs.mails()) == 3
    with pytest.raises(TooManyAttachments):
        await proofs.take(conversation, png(9))


async def test_the_same_file_again_is_the_one_that_is_there(proofs: Proofs):
    conversation, reference = await proofs.asked()
    taken = await asyncio.gather(*(proofs.take(conversation, png()) for _ in range(4)))
    assert set(taken) == {reference}
    for grey in (1, 2):
        await proofs.take(conversation, png(grey))
    assert await proofs.take(conversation, png()) == reference
    assert len(proofs.on_disk()) == len(await proofs.mails()) == 3
    assert len(await proofs.events(conversation)) == 3


async def test_two_conversations_about_one_request_have_one_ticket(proofs: Proofs):
    one, reference = await proofs.asked()
    other = await proofs.conversation(reference)
    await proofs.take(one, png(1))
    await proofs.take(other, png(2))
    (ticket,) = await proofs.tickets.tickets()
    assert len(ticket.proofs) == 2


async def test_no_file_without_a_request_that_is_open(proofs: Proofs):
    conversation, reference = await proofs.asked()
    with pytest.raises(NoOpenRequest):
        await proofs.take(await proofs.conversation(), png())
    await proofs.tickets.confirm(reference, "arta")
    with pytest.raises(NoOpenRequest):
        await proofs.take(conversation, png())
    assert proofs.on_disk() == []


async def test_what_is_no_picture_leaves_nothing_behind(proofs: Proofs):
    conversation, _ = await proofs.asked()
    with pytest.raises(AttachmentTypeRefused):
        await proofs.take(conversation, b"<html>")
    with pytest.raises(AttachmentTooLarge):
        await proofs.take(conversation, b"\x89PNG" + bytes(5 * 1024 * 1024))
    assert proofs.on_disk() == []
    assert await proofs.mails() == []


async def test_an_upload_whose_client_leaves_is_stored_all_the_same(proofs: Proofs):
    conversation, _ = await proofs.asked()
    upload = asyncio.create_task(proofs.take(conversation, png()))
    while not await asyncio.to_thread(proofs.files.names):  # noqa: ASYNC110  (it waits for a thread's file)
        await asyncio.sleep(0.001)
    upload.cancel()
    async with asyncio.timeout(5):
        while not await proofs.mails():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert [event.type for event in await proofs.events(conversation)] == ["attachment"]


async def test_a_database_that_fails_leaves_no_row_and_a_file_that_is_swept(proofs: Proofs):
    conversation, _ = await proofs.asked()

    class Broken:
        async def append(self, *_: object) -> None:
            raise OperationalError("", {}, Exception("gone"))

    working, proofs.service._audit = proofs.service._audit, Broken()
    with pytest.raises(OperationalError):
        await proofs.take(conversation, png())
    proofs.service._audit = working
    assert await proofs.events(conversation) == []
    assert await proofs.mails() == []
    assert len(proofs.on_disk()) == 1  # the commit could have been carried out
    await proofs.take(conversation, png())
    for path in proofs.on_disk():
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert (await proofs.service.sweep()).orphans == 0  # too young: another process may be about to store its row
    proofs.clock.advance(timedelta(hours=1, seconds=1))
    swept = await proofs.service.sweep()
    assert (swept.orphans, swept.missing) == (1, ())
    assert len(proofs.on_disk()) == 1


async def test_a_row_whose_file_is_gone_is_reported(proofs: Proofs, caplog: pytest.LogCaptureFixture):
    conversation, _ = await proofs.asked()
    await proofs.take(conversation, png())
    (file,) = proofs.on_disk()
    file.unlink()
    assert (await proofs.service.sweep()).missing == (file.name,)
    assert "proofs without their file" in caplog.messages


async def test_who_waits_longest_is_listed_first_and_never_left_out(proofs: Proofs, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ndihma.desk.ticket_reading._MAX_LISTED", 2)
    references = []
    for number in ("+38344123456", "+38344123457", "+38344123458"):
        references.append((await proofs.asked(Msisdn(number)))[1])
        proofs.clock.advance(timedelta(minutes=1))
    assert [ticket.request.reference for ticket in await proofs.tickets.tickets()] == references[:2]
    every = await proofs.tickets.tickets(closed_too=True)
    assert [ticket.request.reference for ticket in every] == references[1:], "of all, the latest"


async def test_the_decision_is_told_wherever_its_proof_was_asked_for(proofs: Proofs):
    first, reference = await proofs.asked()
    second, same = await proofs.asked()
    assert same == reference
    elsewhere, _ = await proofs.asked(Msisdn("+38344123457"))
    await proofs.tickets.confirm(reference, "Besa")
    told = {each: len(await proofs.events(each)) for each in (first, second, elsewhere)}
    assert told == {first: 1, second: 1, elsewhere: 0}
