"""The customer's side of hand-off: asking for a person, the queue, what is said while people have the conversation."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select

from ndihma.accounts.msisdn import Msisdn
from ndihma.desk.event_log import Choice, append_events
from ndihma.desk.events import VerificationBody
from ndihma.desk.handoff import messages
from ndihma.desk.handoff.hours import WorkingHours
from ndihma.desk.handoff.model import State
from ndihma.desk.handoff.tables import CallbackRow
from ndihma.desk.ports import EngineMessage, EngineTurn, EngineUnavailable
from ndihma.desk.tables import TurnRow, TurnState
from ndihma.verification.model import VerificationState

from .floor import ARTA, ASKS_AGENT, BESA, Floor, dones, handoffs, kinds, said

MINE = Msisdn("+38344765432")


async def dead(_sender: str, _text: str) -> None:
    raise EngineUnavailable("dead")


async def test_the_edges_button_asks_for_a_person_with_the_engine_down(floor: Floor) -> None:
    floor.engine.reply = dead
    await floor.on_duty(ARTA)
    conversation = await floor.service.open()
    sent = await floor.service.say(conversation, "m1", "  FOL me një Agjent ")
    events = await floor.until_done(conversation, sent.message_id)
    assert kinds(events) == ["reply", "message", "reply", "handoff", "done"]
    assert handoffs(events) == [("waiting", 1, None)]
    assert events[2].in_reply_to == sent.message_id
    assert said(events) == [(None, messages.ASKED)]
    assert floor.engine.heard == []


async def test_a_button_of_the_dialogues_asks_without_the_engine_too(floor: Floor) -> None:
    await floor.on_duty(ARTA)
    conversation = await floor.service.open()
    choice = Choice("c_human", "Fol me një njeri", "/request_agent")
    await floor.database.transact(lambda c: append_events(c, conversation, (), (choice,), floor.clock.now()))
    sent = await floor.service.choose(conversation, "m1", "c_human")
    events = await floor.until_done(conversation, sent.message_id)
    assert handoffs(events) == [("waiting", 1, None)]
    assert floor.engine.heard == []


async def test_the_dialogue_hands_over_by_its_instruction(floor: Floor) -> None:
    async def reply(_sender: str, _text: str) -> object:
        return ASKS_AGENT

    floor.engine.reply = reply
    await floor.on_duty(ARTA)
    conversation = await floor.service.open()
    sent = await floor.service.say(conversation, "m1", "lidhem me ni njeri t'gjalle")
    events = await floor.until_done(conversation, sent.message_id)
    assert kinds(events) == ["reply", "message", "reply", "handoff", "done"]
    assert (events[-1].intent, events[-1].confidence) == ("request_agent", 0.9)
    assert "080010000" not in said(events)[0][1]


async def test_who_asks_again_is_told_the_place_again(floor: Floor) -> None:
    await floor.on_duty(ARTA)
    conversation = await floor.waiting()
    await floor.service.request_agent(conversation)
    events = await floor.until(conversation, lambda events: len(dones(events)) == 2)
    assert handoffs(events) == [("waiting", 1, None)] * 2
    assert await floor.version(conversation) == 1


async def test_places_are_told_when_they_change(floor: Floor) -> None:
    await floor.on_duty(ARTA)
    conversations = []
    for _ in range(3):
        conversations.append(await floor.waiting())
        floor.clock.advance(timedelta(seconds=20))
        await floor.on_duty(ARTA)
    assert [handoffs(await floor.events(each))[-1][1] for each in conversations] == [1, 2, 3]
    await floor.agents.take(conversations[0], ARTA, 1)
    await floor.keeper.look()
    await floor.keeper.look()
    assert [handoffs(await floor.events(each)) for each in conversations[1:]] == [
        [("waiting", 2, None), ("waiting", 1, None)],
        [("waiting", 3, None), ("waiting", 2, None)],
    ]


async def test_a_place_is_not_told_twice_within_ten_seconds(floor: Floor) -> None:
    await floor.on_duty(ARTA, BESA)
    order = []
    for _ in range(3):
        order.append(await floor.waiting())
        floor.clock.advance(timedelta(seconds=1))
    floor.clock.advance(timedelta(seconds=10))
    await floor.agents.take(order[0], ARTA, 1)
    await floor.keeper.look()
    await floor.agents.take(order[1], BESA, 1)
    await floor.keeper.look()
    assert handoffs(await floor.events(order[2]))[-1] == ("waiting", 2, None)
    floor.clock.advance(timedelta(seconds=11))
    await floor.keeper.look()
    assert handoffs(await floor.events(order[2]))[-1] == ("waiting", 1, None)


async def test_while_people_have_it_messages_are_stored_and_the_assistant_is_silent(floor: Floor) -> None:
    conversation, _ = await floor.taken()
    sent = [await floor.service.say(conversation, f"m{n}", text) for n, text in enumerate(("/restart", "sa kushton"))]
    await floor.service.resume(conversation, "check_account", VerificationBody(state=VerificationState.VERIFIED))
    events = await floor.events(conversation)
    assert kinds(events)[-6:] == ["message", "done", "message", "done", "verification", "done"]
    assert dones(events)[-3:] == [*(each.message_id for each in sent), None]
    assert floor.engine.heard == []
    async with floor.database.session() as session:
        states = set(await session.scalars(select(TurnRow.state).where(TurnRow.kind != "agent")))
    assert states == {TurnState.HUMAN}


async def test_a_repeated_message_is_a_duplicate_while_people_have_it(floor: Floor) -> None:
    conversation, _ = await floor.taken()
    first = await floor.service.say(conversation, "m1", "alo")
    again = await floor.service.say(conversation, "m1", "alo")
    assert (again.message_id, again.cursor, again.duplicate) == (first.message_id, first.cursor, True)


async def test_nobody_on_duty_is_said_and_a_call_is_offered(floor: Floor) -> None:
    await floor.on_duty(ARTA)
    floor.clock.advance(timedelta(minutes=2))  # the browser died
    conversation = await floor.service.open()
    sent = await floor.service.say(conversation, "m1", messages.AGENT_REQUEST)
    events = await floor.until_done(conversation, sent.message_id)
    assert handoffs(events) == []
    assert said(events) == [(None, messages.nobody(None))]
    assert [button.title for button in events[-2].buttons] == [messages.CALLBACK_BUTTON]
    assert (await floor.state(conversation)).state is State.BOT
    after = await floor.service.say(conversation, "m2", "sa kushton")
    assert said(await floor.until_done(conversation, after.message_id))[-1] == (None, "Kartela kushton 7 €.")


async def test_out_of_hours_says_when_agents_work_next(make_floor) -> None:
    floor = make_floor(hours=WorkingHours.parse("mon-fri 08:00-16:00"))  # the clock stands on a Sunday
    await floor.on_duty(ARTA)
    conversation = await floor.service.open()
    await floor.service.request_agent(conversation)
    events = await floor.until_done(conversation, None)
    assert "23 nëntor 2026, 08:00" in said(events)[0][1]


async def test_a_full_queue_takes_nobody_more(make_floor) -> None:
    floor = make_floor(most_waiting=1)
    await floor.on_duty(ARTA)
    await floor.waiting()
    assert handoffs(await floor.events(await floor.waiting())) == []


async def callback(floor: Floor, conversation: str) -> str:
    """The id of the button that asks to be called."""
    await floor.service.request_agent(conversation)
    events = await floor.until_done(conversation, None)
    return next(event.buttons[0].id for event in reversed(events) if event.type == "reply" and event.buttons)


async def test_s6_a_typed_number_to_call_is_in_no_event_and_not_in_the_engine(floor: Floor) -> None:
    conversation = await floor.service.open()
    pressed = await floor.service.choose(conversation, "m1", await callback(floor, conversation))
    await floor.until_done(conversation, pressed.message_id)
    typed = await floor.service.say(conversation, "m2", "044 765 432")
    events = await floor.until_done(conversation, typed.message_id)
    assert "044 ••• •32" in said(events)[-1][1]
    assert not any("765432" in event.model_dump_json().replace(" ", "") for event in events)
    assert floor.engine.heard == []
    (request,) = await floor.callbacks.open_ones()
    assert (request.msisdn, request.verified) == (MINE, False)
    assert request.reference in said(events)[-1][1]


async def test_a_number_to_call_is_not_taken_for_one_to_verify(floor: Floor) -> None:
    conversation = await floor.service.open()
    button = await callback(floor, conversation)
    floor.steps.state = VerificationState.NUMBER_NEEDED
    pressed = await floor.service.choose(conversation, "m1", button)
    events = await floor.until_done(conversation, pressed.message_id)
    assert kinds(events)[-3:] == ["verification", "reply", "done"]
    typed = await floor.service.say(conversation, "m2", "044 765 432")
    await floor.until_done(conversation, typed.message_id)
    assert floor.steps.numbers == []
    assert [request.msisdn for request in await floor.callbacks.open_ones()] == [MINE]


async def test_a_number_is_awaited_for_half_an_hour_only(floor: Floor) -> None:
    conversation = await floor.service.open()
    pressed = await floor.service.choose(conversation, "m1", await callback(floor, conversation))
    await floor.until_done(conversation, pressed.message_id)
    floor.clock.advance(timedelta(minutes=31))
    typed = await floor.service.say(conversation, "m2", "044 765 432")
    await floor.until_done(conversation, typed.message_id)
    assert floor.engine.heard == [(f"{conversation}.0", "<msisdn>")]
    assert await floor.callbacks.open_ones() == []


async def test_who_asks_for_a_call_again_keeps_their_place(floor: Floor) -> None:
    asked = []
    for _ in range(2):
        conversation = await floor.service.open()
        floor.identities.of[conversation] = MINE
        button = await callback(floor, conversation)
        asked.append((conversation, button))
    for n, (conversation, button) in enumerate([*asked, asked[0]]):
        floor.clock.advance(timedelta(minutes=1))
        pressed = await floor.service.choose(conversation, f"m{n}", button)
        await floor.until_done(conversation, pressed.message_id)
    assert [request.conversation_id for request in await floor.callbacks.open_ones()] == [each for each, _ in asked]


async def test_who_waits_is_not_sent_away_because_consoles_were_silent_for_a_moment(floor: Floor) -> None:
    await floor.on_duty(ARTA)
    conversation = await floor.waiting()
    for passed in (timedelta(minutes=5), timedelta(seconds=80)):  # a gateway that was away: its first looks find nobody
        floor.clock.advance(passed)
        await floor.keeper.look()
    assert (await floor.state(conversation)).state is State.WAITING
    await floor.on_duty(ARTA)
    await floor.keeper.look()
    for passed in (timedelta(minutes=3), timedelta(minutes=2, seconds=59)):
        floor.clock.advance(passed)
        await floor.keeper.look()
    assert (await floor.state(conversation)).state is State.WAITING
    floor.clock.advance(timedelta(seconds=1))
    await floor.keeper.look()
    assert (await floor.state(conversation)).state is State.BOT


async def test_a_number_that_was_typed_behind_asking_for_a_person_gets_no_code(floor: Floor) -> None:
    await floor.on_duty(ARTA)
    conversation = await floor.service.open()
    floor.steps.state = VerificationState.NUMBER_NEEDED
    answers = asyncio.Event()

    async def slow(_sender: str, _text: str) -> EngineTurn:
        await answers.wait()
        return EngineTurn((EngineMessage(text="7 €"),), "ask_sim_price", 0.9)

    floor.engine.reply = slow
    await floor.service.say(conversation, "m1", "sa kushton")
    await floor.service.request_agent(conversation)
    await floor.service.say(conversation, "m2", "044 765 432")
    answers.set()
    await floor.until(conversation, lambda events: len(dones(events)) == 3)
    assert (await floor.state(conversation)).state is State.WAITING
    await floor.service.stop()  # what still was at work has ended
    assert floor.steps.numbers == []


async def test_a_proved_number_need_not_be_typed_and_is_filed_once(floor: Floor) -> None:
    conversation = await floor.service.open()
    floor.identities.of[conversation] = MINE
    button = await callback(floor, conversation)
    for n in range(2):
        pressed = await floor.service.choose(conversation, f"m{n}", button)
        await floor.until_done(conversation, pressed.message_id)
    (request,) = await floor.callbacks.open_ones()
    assert (request.msisdn, request.verified, request.conversation_id) == (MINE, True, conversation)
    async with floor.database.session() as session:
        assert len((await session.scalars(select(CallbackRow))).all()) == 1


async def test_a_closed_conversation_opens_again_when_the_customer_writes(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    await floor.agents.close(conversation, ARTA, handoff.version)
    await floor.service.say(conversation, "m1", "edhe nji pyetje")
    events = await floor.events(conversation)
    assert kinds(events)[-3:] == ["message", "handoff", "done"]
    assert handoffs(events)[-2:] == [("bot", None, None), ("waiting", 1, None)]
    assert floor.engine.heard == []
    state = await floor.state(conversation)
    assert (state.state, state.unanswered_since) == (State.WAITING, floor.clock.now())


async def test_a_closed_conversation_is_the_assistants_when_nobody_is_there(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    await floor.agents.close(conversation, ARTA, handoff.version)
    floor.clock.advance(timedelta(minutes=10))
    sent = await floor.service.say(conversation, "m1", "sa kushton")
    events = await floor.until_done(conversation, sent.message_id)
    assert said(events)[-1] == (None, "Kartela kushton 7 €.")
    assert floor.engine.heard == [(f"{conversation}.1", "sa kushton")]


async def test_an_old_matter_is_not_opened_again(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    await floor.agents.close(conversation, ARTA, handoff.version)
    floor.clock.advance(timedelta(hours=25))
    await floor.on_duty(ARTA)
    sent = await floor.service.say(conversation, "m1", "sa kushton")
    await floor.until_done(conversation, sent.message_id)
    assert (await floor.state(conversation)).state is State.BOT


async def test_a_customer_who_ends_the_conversation_waits_no_more(floor: Floor) -> None:
    await floor.on_duty(ARTA)
    conversation = await floor.waiting()
    await floor.service.end(conversation)
    assert (await floor.state(conversation)).state is State.CLOSED
    assert kinds(await floor.events(conversation))[-1] == "ended"
