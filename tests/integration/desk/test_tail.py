"""Events that another process stored reach who listens here, and nobody is told of what they know."""

from __future__ import annotations

from ndihma.desk.events import ReplyBody
from ndihma.desk.hub import EventHub, Lagged
from ndihma.desk.tail import EventTail
from tests.support.databases import statements

from .conftest import Proofs

SOON_S = 0.001


async def said_elsewhere(proofs: Proofs, conversation: str) -> None:
    await proofs.store.record(conversation, [ReplyBody(in_reply_to=None, text="…")], proofs.clock.now())


async def test_listeners_hear_once_that_there_is_more(proofs: Proofs):
    tail = EventTail(proofs.database, proofs.hub)
    conversation, quiet = await proofs.conversation(), await proofs.conversation()
    with proofs.hub.subscribe(conversation, "s1") as one, proofs.hub.subscribe(quiet, "s2") as other:
        await tail.look()
        assert await one.next(SOON_S) is None
        await said_elsewhere(proofs, conversation)
        await tail.look()
        await tail.look()
        assert await one.next(1) == Lagged()
        assert await one.next(SOON_S) is None
        assert await other.next(SOON_S) is None


async def test_who_was_told_here_is_not_told_again(proofs: Proofs):
    tail = EventTail(proofs.database, proofs.hub)
    conversation = await proofs.conversation()
    with proofs.hub.subscribe(conversation, "s1") as subscription:
        events = await proofs.store.record(conversation, [ReplyBody(in_reply_to=None, text="…")], proofs.clock.now())
        proofs.hub.publish(conversation, *events)
        assert await subscription.next(1) == events[0]
        await tail.look()
        assert await subscription.next(SOON_S) is None


async def test_what_was_stored_before_the_first_look_is_not_missed(proofs: Proofs):
    """Between a stream's own first reading and the first look anything may have been stored."""
    conversation = await proofs.conversation()
    await said_elsewhere(proofs, conversation)
    with proofs.hub.subscribe(conversation, "s1") as subscription:
        await EventTail(proofs.database, proofs.hub).look()
        assert await subscription.next(1) == Lagged()


async def test_nobody_listening_costs_nothing(proofs: Proofs):
    with statements(proofs.database) as heard:
        await EventTail(proofs.database, EventHub()).look()
    assert heard == []
