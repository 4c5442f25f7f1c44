"""Two-turn conversations: "po" and "jo" to an offer, "po sa kushton?", "anulo", and messages not understood."""

from __future__ import annotations

from datetime import date

import pytest

from actions.catalogue import ACCOUNT_TOPICS
from ndihma.accounts.model import Bill, Suspension
from ndihma.instructions import CancelVerification, Verify
from ndihma.verification.model import Purpose

FAQ_TOPICS = sorted({topic.intent for topic in ACCOUNT_TOPICS} - {"check_account"})
BARE = ["bare_price"]


@pytest.fixture
def suspended(billed_line):
    overdue = Bill("F-1", date(2026, 10, 1), date(2026, 10, 20), 1850)
    return billed_line(bills=(overdue,), suspension=Suspension(date(2026, 11, 10), amount_cents=1850))


@pytest.mark.parametrize("topic", FAQ_TOPICS)
async def test_yes_to_an_offer_asks_to_verify_and_remembers_the_topic(dialogue, topic):
    await dialogue.says(topic)
    reply = await dialogue.says("affirm")
    purpose = Purpose.PUK if topic == "ask_puk_code" else Purpose.ACCOUNT
    assert reply.instruction == Verify(resume_intent=topic, purpose=purpose)
    own = {"send_payment_proof": "utter_verify_payment_proof", "ask_puk_code": "utter_verify_puk"}
    assert reply.responses == [own.get(topic, "utter_check_account")]


async def test_yes_when_verified_in_the_meantime_gets_the_answer(dialogue, prepaid_line):
    await dialogue.says("ask_status_active")
    dialogue.verify(prepaid_line())
    reply = await dialogue.says("affirm")
    assert reply.responses == ["utter_account_status_active"]
    assert reply.instruction is None


async def test_yes_to_the_offer_of_proof_after_the_own_reconnection_files_the_request(dialogue, suspended):
    dialogue.verify(suspended)
    assert "utter_offer_payment_proof" in (await dialogue.says("ask_reconnection")).responses
    assert (await dialogue.says("affirm")).responses == ["utter_account_proof_filed"]


async def test_yes_again_repeats_the_request_to_verify(dialogue):
    await dialogue.says("ask_puk_code")
    await dialogue.says("affirm")
    assert (await dialogue.says("affirm")).instruction == Verify(resume_intent="ask_puk_code", purpose=Purpose.PUK)


@pytest.mark.parametrize("before", [None, "greet", "thank", "ask_sim_price", "ask_sim_pin"])
async def test_yes_to_nothing(dialogue, before):
    if before:
        await dialogue.says(before)
    assert (await dialogue.says("affirm")).responses == ["utter_affirm_nothing"]


async def test_an_offer_is_over_after_the_next_message(dialogue):
    await dialogue.says("ask_reconnection")
    await dialogue.says("ask_sim_price")
    assert (await dialogue.says("affirm")).responses == ["utter_affirm_nothing"]


async def test_an_offer_that_got_no_reply_in_between_is_over_too(dialogue):
    await dialogue.says("ask_reconnection")
    dialogue.events.append({"event": "user", "parse_data": {"intent": {"name": "ask_contact"}}})  # the engine failed
    assert (await dialogue.says("affirm")).responses == ["utter_affirm_nothing"]


@pytest.mark.parametrize("before", [None, "ask_reconnection", "send_payment_proof"])
async def test_no(dialogue, before):
    if before:
        await dialogue.says(before)
    reply = await dialogue.says("deny")
    assert reply.responses == ["utter_deny"]
    assert reply.instruction is None


async def test_cancel_stops_the_verification(dialogue):
    await dialogue.says("check_account")
    reply = await dialogue.says("cancel")
    assert reply.responses == ["utter_cancel"]
    assert reply.instruction == CancelVerification()


async def test_a_new_question_in_the_middle_of_a_verification_is_just_answered(dialogue):
    await dialogue.says("check_account")
    reply = await dialogue.says("ask_status_inactive")
    assert reply.responses == ["utter_ask_status_inactive", "utter_offer_account"]
    assert reply.instruction is None


@pytest.mark.parametrize(
    ("topic", "price"),
    [
        (None, "utter_ask_sim_price"),
        ("greet", "utter_ask_sim_price"),
        ("ask_sim_price", "utter_ask_sim_price"),
        ("ask_sim_pin", "utter_ask_sim_price"),
        ("ask_account_pin", "utter_ask_sim_price"),
        ("ask_puk_meaning", "utter_ask_sim_price"),
        ("ask_sim_regeneration", "utter_ask_sim_regeneration"),
        ("ask_puk_code", "utter_price_call"),
        ("ask_contact", "utter_price_call"),
        ("ask_reconnection", "utter_price_ask_reconnection"),
        ("send_payment_proof", "utter_price_ask_reconnection"),
        ("ask_business_club", "utter_price_ask_business_club_members"),
        ("ask_business_club_members", "utter_price_ask_business_club_members"),
        ("ask_sim_lifecycle", "utter_price_ask_sim_lifecycle"),
        ("ask_status_inactive", "utter_price_ask_status_inactive"),
        ("ask_status_deactive", "utter_price_ask_status_deactive"),
        ("ask_status_valid", "utter_price_unknown"),
        ("ask_status_active", "utter_price_unknown"),
        ("ask_selfcare_login", "utter_price_unknown"),
        ("ask_fixed_line_spending", "utter_price_unknown"),
        ("check_account", "utter_price_unknown"),
    ],
)
async def test_how_much_after_a_topic(dialogue, topic, price):
    if topic:
        await dialogue.says(topic)
    assert (await dialogue.says("ask_sim_price", entities=BARE)).responses == [price]


async def test_how_much_twice_and_after_small_talk_means_the_same_topic(dialogue):
    await dialogue.says("ask_sim_regeneration")
    await dialogue.says("thank")
    for _ in range(2):
        reply = await dialogue.says("ask_sim_price", entities=BARE)
        assert reply.responses == ["utter_ask_sim_regeneration"]


async def test_how_much_after_a_topic_chosen_by_yes(dialogue):
    await dialogue.says("ask_sim_pin")
    await dialogue.says("nlu_fallback", ranking=["ask_sim_regeneration", "ask_contact"])
    await dialogue.says("affirm")
    assert (await dialogue.says("ask_sim_price", entities=BARE)).responses == ["utter_ask_sim_regeneration"]


@pytest.mark.parametrize("topic", ["ask_reconnection", "check_account"])
async def test_how_much_to_a_suspended_customer_is_the_own_amount(dialogue, suspended, topic):
    dialogue.verify(suspended)
    await dialogue.says(topic)
    reply = await dialogue.says("ask_sim_price", entities=BARE)
    assert reply.of("utter_account_price_reconnection").params == {"number": "044 ••• •56", "amount": "18,50 €"}


async def test_how_much_to_a_customer_who_owes_nothing(dialogue, billed_line):
    dialogue.verify(billed_line())
    await dialogue.says("ask_reconnection")
    reply = await dialogue.says("ask_sim_price", entities=BARE)
    assert reply.responses == ["utter_account_bill_nothing_due"]


async def test_not_understood_offers_two_topics_and_a_human(dialogue, content):
    reply = await dialogue.says(
        "nlu_fallback", ranking=["greet", "ask_puk_code", "out_of_scope", "ask_sim_pin", "ask_account_pin"]
    )
    assert reply.responses == ["utter_did_you_mean"]
    assert reply[0].payloads == ("/ask_puk_code", "/ask_sim_pin", "/request_agent")
    titles = [button["title"] for button in dialogue.events[-1]["data"]["buttons"]]
    assert titles == [
        content.title("ask_puk_code"),
        content.title("ask_sim_pin"),
        content.answer("utter_button_human").text,
    ]


async def test_not_understood_a_second_time_in_a_row_hands_over(dialogue):
    likely = ["ask_puk_code", "ask_sim_pin"]
    await dialogue.says("nlu_fallback", ranking=likely)
    assert (await dialogue.says("nlu_fallback", ranking=likely)).responses == ["utter_did_you_mean_human"]
    assert (await dialogue.says("nlu_fallback", ranking=likely)).responses == ["utter_did_you_mean_human"]
    await dialogue.says("ask_contact")
    assert (await dialogue.says("nlu_fallback", ranking=likely)).responses == ["utter_did_you_mean"]


async def test_not_understood_without_any_likely_topic_hands_over(dialogue):
    assert (await dialogue.says("nlu_fallback", ranking=["greet"])).responses == ["utter_did_you_mean_human"]
    assert (await dialogue.says("nlu_fallback")).responses == ["utter_did_you_mean_human"]


async def test_unlikely_topics_are_not_offered(dialogue):
    unlikely = {"out_of_scope": 0.5, "frustration": 0.45, "ask_sim_price": 0.01}
    assert (await dialogue.says("nlu_fallback", ranking=unlikely)).responses == ["utter_out_of_scope"]


async def test_yes_to_did_you_mean_takes_the_first_title(dialogue, prepaid_line):
    await dialogue.says("nlu_fallback", ranking=["ask_sim_price", "ask_puk_code"])
    assert (await dialogue.says("affirm")).responses == ["utter_ask_sim_price"]
    await dialogue.says("nlu_fallback", ranking=["ask_puk_code", "ask_sim_price"])
    assert (await dialogue.says("affirm")).responses == ["utter_ask_puk_code", "utter_offer_puk"]
    assert (await dialogue.says("affirm")).instruction == Verify(resume_intent="ask_puk_code", purpose=Purpose.PUK)
    dialogue.verify(prepaid_line())
    await dialogue.says("nlu_fallback", ranking=["check_account", "ask_sim_price"])
    assert (await dialogue.says("affirm")).responses == ["utter_account_status_active", "utter_account_credit"]


async def test_no_to_did_you_mean(dialogue):
    await dialogue.says("nlu_fallback", ranking=["ask_sim_price", "ask_puk_code"])
    reply = await dialogue.says("deny")
    assert reply.responses == ["utter_did_you_mean_human"]
    assert reply[0].payloads == ("/request_agent",)


async def test_anger_gets_calm_help_and_then_a_human(dialogue):
    first = await dialogue.says("frustration")
    assert first.responses == ["utter_frustration"]
    assert first[0].payloads == ("/request_agent",)
    again = await dialogue.says("frustration")
    assert again.responses == ["utter_frustration_again"]
    assert again[0].payloads == ("/request_agent",)


async def test_anger_some_messages_later_is_still_the_same(dialogue):
    await dialogue.says("frustration")
    await dialogue.says("ask_sim_price")
    await dialogue.says("thank")
    assert (await dialogue.says("frustration")).responses == ["utter_frustration_again"]


async def test_anger_long_ago_is_forgotten(dialogue):
    await dialogue.says("frustration")
    for _ in range(3):
        await dialogue.says("ask_sim_price")
    assert (await dialogue.says("frustration")).responses == ["utter_frustration"]


@pytest.mark.parametrize("times", [1, 2])
async def test_anger_after_not_being_understood_gets_a_human(dialogue, times):
    for _ in range(times):
        await dialogue.says("nlu_fallback", ranking=["ask_sim_price"])
    assert (await dialogue.says("frustration")).responses == ["utter_frustration_again"]
