"""The questions and conversations of ``questions.yml`` over Telegram: the same facts as over the HTTP API.

A chat takes one message a second, so all people ask at the same time, each in a chat of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from ndihma import messages
from tests.e2e.telegram.talking import Talk, Telegram, texts
from tests.e2e.test_questions import BOOK, QUESTIONS, missing_facts
from tests.support.telegram.chats import Post

pytestmark = pytest.mark.e2e

AT_ONCE = 12
"""People who talk at the same time; the engine of a busy machine answers in its time."""
Outcome = list[list[Post]] | BaseException


def ask_all(asks: list[Callable[[], Awaitable[list[list[Post]]]]]) -> list[Outcome]:
    """What each was answered, turn by turn; or how it failed."""

    async def run() -> list[Outcome]:
        room = asyncio.Semaphore(AT_ONCE)

        async def one(ask: Callable[[], Awaitable[list[list[Post]]]]) -> list[list[Post]]:
            async with room:
                return await ask()

        return list(await asyncio.gather(*(one(ask) for ask in asks), return_exceptions=True))

    return asyncio.run(run())


async def ask(telegram: Telegram, question: dict[str, Any]) -> list[list[Post]]:
    talk = telegram.talk()
    return [await talk.say(question["say"])]


async def follow(telegram: Telegram, script: dict[str, Any]) -> list[list[Post]]:
    talk = telegram.talk()
    return [await (talk.say(t["say"]) if "say" in t else talk.press(t["press"])) for t in script["turns"]]


@pytest.fixture(scope="module")
def answers(telegram: Telegram) -> list[Outcome]:
    """To every question, then to every turn of every conversation."""
    return ask_all(
        [lambda q=question: ask(telegram, q) for question in QUESTIONS]
        + [lambda s=script: follow(telegram, s) for script in BOOK["conversations"]]
    )


def turns_of(outcome: Outcome) -> list[list[Post]]:
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


@pytest.mark.parametrize("number", range(len(QUESTIONS)), ids=[q["say"][:40] for q in QUESTIONS])
def test_a_question_gets_its_facts(answers: list[Outcome], number: int) -> None:
    question = QUESTIONS[number]
    (posts,) = turns_of(answers[number])
    answer = texts(posts[1:])
    assert posts[0].text == messages.GREETING
    assert answer, "no reply"
    assert messages.UNAVAILABLE not in answer
    if "topic" in question:
        assert missing_facts(answer, BOOK["facts"][question["topic"]]) == []


@pytest.mark.parametrize("number", range(len(BOOK["conversations"])), ids=[c["name"] for c in BOOK["conversations"]])
def test_a_conversation_follows_its_thread(answers: list[Outcome], number: int) -> None:
    script = BOOK["conversations"][number]
    for turn, posts in zip(script["turns"], turns_of(answers[len(QUESTIONS) + number]), strict=True):
        answer = texts(posts)
        assert answer
        assert missing_facts(answer, turn.get("facts", [])) == []
        assert [word for word in turn.get("never", []) if word in answer] == []
        if turn.get("offer"):
            assert any(post.buttons for post in posts)
        if "verification" in turn:
            asks = [button for post in posts for button in post.keyboard if button.get("request_contact")]
            assert bool(asks) == (turn["verification"] == "number_needed")


def test_a_person_is_greeted_once_with_the_topics(telegram: Telegram) -> None:
    async def run() -> tuple[Talk, list[Post]]:
        talk = telegram.talk()
        return talk, await talk.say("/start") + await talk.say("faleminderit")

    _, posts = asyncio.run(run())
    greetings = [post for post in posts if post.text.startswith(messages.GREETING)]
    assert len(greetings) == 1
    assert greetings[0].titles == [starter.title for starter in messages.STARTERS]
