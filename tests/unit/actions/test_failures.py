"""The account system is down, slow, broken, or has lost the number: an honest sentence, and the FAQ's answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from actions.catalogue import ACCOUNT_TOPICS
from ndihma.accounts.model import Bill, PrepaidLife, Suspension

QUESTIONS = [topic.intent for topic in ACCOUNT_TOPICS]


def faq(question: str) -> list[str]:
    return [] if question == "check_account" else [f"utter_{question}"]


@pytest.fixture
def suspended(billed_line):
    overdue = Bill("F-1", date(2026, 10, 1), date(2026, 10, 20), 1850)
    return billed_line(bills=(overdue,), suspension=Suspension(date(2026, 11, 10)))


@pytest.mark.parametrize("trouble", ["failing", "slow"])
@pytest.mark.parametrize("question", QUESTIONS)
async def test_account_system_down_or_slow(dialogue, prepaid_line, question, trouble):
    dialogue.verify(prepaid_line())
    setattr(dialogue.accounts, trouble, True)
    reply = await dialogue.says(question)
    assert reply.responses == ["utter_account_unavailable", *faq(question)]
    assert reply.instruction is None


async def test_a_conversation_survives_the_failure(dialogue, prepaid_line):
    dialogue.verify(prepaid_line())
    dialogue.accounts.failing = True
    assert (await dialogue.says("check_account")).responses == ["utter_account_unavailable"]
    assert (await dialogue.says("affirm")).responses == ["utter_affirm_nothing"]
    dialogue.accounts.failing = False
    assert (await dialogue.says("check_account")).responses == ["utter_account_status_active", "utter_account_credit"]


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_number_that_vanished(dialogue, prepaid_line, question):
    line = prepaid_line()
    dialogue.verify(line)
    dialogue.accounts.lines.clear()
    reply = await dialogue.says(question)
    assert reply.responses == ["utter_account_not_found", *faq(question)]
    assert reply[0].params == {"number": "044 ••• •56"}


async def test_a_record_that_contradicts_itself_is_not_interpreted(dialogue, prepaid_line):
    dialogue.verify(prepaid_line(PrepaidLife(purchased_on=date(2026, 11, 2), activated_on=date(2026, 11, 1))))
    assert (await dialogue.says("check_account")).responses == ["utter_account_unavailable"]
    assert (await dialogue.says("ask_status_valid")).responses == [
        "utter_account_unavailable",
        "utter_ask_status_valid",
    ]
    price = await dialogue.says("ask_sim_price", entities=["bare_price"])
    assert price.responses == ["utter_price_unknown"]


@pytest.mark.parametrize("trouble", ["failing", "slow"])
async def test_a_request_that_cannot_be_filed_is_not_promised(dialogue, suspended, trouble):
    dialogue.verify(suspended)
    setattr(dialogue.requests, trouble, True)
    reply = await dialogue.says("send_payment_proof")
    assert reply.responses == ["utter_account_proof_unavailable"]
    assert reply.instruction is None


async def test_reconnection_without_the_desk_is_not_guessed(dialogue, suspended):
    dialogue.verify(suspended)
    dialogue.requests.failing = True
    assert (await dialogue.says("ask_reconnection")).responses == [
        "utter_account_unavailable",
        "utter_ask_reconnection",
    ]


async def test_a_price_falls_back_to_the_faq_when_the_account_is_unavailable(dialogue, suspended):
    dialogue.verify(suspended)
    await dialogue.says("ask_reconnection")
    dialogue.accounts.failing = True
    reply = await dialogue.says("ask_sim_price", entities=["bare_price"])
    assert reply.responses == ["utter_price_ask_reconnection"]


async def test_a_line_without_the_record_of_its_amount_still_has_one(dialogue, suspended):
    assert suspended.suspension is not None
    dialogue.verify(replace(suspended, suspension=replace(suspended.suspension, amount_cents=None)))
    own = (await dialogue.says("ask_reconnection")).of("utter_account_reconnection_suspended")
    assert own.params["amount"] == "18,50 €"
