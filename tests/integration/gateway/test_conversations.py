"""The conversation service: stored first, answered exactly once, honest when there is no answer."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ndihma import messages
from ndihma.desk.errors import (
    ConversationQueueFull,
    DeskBusy,
)
from ndihma.desk.ports import EngineMessage, EngineTurn, EngineUnavailable

from .desk_support import replies, turn, types
from .scripted_desk import eventually

if TYPE_CHECKING:
    from ndihma.desk.events import Event


async def test_a_conversation_opens_with_a_stored_greeting_that_offers_topics(desk):
    conversation = await desk.service.open()
    (greeting,) = await desk.events(conversation)
    assert greeting.cursor == 1
    assert greeting.in_reply_to is None
    assert len(greeting.buttons) >= 3
    assert not any("ask_" in button.id for button in greeting.buttons)


async def test_a_message_is_answered_with_reply_and_done(desk):
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "sa kushton kartela")
    events = await desk.until_done(conversation, accepted.message_id)
    assert types(events) == ["reply", "message", "reply", "done"]
    assert [event.cursor for event in events] == [1, 2, 3, 4]
    assert accepted.cursor == 2
    assert not accepted.duplicate
    assert events[2].in_reply_to == events[3].in_reply_to == accepted.message_id
    assert (events[3].intent, events[3].confidence) == ("ask_sim_price", 0.97)
    assert desk.engine.heard == [(f"{conversation}.0", "sa kushton kartela")]


async def test_the_message_is_stored_before_the_engine_hears_it(desk):
    seen: list[list[str]] = []

    async def reply(sender: str, _text: str) -> EngineTurn:
        seen.append(types(await desk.events(sender.rpartition(".")[0])))
        return turn(EngineMessage("po"))

    desk.engine.reply = reply
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "a jeni aty")
    await desk.until_done(conversation, accepted.message_id)
    assert seen == [["reply", "message"]]


async def test_the_same_client_id_again_stores_and_asks_nothing(desk):
    conversation = await desk.service.open()
    first = await desk.service.say(conversation, "m1", "sa kushton")
    await desk.until_done(conversation, first.message_id)
    again = await desk.service.say(conversation, "m1", "sa kushton")
    assert again.duplicate
    assert (again.message_id, again.cursor) == (first.message_id, first.cursor)
    assert len(desk.engine.heard) == 1
    assert len(await desk.events(conversation)) == 4


async def test_twins_sent_at_the_same_moment_become_one_message(desk):
    conversation = await desk.service.open()
    accepted = await asyncio.gather(*(desk.service.say(conversation, "m1", "sa kushton") for _ in range(6)))
    assert len({each.message_id for each in accepted}) == 1
    assert sum(not each.duplicate for each in accepted) == 1
    events = await desk.until_done(conversation, accepted[0].message_id)
    assert types(events) == ["reply", "message", "reply", "done"]
    assert len(desk.engine.heard) == 1


async def test_one_engine_call_at_a_time_in_order_and_conversations_in_parallel(make_desk):
    desk = make_desk(parallel=4)
    two_at_once = asyncio.Event()

    async def reply(_sender: str, text: str) -> EngineTurn:
        if desk.engine.most_in_all > 1:
            two_at_once.set()
        await asyncio.wait_for(two_at_once.wait(), 20)
        return turn(EngineMessage(f"për {text}"))

    desk.engine.reply = reply
    conversations = [await desk.service.open() for _ in range(6)]
    for number in range(3):
        for conversation in conversations:
            await desk.service.say(conversation, f"m{number}", f"pyetja {number}")
    for conversation in conversations:
        events = await eventually(partial(_events_with_done, desk, conversation, 3))
        assert [reply.text for reply in replies(events)[1:]] == [f"për pyetja {number}" for number in range(3)]
        assert [event.cursor for event in events] == list(range(1, len(events) + 1))
    assert desk.engine.most_per_conversation == 1
    assert 1 < desk.engine.most_in_all <= 4


async def test_a_full_queue_refuses_and_stores_nothing_but_still_knows_repeats(make_desk):
    desk = make_desk(waiting_per_conversation=2)
    release = asyncio.Event()

    async def reply(_sender: str, _text: str) -> EngineTurn:
        await release.wait()
        return turn(EngineMessage("po"))

    desk.engine.reply = reply
    conversation = await desk.service.open()
    accepted = [await desk.service.say(conversation, "m0", "një")]
    await asyncio.sleep(0.05)  # the first is with the engine now
    accepted += [await desk.service.say(conversation, f"m{n}", "një") for n in (1, 2)]
    with pytest.raises(ConversationQueueFull):
        await desk.service.say(conversation, "m3", "një")
    assert (await desk.service.say(conversation, "m0", "një")).duplicate
    assert types(await desk.events(conversation)).count("message") == 3
    release.set()
    await desk.until_done(conversation, *(each.message_id for each in accepted))
    await desk.service.say(conversation, "m3", "një")


async def test_the_service_as_a_whole_is_bounded_too(make_desk):
    desk = make_desk(waiting_in_all=1, parallel=1)
    release = asyncio.Event()

    async def reply(_sender: str, _text: str) -> EngineTurn:
        await release.wait()
        return turn(EngineMessage("po"))

    desk.engine.reply = reply
    first, second, third = [await desk.service.open() for _ in range(3)]
    await desk.service.say(first, "m", "një")
    await asyncio.sleep(0.05)
    await desk.service.say(second, "m", "një")  # its worker holds it and waits for a slot
    await asyncio.sleep(0.05)
    await desk.service.say(second, "m2", "një")  # and this one waits
    with pytest.raises(DeskBusy):
        await desk.service.say(third, "m", "një")
    release.set()


async def _events_with_done(desk: Any, conversation: str, count: int) -> list[Event] | None:
    events = await desk.events(conversation)
    return events if types(events).count("done") == count else None


@pytest.mark.parametrize("reason", ["late", "dead", "refused", "failed", "broken"])
async def test_an_engine_without_an_answer_becomes_an_honest_sentence(desk, reason):
    async def reply(_sender: str, _text: str) -> EngineTurn:
        raise EngineUnavailable(reason)

    desk.engine.reply = reply
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "sa kushton kartela")
    events = await desk.until_done(conversation, accepted.message_id)
    assert types(events) == ["reply", "message", "reply", "done"]
    assert events[1].text == "sa kushton kartela"
    assert (events[2].outcome, events[2].text) == ("unavailable", messages.UNAVAILABLE)
    assert (events[3].intent, events[3].confidence) == (None, None)


@pytest.mark.parametrize("empty", [EngineTurn(), turn(EngineMessage()), turn(EngineMessage(custom={"kind": "?"}))])
async def test_an_empty_answer_becomes_an_honest_sentence(desk, empty):
    async def reply(_sender: str, _text: str) -> EngineTurn:
        return empty

    desk.engine.reply = reply
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "sa kushton")
    events = await desk.until_done(conversation, accepted.message_id)
    assert replies(events)[-1].outcome == "unavailable"


async def test_without_an_action_server_a_topic_still_gets_its_faq_answer(desk):
    async def reply(_sender: str, _text: str) -> EngineTurn:
        return EngineTurn(intent="ask_puk_code", confidence=0.9)

    desk.engine.reply = reply
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "kom harru pukun")
    events = await desk.until_done(conversation, accepted.message_id)
    faq, notice = replies(events)[-2:]
    assert (faq.outcome, faq.text, faq.source.text) == ("answered", "Në kartelën e madhe.", "FAQ 002 · PUK")
    assert (notice.outcome, notice.text) == ("unavailable", messages.ACCOUNT_UNAVAILABLE)
    assert events[-1].intent == "ask_puk_code"


async def test_an_unforeseen_error_does_not_stop_the_conversation_or_reach_the_log(desk, caplog):
    async def fails(_sender: str, _text: str) -> EngineTurn:
        raise RuntimeError("fjalë e fshehtë")

    desk.engine.reply = fails
    conversation = await desk.service.open()
    first = await desk.service.say(conversation, "m1", "fjalë e fshehtë")
    await desk.until_done(conversation, first.message_id)
    desk.engine.reply = None
    second = await desk.service.say(conversation, "m2", "sa kushton")
    events = await desk.until_done(conversation, second.message_id)
    assert replies(events)[-1].outcome == "answered"
    assert "fshehtë" not in caplog.text


async def test_a_turn_that_waited_too_long_is_apologised_for_without_a_call(make_desk):
    desk = make_desk(longest_wait_s=0.5)

    async def reply(_sender: str, _text: str) -> EngineTurn:
        await asyncio.sleep(0.6)
        return turn(EngineMessage("po"))

    desk.engine.reply = reply
    conversation = await desk.service.open()
    first = await desk.service.say(conversation, "m1", "një")
    second = await desk.service.say(conversation, "m2", "dy")
    events = await desk.until_done(conversation, first.message_id, second.message_id)
    assert [reply.outcome for reply in replies(events)[1:]] == ["answered", "unavailable"]
    assert len(desk.engine.heard) == 1


async def test_a_message_that_waits_behind_others_is_answered_late_and_not_apologised_for(make_desk):
    desk = make_desk(parallel=1, stalled_after_s=1.0, longest_wait_s=60.0)

    async def reply(_sender: str, text: str) -> EngineTurn:
        await asyncio.sleep(0.1)  # fourteen of them last longer than an outage may
        return turn(EngineMessage(text))

    desk.engine.reply = reply
    conversations = [await desk.service.open() for _ in range(14)]
    accepted = [await desk.service.say(conversation, "m1", "sa kushton") for conversation in conversations]
    for conversation, each in zip(conversations, accepted, strict=True):
        events = await desk.until_done(conversation, each.message_id)
        assert replies(events)[-1].outcome == "answered"


async def test_behind_an_engine_that_answers_nobody_the_wait_is_short(make_desk):
    desk = make_desk(parallel=1, stalled_after_s=0.1, longest_wait_s=60.0)

    async def reply(_sender: str, _text: str) -> EngineTurn:
        await asyncio.sleep(0.15)
        raise EngineUnavailable("late")

    desk.engine.reply = reply
    conversations = [await desk.service.open() for _ in range(12)]
    accepted = [await desk.service.say(conversation, "m1", "sa kushton") for conversation in conversations]
    for conversation, each in zip(conversations, accepted, strict=True):
        events = await desk.until_done(conversation, each.message_id)
        assert replies(events)[-1].outcome == "unavailable"
    assert len(desk.engine.heard) < len(conversations)
    desk.engine.reply = None  # the engine is back: the next message asks it
    late = await desk.service.say(conversations[0], "m2", "sa kushton")
    assert replies(await desk.until_done(conversations[0], late.message_id))[-1].outcome == "answered"


async def test_a_conversation_with_many_messages_does_not_keep_the_others_waiting(make_desk):
    desk = make_desk(parallel=1)
    release = asyncio.Event()

    async def reply(_sender: str, text: str) -> EngineTurn:
        await release.wait()
        return turn(EngineMessage(text))

    desk.engine.reply = reply
    busy, others = await desk.service.open(), [await desk.service.open() for _ in range(3)]
    accepted = {busy: [await desk.service.say(busy, f"m{n}", "një") for n in range(6)]}
    for other in others:
        accepted[other] = [await desk.service.say(other, "m0", "një")]
    await asyncio.sleep(0.05)  # every conversation's first message stands in line
    release.set()
    for conversation, messages_ in accepted.items():
        await desk.until_done(conversation, *(each.message_id for each in messages_))
    order = [sender.partition(".")[0] for sender, _ in desk.engine.heard]
    assert set(order[:4]) == {busy, *others}
    assert order.count(busy) == 6
