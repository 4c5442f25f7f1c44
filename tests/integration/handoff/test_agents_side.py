"""What agents do with a conversation, and what the customer sees of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from ndihma.desk.errors import (
    AgentNotOnDuty,
    ConversationEnded,
    EmptyText,
    HandoffChanged,
    HandoffNotPossible,
    LinkRefused,
    NotTheirs,
    TextTooLong,
    UnknownConversation,
)
from ndihma.desk.handoff import messages, service
from ndihma.desk.handoff.model import State
from ndihma.desk.handoff.rules import Presence
from ndihma.desk.handoff.tables import AgentMessageRow, AgentNoteRow
from ndihma.desk.tables import ConversationRow

from .floor import ARTA, BESA, CHIEF, Floor, handoffs, kinds, refused, said


async def test_s10_taking_is_told_to_the_customer_and_audited(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    assert (handoff.state, handoff.agent, handoff.version) == (State.AGENT, ARTA, 2)
    assert handoffs(await floor.events(conversation))[-1] == ("agent", None, "Arta")
    assert await floor.audited() == [("a1", "taken_over", "waiting")]


async def test_s10_what_cannot_be_audited_is_not_taken(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    await floor.on_duty(ARTA)
    conversation = await floor.waiting()

    async def fails(*_arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(floor.audit, "append", fails)
    with pytest.raises(RuntimeError):
        await floor.agents.take(conversation, ARTA, 1)
    assert (await floor.state(conversation)).state is State.WAITING
    assert handoffs(await floor.events(conversation)) == [("waiting", 1, None)]


async def test_an_agent_takes_a_conversation_from_the_assistant(floor: Floor) -> None:
    conversation = await floor.service.open()
    await floor.agents.take(conversation, ARTA, 0)
    await floor.service.say(conversation, "m1", "sa kushton")
    assert kinds(await floor.events(conversation)) == ["reply", "handoff", "message", "done"]
    assert floor.engine.heard == []


async def test_an_agents_message_names_its_author_and_stops_the_timers(floor: Floor) -> None:
    conversation, _ = await floor.taken()
    await floor.service.say(conversation, "m1", "alo")
    assert (await floor.state(conversation)).unanswered_since is not None
    floor.clock.advance(timedelta(seconds=30))
    sent = await floor.agents.say(conversation, ARTA, "x1", "Mirëdita, jam Arta.")
    events = await floor.events(conversation)
    assert (events[-1].cursor, said(events)[-1]) == (sent.cursor, ("Arta", "Mirëdita, jam Arta."))
    handoff = await floor.state(conversation)
    assert (handoff.unanswered_since, handoff.first_reply_at, handoff.version) == (None, floor.clock.now(), 2)


async def test_an_agents_message_is_stored_once(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    first = await floor.agents.say(conversation, ARTA, "x1", "Mirëdita.")
    again = await floor.agents.say(conversation, ARTA, "x1", "Mirëdita.")
    assert (first.duplicate, again.duplicate, again.cursor) == (False, True, first.cursor)
    assert said(await floor.events(conversation)).count(("Arta", "Mirëdita.")) == 1
    # Also when it is repeated after the hand-back: it was sent.
    await floor.agents.hand_back(conversation, ARTA, handoff.version)
    assert (await floor.agents.say(conversation, ARTA, "x1", "Mirëdita.")).duplicate


async def test_s3_s6_an_agents_message_has_4000_characters_and_no_secrets(floor: Floor) -> None:
    conversation, _ = await floor.taken()
    await floor.agents.say(conversation, ARTA, "x1", "a " * 1999 + "aa")
    assert await refused(floor.agents.say(conversation, ARTA, "x2", "a" * 4001), TextTooLong)
    assert await refused(floor.agents.say(conversation, ARTA, "x3", " \u200b "), EmptyText)
    await floor.agents.say(conversation, ARTA, "x4", "Ju thirra në 044 765 432.")
    assert said(await floor.events(conversation))[-1] == ("Arta", "Ju thirra në <msisdn>.")


async def test_s16_an_agent_sends_customers_to_listed_hosts_only(floor: Floor) -> None:
    conversation, _ = await floor.taken()
    before = await floor.events(conversation)
    for n, text in enumerate(("shihni http://kosovotelecom.com", "shihni evil.com/x", "https://evil.com", "t.me/x")):
        assert await refused(floor.agents.say(conversation, ARTA, f"x{n}", text), LinkRefused)
    assert await floor.events(conversation) == before
    await floor.agents.say(conversation, ARTA, "y", "Shihni https://kosovotelecom.com/faq.")


async def test_only_who_has_it_speaks(floor: Floor) -> None:
    conversation, _ = await floor.taken()
    assert await refused(floor.agents.say(conversation, BESA, "x1", "Alo"), NotTheirs)
    assert await refused(floor.agents.say(conversation, CHIEF, "x2", "Alo"), NotTheirs)
    other = await floor.service.open()
    assert await refused(floor.agents.say(other, ARTA, "x3", "Alo"), HandoffNotPossible)
    assert await refused(floor.agents.say("nobody", ARTA, "x4", "Alo"), UnknownConversation)


async def test_a_note_is_in_no_event(floor: Floor) -> None:
    conversation, _ = await floor.taken()
    before = await floor.events(conversation)
    for _ in range(2):
        await floor.agents.note(conversation, CHIEF, "n1", "Ky klient ka numrin 044 765 432")
    assert await floor.events(conversation) == before
    async with floor.database.session() as session:
        (note,) = await session.scalars(select(AgentNoteRow))
        assert (note.text, note.agent_name) == ("Ky klient ka numrin <msisdn>", "Drita")


async def test_handing_back_says_so_and_the_engine_begins_anew(floor: Floor) -> None:
    conversation = await floor.service.open()
    first = await floor.service.say(conversation, "m1", "sa kushton")
    await floor.until_done(conversation, first.message_id)
    handoff = await floor.agents.take(conversation, ARTA, 0)
    await floor.service.say(conversation, "m2", "po")
    await floor.agents.hand_back(conversation, ARTA, handoff.version)
    events = await floor.events(conversation)
    assert handoffs(events)[-1] == ("bot", None, None)
    assert said(events)[-1] == (None, messages.HANDED_BACK)
    third = await floor.service.say(conversation, "m3", "po")
    await floor.until_done(conversation, third.message_id)
    assert floor.engine.heard == [(f"{conversation}.0", "sa kushton"), (f"{conversation}.1", "po")]


async def test_transfer_to_an_agent_on_duty(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    assert await refused(floor.agents.transfer(conversation, ARTA, handoff.version, "a2"), AgentNotOnDuty)
    await floor.presence.beat(BESA, Presence.AWAY)
    assert await refused(floor.agents.transfer(conversation, ARTA, handoff.version, "a2"), AgentNotOnDuty)
    await floor.on_duty(BESA)
    after = await floor.agents.transfer(conversation, ARTA, handoff.version, "a2")
    assert (after.state, after.agent) == (State.AGENT, BESA)
    assert handoffs(await floor.events(conversation))[-1] == ("agent", None, "Besa")
    assert await refused(floor.agents.say(conversation, ARTA, "x1", "Edhe diçka"), NotTheirs)
    await floor.agents.say(conversation, BESA, "x1", "Mirëdita")


async def test_transfer_to_the_queue_keeps_the_turn_of_who_waits_longest(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    floor.clock.advance(timedelta(minutes=1))
    await floor.on_duty(ARTA)
    await floor.waiting()
    after = await floor.agents.transfer(conversation, ARTA, handoff.version, None)
    assert (after.state, after.agent) == (State.WAITING, None)
    assert handoffs(await floor.events(conversation))[-1] == ("waiting", 1, None)


async def test_a_snooze_ends_at_its_moment(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    until = floor.clock.now() + timedelta(hours=2)
    await floor.agents.snooze(conversation, ARTA, handoff.version, until)
    assert "18:00" in said(await floor.events(conversation))[-1][1]
    await floor.keeper.look()
    assert (await floor.state(conversation)).state is State.SNOOZED
    floor.clock.advance(timedelta(hours=2))
    await floor.on_duty(ARTA)
    await floor.keeper.look()
    assert (await floor.state(conversation)).state is State.WAITING
    assert handoffs(await floor.events(conversation))[-1] == ("waiting", 1, None)


async def test_a_snooze_ends_when_the_customer_writes(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    await floor.agents.snooze(conversation, ARTA, handoff.version, floor.clock.now() + timedelta(hours=2))
    await floor.service.say(conversation, "m1", "a jeni aty")
    assert kinds(await floor.events(conversation))[-3:] == ["message", "handoff", "done"]
    assert (await floor.state(conversation)).state is State.WAITING


@pytest.mark.parametrize("by", [timedelta(0), timedelta(days=15)])
async def test_a_snooze_is_for_the_next_days(floor: Floor, by: timedelta) -> None:
    conversation, handoff = await floor.taken()
    until = floor.clock.now() + by
    assert await refused(floor.agents.snooze(conversation, ARTA, handoff.version, until), HandoffNotPossible)


async def test_close_and_reopen(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    closed = await floor.agents.close(conversation, ARTA, handoff.version)
    assert said(await floor.events(conversation))[-1] == (None, messages.CLOSED)
    again = await floor.agents.reopen(conversation, BESA, closed.version)
    assert (again.state, again.version) == (State.WAITING, 4)
    assert handoffs(await floor.events(conversation))[-1] == ("waiting", 1, None)


async def test_a_conversation_that_its_customer_ended_is_taken_by_nobody(floor: Floor) -> None:
    conversation, _ = await floor.taken()
    await floor.service.end(conversation)
    version = await floor.version(conversation)
    assert await refused(floor.agents.take(conversation, ARTA, version), ConversationEnded)
    assert await refused(floor.agents.reopen(conversation, ARTA, version), ConversationEnded)
    assert await refused(floor.agents.say(conversation, ARTA, "x1", "Alo"), HandoffNotPossible)


async def test_a_supervisor_takes_what_an_agent_has(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    assert await refused(floor.agents.take(conversation, BESA, handoff.version), NotTheirs)
    await floor.agents.take(conversation, CHIEF, handoff.version)
    assert handoffs(await floor.events(conversation))[-1] == ("agent", None, "Drita")
    assert (await floor.audited())[-1] == ("s1", "taken_over", "agent")


Moves = Callable[[Floor, str, int], Awaitable[Any]]
MOVES: dict[str, Moves] = {
    "take": lambda floor, of, version: floor.agents.take(of, BESA, version),
    "hand back": lambda floor, of, version: floor.agents.hand_back(of, ARTA, version),
    "transfer": lambda floor, of, version: floor.agents.transfer(of, ARTA, version, None),
    "snooze": lambda floor, of, version: floor.agents.snooze(of, ARTA, version, floor.clock.now() + timedelta(hours=1)),
    "close": lambda floor, of, version: floor.agents.close(of, ARTA, version),
    "reopen": lambda floor, of, version: floor.agents.reopen(of, ARTA, version),
}


@pytest.mark.parametrize("move", MOVES)
async def test_no_move_is_made_on_what_has_moved_meanwhile(floor: Floor, move: str) -> None:
    conversation, handoff = await floor.taken()
    before = await floor.events(conversation)
    assert await refused(MOVES[move](floor, conversation, handoff.version - 1), HandoffChanged)
    assert await floor.events(conversation) == before
    assert await floor.state(conversation) == handoff


async def test_an_agents_message_is_whole_or_not_at_all(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation, handoff = await floor.taken()
    before = await floor.events(conversation)

    def fails(*_arguments: object, **_options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(service, "_remember", fails)
    with pytest.raises(RuntimeError):
        await floor.agents.say(conversation, ARTA, "x1", "Mirëdita")
    assert await floor.events(conversation) == before
    assert await floor.state(conversation) == handoff
    async with floor.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(AgentMessageRow)) == 0


async def test_presence_ends_with_the_heartbeat(floor: Floor) -> None:
    assert await floor.presence.beat(ARTA) is Presence.AWAY
    assert await floor.presence.beat(ARTA, Presence.BUSY) is Presence.BUSY
    assert await floor.presence.beat(ARTA) is Presence.BUSY
    assert await floor.presence.on_duty("a1") == ARTA
    floor.clock.advance(timedelta(seconds=80))
    assert await floor.presence.on_duty("a1") is None
    assert await floor.presence.there() == []
    assert await floor.presence.beat(ARTA) is Presence.AWAY  # a browser that woke up says nothing of being there
    await floor.presence.beat(ARTA, Presence.AVAILABLE)
    await floor.presence.leave(ARTA)
    assert await floor.presence.on_duty("a1") is None


async def test_erasing_takes_the_hand_off_with_the_conversation(floor: Floor) -> None:
    conversation, _ = await floor.taken()
    await floor.agents.say(conversation, ARTA, "x1", "Mirëdita")
    await floor.agents.note(conversation, ARTA, "n1", "shënim")
    async with floor.database.session() as session:
        await session.execute(delete(ConversationRow))
    async with floor.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(AgentMessageRow)) == 0
    assert (await floor.state(conversation)).state is State.BOT
