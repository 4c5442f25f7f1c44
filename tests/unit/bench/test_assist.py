"""The bench of suggestions counts what an agent would see: superseded texts, answers that came too late, times."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest

from bench import assist
from bench.assist import Agent, figures


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("_KEY_S", (0.0, 0.002)), ("_READING_S", (0.0, 0.0))):
        monkeypatch.setattr(assist, name, value)


async def typed(answer: Callable[[dict[str, Any]], dict[str, Any]], *texts: str) -> Agent:
    async def post(body: dict[str, Any]) -> dict[str, Any]:
        return {"sequence": body["sequence"], "suggestions": [], **answer(body)}

    agent = Agent("seat-0", 0.001)
    await agent.type(post, list(texts), random.Random(1))  # noqa: S311
    return agent


async def test_every_whole_text_is_asked_for() -> None:
    seen: list[str] = []

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        seen.append(body["text"])
        return {"reason": "none_confident"}

    agent = await typed(answer, "kartela", "puk")
    assert {"kartela", "puk"} <= set(seen)
    assert len(agent.whole_s) == 2
    assert len(agent.all_s) == len(seen)
    assert (agent.superseded, agent.unavailable, agent.stale) == (0, 0, 0)


async def test_superseded_texts_are_counted_and_not_timed() -> None:
    agent = await typed(lambda _: {"reason": "superseded"}, "kartela")
    assert agent.superseded >= 1
    assert not agent.all_s


async def test_an_engine_that_is_away_is_counted() -> None:
    agent = await typed(lambda _: {"reason": "unavailable"}, "puk")
    assert agent.unavailable == len(agent.all_s) >= 1


async def test_an_old_answer_after_a_new_one_is_counted() -> None:
    agent = Agent("seat-0", 0.001, shown=10**6)
    await typed_into(agent)
    assert agent.stale >= 1
    assert agent.shown == 10**6


async def typed_into(agent: Agent) -> None:
    async def post(body: dict[str, Any]) -> dict[str, Any]:
        return {"sequence": body["sequence"], "reason": None}

    await agent.type(post, ["puk"], random.Random(1))  # noqa: S311


async def test_a_refusal_is_counted_and_the_typing_goes_on() -> None:
    def answer(_: dict[str, Any]) -> dict[str, Any]:
        raise OSError("refused with 503")

    agent = await typed(answer, "puk", "pin")
    assert agent.failed >= 2
    assert not agent.all_s


async def test_nobody_types_after_the_time_is_over() -> None:
    async def post(_: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError

    agent = Agent("seat-0", 0.001)
    await agent.type(post, itertools.repeat("puk"), random.Random(1), until=0.0)  # noqa: S311
    assert (agent.failed, agent.all_s) == (0, [])


def test_figures_are_milliseconds() -> None:
    agent = Agent("seat-0", whole_s=[0.1, 0.3], all_s=[0.1, 0.2, 0.3], superseded=4)
    told = figures([agent])
    assert told["whole_texts"] == {"p50": 200.0, "p95": pytest.approx(300.0, abs=11), "max": 300.0}
    assert (told["answers"], told["superseded"]) == (3, 4)
    assert figures([Agent("seat-1")])["all_texts"] is None
