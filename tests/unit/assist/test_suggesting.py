"""Suggestions: at most three, none without confidence, a reason when there is none, nothing secret to the engine."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.assist.model import KnowledgeAnswer, Question, Reason, Suggested
from ndihma.assist.suggesting import Suggesting
from ndihma.clock import FixedClock
from ndihma.desk.errors import EmptyText, TextTooLong
from ndihma.desk.ports import EngineUnavailable
from ndihma.gateway.intake import TextIntake

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
ANSWERS = {
    name: KnowledgeAnswer(name, name.title(), f"Teksti {name}.", "FAQ 001", "2026-11-22")
    for name in ("a", "b", "c", "d")
}


class Engine:
    """Reads what it is told to read."""

    def __init__(self, *rankings: dict[str, float]) -> None:
        self.questions = tuple(Question(tuple(ranking.items())) for ranking in rankings)
        self.heard: list[str] = []
        self.trouble = ""
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self, text: str) -> tuple[Question, ...]:
        self.heard.append(text)
        await self.gate.wait()
        if self.trouble:
            raise EngineUnavailable(self.trouble)
        return self.questions


def suggesting(engine: Engine, threshold: float = 0.2) -> Suggesting:
    return Suggesting(engine, TextIntake(4000), ANSWERS, threshold, FixedClock(NOW))


async def names(*rankings: dict[str, float]) -> list[str]:
    suggested = await suggesting(Engine(*rankings)).suggest("anita", "pyetje")
    return [each.answer.intent for each in suggested.suggestions]


async def test_the_likeliest_come_first_and_carry_their_confidence() -> None:
    suggested = await suggesting(Engine({"b": 0.6, "a": 0.25, "c": 0.1})).suggest("anita", "pyetje")
    assert [(each.answer, each.confidence) for each in suggested.suggestions] == [
        (ANSWERS["b"], 0.6),
        (ANSWERS["a"], 0.25),
    ]
    assert suggested.reason is None


async def test_there_are_never_more_than_three() -> None:
    assert await names({"a": 0.26, "b": 0.25, "c": 0.24, "d": 0.23}) == ["a", "b", "c"]


async def test_two_questions_have_one_answer_each_first() -> None:
    assert await names({"a": 0.9}, {"b": 0.5, "c": 0.4}) == ["a", "b", "c"]
    assert await names({"a": 0.9}, {"a": 0.5, "c": 0.4}) == ["a", "c"]


@pytest.mark.parametrize(
    "ranking", [{}, {"a": 0.19, "b": 0.19}, {"greet": 0.99}, {"out_of_scope": 0.7, "a": 0.1}, {"nlu_fallback": 0.4}]
)
async def test_without_confidence_there_is_none_and_the_reason(ranking: dict[str, float]) -> None:
    assert await suggesting(Engine(ranking)).suggest("anita", "pyetje") == Suggested(reason=Reason.NONE_CONFIDENT)


@given(st.dictionaries(st.sampled_from([*ANSWERS, "greet"]), st.floats(0, 1)), st.floats(0.01, 0.99))
def test_nothing_below_the_threshold_is_ever_suggested(ranking: dict[str, float], threshold: float) -> None:
    suggested = asyncio.run(suggesting(Engine(ranking), threshold).suggest("anita", "pyetje"))
    assert all(each.confidence >= threshold for each in suggested.suggestions)
    assert bool(suggested.suggestions) is (suggested.reason is None)
    assert bool(suggested.suggestions) is any(
        sure >= threshold for intent, sure in ranking.items() if intent in ANSWERS
    )


async def test_s6_numbers_and_codes_never_reach_the_engine() -> None:
    engine = Engine({"a": 0.9})
    await suggesting(engine).suggest("anita", "/klienti 044 123 456 me kodin 123456 pyet")
    assert len(engine.heard) == 1
    assert not [secret for secret in ("044", "123") if secret in engine.heard[0]]
    assert not engine.heard[0].startswith("/")


@pytest.mark.parametrize(("text", "error"), [("", EmptyText), ("   \u200b", EmptyText), ("x" * 4001, TextTooLong)])
async def test_s3_what_is_no_text_is_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await suggesting(Engine()).suggest("anita", text)


@pytest.mark.parametrize("trouble", ["late", "dead", "refused", "failed", "broken"])
async def test_an_engine_that_is_away_is_told_and_the_text_not_logged(trouble: str, caplog) -> None:
    engine = Engine()
    engine.trouble = trouble
    caplog.set_level(logging.DEBUG)
    assert await suggesting(engine).suggest("anita", "fjala sekrete") == Suggested(reason=Reason.UNAVAILABLE)
    assert "sekrete" not in "".join(str(record.__dict__) for record in caplog.records)


async def test_who_types_on_gets_the_last_text_answered() -> None:
    engine = Engine({"a": 0.9})
    engine.gate.clear()
    service = suggesting(engine)
    others = [asyncio.create_task(service.suggest(f"other{i}", "x")) for i in range(2)]
    for _ in range(20):
        await asyncio.sleep(0)
    typed = [asyncio.create_task(service.suggest("anita", "kartela"[:length])) for length in range(1, 8)]
    await asyncio.wait_for(asyncio.gather(*typed[:-1]), 30)
    engine.gate.set()
    answers = await asyncio.gather(*typed)
    assert [answer.reason for answer in answers[:-1]] == [Reason.SUPERSEDED] * 6
    assert answers[-1].suggestions
    assert engine.heard[2:] == ["kartela"]
    await asyncio.gather(*others)


async def test_the_same_text_is_read_once_for_whoever_asks() -> None:
    engine = Engine({"a": 0.9})
    service = suggesting(engine)
    told = [await service.suggest(client, text) for client, text in (("anita", "puk"), ("besa", " puk "))]
    assert told[0] == told[1]
    assert engine.heard == ["puk"]


async def test_a_failure_is_not_remembered() -> None:
    engine = Engine({"a": 0.9})
    service = suggesting(engine)
    engine.trouble = "late"
    assert (await service.suggest("anita", "puk")).reason is Reason.UNAVAILABLE
    engine.trouble = ""
    assert (await service.suggest("anita", "puk")).suggestions
