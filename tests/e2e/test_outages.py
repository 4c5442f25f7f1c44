"""Parts of the running system die or hang: an honest sentence, the message stays, service returns."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psutil
import pytest

from tests.e2e.conftest import Conversation, System, replies, start_system, stop_system

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system of its own: what is killed here must not disturb other tests. A late engine is given up after 2 s."""
    running = start_system(tmp_path_factory.mktemp("outages"), NDIHMA_ENGINE_TIMEOUT_S="2")
    yield running
    stop_system(running)


def process_of(system: System, mark: str) -> psutil.Process:
    """The supervised process whose command line holds ``mark``."""
    return next(p for p in psutil.Process(system.process.pid).children(recursive=True) if mark in p.cmdline())


def held(system: System, mark: str) -> psutil.Process:
    process = process_of(system, mark)
    os.kill(process.pid, signal.SIGSTOP)
    return process


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=3).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def all_answered(events: list[dict[str, Any]]) -> bool:
    return all(event["outcome"] == "answered" for event in events if event["type"] == "reply")


def wait(until: Callable[[], bool], limit_s: float = 60) -> None:
    """Ask again and again; a slow machine only waits longer."""
    deadline = time.monotonic() + limit_s
    while not until():
        assert time.monotonic() < deadline, "it did not come back"
        time.sleep(0.3)


def test_a_hung_action_server_leaves_the_faq_answer_and_an_honest_sentence(system: System) -> None:
    actions = held(system, "actions")
    try:
        conversation = Conversation.start(system)
        events = conversation.say("ma keni ndërprerë numrin për mospagesë, si e kthej")
    finally:
        os.kill(actions.pid, signal.SIGCONT)
    outcomes = [e["outcome"] for e in events if e["type"] == "reply"]
    assert "unavailable" in outcomes
    assert [e["text"] for e in conversation.events if e["type"] == "message"] == [
        "ma keni ndërprerë numrin për mospagesë, si e kthej"
    ]
    assert replies(Conversation.start(system).say("sa kushton sim kartela"))


def test_a_killed_action_server_comes_back(system: System) -> None:
    process_of(system, "actions").kill()
    conversation = Conversation.start(system)
    answer = replies(conversation.say("kom harru pukun"))
    assert "080010000" in answer
    wait(lambda: all_answered(Conversation.start(system).say("më duhet kodi puk i kartelës sime")))


def test_a_hung_engine_is_given_up_and_returns(system: System) -> None:
    engine = held(system, "engine.serve")
    conversation = Conversation.start(system)
    try:
        events = conversation.say("sa kushton sim kartela")
    finally:
        os.kill(engine.pid, signal.SIGCONT)
    assert [e["outcome"] for e in events if e["type"] == "reply"] == ["unavailable"]
    assert "080010000" in replies(events)
    later = conversation.say("po kartela e re sa kushton")
    assert "7 €" in replies(later)


def test_a_killed_engine_is_restarted_and_nothing_is_lost(system: System) -> None:
    process_of(system, "engine.serve").kill()
    conversation = Conversation.start(system)
    events = conversation.say("sa kushton sim kartela")
    assert replies(events)
    assert httpx.get(f"{system.base}/healthz", timeout=5).status_code == 200
    wait(lambda: answers(f"{system.base}/readyz"))
    assert "7 €" in replies(conversation.say("sa kushton kartela e re"))


def test_a_killed_gateway_answers_what_it_had_accepted(system: System) -> None:
    engine = held(system, "engine.serve")
    conversation = Conversation.start(system)
    accepted = conversation.post({"client_id": "before", "text": "sa kushton sim kartela"}).json()
    process_of(system, "ndihma.gateway").kill()
    os.kill(engine.pid, signal.SIGCONT)
    wait(lambda: answers(f"{system.base}/healthz"))
    events = conversation.until("done", in_reply_to=accepted["message_id"])
    assert len([e for e in events if e["type"] == "reply"]) == 1
    assert len([e for e in conversation.events if e["type"] == "message"]) == 1
