"""Who has not proved a number hears the FAQ, whatever the account holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ndihma.instructions import Verify
from ndihma.verification.model import AssuranceLevel

from .expected_answers import CHECK, PROOF, PUK, QUESTIONS, STATES


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_stranger_hears_the_faq_and_an_offer(dialogue, question):
    reply = await dialogue.says(question)
    if question == CHECK:
        assert reply.responses == ["utter_check_account"]
        assert reply.instruction == Verify(resume_intent=CHECK)
    else:
        offer = {PROOF: "utter_offer_payment_proof", PUK: "utter_offer_puk"}.get(question, "utter_offer_account")
        assert reply.responses == [f"utter_{question}", offer]
        assert reply.instruction is None


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_matched_number_alone_opens_nothing(dialogue, question):
    dialogue.verify(STATES["suspended"], AssuranceLevel.NUMBER_MATCHED)
    reply = await dialogue.says(question)
    assert not [name for name in reply.responses if name.startswith("utter_account_")]


async def test_anothers_or_an_expired_identity_opens_nothing(dialogue):
    dialogue.verify(STATES["suspended"], conversation_id="somebody-else")
    assert (await dialogue.says(CHECK)).responses == ["utter_check_account"]
    dialogue.verify(STATES["suspended"])
    dialogue.context.clock.advance(timedelta(minutes=15))
    assert (await dialogue.says(CHECK)).responses == ["utter_check_account"]
