"""What a supervisor sees of a made-up day, and whispers to agents, on each kind of database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ndihma.desk.errors import EmptyText, HandoffChanged, HandoffNotPossible, NotTheirs
from ndihma.desk.handoff.floor import AgentLoad, FloorCounts, ReplyTimes
from ndihma.desk.handoff.model import State, WaitKind
from ndihma.desk.handoff.rules import Presence
from ndihma.desk.handoff.whispers import UnknownWhisper

from .floor import ARTA, BESA, CHIEF, Floor, refused


def after(floor: Floor, seconds: float) -> None:
    floor.clock.advance(timedelta(seconds=seconds))


async def answered(floor: Floor, first_s: float, *next_s: float, by=ARTA) -> str:
    """A conversation whose customer got a first reply after so long, then further ones."""
    await floor.on_duty(by)
    conversation = await floor.waiting()
    after(floor, first_s)
    await floor.agents.take(conversation, by, await floor.version(conversation))
    await floor.agents.say(conversation, by, "first", "Mirëdita")
    for number, seconds in enumerate(next_s):
        await floor.service.say(conversation, f"m{number}", "alo")
        after(floor, seconds)
        await floor.agents.say(conversation, by, f"next{number}", "Po")
    return conversation


async def close(floor: Floor, conversation: str, by=ARTA) -> None:
    await floor.agents.close(conversation, by, await floor.version(conversation))


async def test_the_figures_of_a_day(floor: Floor) -> None:
    yesterday = await answered(floor, 600, 600)
    await close(floor, yesterday)
    after(floor, 24 * 3600)
    for first, following in ((10, ()), (30, (20, 400)), (60, (100,)), (121, ())):
        await close(floor, await answered(floor, first, *following))
    await floor.on_duty(ARTA, BESA)
    has = await answered(floor, 40, by=BESA)
    await floor.service.say(has, "late", "a jeni aty")
    after(floor, 301)
    await floor.on_duty(ARTA, BESA)
    waits = await floor.waiting()
    put_aside = await answered(floor, 5)
    until = floor.clock.now() + timedelta(hours=1)
    await floor.agents.snooze(put_aside, ARTA, await floor.version(put_aside), until)
    talks = await floor.service.open()
    await floor.service.say(talks, "m1", "sa kushton")

    view = await floor.desk.floor.view()
    assert view.day == floor.clock.now().date()
    assert view.counts == FloorCounts(waiting=1, agents=1, snoozed=1, closed_today=4, assistant=1, callbacks=0)
    assert view.first == ReplyTimes(
        answered=6, longest_s=121, median_s=30, p90_s=121, late=1, open=1, open_late=0, open_since=view.open[1].since
    )
    assert view.next == ReplyTimes(
        answered=3, longest_s=400, median_s=100, p90_s=400, late=1, open=1, open_late=1, open_since=view.open[0].since
    )
    assert [(each.conversation_id, each.state, each.kind, each.late) for each in view.open] == [
        (has, State.AGENT, WaitKind.NEXT, True),
        (waits, State.WAITING, WaitKind.FIRST, False),
    ]
    arta, besa = view.agents
    assert (arta.agent.id, arta.presence, arta.conversations, arta.unanswered, arta.late) == (
        ARTA.id,
        Presence.AVAILABLE,
        0,
        0,
        0,
    )
    assert (besa.agent.id, besa.conversations, besa.unanswered, besa.late) == (BESA.id, 1, 1, 1)
    assert besa.since is not None


async def test_a_day_begins_empty_and_ends_at_midnight_in_kosovo(floor: Floor) -> None:
    await close(floor, await answered(floor, 10, 20))
    local = floor.clock.now()
    after(floor, (24 - local.hour) * 3600 - local.minute * 60 - local.second)
    view = await floor.desk.floor.view()
    assert (view.first.answered, view.first.longest_s, view.first.median_s, view.first.p90_s) == (0, None, None, None)
    assert (view.next.answered, view.counts.closed_today, view.open) == (0, 0, ())
    after(floor, -1)
    view = await floor.desk.floor.view()
    assert (view.first.answered, view.next.answered, view.counts.closed_today) == (1, 1, 1)


async def test_who_is_gone_is_shown_with_what_they_have(floor: Floor) -> None:
    conversation, _ = await floor.taken()
    after(floor, 76)
    [gone] = (await floor.desk.floor.view()).agents
    assert gone == AgentLoad(gone.agent, presence=None, since=None, conversations=1, unanswered=1, late=0)
    assert (gone.agent.id, gone.agent.name) == (ARTA.id, ARTA.name)
    await close(floor, conversation)
    assert (await floor.desk.floor.view()).agents == ()


async def test_a_repeated_message_and_one_nobody_waited_for_count_no_time(floor: Floor) -> None:
    conversation = await answered(floor, 10)
    await floor.agents.say(conversation, ARTA, "first", "Mirëdita")
    await floor.agents.say(conversation, ARTA, "more", "Edhe diçka")
    view = await floor.desk.floor.view()
    assert (view.first.answered, view.next.answered) == (1, 0)


async def test_a_whisper_reaches_who_has_the_conversation_until_it_is_read(floor: Floor) -> None:
    conversation, _ = await floor.taken()
    sent = await floor.agents.whisper(conversation, CHIEF, "w1", "Ofroni rikyçjen për numrin 044 123 456.", ARTA.id)
    assert sent.duplicate is False
    assert (await floor.agents.whisper(conversation, CHIEF, "w1", "përsëri", ARTA.id)).duplicate is True
    [whisper] = await floor.desk.whispers.unread(ARTA.id)
    assert (whisper.conversation_id, whisper.by, whisper.text) == (
        conversation,
        CHIEF.name,
        "Ofroni rikyçjen për numrin <msisdn>.",
    )
    assert await floor.desk.whispers.unread(BESA.id) == []
    assert all("Ofroni" not in str(event) for event in await floor.events(conversation))
    assert await refused(floor.desk.whispers.read(whisper.id, BESA.id), UnknownWhisper)
    after(floor, 5)
    await floor.desk.whispers.read(whisper.id, ARTA.id)
    read_at = floor.clock.now()
    after(floor, 5)
    await floor.desk.whispers.read(whisper.id, ARTA.id)
    assert await floor.desk.whispers.unread(ARTA.id) == []
    [note] = (await floor.desk.inbox.opened(conversation)).notes
    assert (note.by, note.whispered_to, note.seen_at) == (CHIEF.name, ARTA.name, read_at)
    [item] = await floor.desk.inbox.changed(read_at, 10)
    assert item.conversation_id == conversation


async def test_whom_nobody_can_whisper_to(floor: Floor) -> None:
    conversation, _ = await floor.taken()
    whisper = floor.agents.whisper
    assert await refused(whisper(conversation, BESA, "w1", "Alo", ARTA.id), NotTheirs)
    assert await refused(whisper(conversation, CHIEF, "w1", "Alo", BESA.id), HandoffChanged)
    await floor.agents.take(conversation, CHIEF, await floor.version(conversation))
    assert await refused(whisper(conversation, CHIEF, "w1", "Alo", CHIEF.id), HandoffNotPossible)
    await close(floor, conversation, CHIEF)
    assert await refused(whisper(conversation, CHIEF, "w1", "Alo", CHIEF.id), HandoffNotPossible)
    assert (await floor.desk.inbox.opened(conversation)).notes == ()


@pytest.mark.parametrize("text", ["", "   "])
async def test_an_empty_whisper_is_refused(floor: Floor, text: str) -> None:
    conversation, _ = await floor.taken()
    assert await refused(floor.agents.whisper(conversation, CHIEF, "w1", text, ARTA.id), EmptyText)
