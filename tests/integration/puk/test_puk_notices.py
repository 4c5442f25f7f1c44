"""S8: the other contacts are told, whatever dies between the showing and the notice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from ndihma.accounts.model import ContactKind, ContactPoint, SimState
from ndihma.db import Database
from ndihma.mail import EmailAddress
from ndihma.puk.model import PukShown
from ndihma.verification.messages import SEGMENT_CHARS
from ndihma.verification.notice_texts import NoticeAbout, notice_sms
from ndihma.verification.notices import NoticeDelivery
from ndihma.verification.senders import SendPostponed, SendRefused
from ndihma.verification.tables import NoticeRow

from .support import CONTACTS, NOON, OWNER, SECOND_NUMBER, World, line_of

ADDRESS = EmailAddress.parse("arta@example.com")


@pytest.fixture
async def world(database: Database) -> World:
    made = World(database)
    await made.store()
    return made


async def show(world: World) -> None:
    assert isinstance(await world.reveals.redeem("c1", await world.reference(), private=True), PukShown)


async def waiting(world: World) -> list[str]:
    async with world.database.session() as session:
        return sorted(await session.scalars(select(NoticeRow.contact)))


async def test_s8_other_contacts_are_told_once_even_after_a_crash(world: World) -> None:
    await show(world)
    assert len(await waiting(world)) == 2
    assert world.sender.told == [], "the process dies here; another one takes it up"
    assert await NoticeDelivery(world.database, world.directory, world.sender, world.clock).deliver_due() == 2
    assert {to for to, _, _ in world.sender.told} == {SECOND_NUMBER, ADDRESS}
    assert await world.notices.deliver_due() == 0
    assert await waiting(world) == [], "what was handed over is deleted, its contact with it"


async def test_s9_a_notice_masks_the_number_and_never_holds_the_code(world: World) -> None:
    await show(world)
    await world.notices.deliver_due()
    for _, subject, text in world.sender.told:
        assert OWNER.masked in text
        assert "08001" in text
        assert not [secret for secret in ("12345678", "44123456", "44 123 456") if secret in subject + text]
    assert all(len(notice_sms(about, OWNER)) <= SEGMENT_CHARS for about in NoticeAbout)


async def test_the_line_itself_is_told_too_while_it_receives_sms(world: World) -> None:
    fresh = ContactPoint(ContactKind.EMAIL, "arta@example.com", NOON.date())
    world.directory.lines[OWNER] = line_of(OWNER, SimState.IN_USE, *CONTACTS, fresh)
    await show(world)
    assert await waiting(world) == ["+38344123456", SECOND_NUMBER.e164, "arta@example.com"]


async def test_a_notice_that_is_not_taken_is_tried_again_later_and_later(world: World) -> None:
    await show(world)
    world.sender.errors[ADDRESS] = SendPostponed("busy")
    assert await world.notices.deliver_due() == 1
    assert await waiting(world) == ["arta@example.com"]
    assert await world.notices.deliver_due() == 0, "not due"
    world.clock.advance(timedelta(minutes=1))
    await world.notices.deliver_due()
    world.clock.advance(timedelta(minutes=1))
    world.sender.errors.clear()
    assert await world.notices.deliver_due() == 0, "two minutes this time"
    world.clock.advance(timedelta(minutes=1))
    assert await world.notices.deliver_due() == 1
    assert await waiting(world) == []


async def test_what_is_refused_for_good_or_for_days_is_given_up_loudly(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await show(world)
    world.sender.errors = {ADDRESS: SendRefused("no such mailbox"), SECOND_NUMBER: SendPostponed("busy")}
    await world.notices.deliver_due()
    assert await waiting(world) == [SECOND_NUMBER.e164]
    world.clock.advance(timedelta(days=3))
    await world.notices.deliver_due()
    assert await waiting(world) == []
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert errors == ["a contact refused its notice", "a notice was not sent"]
    assert not [secret for secret in ("arta@", "300001", "44123456") if secret in caplog.text]


async def test_a_contact_that_nothing_can_be_sent_to_does_not_hold_up_the_others(world: World) -> None:
    foreign = ContactPoint(ContactKind.MSISDN, "+49 30 901820", NOON.date())
    world.directory.lines[OWNER] = line_of(OWNER, SimState.PUK_LOCKED, foreign, *CONTACTS)
    await show(world)
    await world.notices.deliver_due()
    assert {to for to, _, _ in world.sender.told} == {SECOND_NUMBER, ADDRESS}
    assert await waiting(world) == []


async def test_s10_a_notice_that_nobody_can_word_holds_up_no_other_and_is_not_kept_for_ever(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await show(world)
    world.sender.errors[SECOND_NUMBER] = ValueError("a text of 044 123 456 that is too long")
    assert await world.notices.deliver_due() == 1
    assert await waiting(world) == [SECOND_NUMBER.e164], "the mailbox was told"
    world.clock.advance(timedelta(days=3))
    await world.notices.deliver_due()
    assert await waiting(world) == []
    assert "044 123" not in caplog.text


async def test_who_is_listed_in_several_writings_is_told_once_and_found_when_erased(world: World) -> None:
    again = [
        ContactPoint(ContactKind.MSISDN, "045 300 001", NOON.date()),
        ContactPoint(ContactKind.EMAIL, " Arta@Example.com", NOON.date()),
        ContactPoint(ContactKind.MSISDN, "044 123 456", NOON.date()),
    ]
    world.directory.lines[OWNER] = line_of(OWNER, SimState.IN_USE, *CONTACTS, *again)
    await show(world)
    assert await waiting(world) == ["+38344123456", SECOND_NUMBER.e164, "arta@example.com"]
