"""The queue of turns: one of a conversation at a time, and none that another's fault holds up."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from ndihma.desk.hub import EventHub
from ndihma.desk.tables import TurnKind, TurnState
from ndihma.desk.turn_queue import ConversationLimits, Job, TurnQueue
from ndihma.desk.turns import Turn

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def turn(name: str, conversation: str = "c") -> Turn:
    return Turn(name, conversation, TurnKind.TEXT, "sa borxh kam", 1, TurnState.PENDING, NOW)


def test_a_turn_that_breaks_does_not_hold_up_those_behind_it(caplog: pytest.LogCaptureFixture) -> None:
    answered: list[str] = []

    async def scenario() -> TurnQueue:
        over = asyncio.Event()

        async def answer(job: Job) -> None:
            if job.turn.id == "broken":
                raise ValueError(job.turn.engine_text)
            answered.append(job.turn.id)
            if job.turn.id == "last":
                over.set()

        queue = TurnQueue(ConversationLimits(), EventHub(), answer)
        for name in ("first", "broken", "last"):
            queue.put(turn(name))
        await over.wait()
        await queue.stop()
        return queue

    with caplog.at_level(logging.ERROR):
        queue = asyncio.run(asyncio.wait_for(scenario(), 5))
    assert answered == ["first", "last"]
    assert not queue.knows("broken")  # so it is taken up again
    assert "ValueError" in str(caplog.records[-1].__dict__)
    assert "borxh" not in caplog.text
