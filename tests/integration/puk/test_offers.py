"""S8: who gets a reference, and what everybody else is told honestly."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select

from ndihma.accounts.model import ContactKind, ContactPoint, SimCard, SimState
from ndihma.accounts.puk import settled_at
from ndihma.db import Database
from ndihma.puk.model import NeedsSecondFactor, PukOffer, PukRefusal, PukRefused
from ndihma.puk.tables import PukReferenceRow
from ndihma.verification.channels import ChannelKind
from ndihma.verification.model import AssuranceLevel

from .support import CONTACTS, NOON, OLD, OTHER, OWNER, World, line_of


@pytest.fixture
async def world(database: Database) -> World:
    made = World(database)
    await made.store()
    return made


async def test_s8_a_reference_is_for_l3_and_lives_two_minutes(world: World) -> None:
    world.assurance.prove("c1", OWNER, AssuranceLevel.SECOND_FACTOR)
    offer = await world.offers.offer("c1", line_of(OWNER))
    assert isinstance(offer, PukOffer)
    assert offer.expires_at == NOON + timedelta(minutes=2)
    assert len(offer.reference) == 22, "128 bits"
    assert offer.reference not in repr(offer)
    async with world.database.session() as session:
        (row,) = (await session.scalars(select(PukReferenceRow))).all()
    assert offer.reference not in (row.reference_hash, row.conversation_id)


async def test_another_question_ends_the_reference_before(world: World) -> None:
    first = await world.reference()
    second = await world.reference()
    assert first != second
    async with world.database.session() as session:
        assert len((await session.scalars(select(PukReferenceRow))).all()) == 1


async def test_s7_nobody_is_answered_about_a_line_he_has_not_proved(world: World) -> None:
    for level in (AssuranceLevel.ANYBODY, AssuranceLevel.NUMBER_MATCHED):
        world.assurance.prove("c1", OWNER, level)
        assert await world.offers.offer("c1", line_of(OWNER)) == PukRefused(PukRefusal.NOT_PROVED)
    world.assurance.prove("c1", OTHER, AssuranceLevel.SECOND_FACTOR)
    assert await world.offers.offer("c1", line_of(OWNER)) == PukRefused(PukRefusal.NOT_PROVED)
    assert await world.offers.offer("c2", line_of(OWNER)) == PukRefused(PukRefusal.NOT_PROVED)


@pytest.mark.parametrize("level", [AssuranceLevel.ANYBODY, AssuranceLevel.CODE_CONFIRMED])
async def test_half_proved_is_one_contact_and_nothing_else(world: World, level: AssuranceLevel) -> None:
    assert await world.offers.half_proved("c1") is None
    world.assurance.prove("c1", OWNER, level)
    assert await world.offers.half_proved("c1") is None


@pytest.mark.parametrize("contacts", [CONTACTS, (ContactPoint(ContactKind.EMAIL, "e@example.com", NOON.date()),)])
async def test_s7_a_number_that_was_only_matched_is_told_nothing_of_its_contacts(
    world: World, contacts: tuple[ContactPoint, ...]
) -> None:
    world.directory.lines[OWNER] = line_of(OWNER, SimState.PUK_LOCKED, *contacts)
    world.assurance.prove("c1", OWNER, AssuranceLevel.NUMBER_MATCHED)
    assert await world.offers.half_proved("c1") is None
    assert await world.audited() == []


@pytest.mark.parametrize(
    ("proved", "kinds", "possible"),
    [
        (ChannelKind.EMAIL, (ContactKind.EMAIL, ContactKind.MSISDN), True),
        (ChannelKind.MSISDN, (ContactKind.EMAIL, ContactKind.MSISDN), True),
        (ChannelKind.EMAIL, (ContactKind.EMAIL, ContactKind.EMAIL), False),
        (ChannelKind.MSISDN, (ContactKind.MSISDN, ContactKind.MSISDN), True),
        (ChannelKind.EMAIL, (ContactKind.EMAIL,), False),
        (ChannelKind.MSISDN, (ContactKind.MSISDN,), False),
    ],
)
async def test_s8_after_one_contact_it_is_told_whether_another_is_left(
    world: World, proved: ChannelKind, kinds: tuple[ContactKind, ...], possible: bool
) -> None:
    values = {ContactKind.EMAIL: "arta{}@example.com", ContactKind.MSISDN: "+38345300{:03d}"}
    contacts = [ContactPoint(kind, values[kind].format(n), OLD) for n, kind in enumerate(kinds)]
    world.directory.lines[OWNER] = line_of(OWNER, SimState.PUK_LOCKED, *contacts)
    world.assurance.prove("c1", OWNER, AssuranceLevel.NUMBER_MATCHED)
    world.assurance.kinds["c1"] = [proved]
    told = await world.offers.half_proved("c1")
    if possible:
        assert isinstance(told, NeedsSecondFactor)
    else:
        assert told == PukRefused(PukRefusal.NO_OTHER_CONTACT)
        assert await world.audited() == [("c1", "puk_refused", "no_other_contact")]


async def test_s8_l2_needs_a_second_factor_when_there_is_one(world: World) -> None:
    world.assurance.prove("c1", OWNER, AssuranceLevel.CODE_CONFIRMED)
    world.assurance.kinds["c1"] = [ChannelKind.LINE]
    assert await world.offers.offer("c1", line_of(OWNER)) == NeedsSecondFactor("045 ••• •01")
    assert await world.audited() == []


@pytest.mark.parametrize(
    ("kinds", "possible"),
    [
        ((ContactKind.EMAIL,), False),
        ((ContactKind.EMAIL, ContactKind.EMAIL), False),
        ((ContactKind.EMAIL, ContactKind.MSISDN), True),
    ],
)
async def test_s8_the_mailbox_that_gave_l2_is_not_counted_again(
    world: World, kinds: tuple[ContactKind, ...], possible: bool
) -> None:
    values = {ContactKind.EMAIL: "arta{}@example.com", ContactKind.MSISDN: "+38345300{:03d}"}
    contacts = [ContactPoint(kind, values[kind].format(n), OLD) for n, kind in enumerate(kinds)]
    world.assurance.prove("c1", OWNER, AssuranceLevel.CODE_CONFIRMED)
    world.assurance.kinds["c1"] = [ChannelKind.EMAIL]
    told = await world.offers.offer("c1", line_of(OWNER, SimState.PUK_LOCKED, *contacts))
    assert told == (NeedsSecondFactor("045 ••• •01") if possible else PukRefused(PukRefusal.NO_OTHER_CONTACT))


async def test_s8_without_another_contact_the_refusal_says_so_and_is_audited(world: World) -> None:
    world.assurance.prove("c1", OWNER, AssuranceLevel.CODE_CONFIRMED)
    own = ContactPoint(ContactKind.MSISDN, OWNER.e164, NOON.date())
    assert await world.offers.offer("c1", line_of(OWNER, SimState.IN_USE, own)) == PukRefused(
        PukRefusal.NO_OTHER_CONTACT
    )
    assert await world.audited() == [("c1", "puk_refused", "no_other_contact")]


async def test_s8_a_fresh_contact_is_told_with_its_time(world: World) -> None:
    world.assurance.prove("c1", OWNER, AssuranceLevel.CODE_CONFIRMED)
    fresh = ContactPoint(ContactKind.EMAIL, "arta@example.com", NOON.date())
    refused = await world.offers.offer("c1", line_of(OWNER, SimState.IN_USE, fresh))
    assert refused == PukRefused(PukRefusal.CONTACT_TOO_NEW, settled_at(NOON.date()))


@pytest.mark.parametrize("level", [AssuranceLevel.CODE_CONFIRMED, AssuranceLevel.SECOND_FACTOR])
@pytest.mark.parametrize("what", ["owner_changed_on", "ported_on", "sim"])
async def test_s8_refused_within_72_hours_of_a_change(world: World, level: AssuranceLevel, what: str) -> None:
    world.assurance.prove("c1", OWNER, level)
    world.assurance.kinds["c1"] = [ChannelKind.LINE]
    line, day = line_of(OWNER), NOON.date()
    assert line.sim is not None
    change = {what: dataclasses.replace(line.sim, changed_on=day) if what == "sim" else day}
    changed = dataclasses.replace(line, **change)  # type: ignore[arg-type]
    assert await world.offers.offer("c1", changed) == PukRefused(PukRefusal.RECENT_CHANGE, settled_at(day))
    assert await world.audited() == [("c1", "puk_refused", "recent_change")]
    world.clock.advance(settled_at(day) - NOON)
    assert not isinstance(await world.offers.offer("c1", changed), PukRefused)


async def test_s8_a_code_of_another_card_is_none(world: World) -> None:
    world.assurance.prove("c1", OWNER, AssuranceLevel.SECOND_FACTOR)
    world.assurance.prove("c2", OTHER, AssuranceLevel.SECOND_FACTOR)
    regenerated = dataclasses.replace(line_of(OWNER), sim=SimCard("8938300000000099999"))
    assert await world.offers.offer("c1", regenerated) == PukRefused(PukRefusal.NO_CODE)
    assert await world.offers.offer("c2", line_of(OTHER)) == PukRefused(PukRefusal.NO_CODE)
