"""Lines that no SMS reaches: their account is told after a code to a contact (L2), within S5, S7, S8 and S17."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ndihma.accounts.model import ContactKind, ContactPoint, Line, SimState
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.puk import can_receive_code, settled_at
from ndihma.audit.model import AuditAction
from ndihma.clock import local_date
from ndihma.mail import EmailAddress
from ndihma.verification.channels import ChannelKind, ChannelRules
from ndihma.verification.model import (
    AssuranceLevel,
    CodeSent,
    Confirmed,
    FirstFactor,
    Locked,
    LockScope,
    Purpose,
    WrongCode,
)
from ndihma.verification.tables import NoticeRow

from .conftest import DEACTIVE, FIXED, KNOWN, LOST, NOON, PUK_LOCKED, TODAY, UNKNOWN, FakeDirectory, World, wrong

OLD = date(2020, 1, 1)
ADDRESS = EmailAddress.parse("arta@example.com")
MAIL = ContactPoint(ContactKind.EMAIL, ADDRESS.address, OLD)
OTHER_MAIL = ContactPoint(ContactKind.EMAIL, "arta@example.org", OLD)
SECOND_NUMBER = Msisdn.parse("045 300 001")
NUMBER = ContactPoint(ContactKind.MSISDN, SECOND_NUMBER.e164, OLD)
UNREACHABLE = (DEACTIVE, FIXED, PUK_LOCKED, LOST)
INTENT = "check_account"


def give(world: World, msisdn: Msisdn, *contacts: ContactPoint) -> None:
    line = world.directory.lines[msisdn]
    subscriber = dataclasses.replace(line.subscriber, contacts=contacts)
    world.directory.lines[msisdn] = dataclasses.replace(line, subscriber=subscriber)


async def ask(world: World, msisdn: Msisdn, conversation: str = "c1", purpose: Purpose = Purpose.ACCOUNT) -> CodeSent:
    await world.service.request_step(conversation, INTENT, purpose)
    outcome = await world.service.send_code(conversation, msisdn)
    assert isinstance(outcome, CodeSent), outcome
    await world.service.drain()
    return outcome


async def prove(world: World, msisdn: Msisdn, conversation: str = "c1") -> Confirmed:
    await ask(world, msisdn, conversation)
    outcome = await world.service.confirm(conversation, world.sender.sent[-1][1])
    assert isinstance(outcome, Confirmed), outcome
    return outcome


@pytest.mark.parametrize("msisdn", UNREACHABLE, ids=lambda number: number.masked)
@pytest.mark.parametrize(("contact", "to"), [(MAIL, ADDRESS), (NUMBER, SECOND_NUMBER)], ids=["mail", "number"])
async def test_s7_a_line_no_sms_reaches_is_proved_by_a_code_to_a_contact(
    world: World, msisdn: Msisdn, contact: ContactPoint, to: object
) -> None:
    give(world, msisdn, contact)
    outcome = await prove(world, msisdn)
    assert [sent_to for sent_to, _ in world.sender.sent] == [to]
    assert (outcome.identity.msisdn, outcome.identity.level) == (msisdn, AssuranceLevel.CODE_CONFIRMED)
    assert outcome.identity.expires_at == NOON + timedelta(minutes=15)
    assert outcome.resume_intent == INTENT
    assert [(entry.action, entry.reason) for entry in world.audit.entries] == [
        (AuditAction.CODE_SENT, "account_by_contact"),
        (AuditAction.CODE_CONFIRMED, "account_by_contact"),
    ]


async def test_a_line_that_sms_reaches_is_proved_by_itself_alone(world: World) -> None:
    """Who stole a mailbox gets nothing of a customer whose telephone works, however often a code is asked for."""
    give(world, KNOWN, MAIL, NUMBER)
    for _ in range(3):
        await ask(world, KNOWN)
    assert {to for to, _ in world.sender.sent} == {KNOWN}
    async with world.database.session() as session:
        assert (await session.scalars(select(NoticeRow))).all() == []


async def test_each_time_a_code_is_asked_for_the_next_contact_gets_it(world: World) -> None:
    give(world, DEACTIVE, MAIL, NUMBER)
    await ask(world, DEACTIVE)
    await ask(world, DEACTIVE)
    await ask(world, DEACTIVE)
    assert [to for to, _ in world.sender.sent] == [SECOND_NUMBER, ADDRESS, SECOND_NUMBER]


@pytest.mark.parametrize("trouble", ["contact", "sim", "owner_changed_on", "ported_on"])
async def test_s8_what_changed_within_72_hours_gets_no_code_and_the_same_answer(world: World, trouble: str) -> None:
    day = TODAY - timedelta(days=3)
    give(world, LOST, dataclasses.replace(MAIL, registered_on=day if trouble == "contact" else OLD))
    line = world.directory.lines[LOST]
    assert line.sim is not None
    if trouble == "sim":
        line = dataclasses.replace(line, sim=dataclasses.replace(line.sim, changed_on=day))
    elif trouble != "contact":
        line = dataclasses.replace(line, **{trouble: day})  # type: ignore[arg-type]
    world.directory.lines[LOST] = line
    world.clock.advance(settled_at(day) - world.clock.now() - timedelta(seconds=1))
    early = await ask(world, LOST)
    assert world.sender.sent == []
    assert isinstance(await world.service.confirm("c1", "123456"), WrongCode)
    world.clock.advance(timedelta(seconds=1))
    late = await ask(world, LOST, "c2")
    assert [to for to, _ in world.sender.sent] == [ADDRESS]
    assert (early.masked, early.sent_to) == (late.masked, late.sent_to) == (LOST.masked, None)


@given(
    registered=st.integers(0, 400),
    changed=st.none() | st.integers(0, 30),
    state=st.sampled_from(SimState),
    kind=st.sampled_from(ContactKind),
)
async def test_s8_no_code_for_an_account_ever_goes_to_a_contact_or_line_that_is_too_fresh(
    registered: int, changed: int | None, state: SimState, kind: ContactKind
) -> None:
    """Whatever is registered when: the line while it can be reached, else what is old enough, else nothing."""
    directory = FakeDirectory()
    line = directory.lines[LOST]
    assert line.sim is not None
    changed_on = None if changed is None else TODAY - timedelta(days=changed)
    contact = dataclasses.replace(
        MAIL if kind is ContactKind.EMAIL else NUMBER, registered_on=TODAY - timedelta(days=registered)
    )
    line = dataclasses.replace(
        line,
        sim=dataclasses.replace(line.sim, state=state, changed_on=changed_on),
        subscriber=dataclasses.replace(line.subscriber, contacts=(contact,)),
    )
    rules = ChannelRules(directory, can_receive_code, lambda _: True)
    kinds = [channel.kind for channel in await rules.for_account(line, NOON)]
    is_settled = all(settled_at(day) <= NOON for day in (contact.registered_on, changed_on) if day is not None)
    if can_receive_code(line, local_date(NOON)):
        assert kinds == [ChannelKind.LINE]
    else:
        assert kinds == ([ChannelKind(kind.value)] if is_settled else [])


async def test_s8_the_contact_that_gave_l2_is_no_second_factor_for_a_puk(world: World) -> None:
    """Asked for the PUK, another contact gets the next code; where there is none the PUK stays closed."""
    give(world, PUK_LOCKED, MAIL)
    await prove(world, PUK_LOCKED)
    await ask(world, PUK_LOCKED, purpose=Purpose.PUK)
    assert [to for to, _ in world.sender.sent] == [ADDRESS, ADDRESS]
    outcome = await world.service.confirm("c1", world.sender.sent[-1][1])
    assert isinstance(outcome, Confirmed)
    assert outcome.identity.level < AssuranceLevel.SECOND_FACTOR


async def test_s8_two_mailboxes_one_of_which_gave_l2_are_one_factor(world: World) -> None:
    give(world, PUK_LOCKED, MAIL, OTHER_MAIL)
    await prove(world, PUK_LOCKED)
    await ask(world, PUK_LOCKED, purpose=Purpose.PUK)
    outcome = await world.service.confirm("c1", world.sender.sent[-1][1])
    assert isinstance(outcome, Confirmed)
    assert outcome.identity.level < AssuranceLevel.SECOND_FACTOR


async def test_s8_l2_by_a_contact_and_another_contact_are_two_factors(world: World) -> None:
    give(world, PUK_LOCKED, MAIL, NUMBER)
    assert (await prove(world, PUK_LOCKED)).identity.level is AssuranceLevel.CODE_CONFIRMED
    assert world.sender.sent[-1][0] == SECOND_NUMBER
    assert (await ask(world, PUK_LOCKED, purpose=Purpose.PUK)).sent_to == ADDRESS.masked[:16]
    outcome = await world.service.confirm("c1", world.sender.sent[-1][1])
    assert isinstance(outcome, Confirmed)
    assert outcome.identity.level is AssuranceLevel.SECOND_FACTOR


async def test_s5_one_contact_of_a_puk_still_proves_no_account(world: World) -> None:
    """The purpose decides: a code that was asked for a PUK gives level 1 through the same contact."""
    give(world, PUK_LOCKED, MAIL, NUMBER)
    await ask(world, PUK_LOCKED, purpose=Purpose.PUK)
    assert isinstance(await world.service.confirm("c1", world.sender.sent[-1][1]), FirstFactor)
    identity = await world.service.identity("c1")
    assert identity is not None
    assert identity.level is AssuranceLevel.NUMBER_MATCHED


async def test_every_contact_is_told_that_the_account_was_opened(world: World) -> None:
    give(world, DEACTIVE, MAIL, NUMBER)
    assert world.woken == 0
    await prove(world, DEACTIVE)
    async with world.database.session() as session:
        (notice,) = (await session.scalars(select(NoticeRow))).all()
    assert (notice.msisdn, notice.about, notice.contact) == (DEACTIVE.e164, "account_opened", None)
    assert world.woken == 1
    assert await world.notices.deliver_due() == 2
    assert {to for to, _, _ in world.sender.told} == {ADDRESS, SECOND_NUMBER}
    assert all(DEACTIVE.masked in text and "080010000" in text for _, _, text in world.sender.told)
    assert await world.notices.deliver_due() == 0


async def test_a_notice_waits_for_an_account_system_that_is_away(world: World) -> None:
    give(world, DEACTIVE, MAIL)
    await prove(world, DEACTIVE)
    world.directory.failures = 1
    assert await world.notices.deliver_due() == 0
    world.clock.advance(timedelta(minutes=1))
    assert await world.notices.deliver_due() == 1


# --- S5: a contact has the limits of a number -------------------------------------------------------------------


def family(world: World, lines: int) -> list[Msisdn]:
    """Fixed lines of one customer, with one mailbox."""
    numbers = [Msisdn.parse(f"038{210000 + n}") for n in range(lines)]
    for number in numbers:
        line: Line = dataclasses.replace(world.directory.lines[FIXED], msisdn=number)
        world.directory.lines[number] = line
        give(world, number, MAIL)
    return numbers


async def test_s5_a_contact_gets_three_codes_in_a_quarter_of_an_hour_and_five_a_day(world: World) -> None:
    """Whatever the numbers they are for; that no more are sent is told to nobody (S17)."""
    numbers = family(world, 8)
    answers = [await ask(world, number, number.e164) for number in numbers[:4]]
    assert len(world.sender.sent) == 3
    assert len({(answer.expires_at, answer.sent_to) for answer in answers}) == 1
    world.clock.advance(timedelta(minutes=15))
    for number in numbers[4:8]:
        await ask(world, number, number.e164)
    assert len(world.sender.sent) == 5
    world.clock.advance(timedelta(days=1))
    await ask(world, numbers[0], "next day")
    assert len(world.sender.sent) == 6


async def test_s5_ten_wrong_codes_lock_a_contact_over_all_numbers_and_only_a_right_code_is_told(world: World) -> None:
    first, second, third, other = family(world, 4)
    codes = {}
    for number in (first, second, third):
        await ask(world, number, number.e164)
        codes[number] = world.sender.sent[-1][1]
    answers = {
        number: [await world.service.confirm(number.e164, wrong(codes[number], n)) for n in range(1, 6)]
        for number in (first, second)
    }
    assert answers[first] == answers[second], "that a contact is locked is not told to who guesses"
    assert await world.service.confirm(third.e164, wrong(codes[third])) == WrongCode(4)
    assert await world.service.confirm(third.e164, codes[third]) == Locked(LockScope.NUMBER, 24 * 3600)
    assert await world.service.identity(third.e164) is None
    world.clock.advance(timedelta(minutes=20))
    await ask(world, other, "later")
    assert len(world.sender.sent) == 3, "no code goes to a locked contact"
    world.clock.advance(timedelta(days=1))
    assert (await prove(world, other, "next day")).identity.level is AssuranceLevel.CODE_CONFIRMED


async def test_s5_guessing_at_many_numbers_with_one_contact_stays_under_the_cap_of_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two days, twelve numbers that share a mailbox, an address of its own for each attempt."""
    monkeypatch.setattr("ndihma.verification.vault.Vault.new_code", staticmethod(lambda: "999999"))
    numbers = family(world, 12)
    for round_ in range(12):
        for number in numbers:
            conversation = f"{number.e164} {round_}"
            await world.service.request_step(conversation, INTENT)
            await world.service.send_code(conversation, number, address=conversation)
            await world.service.drain()
            for n in range(5):
                outcome = await world.service.confirm(conversation, f"{n:06d}", address=conversation)
                assert not isinstance(outcome, Confirmed)
        world.clock.advance(timedelta(hours=4))
    assert 0 < len(world.sender.sent) <= 2 * 3, "ten wrong codes: three codes sent, and none until the next day"


# --- S17 --------------------------------------------------------------------------------------------------------


async def test_s17_numbers_with_and_without_contacts_are_answered_alike(world: World) -> None:
    give(world, DEACTIVE, MAIL, NUMBER)
    give(world, KNOWN, MAIL)
    seen = []
    for place, msisdn in enumerate((KNOWN, DEACTIVE, FIXED, LOST, UNKNOWN)):
        outcome = await ask(world, msisdn, f"s{place}")
        step = await world.service.step(f"s{place}")
        assert step is not None
        assert step.masked == outcome.masked == msisdn.masked
        seen.append((outcome.expires_at, outcome.sent_to, step.state, step.sent_to, step.expires_at))
    assert len(set(seen)) == 1


async def test_s17_an_account_is_looked_up_after_the_answer_only(world: World) -> None:
    give(world, DEACTIVE, MAIL)
    await world.service.request_step("c1", INTENT)
    await world.service.send_code("c1", DEACTIVE)
    assert world.directory.asked == []
