"""The question for the PUK: who gets a cover, who must prove more, and what a refusal says (S7, S8)."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from ndihma.accounts.model import Line, LineKind, PrepaidLife, SimCard, SimState, Subscriber
from ndihma.formatting import format_moment
from ndihma.instructions import Reveal, Verify
from ndihma.puk.model import NeedsSecondFactor, PukOffer, PukRefusal, PukRefused
from ndihma.verification.model import AssuranceLevel, Purpose

from .conftest import NOW, NUMBER, TODAY, Dialogue

FAQ = "utter_ask_puk_code"
VERIFY = Verify(resume_intent="ask_puk_code", purpose=Purpose.PUK)
LATER = NOW + timedelta(hours=5)
OFFER = PukOffer("R" * 22, LATER)


def line(sim: SimState = SimState.PUK_LOCKED) -> Line:
    life = PrepaidLife(TODAY, activated_on=TODAY, valid_until=TODAY + timedelta(days=50))
    return Line(NUMBER, LineKind.PREPAID, Subscriber("s", "N"), SimCard("8938300000000000001", sim), life)


async def test_everybody_is_told_what_the_faq_says_and_offered_more(dialogue: Dialogue) -> None:
    assert (await dialogue.says("ask_puk_code")).responses == [FAQ, "utter_offer_puk"]
    accepted = await dialogue.says("affirm")
    assert accepted.responses == ["utter_verify_puk"]
    assert accepted.instruction == VERIFY


@pytest.mark.parametrize("sim", [SimState.PUK_LOCKED, SimState.IN_USE])
async def test_s8_at_l3_the_edge_gets_a_reference_and_the_text_nothing(dialogue: Dialogue, sim: SimState) -> None:
    """A card may be locked without the account knowing: a wrong PIN stays between telephone and card."""
    dialogue.verify(line(sim), AssuranceLevel.SECOND_FACTOR)
    dialogue.puks.outcome = OFFER
    reply = await dialogue.says("ask_puk_code")
    assert reply.responses == ["utter_account_puk_ready"]
    assert reply.instruction == Reveal(reference=OFFER.reference, expires_at=LATER)
    assert OFFER.reference not in reply[0].text


async def test_s8_at_l2_a_second_code_is_asked_for(dialogue: Dialogue) -> None:
    dialogue.verify(line())
    dialogue.puks.outcome = NeedsSecondFactor("045 ••• •01")
    reply = await dialogue.says("ask_puk_code")
    assert reply.responses == ["utter_account_puk_second_factor"]
    assert reply.instruction == VERIFY


@pytest.mark.parametrize("reason", sorted(set(PukRefusal) - {PukRefusal.NOT_PROVED, PukRefusal.IN_A_GROUP}))
async def test_s8_every_refusal_says_why_and_what_else_to_do(dialogue: Dialogue, reason: PukRefusal) -> None:
    timed = reason not in {PukRefusal.NO_CODE, PukRefusal.NO_OTHER_CONTACT}
    dialogue.verify(line(), AssuranceLevel.SECOND_FACTOR)
    dialogue.puks.outcome = PukRefused(reason, LATER if timed else None)
    reply = await dialogue.says("ask_puk_code")
    own, faq = reply.responses
    assert own == ("utter_account_puk_locked" if reason is PukRefusal.NO_CODE else f"utter_account_puk_{reason}")
    assert faq == FAQ
    assert reply.instruction is None
    assert (format_moment(LATER) in reply[0].text) is timed


async def test_what_was_proved_and_has_just_expired_is_proved_again(dialogue: Dialogue) -> None:
    dialogue.verify(line(), AssuranceLevel.SECOND_FACTOR)
    dialogue.puks.outcome = PukRefused(PukRefusal.NOT_PROVED)
    assert (await dialogue.says("ask_puk_code")).instruction == VERIFY


async def test_one_proved_contact_is_asked_for_the_other_or_told_that_there_is_none(dialogue: Dialogue) -> None:
    dialogue.verify(line(), AssuranceLevel.NUMBER_MATCHED)
    dialogue.puks.half = NeedsSecondFactor("d•••@e•••.com")
    assert (await dialogue.says("ask_puk_code")).instruction == VERIFY
    dialogue.puks.half = PukRefused(PukRefusal.NO_OTHER_CONTACT)
    assert (await dialogue.says("ask_puk_code")).responses == ["utter_account_puk_no_other_contact", FAQ]


async def test_s7_one_proved_contact_is_told_nothing_of_the_account(dialogue: Dialogue) -> None:
    dialogue.verify(line(), AssuranceLevel.NUMBER_MATCHED)
    dialogue.puks.half = PukRefused(PukRefusal.NO_OTHER_CONTACT)
    dialogue.puks.outcome = OFFER
    reply = await dialogue.says("ask_puk_code")
    assert NUMBER.masked not in "".join(said.text for said in reply)
    assert reply.instruction is None
    assert (await dialogue.says("check_account")).instruction == Verify(resume_intent="check_account")


async def test_a_lost_card_and_a_line_without_one_get_no_cover(dialogue: Dialogue) -> None:
    dialogue.puks.outcome = OFFER
    dialogue.verify(line(SimState.LOST), AssuranceLevel.SECOND_FACTOR)
    assert (await dialogue.says("ask_puk_code")).responses == ["utter_account_puk_lost", FAQ]
    fixed = dataclasses.replace(line(), kind=LineKind.FIXED, sim=None, prepaid=None)
    dialogue.verify(fixed, AssuranceLevel.SECOND_FACTOR)
    assert (await dialogue.says("ask_puk_code")).responses == ["utter_account_puk_no_sim"]


@pytest.mark.parametrize("trouble", ["failing", "slow"])
async def test_when_codes_cannot_be_read_the_faq_still_answers(dialogue: Dialogue, trouble: str) -> None:
    dialogue.verify(line(), AssuranceLevel.SECOND_FACTOR)
    setattr(dialogue.puks, trouble, True)
    assert (await dialogue.says("ask_puk_code")).responses == ["utter_account_unavailable", FAQ]


async def test_s8_at_the_minute_that_is_told_it_works_again(dialogue: Dialogue) -> None:
    dialogue.verify(line(), AssuranceLevel.SECOND_FACTOR)
    dialogue.puks.outcome = PukRefused(PukRefusal.SHOWN_TODAY, LATER + timedelta(seconds=30))
    (refused, *_) = await dialogue.says("ask_puk_code")
    assert format_moment(LATER + timedelta(minutes=1)) in refused.text
