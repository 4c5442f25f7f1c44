""" "A u aktivizua?": what a verified customer hears of the reconnection request, from filing to the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from ndihma.clock import BELGRADE
from ndihma.desk.claims import NOTHING_CLAIMED, PaymentClaim
from ndihma.instructions import AttachProof, Verify

from .conftest import CONVERSATION, NOW, NUMBER, Dialogue, FakeRequest
from .expected_answers import CUT_OFF, STATES

ASKED = ["ask_reconnection", "check_account", "ask_status_active"]
"""The intents that "a u aktivizua?", "a u aktivizua numri im?", "a u rikyç numri?" are understood as."""
REFERENCE = "RK-7F3K9Q"
AT = datetime(2026, 11, 22, 14, 30, tzinfo=BELGRADE)
MOMENT = "22 nëntor 2026, 14:30"
WITH_PROOF = FakeRequest(REFERENCE, proof_at=AT)
CONFIRMED = FakeRequest(REFERENCE, proof_at=AT, closed_at=AT)
REJECTED = replace(CONFIRMED, reason="Në foto nuk shihet shuma.")


def customer(dialogue: Dialogue, state: str, request: FakeRequest | None = None) -> Dialogue:
    dialogue.verify(STATES[state])
    if request is not None:
        dialogue.requests.open[NUMBER] = request
    return dialogue


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize("state", ["suspended", "awaiting", "fixed_suspended"])
async def test_a_proof_that_was_received_is_told_with_its_reference_and_moment(dialogue, question, state):
    reply = await customer(dialogue, state, WITH_PROOF).says(question)
    asked_for_the_amount = question == "check_account" and state != "awaiting"
    amount = ["utter_account_amount_due"] if asked_for_the_amount else []
    assert reply.responses == ["utter_account_reconnection_proof_received", *amount]
    assert reply[0].params == {"number": "044 ••• •56", "reference": REFERENCE, "moment": MOMENT}
    assert ("18,50 €" in reply[-1].text) is asked_for_the_amount


@pytest.mark.parametrize("question", [*ASKED, "send_payment_proof"])
@pytest.mark.parametrize("state", ["suspended", "reconnected", "nothing_due"])
async def test_a_confirmed_request_is_the_answer_although_the_account_system_lags(dialogue, question, state):
    reply = await customer(dialogue, state, CONFIRMED).says(question)
    assert reply.responses == ["utter_account_reconnection_confirmed"]
    assert MOMENT in reply[0].text
    assert dialogue.requests.filed == []


async def test_a_bill_that_is_open_is_told_after_the_confirmation(dialogue):
    reply = await customer(dialogue, "bill_open", CONFIRMED).says("ask_reconnection")
    assert reply.responses == ["utter_account_reconnection_confirmed", "utter_account_bill_open"]


@pytest.mark.parametrize("question", ASKED)
async def test_a_rejected_request_is_told_with_its_reason_and_the_next_step(dialogue, question):
    reply = await customer(dialogue, "suspended", REJECTED).says(question)
    assert reply.responses == [
        "utter_account_reconnection_rejected",
        "utter_account_reconnection_suspended",
        "utter_offer_payment_proof",
    ]
    assert reply[0].text.endswith("Arsyeja: Në foto nuk shihet shuma.")
    again = await dialogue.says("affirm")
    assert again.responses == ["utter_account_reconnection_rejected", "utter_account_proof_filed"]
    assert again.instruction == AttachProof(request_reference=REFERENCE)


async def test_a_rejection_is_forgotten_once_the_line_works(dialogue):
    reply = await customer(dialogue, "nothing_due", REJECTED).says("ask_reconnection")
    assert reply.responses == ["utter_account_bill_nothing_due"]


@pytest.mark.parametrize("request_", [CONFIRMED, REJECTED])
async def test_a_decision_is_told_for_seven_days(dialogue, request_):
    async def told(decided: datetime) -> list[str]:
        line = replace(STATES["suspended"], suspension=replace(CUT_OFF, since=date(2026, 11, 1)))
        dialogue.verify(line)
        dialogue.requests.open[NUMBER] = replace(request_, closed_at=decided)
        return (await dialogue.says("ask_reconnection")).responses

    last = NOW - timedelta(days=7)
    assert (await told(last))[0].endswith(("_confirmed", "_rejected"))
    assert (await told(last - timedelta(seconds=1)))[0] == "utter_account_reconnection_suspended"


async def test_a_decision_about_an_earlier_suspension_is_none_about_this_one(dialogue):
    line = replace(STATES["suspended"], suspension=replace(CUT_OFF, since=date(2026, 11, 22)))
    dialogue.verify(line)
    dialogue.requests.open[NUMBER] = replace(CONFIRMED, closed_at=datetime(2026, 11, 21, 23, 59, tzinfo=BELGRADE))
    assert (await dialogue.says("ask_reconnection")).responses[0] == "utter_account_reconnection_suspended"


async def test_one_more_proof_may_be_handed_in(dialogue):
    reply = await customer(dialogue, "suspended", WITH_PROOF).says("send_payment_proof")
    assert reply.responses == ["utter_account_proof_more"]
    assert reply.instruction == AttachProof(request_reference=REFERENCE)


async def test_who_filed_a_request_here_is_asked_to_verify_and_not_told_about_prepaid_statuses(dialogue):
    await customer(dialogue, "suspended").says("send_payment_proof")
    dialogue.assurance.identities.clear()
    reply = await dialogue.says("ask_status_active")
    assert reply.responses == ["utter_check_account"]
    assert reply.instruction == Verify(resume_intent="ask_status_active")


@pytest.mark.parametrize("trouble", ["failing", "slow"])
async def test_without_the_desk_a_stranger_still_hears_the_faq(dialogue, trouble):
    setattr(dialogue.requests, trouble, True)
    assert (await dialogue.says("ask_status_active")).responses == ["utter_ask_status_active", "utter_offer_account"]


async def test_without_the_desk_a_line_that_works_is_still_told(dialogue):
    dialogue.requests.failing = True
    assert (await customer(dialogue, "bill_open").says("check_account")).responses == ["utter_account_bill_open"]


def said(dialogue: Dialogue, intent: str, **entities: object) -> None:
    """An earlier message of the customer's, with what the engine found in it."""
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    dialogue.events.append(
        {"event": "user", "text": "…", "parse_data": {"intent": {"name": intent}, "entities": found}}
    )


PAID = {"amount": {"cents": 1850, "currency": "EUR"}, "date": "2026-11-21"}


async def test_amount_and_day_of_the_message_that_began_it_are_kept_over_the_verification(dialogue):
    said(dialogue, "send_payment_proof", **PAID)
    said(dialogue, "affirm")
    await customer(dialogue, "suspended").says("send_payment_proof")
    assert dialogue.requests.claims == [(1850, PaymentClaim(1850, date(2026, 11, 21)))]


async def test_the_newest_word_counts(dialogue):
    said(dialogue, "send_payment_proof", **PAID)
    said(dialogue, "send_payment_proof", amount={"cents": 2000, "currency": "EUR"})
    await customer(dialogue, "suspended").says("send_payment_proof")
    assert dialogue.requests.claims[0][1] == PaymentClaim(2000, date(2026, 11, 21))


@pytest.mark.parametrize(
    "entities",
    [
        {},
        {"amount": {"cents": 1850, "currency": "CHF"}, "date": {"from": "2026-11-01", "to": "2026-11-30"}},
        {"amount": {"cents": 0, "currency": "EUR"}, "date": "2026-11-23"},
        {"amount": "18,50", "date": "9999-99-99"},
        {"amount": {"currency": "EUR"}, "date": "2019-11-21"},
    ],
)
async def test_what_is_no_amount_and_no_day_that_can_be_is_not_claimed(dialogue, entities):
    said(dialogue, "send_payment_proof", **entities)
    await customer(dialogue, "suspended").says("send_payment_proof")
    assert dialogue.requests.claims[0][1] == NOTHING_CLAIMED


async def test_amounts_of_other_messages_and_of_long_ago_are_not_claimed(dialogue):
    said(dialogue, "send_payment_proof", **PAID)
    for _ in range(6):
        said(dialogue, "ask_sim_price", amount={"cents": 700, "currency": "EUR"})
    await customer(dialogue, "awaiting").says("send_payment_proof")
    assert dialogue.requests.claims == [(0, NOTHING_CLAIMED)]
    assert dialogue.requests.filed[0][0] == CONVERSATION
