"""S8: assurance L3 by two independent channels, and S17: whoever only types a number learns nothing of either."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from ndihma.accounts.model import ContactKind, ContactPoint, Line, SimState
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.puk import settled_at
from ndihma.mail import EmailAddress
from ndihma.verification.model import (
    AssuranceLevel,
    CodeSent,
    Confirmed,
    FirstFactor,
    NoCodeSent,
    Purpose,
    TooManySends,
    VerificationState,
    WrongCode,
)

from .conftest import KNOWN, LOST, OTHER_KNOWN, PUK_LOCKED, TODAY, UNKNOWN, World, prepaid, wrong

OLD = date(2020, 1, 1)
MAIL = ContactPoint(ContactKind.EMAIL, "Arta@Example.com", OLD)
OTHER_MAIL = ContactPoint(ContactKind.EMAIL, "arta@example.org", OLD)
SECOND_NUMBER = Msisdn.parse("045 300 001")
NUMBER = ContactPoint(ContactKind.MSISDN, SECOND_NUMBER.e164, OLD)
ADDRESS = EmailAddress.parse("Arta@Example.com")
INTENT = "ask_puk_code"


def with_contacts(world: World, line: Line, *contacts: ContactPoint) -> None:
    subscriber = dataclasses.replace(line.subscriber, contacts=contacts)
    world.directory.lines[line.msisdn] = dataclasses.replace(line, subscriber=subscriber)


def locked(*contacts: ContactPoint, world: World) -> None:
    with_contacts(world, prepaid(PUK_LOCKED, SimState.PUK_LOCKED), *contacts)


async def ask(world: World, msisdn: Msisdn = PUK_LOCKED, conversation: str = "c1") -> CodeSent:
    outcome = await world.service.send_code(conversation, msisdn)
    assert isinstance(outcome, CodeSent), outcome
    await world.service.drain()
    return outcome


async def first_code(world: World, msisdn: Msisdn = PUK_LOCKED) -> str:
    await world.service.request_step("c1", INTENT, Purpose.PUK)
    await ask(world, msisdn)
    return world.sender.sent[-1][1]


async def level(world: World) -> AssuranceLevel | None:
    identity = await world.service.identity("c1")
    return identity.level if identity else None


async def test_s8_two_contacts_of_a_locked_sim_are_two_factors(world: World) -> None:
    locked(MAIL, NUMBER, world=world)
    first = await world.service.confirm("c1", await first_code(world))
    assert world.sender.sent[0][0] == SECOND_NUMBER, "another number before an e-mail address"
    assert isinstance(first, FirstFactor)
    assert isinstance(first.second, CodeSent)
    assert first.second.sent_to == "A•••@e•••.com"
    assert await level(world) is AssuranceLevel.NUMBER_MATCHED, "nothing of the account yet (S7)"
    step = await world.service.step("c1")
    assert step is not None
    assert (step.state, step.sent_to) == (VerificationState.CODE_SENT, "A•••@e•••.com")
    await world.service.drain()
    to, code = world.sender.sent[-1]
    assert to == ADDRESS
    second = await world.service.confirm("c1", code)
    assert isinstance(second, Confirmed)
    assert second.resume_intent == INTENT
    assert second.identity.msisdn == PUK_LOCKED
    assert second.identity.level is AssuranceLevel.SECOND_FACTOR


async def test_asked_for_again_the_step_still_says_where_the_second_code_went(world: World) -> None:
    locked(MAIL, NUMBER, world=world)
    await world.service.confirm("c1", await first_code(world))
    again = await world.service.request_step("c1", INTENT, Purpose.PUK)
    assert (again.state, again.sent_to) == (VerificationState.CODE_SENT, "A•••@e•••.com")


async def test_s8_a_line_proved_before_and_one_contact_are_two_factors(world: World) -> None:
    with_contacts(world, prepaid(KNOWN), MAIL)
    await world.service.confirm("c1", await world.code_for("c1", KNOWN))
    assert await level(world) is AssuranceLevel.CODE_CONFIRMED
    world.clock.advance(timedelta(minutes=14))
    await world.service.request_step("c1", INTENT, Purpose.PUK)
    assert (await ask(world, KNOWN)).sent_to == "A•••@e•••.com"
    outcome = await world.service.confirm("c1", world.sender.sent[-1][1])
    assert isinstance(outcome, Confirmed)
    assert outcome.identity.level is AssuranceLevel.SECOND_FACTOR
    world.clock.advance(timedelta(seconds=59))
    assert await level(world) is AssuranceLevel.SECOND_FACTOR
    world.clock.advance(timedelta(seconds=1))
    assert await level(world) is None, "L3 ends with the older of its two factors"


async def test_s8_a_line_proved_more_than_a_quarter_of_an_hour_ago_is_no_factor(world: World) -> None:
    with_contacts(world, prepaid(KNOWN), MAIL)
    await world.service.confirm("c1", await world.code_for("c1", KNOWN))
    world.clock.advance(timedelta(minutes=15))
    first = await world.service.confirm("c1", await first_code(world, KNOWN))
    assert isinstance(first, FirstFactor)
    assert await level(world) is AssuranceLevel.NUMBER_MATCHED


async def test_s8_two_mailboxes_are_one_factor(world: World) -> None:
    locked(MAIL, OTHER_MAIL, world=world)
    outcome = await world.service.confirm("c1", await first_code(world))
    assert isinstance(outcome, Confirmed), "nothing is left to prove; the question goes on and tells why"
    assert outcome.identity.level is AssuranceLevel.NUMBER_MATCHED
    assert outcome.resume_intent == INTENT
    step = await world.service.step("c1")
    assert step is None


async def test_s8_the_same_channel_twice_is_one_factor(world: World) -> None:
    """The same mailbox in other letters, and the line's own number as its contact."""
    own = ContactPoint(ContactKind.MSISDN, PUK_LOCKED.national, OLD)
    locked(MAIL, dataclasses.replace(MAIL, value="ARTA@example.COM"), own, world=world)
    await world.service.confirm("c1", await first_code(world))
    assert [to for to, _ in world.sender.sent] == [ADDRESS]
    await world.service.confirm("c1", await first_code(world))
    assert await level(world) is AssuranceLevel.NUMBER_MATCHED


async def test_s8_a_contact_counts_72_hours_after_its_day(world: World) -> None:
    day = TODAY - timedelta(days=3)
    locked(MAIL, dataclasses.replace(NUMBER, registered_on=day), world=world)
    await world.service.request_step("c1", INTENT, Purpose.PUK)
    world.clock.advance(settled_at(day) - world.clock.now() - timedelta(seconds=1))
    await ask(world)
    assert [to for to, _ in world.sender.sent] == [ADDRESS]
    world.clock.advance(timedelta(minutes=10))
    await world.service.request_step("c2", INTENT, Purpose.PUK)
    await ask(world, conversation="c2")
    assert world.sender.sent[-1][0] == SECOND_NUMBER


@pytest.mark.parametrize(
    ("before", "again"),
    [
        (NUMBER, ContactPoint(ContactKind.MSISDN, "045 300 001", TODAY)),
        (MAIL, ContactPoint(ContactKind.EMAIL, "arta@example.com", TODAY)),
    ],
)
async def test_s8_a_contact_listed_again_in_another_writing_counts_from_the_later_day(
    world: World, before: ContactPoint, again: ContactPoint
) -> None:
    locked(before, again, world=world)
    await world.service.request_step("c1", INTENT, Purpose.PUK)
    await ask(world)
    assert world.sender.sent == []
    world.clock.advance(timedelta(days=4))
    await ask(world)
    assert len(world.sender.sent) == 1


def fresh(trouble: str) -> Line:
    line = prepaid(SECOND_NUMBER, SimState.LOST if trouble == "lost" else SimState.IN_USE)
    if trouble == "changed":
        assert line.sim is not None
        return dataclasses.replace(line, sim=dataclasses.replace(line.sim, changed_on=TODAY))
    return dataclasses.replace(line, ported_on=TODAY) if trouble == "ported" else line


@pytest.mark.parametrize("trouble", ["changed", "lost", "ported"])
async def test_s8_a_contact_whose_own_sim_was_just_changed_is_not_used(world: World, trouble: str) -> None:
    locked(MAIL, NUMBER, world=world)
    world.directory.lines[SECOND_NUMBER] = fresh(trouble)
    await first_code(world)
    assert [to for to, _ in world.sender.sent] == [ADDRESS]


async def test_each_time_a_code_is_asked_for_the_next_contact_gets_it(world: World) -> None:
    locked(MAIL, NUMBER, world=world)
    await first_code(world)
    await ask(world)
    await ask(world)
    assert [to for to, _ in world.sender.sent] == [SECOND_NUMBER, ADDRESS, SECOND_NUMBER]


async def test_a_channel_that_nothing_can_be_sent_through_is_left_out(world: World) -> None:
    locked(MAIL, NUMBER, world=world)
    world.sender.kinds = {ContactKind.MSISDN}
    assert isinstance(await world.service.confirm("c1", await first_code(world)), Confirmed)
    assert [to for to, _ in world.sender.sent] == [SECOND_NUMBER]


async def test_s17_for_every_number_the_same_answer_and_step(world: World) -> None:
    locked(MAIL, NUMBER, world=world)
    with_contacts(world, prepaid(KNOWN), MAIL)
    seen = []
    for place, msisdn in enumerate((PUK_LOCKED, KNOWN, OTHER_KNOWN, LOST, UNKNOWN)):
        conversation = f"s{place}"
        await world.service.request_step(conversation, INTENT, Purpose.PUK)
        outcome = await ask(world, msisdn, conversation)
        step = await world.service.step(conversation)
        assert step is not None
        assert step.masked == msisdn.masked
        seen.append((outcome.expires_at, outcome.sent_to, step.state, step.sent_to, step.expires_at))
    assert len(set(seen)) == 1
    assert isinstance(await world.service.confirm("s4", "123456"), WrongCode)


async def test_s17_an_account_is_looked_up_after_the_answer_only(world: World) -> None:
    locked(MAIL, NUMBER, world=world)
    await world.service.request_step("c1", INTENT, Purpose.PUK)
    await world.service.send_code("c1", PUK_LOCKED)
    assert world.directory.asked == []


async def test_s5_a_code_for_an_account_proves_nothing_for_a_puk(world: World) -> None:
    with_contacts(world, prepaid(KNOWN), MAIL)
    code = await world.code_for("c1", KNOWN)
    await world.service.request_step("c1", INTENT, Purpose.PUK)
    assert await world.service.confirm("c1", code) == NoCodeSent()


async def test_s5_second_codes_count_against_the_number_too(world: World) -> None:
    locked(MAIL, NUMBER, world=world)
    await first_code(world)
    await ask(world)
    await ask(world)
    first = await world.service.confirm("c1", world.sender.sent[-1][1])
    assert isinstance(first, FirstFactor)
    assert isinstance(first.second, TooManySends)
    step = await world.service.step("c1")
    assert step is not None
    assert step.state is VerificationState.NUMBER_NEEDED, "later the second code can still be asked for"
    world.clock.advance(timedelta(seconds=first.second.retry_after - 30))
    assert isinstance(await world.service.send_code("c1", PUK_LOCKED), TooManySends)


async def test_s5_wrong_second_codes_end_like_first_ones(world: World) -> None:
    locked(MAIL, NUMBER, world=world)
    await world.service.confirm("c1", await first_code(world))
    await world.service.drain()
    code = world.sender.sent[-1][1]
    for n in range(1, 6):
        await world.service.confirm("c1", wrong(code, n))
    await world.service.confirm("c1", code)
    assert await level(world) is AssuranceLevel.NUMBER_MATCHED


async def test_a_conversation_that_is_forgotten_keeps_no_factor(world: World) -> None:
    with_contacts(world, prepaid(KNOWN), MAIL)
    await world.service.confirm("c1", await world.code_for("c1", KNOWN))
    await world.service.forget("c1")
    first = await world.service.confirm("c1", await first_code(world, KNOWN))
    assert isinstance(first, FirstFactor)


async def test_factors_are_of_one_conversation(world: World) -> None:
    locked(MAIL, NUMBER, world=world)
    await world.service.confirm("c1", await first_code(world))
    await world.service.drain()
    code = world.sender.sent[-1][1]
    await world.service.request_step("c2", INTENT, Purpose.PUK)
    assert await world.service.confirm("c2", code) == NoCodeSent()


async def test_expired_factors_are_purged(world: World) -> None:
    locked(MAIL, NUMBER, world=world)
    await world.service.confirm("c1", await first_code(world))
    await world.service.drain()
    world.clock.advance(timedelta(minutes=15))
    assert (await world.service.purge()).factors == 1
