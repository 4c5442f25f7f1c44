"""The conversation service: stored first, answered exactly once, honest when there is no answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from ndihma import messages
from ndihma.desk.errors import (
    CodesRefused,
    ConversationQueueFull,
    DeskBusy,
    EmptyText,
    TextTooLong,
    UnknownChoice,
    UnknownConversation,
)
from ndihma.desk.events import ReplyBody, VerificationBody
from ndihma.desk.ports import EngineButton, EngineMessage, EngineTurn, EngineUnavailable
from ndihma.desk.store import ConversationStore
from ndihma.verification.model import VerificationState

from .conftest import eventually

if TYPE_CHECKING:
    from ndihma.desk.events import Event


def types(events: list[Event]) -> list[str]:
    return [event.type for event in events]


def replies(events: list[Event]) -> list[Any]:
    return [event for event in events if event.type == "reply"]


def turn(*parts: EngineMessage, intent: str = "ask_sim_price") -> EngineTurn:
    return EngineTurn(parts, intent, 0.9)


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

    async def reply(_sender: str, text: str) -> EngineTurn:
        await asyncio.sleep(0.02)
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
    desk = make_desk(longest_wait_s=0.05)

    async def reply(_sender: str, _text: str) -> EngineTurn:
        await asyncio.sleep(0.1)
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


# --- restart ------------------------------------------------------------------------------------------------


async def test_a_message_pending_at_a_kill_is_answered_once_after_the_restart(desk):
    hang = asyncio.Event()

    async def hangs(_sender: str, _text: str) -> EngineTurn:
        await hang.wait()
        raise AssertionError

    desk.engine.reply = hangs
    conversation = await desk.service.open()
    accepted = [await desk.service.say(conversation, f"m{n}", f"pyetja {n}") for n in range(3)]
    await asyncio.sleep(0.05)
    await desk.service.stop()
    assert types(await desk.events(conversation)) == ["reply", "message", "message", "message"]

    desk.engine.reply = None
    successor = desk.another()
    await successor.start()
    events = await desk.until_done(conversation, *(each.message_id for each in accepted))
    await successor.stop()
    assert types(events) == ["reply", *["message"] * 3, *["reply", "done"] * 3]
    assert [event.in_reply_to for event in events if event.type == "done"] == [each.message_id for each in accepted]
    third = desk.another()
    await third.start()
    await asyncio.sleep(0.05)
    await third.stop()
    assert len(await desk.events(conversation)) == len(events)


async def test_a_stale_pending_message_is_apologised_for_at_the_restart(desk):
    async def hangs(_sender: str, _text: str) -> EngineTurn:
        await asyncio.sleep(60)
        raise AssertionError

    desk.engine.reply = hangs
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "sa kushton")
    await asyncio.sleep(0.02)
    await desk.service.stop()
    desk.clock.advance(timedelta(hours=2))
    desk.engine.heard.clear()
    successor = desk.another()
    await successor.start()
    events = await desk.until_done(conversation, accepted.message_id)
    await successor.stop()
    assert replies(events)[-1].outcome == "unavailable"
    assert desk.engine.heard == []


async def test_two_processes_at_the_same_turn_store_one_answer(desk):
    release = asyncio.Event()

    async def reply(_sender: str, _text: str) -> EngineTurn:
        await release.wait()
        return turn(EngineMessage("po"))

    desk.engine.reply = reply
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "sa kushton")
    other = desk.another()
    await other.start()  # takes the pending turn up although the first is at work on it
    await asyncio.sleep(0.05)
    assert len(desk.engine.heard) == 2
    release.set()
    await desk.until_done(conversation, accepted.message_id)
    await asyncio.sleep(0.1)
    await other.stop()
    assert types(await desk.events(conversation)) == ["reply", "message", "reply", "done"]


async def test_a_turn_that_could_not_be_stored_is_taken_up_again(make_desk, monkeypatch):
    desk = make_desk(sweep_every_s=0.05, orphaned_after_s=3.0)
    real = ConversationStore.finish
    failures = iter([True, False])

    async def finish(self: ConversationStore, *arguments: Any, **options: Any) -> Any:
        if next(failures, False):
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        return await real(self, *arguments, **options)

    monkeypatch.setattr(ConversationStore, "finish", finish)
    await desk.service.start()
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "sa kushton")
    await asyncio.sleep(0.1)
    assert types(await desk.events(conversation)) == ["reply", "message"]
    desk.clock.advance(timedelta(seconds=30))
    events = await desk.until_done(conversation, accepted.message_id)
    assert types(events) == ["reply", "message", "reply", "done"]


async def test_a_resumed_question_survives_a_kill(desk):
    conversation = await desk.service.open()
    await desk.service.stop()
    await desk.service.resume(
        conversation, "check_account", VerificationBody(state=VerificationState.VERIFIED, masked="044 ••• •56")
    )
    successor = desk.another()
    await successor.start()
    events = await desk.until_done(conversation, None)
    await successor.stop()
    assert types(events) == ["reply", "verification", "reply", "done"]
    assert events[2].in_reply_to is None
    assert desk.engine.heard == [(f"{conversation}.0", "/check_account")]


# --- choices, epochs, instructions --------------------------------------------------------------------------


async def test_a_pressed_button_sends_its_payload_and_shows_its_title(desk):
    async def reply(_sender: str, text: str) -> EngineTurn:
        if text == "/affirm":
            return turn(EngineMessage("në rregull"))
        return turn(EngineMessage("A doni?", buttons=(EngineButton("Po", "/affirm"),)))

    desk.engine.reply = reply
    conversation = await desk.service.open()
    first = await desk.service.say(conversation, "m1", "dua")
    events = await desk.until_done(conversation, first.message_id)
    button = replies(events)[-1].buttons[0]
    assert (button.title, button.id.startswith("c_")) == ("Po", True)
    second = await desk.service.choose(conversation, "m2", button.id)
    events = await desk.until_done(conversation, second.message_id)
    assert [event.text for event in events if event.type == "message"] == ["dua", "Po"]
    assert desk.engine.heard[-1] == (f"{conversation}.0", "/affirm")


async def test_a_choice_of_another_conversation_is_unknown(desk):
    mine, other = await desk.service.open(), await desk.service.open()
    theirs = replies(await desk.events(other))[0].buttons[0].id
    with pytest.raises(UnknownChoice):
        await desk.service.choose(mine, "m1", theirs)


async def test_a_slash_command_typed_by_a_customer_reaches_the_engine_as_words(desk):
    conversation = await desk.service.open()
    for number, typed in enumerate(("/restart", '/check_account{"x":1}', " \u200b/restart", "//restart")):
        accepted = await desk.service.say(conversation, f"m{number}", typed)
        await desk.until_done(conversation, accepted.message_id)
    assert not [text for _, text in desk.engine.heard if text.lstrip().startswith("/")]


@pytest.mark.parametrize(("raw", "error"), [("", EmptyText), (" \n\t ", EmptyText), ("a" * 1001, TextTooLong)])
async def test_a_refused_text_stores_nothing(desk, raw, error):
    conversation = await desk.service.open()
    with pytest.raises(error):
        await desk.service.say(conversation, "m1", raw)
    assert types(await desk.events(conversation)) == ["reply"]


async def test_an_unknown_conversation_is_told_so(desk):
    with pytest.raises(UnknownConversation):
        await desk.service.say("nuk-ka", "m1", "po")


async def test_the_epoch_grows_after_forty_turns_but_not_in_the_middle_of_an_offer(make_desk):
    desk = make_desk(soft_epoch_turns=3, hard_epoch_turns=5)
    offers = iter([False, False, True, True, False, False] + [True] * 20)

    async def reply(_sender: str, _text: str) -> EngineTurn:
        return turn(EngineMessage("po", offers=next(offers)))

    desk.engine.reply = reply
    conversation = await desk.service.open()
    for number in range(14):
        accepted = await desk.service.say(conversation, f"m{number}", "po")
        await desk.until_done(conversation, accepted.message_id)
    senders = [sender.rpartition(".")[2] for sender, _ in desk.engine.heard]
    # Turns 3 and 4 end in offers, so the third boundary moves by two; later ones stop at the hard limit of 5.
    assert senders == [*"00000", *"11111", *"2222"]
    assert {sender.rpartition(".")[0] for sender, _ in desk.engine.heard} == {conversation}


async def test_a_verify_instruction_opens_the_step(desk):
    async def reply(_sender: str, _text: str) -> EngineTurn:
        custom = {"kind": "verify", "resume_intent": "check_account"}
        return turn(EngineMessage("Verifikoni numrin."), EngineMessage(custom=custom))

    desk.engine.reply = reply
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "sa kredi kam")
    events = await desk.until_done(conversation, accepted.message_id)
    assert types(events) == ["reply", "message", "reply", "verification", "done"]
    assert events[3].state == "number_needed"
    assert desk.steps.asked == ["check_account"]


async def test_a_number_typed_while_one_is_needed_is_used_and_not_stored(desk):
    desk.steps.state = VerificationState.NUMBER_NEEDED
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "044 123 456", "192.0.2.7")
    events = await desk.until_done(conversation, accepted.message_id)
    assert types(events) == ["reply", "message", "verification", "reply", "done"]
    assert events[1].text == "<msisdn>"
    assert (events[2].state, events[2].masked) == ("code_sent", "044 ••• •56")
    assert [(msisdn.national, address) for msisdn, address in desk.steps.numbers] == [("044123456", "192.0.2.7")]
    assert desk.engine.heard == []


@pytest.mark.parametrize(("locked", "state"), [(True, ["locked"]), (False, [])])
async def test_a_typed_number_that_may_have_no_code_gets_a_sentence(desk, locked, state):
    desk.steps.state = VerificationState.NUMBER_NEEDED
    desk.steps.refuse = CodesRefused(60, locked=locked)
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "044 123 456")
    events = await desk.until_done(conversation, accepted.message_id)
    assert [event.state for event in events if event.type == "verification"] == state
    assert replies(events)[-1].outcome == "answered"


async def test_a_number_in_a_sentence_goes_to_the_engine_redacted(desk):
    desk.steps.state = VerificationState.NUMBER_NEEDED
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "numri im është 044 123 456, a vlen?")
    await desk.until_done(conversation, accepted.message_id)
    assert desk.engine.heard == [(f"{conversation}.0", "numri im është <msisdn>, a vlen?")]
    assert desk.steps.numbers == []


async def test_a_code_typed_into_the_chat_is_neither_used_nor_stored(desk):
    desk.steps.state = VerificationState.CODE_SENT
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "482 913")
    events = await desk.until_done(conversation, accepted.message_id)
    assert events[1].text == "<code>"
    assert replies(events)[-1].text == messages.CODE_BELONGS_IN_ITS_FIELD
    assert desk.engine.heard == []
    async with desk.database.session() as session:
        dump = str((await session.execute(text("SELECT payload FROM events"))).all())
        dump += str((await session.execute(text("SELECT engine_text FROM turns"))).all())
    assert "913" not in dump


async def test_a_number_whose_process_died_is_not_guessed(desk):
    desk.steps.state = VerificationState.NUMBER_NEEDED
    conversation = await desk.service.open()
    desk.service._queue._stopping = True  # as if the process died between storing and sending
    with pytest.raises(DeskBusy):
        await desk.service.say(conversation, "m0", "044 123 456")
    desk.service._queue._stopping = False

    async def hangs(*_arguments: Any) -> Any:
        await asyncio.sleep(60)

    desk.steps.number_given = hangs
    accepted = await desk.service.say(conversation, "m1", "044 123 456")
    await asyncio.sleep(0.02)
    await desk.service.stop()
    successor = desk.another()
    await successor.start()
    events = await desk.until_done(conversation, accepted.message_id)
    await successor.stop()
    assert replies(events)[-1].outcome == "unavailable"


async def test_cancel_tells_only_when_there_was_a_step(desk):
    async def reply(_sender: str, _text: str) -> EngineTurn:
        return turn(EngineMessage("U anulua."), EngineMessage(custom={"kind": "cancel_verification"}))

    desk.engine.reply = reply
    conversation = await desk.service.open()
    first = await desk.service.say(conversation, "m1", "anulo")
    desk.steps.state = None
    events = await desk.until_done(conversation, first.message_id)
    assert "verification" not in types(events)
    desk.steps.state = VerificationState.CODE_SENT
    second = await desk.service.say(conversation, "m2", "anulo")
    events = await desk.until_done(conversation, second.message_id)
    assert [event.state for event in events if event.type == "verification"] == ["cancelled"]


async def test_an_unknown_instruction_is_logged_without_its_content_and_the_reply_stays(desk, caplog):
    async def reply(_sender: str, _text: str) -> EngineTurn:
        return turn(EngineMessage("Përgjigjja."), EngineMessage(custom={"kind": "reveal", "puk": "12345678"}))

    desk.engine.reply = reply
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "po")
    events = await desk.until_done(conversation, accepted.message_id)
    assert replies(events)[-1].text == "Përgjigjja."
    assert "unknown instruction" in caplog.text
    assert "12345678" not in caplog.text


async def test_source_and_fallback_intent_are_told(desk):
    async def reply(_sender: str, _text: str) -> EngineTurn:
        return turn(EngineMessage("7 €", source="FAQ 000", reviewed="2026-11-22"), intent="nlu_fallback")

    desk.engine.reply = reply
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "po")
    events = await desk.until_done(conversation, accepted.message_id)
    assert replies(events)[-1].source.model_dump() == {"text": "FAQ 000", "reviewed": "2026-11-22"}
    assert events[-1].intent == "out_of_scope"


async def test_history_comes_in_pages(desk):
    conversation = await desk.service.open()
    await desk.service.record(conversation, *(ReplyBody(in_reply_to=None, text=str(n)) for n in range(5)))
    page = await desk.service.history(conversation, 0, 4)
    assert ([event.cursor for event in page.events], page.cursor, page.more) == ([1, 2, 3, 4], 4, True)
    page = await desk.service.history(conversation, 4, 4)
    assert ([event.cursor for event in page.events], page.cursor, page.more) == ([5, 6], 6, False)
    page = await desk.service.history(conversation, 6, 4)
    assert (page.events, page.cursor, page.more) == ((), 6, False)


async def test_idle_conversations_leave_nothing_in_memory(desk):
    for _ in range(5):
        conversation = await desk.service.open()
        accepted = await desk.service.say(conversation, "m1", "po")
        await desk.until_done(conversation, accepted.message_id)
    await asyncio.sleep(0.02)
    assert desk.service.at_work == 0
    assert desk.service._queue._known == set()
    assert desk.service._queue._waiting == 0
