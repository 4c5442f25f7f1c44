"""The outbox: at least once, to the same bytes, with a growing wait; given up loudly; shared by processes."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from ndihma.accounts.msisdn import Msisdn
from ndihma.desk.claims import PaymentClaim
from ndihma.desk.leases import LEASE, MAX_ATTEMPTS
from ndihma.desk.tables import MailState
from ndihma.mail import MailPostponed, MailRefused, MailServerUnusable

from .conftest import NOW, TO, FakeMailer, Proofs, png


@pytest.fixture
async def reference(proofs: Proofs) -> str:
    """A request with a proof whose mail waits."""
    conversation, reference = await proofs.asked()
    await proofs.take(conversation, png(), PaymentClaim(2000, date(2026, 11, 21)))
    return reference


async def test_the_mail_holds_what_the_staff_needs(proofs: Proofs, mailer: FakeMailer, reference: str):
    assert await proofs.worker.deliver_due() == 1
    (mail,) = mailer.sent
    assert (mail.to, mail.at) == (TO, NOW)
    assert reference in mail.subject
    assert "044" not in mail.subject
    for fact in (reference, "044123456", "23,40 €", "20 €", "3,40 € më pak", "21 nëntor 2026", "22 nëntor 2026, 16:00"):
        assert fact in mail.text
    (attachment,) = mail.attachments
    assert (attachment.filename, attachment.media_type) == (f"deshmia-{reference}.png", "image/png")
    assert attachment.content == png()
    (row,) = await proofs.mails()
    assert (row.state, row.attempts, row.sent_at, row.id) == (MailState.SENT, 1, NOW, mail.id)
    assert await proofs.worker.deliver_due() == 0


@pytest.mark.parametrize("problem", [MailPostponed("no connection"), MailServerUnusable("login refused (535)")])
async def test_a_mail_is_tried_again_when_its_wait_is_over_and_stays_the_same(
    proofs: Proofs, mailer: FakeMailer, reference: str, problem: MailPostponed
):
    mailer.problem = problem
    assert await proofs.worker.deliver_due() == 0
    (row,) = await proofs.mails()
    assert (row.state, row.attempts, row.lease) == (MailState.QUEUED, 1, None)
    assert row.last_error == f"{type(problem).__name__}: {problem}"
    assert NOW + timedelta(seconds=48) <= row.due_at <= NOW + timedelta(seconds=72)
    mailer.problem = None
    assert await proofs.worker.deliver_due() == 0
    proofs.clock.advance(timedelta(minutes=2))
    assert await proofs.worker.deliver_due() == 1
    assert mailer.sent[0].id == row.id
    assert mailer.sent[0].at == NOW
    assert (await proofs.mails())[0].last_error is None


async def test_a_mail_is_given_up_after_five_days_and_can_be_queued_again(
    proofs: Proofs, mailer: FakeMailer, reference: str
):
    mailer.problem = MailPostponed("no connection")
    tries = 0
    while (await proofs.mails())[0].state == MailState.QUEUED:
        await proofs.worker.deliver_due()
        proofs.clock.advance(timedelta(hours=7, minutes=12))
        tries += 1
    assert tries == MAX_ATTEMPTS
    (ticket,) = await proofs.tickets.tickets()
    assert [proof.mail and proof.mail.state for proof in ticket.proofs] == [MailState.FAILED]
    mailer.problem = None
    assert await proofs.worker.deliver_due() == 0
    assert await proofs.outbox.queue_again(reference) == 1
    assert await proofs.worker.deliver_due() == 1
    assert await proofs.outbox.queue_again(reference) == 0


async def test_a_mail_that_is_refused_for_good_is_given_up_at_once_and_hurts_no_other(
    proofs: Proofs, mailer: FakeMailer, reference: str
):
    mailer.problem = MailRefused("the mail server refused the recipient (550)")
    await proofs.worker.deliver_due()
    assert (await proofs.mails())[0].state == MailState.FAILED
    mailer.problem = None
    conversation = await proofs.conversation(reference)
    await proofs.take(conversation, png(1))
    assert await proofs.worker.deliver_due() == 1


async def test_a_mail_whose_file_is_gone_is_given_up(proofs: Proofs, mailer: FakeMailer, reference: str):
    (file,) = proofs.on_disk()
    file.unlink()
    await proofs.worker.deliver_due()
    (row,) = await proofs.mails()
    assert (row.state, row.last_error) == (MailState.FAILED, "NothingToSend: its file is gone")
    assert mailer.sent == []


async def test_many_workers_hand_over_each_mail_once(proofs: Proofs, mailer: FakeMailer):
    for n in range(3):
        conversation, _ = await proofs.asked(Msisdn(f"+3834400000{n}"))
        for grey in range(3):
            await proofs.take(conversation, png(grey))
    await asyncio.gather(*(proofs.worker.deliver_due() for _ in range(5)))
    assert len(mailer.sent) == len({mail.id for mail in mailer.sent}) == 9


async def test_a_lease_keeps_others_away_until_it_ends_and_a_late_worker_changes_nothing(
    proofs: Proofs, reference: str
):
    late = await proofs.outbox.claim()
    assert late is not None
    assert await proofs.outbox.claim() is None
    proofs.clock.advance(LEASE)
    next_one = await proofs.outbox.claim()
    assert next_one is not None
    assert (next_one.id, next_one.attempts) == (late.id, 2)
    assert not await proofs.outbox.postpone(late, "too late")
    assert await proofs.outbox.sent(next_one)
    assert not await proofs.outbox.sent(late)


async def test_a_mail_that_ended_every_process_that_tried_it_is_given_up(
    proofs: Proofs, mailer: FakeMailer, reference: str
):
    for _ in range(MAX_ATTEMPTS):
        assert await proofs.outbox.claim() is not None
        proofs.clock.advance(LEASE)
    await proofs.worker.deliver_due()
    assert mailer.sent == []
    assert (await proofs.mails())[0].state == MailState.FAILED


async def test_the_worker_sends_what_is_queued_while_it_waits_and_outlives_failures(proofs: Proofs, mailer: FakeMailer):
    working = asyncio.create_task(proofs.worker.run())
    claim, calls = proofs.outbox.claim, 0

    async def failing() -> object:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OSError("away")
        return await claim()

    proofs.outbox.claim = failing  # type: ignore[method-assign, assignment]
    conversation, _ = await proofs.asked()
    await proofs.take(conversation, png())
    async with asyncio.timeout(10):
        while not mailer.sent:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert calls > 1


async def test_without_a_mail_server_mails_are_kept(proofs: Proofs, mailer: FakeMailer, reference: str):
    mailer.available = False
    await proofs.worker.run()
    (row,) = await proofs.mails()
    assert (row.state, row.attempts) == (MailState.QUEUED, 0)
