"""Buttons, epochs and the instructions of actions, in the conversation service."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from ndihma import messages
from ndihma.desk.errors import (
    CodesRefused,
    DeskBusy,
    EmptyText,
    TextTooLong,
    UnknownChoice,
    UnknownConversation,
)
from ndihma.desk.events import ReplyBody
from ndihma.desk.ports import EngineButton, EngineMessage, EngineTurn
from ndihma.formatting import format_moment
from ndihma.verification.model import Purpose, VerificationState

from .desk_support import replies, turn, types
from .scripted_desk import NOW


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


@pytest.mark.parametrize("typed", ["044 123 456", "numri im është 044 123 456."])
async def test_a_number_typed_while_one_is_needed_is_used_and_not_stored(desk, typed):
    desk.steps.state = VerificationState.NUMBER_NEEDED
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", typed, "192.0.2.7")
    events = await desk.until_done(conversation, accepted.message_id)
    assert types(events) == ["reply", "message", "verification", "reply", "done"]
    assert events[1].text == "<msisdn>"
    assert (events[2].state, events[2].masked) == ("code_sent", "044 ••• •56")
    assert [(msisdn.national, address) for msisdn, address in desk.steps.numbers] == [("044123456", "192.0.2.7")]
    assert desk.engine.heard == []


@pytest.mark.parametrize(("locked", "state"), [(True, ["locked"]), (False, [])])
async def test_a_typed_number_that_may_have_no_code_gets_a_sentence(desk, locked, state):
    desk.steps.state = VerificationState.NUMBER_NEEDED
    desk.steps.refuse = CodesRefused(60, NOW + timedelta(seconds=60), locked=locked)
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "044 123 456")
    events = await desk.until_done(conversation, accepted.message_id)
    assert [event.state for event in events if event.type == "verification"] == state
    assert replies(events)[-1].outcome == "answered"
    assert format_moment(NOW + timedelta(seconds=60)) in replies(events)[-1].text


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


async def test_a_code_in_a_sentence_is_told_to_belong_in_its_field_too(desk):
    desk.steps.state = VerificationState.CODE_SENT
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "kodi është 482 913")
    events = await desk.until_done(conversation, accepted.message_id)
    assert events[1].text == "kodi është <code>"
    assert replies(events)[-1].text == messages.CODE_BELONGS_IN_ITS_FIELD
    assert desk.engine.heard == []


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_a_number_typed_for_a_puk_hears_that_a_contact_gets_the_code(desk, purpose):
    desk.steps.state, desk.steps.purpose = VerificationState.NUMBER_NEEDED, purpose
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "044 123 456")
    events = await desk.until_done(conversation, accepted.message_id)
    assert replies(events)[-1].text == messages.CODE_SENT[purpose]


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope", "deny"])
async def test_who_waits_for_a_code_and_is_not_understood_is_told_why_it_may_not_come(desk, intent, purpose):
    async def reply(_sender: str, _text: str) -> EngineTurn:
        return EngineTurn((EngineMessage("Për këtë nuk kam përgjigje."),), intent)

    desk.engine.reply = reply
    desk.steps.state, desk.steps.purpose = VerificationState.CODE_SENT, purpose
    conversation = await desk.service.open()
    first = await desk.service.say(conversation, "m1", "nuk po më vjen")
    events = await desk.until_done(conversation, first.message_id)
    assert [told.text for told in replies(events)[-2:]] == ["Për këtë nuk kam përgjigje.", messages.NO_CODE[purpose]]
    desk.steps.state = VerificationState.NUMBER_NEEDED
    second = await desk.service.say(conversation, "m2", "nuk po më vjen")
    events = await desk.until_done(conversation, second.message_id)
    assert replies(events)[-1].text == "Për këtë nuk kam përgjigje."


@pytest.mark.parametrize(("intent", "states"), [("deny", ["cancelled"]), ("out_of_scope", []), ("affirm", [])])
async def test_who_says_no_to_giving_a_number_is_not_asked_for_it_any_more(desk, intent, states):
    async def reply(_sender: str, _text: str) -> EngineTurn:
        return EngineTurn((EngineMessage("Në rregull."),), intent)

    desk.engine.reply = reply
    desk.steps.state = VerificationState.NUMBER_NEEDED
    conversation = await desk.service.open()
    accepted = await desk.service.say(conversation, "m1", "jo, s'du")
    events = await desk.until_done(conversation, accepted.message_id)
    assert [event.state for event in events if event.type == "verification"] == states
    assert replies(events)[-1].text == "Në rregull."


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
