"""The races of hand-off: in each of them there is one voice, nothing is lost and nothing comes twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from ndihma.db import Database
from ndihma.desk.errors import HandoffChanged, HandoffNotPossible, NotTheirs
from ndihma.desk.handoff import messages
from ndihma.desk.handoff.model import Agent, Handoff, State
from ndihma.desk.ports import EngineMessage, EngineTurn
from tests.integration.gateway.scripted_desk import answer

from .floor import ARTA, ASKS_AGENT, BESA, CHIEF, WITHIN_S, Floor, Held, dones, handoffs, kinds, refused, said

AT_ONCE = 1000
SIDE_BY_SIDE = 8
"""Conversations; connections are bounded."""


@pytest.fixture
async def replica(floor: Floor, database_url: str) -> AsyncIterator[Floor]:
    """A second gateway, with connections of its own."""
    database = Database(database_url)
    other = floor.another(database)
    yield other
    await other.stop()
    await database.close()


async def test_two_claims_at_the_same_instant_a_thousand_times(floor: Floor, replica: Floor) -> None:
    rounds = AT_ONCE // SIDE_BY_SIDE
    await asyncio.gather(*(_claimed_again_and_again(floor, replica, rounds) for _ in range(SIDE_BY_SIDE)))


async def _claimed_again_and_again(floor: Floor, replica: Floor, rounds: int) -> None:
    """Two supervisors claim one conversation from a third, at two gateways, all having seen the same version."""
    supervisors = [Agent(f"s{n}", f"Drita {n}", supervisor=True) for n in range(3)]
    conversation = await floor.service.open()
    handoff = await floor.agents.take(conversation, supervisors[0], 0)
    for _ in range(rounds):
        one, other = (each for each in supervisors if each.id != getattr(handoff.agent, "id", None))
        claims = await asyncio.gather(
            floor.agents.take(conversation, one, handoff.version),
            replica.agents.take(conversation, other, handoff.version),
            return_exceptions=True,
        )
        assert [type(claim) for claim in claims if isinstance(claim, BaseException)] == [HandoffChanged]
        (handoff,) = [claim for claim in claims if not isinstance(claim, BaseException)]
    assert handoff.version == await floor.version(conversation) == rounds + 1
    page = await floor.service.history(conversation, 0, 2 * rounds)
    assert kinds(list(page.events)).count("handoff") == rounds + 1


async def test_of_a_thousand_claims_at_one_moment_one_succeeds(floor: Floor) -> None:
    await floor.on_duty(ARTA)
    conversation = await floor.waiting()
    crowd = [Agent(f"agent-{n}", f"Agjenti {n}") for n in range(AT_ONCE)]
    places = asyncio.Semaphore(10)  # connections are bounded; all of them saw the same version

    async def claim(agent: Agent) -> Handoff:
        async with places:
            return await floor.agents.take(conversation, agent, 1)

    claims = await asyncio.gather(*(claim(agent) for agent in crowd), return_exceptions=True)
    won = [claim for claim in claims if not isinstance(claim, BaseException)]
    assert len(won) == 1
    assert {type(claim) for claim in claims if isinstance(claim, BaseException)} == {HandoffChanged}
    assert [told[0] for told in handoffs(await floor.events(conversation))] == ["waiting", "agent"]
    assert len(await floor.audited()) == 1


async def test_a_customer_who_writes_while_an_agent_claims_hears_one_voice(floor: Floor, replica: Floor) -> None:
    for n in range(50):
        conversation = await floor.service.open()
        sent, _ = await asyncio.gather(
            floor.service.say(conversation, "m1", "sa kushton"), replica.agents.take(conversation, ARTA, 0)
        )
        events = await floor.until_done(conversation, sent.message_id)
        await floor.agents.say(conversation, ARTA, "x1", f"Mirëdita {n}")
        events = await floor.events(conversation)
        told = [
            event.type for event in events if event.type == "handoff" or (event.type == "reply" and event.cursor > 1)
        ]
        taken = told.index("handoff")
        assert told[:taken] in ([], ["reply"])  # answered before, or not at all
        assert told[taken:] == ["handoff", "reply"]
        assert dones(events) == [sent.message_id]
        assert [event.cursor for event in events] == list(range(1, len(events) + 1))


async def test_an_answer_under_way_at_a_take_over_is_dropped(floor: Floor, replica: Floor) -> None:
    held = Held(floor.engine, answer())
    conversation = await floor.service.open()
    sent = [await floor.service.say(conversation, f"m{n}", "sa kushton") for n in range(3)]
    await asyncio.wait_for(held.asked.wait(), WITHIN_S)
    await replica.agents.take(conversation, ARTA, 0)  # by another gateway: nothing here hears of it
    held.release()
    after = await floor.service.say(conversation, "m9", "alo")
    await _idle(floor)
    events = await floor.events(conversation)
    assert said(events) == []
    assert sorted(filter(None, dones(events))) == sorted([*(each.message_id for each in sent), after.message_id])
    assert len(floor.engine.heard) == 1  # what waited behind it was not asked


async def test_an_answer_that_comes_after_the_hand_back_is_dropped_too(floor: Floor) -> None:
    held = Held(floor.engine, answer("E vjetër."))
    conversation = await floor.service.open()
    await floor.service.say(conversation, "m1", "sa kushton")
    await asyncio.wait_for(held.asked.wait(), WITHIN_S)
    handoff = await floor.agents.take(conversation, ARTA, 0)
    await floor.agents.hand_back(conversation, ARTA, handoff.version)
    held.release()
    await _idle(floor)
    floor.engine.reply = None
    sent = await floor.service.say(conversation, "m2", "sa kushton")
    events = await floor.until_done(conversation, sent.message_id)
    assert said(events) == [(None, messages.HANDED_BACK), (None, "Kartela kushton 7 €.")]
    assert floor.engine.heard[-1][0] == f"{conversation}.1"  # what came late did not set the epoch back


async def test_a_late_action_opens_nothing_in_an_agents_conversation(floor: Floor) -> None:
    verify = EngineMessage(text="Shkruani numrin.", custom={"kind": "verify", "resume_intent": "check_account"})
    proof = EngineMessage(text="Dërgoni.", custom={"kind": "attach_proof", "request_reference": "RK-222222"})
    held = Held(floor.engine, EngineTurn((verify, proof), "check_account", 0.9))
    conversation = await floor.service.open()
    await floor.service.say(conversation, "m1", "gjendja")
    await asyncio.wait_for(held.asked.wait(), WITHIN_S)
    await floor.agents.take(conversation, ARTA, 0)
    held.release()
    await _idle(floor)
    assert kinds(await floor.events(conversation)) == ["reply", "message", "done", "handoff"]
    assert floor.steps.state is None
    assert await floor.store.wanted_reference(conversation) is None


async def test_a_late_request_for_a_person_does_not_take_it_from_the_agent(floor: Floor) -> None:
    held = Held(floor.engine, ASKS_AGENT)
    await floor.on_duty(ARTA)
    conversation = await floor.service.open()
    await floor.service.say(conversation, "m1", "lidhem me ni njeri")
    await asyncio.wait_for(held.asked.wait(), WITHIN_S)
    handoff = await floor.agents.take(conversation, ARTA, 0)
    held.release()
    await _idle(floor)
    assert await floor.state(conversation) == handoff


async def test_a_question_resumed_while_an_agent_has_it_is_not_answered(floor: Floor) -> None:
    held = Held(floor.engine, answer())
    conversation = await floor.service.open()
    await floor.service.resume(conversation, "check_account")
    await asyncio.wait_for(held.asked.wait(), WITHIN_S)
    await floor.agents.take(conversation, ARTA, 0)
    held.release()
    await _idle(floor)
    await floor.service.resume(conversation, "check_account")
    events = await floor.events(conversation)
    assert kinds(events) == ["reply", "done", "handoff", "done"]
    assert len(floor.engine.heard) == 1


async def test_an_agent_who_replies_after_the_hand_back_is_told_so(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    replies = [floor.agents.say(conversation, ARTA, f"x{n}", f"Përgjigjja {n}") for n in range(10)]
    back = floor.agents.hand_back(conversation, ARTA, handoff.version)
    outcomes = await asyncio.gather(*replies[:5], back, *replies[5:], return_exceptions=True)
    events = await floor.events(conversation)
    stored = [text for name, text in said(events) if name == "Arta"]
    refusals = [each for each in outcomes if isinstance(each, BaseException)]
    assert {type(each) for each in refusals} <= {HandoffNotPossible}
    assert len(stored) + len(refusals) == 10
    handed = next(event.cursor for event in events if event.type == "handoff" and event.state == "bot")
    assert all(event.cursor < handed for event in events if event.type == "reply" and event.author is not None)
    assert await refused(floor.agents.say(conversation, ARTA, "late", "Edhe diçka"), HandoffNotPossible)


@pytest.mark.parametrize("had_it", [True, False])
async def test_a_gateway_that_dies_with_the_conversation_leaves_it_to_the_other(
    floor: Floor, replica: Floor, had_it: bool
) -> None:
    held = Held(floor.engine, answer())
    conversation = await floor.service.open()
    sent = await floor.service.say(conversation, "m1", "sa kushton")
    await asyncio.wait_for(held.asked.wait(), WITHIN_S)
    if had_it:
        await floor.agents.take(conversation, ARTA, 0)
    await floor.service.stop()  # with its answer under way: nothing of it is stored
    await replica.service.start()
    if had_it:
        await replica.agents.say(conversation, ARTA, "x1", "Mirëdita")
        await replica.service.say(conversation, "m2", "alo")
        await _idle(replica)
        events = await replica.events(conversation)
        assert said(events) == [("Arta", "Mirëdita")]
        assert replica.engine.heard == []
    else:
        events = await replica.until_done(conversation, sent.message_id)
        assert said(events) == [(None, "Kartela kushton 7 €.")]
    assert sum(1 for done in dones(events) if done == sent.message_id) == 1


async def test_a_browser_that_slept_an_hour_has_lost_the_conversation(floor: Floor, replica: Floor) -> None:
    conversation, _ = await floor.taken()
    await floor.service.say(conversation, "m1", "a jeni aty")
    floor.clock.advance(timedelta(hours=1))
    await floor.on_duty(BESA)
    await asyncio.gather(floor.keeper.look(), replica.keeper.look())
    assert handoffs(await floor.events(conversation))[-1] == ("waiting", 1, None)
    assert said(await floor.events(conversation))[-1] == (None, messages.LOST)
    await floor.agents.take(conversation, BESA, await floor.version(conversation))
    assert await refused(floor.agents.say(conversation, ARTA, "x1", "Tani jam këtu"), NotTheirs)
    await floor.agents.say(conversation, BESA, "x1", "Mirëdita")
    assert [name for name, _ in said(await floor.events(conversation)) if name] == ["Besa"]


async def test_when_everybody_is_gone_the_customer_is_told_and_the_assistant_goes_on(
    floor: Floor, replica: Floor
) -> None:
    conversation, _ = await floor.taken()
    await floor.service.say(conversation, "m1", "a jeni aty")
    for passed in (timedelta(hours=1), timedelta(minutes=3)):
        floor.clock.advance(passed)
        await asyncio.gather(floor.keeper.look(), replica.keeper.look())
    events = await floor.events(conversation)
    assert handoffs(events)[-2:] == [("waiting", 1, None), ("bot", None, None)]
    assert [text for _, text in said(events)[-2:]] == [messages.LOST, messages.nobody(None)]
    assert (await floor.state(conversation)).state is State.BOT
    sent = await floor.service.say(conversation, "m2", "sa kushton")
    assert said(await floor.until_done(conversation, sent.message_id))[-1] == (None, "Kartela kushton 7 €.")


async def test_an_agent_who_is_away_for_a_moment_keeps_a_customer_who_waits_for_nothing(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    await floor.agents.say(conversation, ARTA, "x1", "Mirëdita")
    floor.clock.advance(timedelta(hours=1))
    await floor.on_duty(BESA)
    await floor.keeper.look()
    assert (await floor.state(conversation)).version == handoff.version


async def test_a_supervisor_and_the_agent_who_hands_back_do_not_both_succeed(floor: Floor, replica: Floor) -> None:
    for _ in range(50):
        conversation = await floor.service.open()
        handoff = await floor.agents.take(conversation, ARTA, 0)
        moves = await asyncio.gather(
            floor.agents.hand_back(conversation, ARTA, handoff.version),
            replica.agents.take(conversation, CHIEF, handoff.version),
            return_exceptions=True,
        )
        assert [type(move) for move in moves if isinstance(move, BaseException)] == [HandoffChanged]


async def test_consoles_of_a_new_agent_come_on_duty_at_the_same_moment(floor: Floor, replica: Floor) -> None:
    for n in range(20):
        new = Agent(f"new-{n}", "Drilon")
        await asyncio.gather(*(each.on_duty(new) for each in (floor, replica, floor, replica)))
        assert await floor.presence.on_duty(new.id) == new


async def _idle(floor: Floor) -> None:
    async with asyncio.timeout(WITHIN_S):
        while floor.service.at_work:  # noqa: ASYNC110  (it has no event)
            await asyncio.sleep(0.01)
