"""The event hub: bounded, honest about what it dropped, and closable."""

from __future__ import annotations

import asyncio
from datetime import datetime

from ndihma.clock import BELGRADE
from ndihma.desk.events import DoneEvent
from ndihma.desk.hub import Closed, EventHub, Lagged, Typing

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=BELGRADE)


def done(cursor: int) -> DoneEvent:
    return DoneEvent(cursor=cursor, at=NOW, in_reply_to="m")


async def test_each_listener_of_a_conversation_hears_its_events_in_order():
    hub = EventHub()
    with hub.subscribe("a", "s1") as one, hub.subscribe("a", "s2") as two, hub.subscribe("b", "s3") as other:
        hub.publish("a", Typing(active=True), done(1), done(2))
        for listener in (one, two):
            assert [await listener.next(1) for _ in range(3)] == [Typing(active=True), done(1), done(2)]
            assert await listener.next(0.01) is None
        assert await other.next(0.01) is None


async def test_a_slow_listener_learns_that_it_missed_something_and_costs_bounded_memory():
    hub = EventHub()
    with hub.subscribe("a", "s") as slow:
        for cursor in range(1, 10_000):
            hub.publish("a", done(cursor))
        assert slow._queue.qsize() <= 64
        assert await slow.next(1) == Lagged()
        assert await slow.next(0.01) is None
        hub.publish("a", done(10_000))
        assert await slow.next(1) == done(10_000)


async def test_a_waiting_listener_wakes_up():
    hub = EventHub()
    with hub.subscribe("a", "s") as listener:
        waiting = asyncio.create_task(listener.next(5))
        await asyncio.sleep(0)
        hub.publish("a", done(1))
        assert await waiting == done(1)


async def test_a_session_can_be_closed_as_a_whole_and_then_everything():
    hub = EventHub()
    with hub.subscribe("a", "s1") as mine, hub.subscribe("a", "s2") as other:
        assert (hub.count("s1"), hub.count()) == (1, 2)
        hub.close_owner("s1")
        assert await mine.next(1) == Closed()
        assert await other.next(0.01) is None
        hub.close()
        assert await other.next(1) == Closed()
        with hub.subscribe("a", "s3") as late:
            assert await late.next(1) == Closed()
    assert hub.count() == 0
    assert hub._by_conversation == {}
