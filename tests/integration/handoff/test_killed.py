"""A gateway that is killed (SIGKILL) with a conversation leaves it to another: the same is said, once, by one voice.

A process holds a whole conversation, from the assistant to an agent and back, and is killed before its n-th commit, for
every n until it lives through. Another gateway goes on, and everybody repeats what they got no answer to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.desk.events import Event
from ndihma.desk.handoff import messages
from ndihma.desk.handoff.model import State
from ndihma.desk.handoff.rules import HandoffRules
from tests.integration.desk.killing import MOST_STEPS, Step, lives_through
from tests.integration.gateway.scripted_desk import NOW

from .floor import ARTA, Floor, kinds, said

FEWEST_STEPS = 10
T = TypeVar("T")
ANSWER = "Kartela kushton 7 €."


async def holds(floor: Floor, conversation: str) -> None:
    """The conversation, from wherever it stands. What is there already is told so, and stored once."""
    sent = await floor.service.say(conversation, "m1", "sa kushton")
    await floor.until_done(conversation, sent.message_id)
    await floor.on_duty(ARTA)
    if (await floor.state(conversation)).version == 0:
        await floor.agents.take(conversation, ARTA, 0)
    sent = await floor.service.say(conversation, "m2", "alo")
    await floor.until_done(conversation, sent.message_id)
    await floor.agents.say(conversation, ARTA, "x1", "Mirëdita")
    handoff = await floor.state(conversation)
    if handoff.state is State.AGENT:
        await floor.agents.hand_back(conversation, ARTA, handoff.version)
    sent = await floor.service.say(conversation, "m3", "sa kushton")
    await floor.until_done(conversation, sent.message_id)


def in_a_gateway(url: str, work: Callable[[Floor], Awaitable[T]]) -> T:
    """What comes of work in a gateway that takes up what another one left."""

    async def run() -> T:
        database = Database(url)
        floor = Floor(database, FixedClock(NOW), HandoffRules())
        await floor.service.start()
        try:
            return await work(floor)
        finally:
            await floor.stop()
            await database.close()

    return asyncio.run(run())


async def _open(floor: Floor) -> str:
    return await floor.service.open()


async def _holds_and_dies(of: str, database: Database, reached: Step, answered: Step) -> None:
    event.listen(Engine, "commit", lambda _: reached())
    floor = Floor(database, FixedClock(NOW), HandoffRules())
    await floor.service.start()
    await holds(floor, of)
    await floor.stop()
    answered()


async def _goes_on(of: str, floor: Floor) -> list[Event]:
    await holds(floor, of)
    return await floor.events(of)


def test_whenever_a_gateway_dies_with_a_conversation_another_goes_on(database_url: str) -> None:
    whole = [(None, ANSWER), ("Arta", "Mirëdita"), (None, messages.HANDED_BACK), (None, ANSWER)]
    asked, answered = ["message", "reply", "done"], ["handoff", "message", "done", "reply", "handoff", "reply"]
    for step in range(MOST_STEPS):
        conversation = in_a_gateway(database_url, _open)
        lived, _ = lives_through(step, database_url, partial(_holds_and_dies, conversation))
        events = in_a_gateway(database_url, partial(_goes_on, conversation))
        assert said(events) == whole, f"killed at step {step}"
        assert kinds(events) == ["reply", *asked, *answered, *asked], f"killed at step {step}"
        assert [each.cursor for each in events] == list(range(1, len(events) + 1))
        if lived:
            assert step > FEWEST_STEPS
            return
    pytest.fail("the process never lived through")
