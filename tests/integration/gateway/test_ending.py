"""The customer ends the conversation: nothing is answered any more, everything can still be read."""

from __future__ import annotations

import asyncio

import pytest

from ndihma.accounts.demo import DemoKey
from ndihma.desk.errors import ConversationEnded, UnknownConversation
from ndihma.desk.ports import EngineMessage, EngineTurn
from ndihma.verification.model import VerificationState

from .api_support import (
    PDF,
    ask_for_verification,
    assert_error,
    code_sent,
    collect,
    number_of,
    streaming,
    upload,
    want_proof,
)
from .scripted_desk import NOW, Desk, answer, eventually

VERIFY = EngineTurn((EngineMessage(custom={"kind": "verify", "resume_intent": "check_account"}),), "check_account", 0.9)


def kinds(events: list) -> list[str]:
    return [event["type"] if isinstance(event, dict) else event.type for event in events]


# --- over HTTP -----------------------------------------------------------------------------------------------


async def test_an_ended_conversation_takes_no_message_and_can_be_read(customer):
    await customer.say("sa kushton")
    before = await customer.events()
    choice = before[0]["buttons"][0]["id"]
    response = await customer.call("POST", "/end")
    assert response.status_code == 200
    assert response.json() == {"ended_at": NOW.isoformat()}
    events = await customer.events()
    assert events[:-1] == before
    assert {**events[-1], "cursor": 0, "at": ""} == {"type": "ended", "by": "customer", "cursor": 0, "at": ""}
    assert_error(await customer.post("edhe diçka"), 409, "conversation_ended")
    chosen = await customer.call("POST", "/messages", json={"client_id": "b1", "choice": choice})
    assert_error(chosen, 409, "conversation_ended")
    assert await customer.events() == events
    assert (await customer.call("GET")).status_code == 200
    customer.token = (await customer.call("POST", "/token")).json()["token"]
    assert (await customer.call("DELETE")).status_code == 204


async def test_ending_twice_is_answered_the_same_and_stored_once(gateway, customer):
    first = await customer.call("POST", "/end")
    gateway.clock.advance(NOW - NOW.replace(hour=15, minute=59))
    second = await customer.call("POST", "/end")
    assert (second.status_code, second.json()) == (200, first.json())
    assert kinds(await customer.events()).count("ended") == 1


async def test_a_message_that_was_taken_before_the_end_is_still_a_duplicate(customer):
    sent = await customer.post("po")
    await customer.until_done(sent.json()["message_id"])
    await customer.call("POST", "/end")
    customer.sent -= 1
    again = await customer.post("po")
    assert again.status_code == 202
    assert again.json() == {**sent.json(), "duplicate": True}


async def test_an_open_stream_is_told_of_the_end(customer):
    async with streaming(customer) as events:
        await collect(events, "reply")
        await customer.call("POST", "/end")
        assert [event["event"] for event in await collect(events, "ended")] == ["ended"]


async def test_the_end_cancels_a_verification_and_forgets_what_was_proved(gateway, customer):
    await ask_for_verification(gateway, customer)
    number = number_of(DemoKey.ACTIVE_BY_TOP_UP)
    await customer.call("POST", "/verification", json={"msisdn": number})
    code = await code_sent(gateway)
    await customer.call("POST", "/end")
    *_, cancelled, ended = await customer.events()
    assert (cancelled["type"], cancelled["state"], ended["type"]) == ("verification", "cancelled", "ended")
    state = (await customer.call("GET")).json()
    assert (state["verification"], state["level"]) == (None, 0)
    for path, body in (("/verification", {"msisdn": number}), ("/verification/code", {"code": code})):
        assert_error(await customer.call("POST", path, json=body), 409, "conversation_ended")
    assert (await customer.call("DELETE", "/verification")).status_code == 204
    assert kinds(await customer.events())[-1] == "ended"


async def test_a_verified_customer_is_nobody_after_the_end(gateway, customer):
    await ask_for_verification(gateway, customer)
    await customer.call("POST", "/verification", json={"msisdn": number_of(DemoKey.ACTIVE_BY_TOP_UP)})
    confirmed = await customer.call("POST", "/verification/code", json={"code": await code_sent(gateway)})
    customer.token = confirmed.json()["token"]
    assert (await customer.call("GET")).json()["level"] == 2
    await customer.call("POST", "/end")
    assert (await customer.call("GET")).json()["level"] == 0


async def test_no_proof_and_no_puk_after_the_end(gateway, customer):
    await want_proof(gateway, customer)
    await customer.call("POST", "/end")
    assert_error(await upload(customer, PDF), 409, "conversation_ended")
    assert_error(await customer.call("POST", "/reveals/abc"), 409, "conversation_ended")
    assert not list((gateway.settings.var / "uploads").glob("*"))


async def test_only_its_own_token_ends_a_conversation(gateway, customer):
    other = await gateway.customer()
    response = await gateway.http.post(customer.path + "/end", headers=other.headers)
    assert_error(response, 401, "unauthorized")
    assert kinds(await customer.events()) == ["reply"]


# --- the desk, on both databases ------------------------------------------------------------------------------


async def test_what_waits_is_done_with_and_never_answered(desk: Desk) -> None:
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def slowly(_sender: str, _text: str) -> EngineTurn:
        asked.set()
        await may_answer.wait()
        return answer()

    desk.engine.reply = slowly
    conversation = await desk.service.open()
    sent = [await desk.service.say(conversation, f"m{n}", f"pyetja {n}") for n in range(3)]
    await asked.wait()
    await desk.service.end(conversation)
    may_answer.set()

    async def idle() -> bool:
        return desk.service.at_work == 0

    await eventually(idle)
    events = await desk.events(conversation)
    assert kinds(events)[-4:] == ["done", "done", "done", "ended"]
    assert [event.in_reply_to for event in events if event.type == "done"] == [each.message_id for each in sent]
    assert len(desk.engine.heard) == 1
    with pytest.raises(ConversationEnded):
        await desk.service.say(conversation, "late", "edhe një")
    with pytest.raises(ConversationEnded):
        await desk.service.check_open(conversation)


async def test_a_step_that_opens_while_the_customer_leaves_is_closed_again(desk: Desk) -> None:
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def slowly(_sender: str, _text: str) -> EngineTurn:
        asked.set()
        await may_answer.wait()
        return VERIFY

    desk.engine.reply = slowly
    conversation = await desk.service.open()
    await desk.service.say(conversation, "m1", "sa kredi kam")
    await asked.wait()
    await desk.service.end(conversation)
    may_answer.set()

    async def forgotten() -> bool:
        return bool(desk.steps.asked) and desk.steps.state is None

    await eventually(forgotten)
    assert kinds(await desk.events(conversation))[-2:] == ["done", "ended"]


async def test_an_interrupted_question_is_not_resumed_after_the_end(desk: Desk) -> None:
    conversation = await desk.service.open()
    desk.steps.state = VerificationState.CODE_SENT
    await desk.service.end(conversation)
    with pytest.raises(ConversationEnded):
        await desk.service.resume(conversation, "check_account")
    assert kinds(await desk.events(conversation)) == ["reply", "verification", "ended"]
    assert desk.engine.heard == []


async def test_conversations_beside_it_go_on(desk: Desk) -> None:
    ended, other = await desk.service.open(), await desk.service.open()
    await desk.service.end(ended)
    sent = await desk.service.say(other, "m1", "sa kushton")
    await desk.until_done(other, sent.message_id)
    with pytest.raises(UnknownConversation):
        await desk.service.end("nobody")
