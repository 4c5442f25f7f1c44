"""Whenever the process dies between taking an update and having its reply in the chat, nothing is lost or doubled.

A process with the whole bot is killed at its n-th step (``mortal``), for every n until it lives through; then another
one starts. When the death fell between a message's leaving and our note of it, nobody knows whether it arrived: then
the customer is asked, and has it repeated by a button.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from ndihma.telegram.words_sq import ALBANIAN
from tests.integration.gateway.scripted_desk import NOW
from tests.support.telegram.fake import FakeBotApi

from .living import TEXT
from .mortal import Place, engine_in_a_thread

MOST_STEPS, FEWEST_STEPS = 60, 8
FIRST_CHAT = 900
QUESTION = "sa kushton kartela"


def answers(api: FakeBotApi, chat: int) -> int:
    return api.texts(chat).count(TEXT)


def stored(place: Place, chat: int) -> int:
    """How often the question stands in the transcript."""
    query = "SELECT payload FROM events JOIN telegram_threads USING (conversation_id) WHERE chat_id = :chat"
    return sum(QUESTION in str(payload) for (payload,) in place.rows(query, chat=chat))


def greet(place: Place) -> None:
    """Every chat has its greeting, so that a question has one message for an answer."""
    chats = range(FIRST_CHAT, FIRST_CHAT + MOST_STEPS)
    with place.process(NOW):
        for chat in chats:
            asyncio.run(place.api.message(chat, "/start"))
        place.wait(lambda: all(place.settled(chat) for chat in chats), "all greeted")


def dies_at(place: Place, step: int, chat: int) -> bool:
    """Ask in a process that is killed at a step; whether it had not so many steps."""
    with place.process(NOW + timedelta(minutes=2 * step + 1), step) as dead:
        asyncio.run(place.api.message(chat, QUESTION))
        place.wait(lambda: dead() or place.settled(chat), "dead or done")
        return not dead()


def recover(place: Place, step: int, chat: int) -> tuple[int, bool]:
    """What another process makes of it: answers in the chat, and whether the customer was asked about the last one."""
    with place.process(NOW + timedelta(minutes=2 * step + 2)):
        place.wait(lambda: place.settled(chat), "recovered")
        doubts = [post for post in place.api.sent(chat) if post.text == ALBANIAN.in_doubt]
        if doubts and not answers(place.api, chat):
            asyncio.run(place.api.press(doubts[0], ALBANIAN.repeat))
            place.wait(lambda: answers(place.api, chat) > 0 and place.settled(chat), "repeated")
    assert len(doubts) <= 1
    return answers(place.api, chat), bool(doubts)


def test_s12_no_update_is_lost_and_none_answered_twice(bot_api: FakeBotApi, database_url: str, tmp_path: Path) -> None:
    with engine_in_a_thread() as engine:
        place = Place(bot_api, engine, database_url, tmp_path)
        greet(place)
        ends: list[bool] = []
        for step in range(MOST_STEPS):
            chat = FIRST_CHAT + step
            lived = dies_at(place, step, chat)
            count, doubted = recover(place, step, chat)
            assert count == 1, f"killed at step {step}: {bot_api.texts(chat)}"
            assert stored(place, chat) == 1, f"killed at step {step}: the message is stored once"
            ends.append(doubted)
            if lived:
                break
        else:
            pytest.fail("the process never lived through")
    assert len(ends) > FEWEST_STEPS
    assert any(ends), "killed around the call: the customer is asked"
    assert not ends[0]
    assert not ends[-1]
