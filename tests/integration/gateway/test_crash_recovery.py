"""After a kill: what was pending is answered once, what is stale is apologised for, nothing is lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import OperationalError

from ndihma.desk.events import VerificationBody
from ndihma.desk.ports import EngineMessage, EngineTurn
from ndihma.desk.store import ConversationStore
from ndihma.verification.model import VerificationState

from .desk_support import replies, turn, types


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
