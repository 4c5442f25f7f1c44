"""Parts of the running system die while people write in Telegram: every question is answered once."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator

import psutil
import pytest

from ndihma.telegram.words_sq import ALBANIAN
from tests.e2e.conftest import start_system, stop_system
from tests.e2e.telegram.talking import LIMIT_S, Talk, Telegram
from tests.support.telegram.fake import FakeBotApi

pytestmark = pytest.mark.e2e

QUESTION = "sa kushton sim kartela"
FACT = "7 €"


@pytest.fixture(scope="module")
def telegram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telegram]:
    """A system of its own, at the most talkative level of the log: what is killed here must not disturb other tests."""
    with FakeBotApi().running() as api:
        running = start_system(
            tmp_path_factory.mktemp("telegram-outages"),
            NDIHMA_TELEGRAM_TOKEN=api.token,
            NDIHMA_TELEGRAM_API_URL=api.base_url,
            NDIHMA_LOG_LEVEL="debug",
            NDIHMA_ENGINE_TIMEOUT_S="30",
        )
        try:
            yield Telegram(running, api)
        finally:
            stop_system(running)


def process_of(telegram: Telegram, mark: str) -> psutil.Process:
    children = psutil.Process(telegram.system.process.pid).children(recursive=True)
    return next(process for process in children if mark in process.cmdline())


def answers(telegram: Telegram, talk: Talk) -> int:
    return sum(FACT in text for text in telegram.api.texts(talk.chat_id))


async def greeted(telegram: Telegram) -> Talk:
    talk = telegram.talk()
    await talk.say("/start")
    return talk


async def test_a_killed_gateway_answers_once_what_it_had_taken(telegram: Telegram) -> None:
    talk = await greeted(telegram)
    engine = process_of(telegram, "engine.serve")
    os.kill(engine.pid, signal.SIGSTOP)
    try:
        await telegram.api.message(talk.chat_id, QUESTION)
        await telegram.api.taken(LIMIT_S)
        process_of(telegram, "ndihma.gateway").kill()
    finally:
        os.kill(engine.pid, signal.SIGCONT)
    await telegram.api.said(talk.chat_id, FACT, limit_s=LIMIT_S)
    await telegram.settled(talk.chat_id)
    assert answers(telegram, talk) == 1


async def test_a_gateway_killed_while_the_reply_is_on_its_way_does_not_say_it_twice(telegram: Telegram) -> None:
    """The next one cannot know whether it arrived, and offers to repeat it."""
    talk = await greeted(telegram)
    with telegram.api.held("sendMessage", lambda values: values["chat_id"] == talk.chat_id) as gate:
        await telegram.api.message(talk.chat_id, QUESTION)
        await telegram.api.until(lambda: gate.waiting, "the reply on its way", LIMIT_S)
        process_of(telegram, "ndihma.gateway").kill()
    doubt = await telegram.api.said(talk.chat_id, re.escape(ALBANIAN.in_doubt), limit_s=LIMIT_S)
    await telegram.settled(talk.chat_id)
    assert answers(telegram, talk) == 1
    assert doubt.titles == [ALBANIAN.repeat]


async def test_s6_the_token_and_the_texts_stand_in_no_log_at_debug(telegram: Telegram) -> None:
    talk = await greeted(telegram)
    await talk.say("xhamadani, 044 123 456, sa kushton")
    telegram.api.fail_next("sendMessage", 500)
    telegram.api.drop_next("getUpdates")
    await talk.say(QUESTION)
    logs = [path.read_text(errors="replace") for path in telegram.system.var.rglob("*.log")]
    logs.append((telegram.system.var / "serve.out").read_text(errors="replace"))
    assert "telegram" in "".join(logs)
    for secret in (telegram.api.token, telegram.api.token.split(":")[1], "xhamadani", "044 123 456", "44123456"):
        assert secret not in "".join(logs)
