"""The dialogue's state in PostgreSQL: it outlives the engine, and a person is told of it and erased."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import create_engine, text

from tests.support.databases import Databases

from .conftest import Conversation, System, replies, start_system, stop_system

pytestmark = pytest.mark.e2e

CUSTOMER = "044100105"
TOPIC, FOLLOW_UP = "si bëhem anëtar i klubit të biznesit", "po sa kushton?"
RESTART_LIMIT_S = 120


@pytest.fixture(scope="module")
def tracker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    databases = Databases(tmp_path_factory.mktemp("databases"))
    with databases.empty("postgresql", tmp_path_factory.mktemp("empty")) as url:
        yield url
    databases.close()


@pytest.fixture(scope="module")
def system(tracker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    running = start_system(tmp_path_factory.mktemp("tracker"), NDIHMA_TRACKER_URL=tracker)
    yield running
    stop_system(running)


def conversations(url: str) -> set[str]:
    """Of whom the engine holds anything, in the table that Rasa has made."""
    engine = create_engine(url)
    with engine.connect() as connection:
        senders = set(connection.scalars(text("SELECT DISTINCT sender_id FROM events")))
    engine.dispose()
    return {sender.rpartition(".")[0] for sender in senders}


def restart_engine(system: System) -> None:
    engine = next(p for p in psutil.Process(system.process.pid).children(True) if "engine.serve" in p.cmdline())
    engine.kill()
    engine.wait(30)
    health = f"http://127.0.0.1:{system.ports['ENGINE']}/webhooks/gateway/health"  # /readyz remembers for a second
    deadline = time.monotonic() + RESTART_LIMIT_S
    while True:
        try:
            if httpx.get(health, timeout=3).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < deadline, "the engine did not come back"
        time.sleep(0.3)


def test_a_conversation_goes_on_where_it_was_after_the_engine_was_killed(system: System, tracker: str) -> None:
    unbroken, broken = Conversation.start(system), Conversation.start(system)
    unbroken.say(TOPIC)
    expected = replies(unbroken.say(FOLLOW_UP))
    assert replies(Conversation.start(system).say(FOLLOW_UP)) != expected, "the follow-up needs what was said before"
    broken.say(TOPIC)
    restart_engine(system)
    assert replies(broken.say(FOLLOW_UP)) == expected
    assert {each.state()["conversation_id"] for each in (unbroken, broken)} <= conversations(tracker)
    assert list(system.var.glob("tracker.db*")) == []


def test_s11_a_person_is_told_of_it_and_erased_while_the_system_runs(
    system: System, tracker: str, tmp_path: Path
) -> None:
    mine, another = Conversation.start(system), Conversation.start(system)
    another.say(TOPIC)
    mine.say("sa kredi kam")
    assert "12,40 €" in replies(mine.verify(system, CUSTOMER))
    out = tmp_path / "export.json"
    assert system.command("export", CUSTOMER, "--out", str(out)).returncode == 0
    held = json.loads(out.read_text(encoding="utf-8"))["dialogue_tracker"]
    ids = [each.state()["conversation_id"] for each in (mine, another)]
    assert {each["sender"].rpartition(".")[0] for each in held} == {ids[0]}
    erased = system.command("erase", CUSTOMER, "--yes")
    assert erased.returncode == 0, erased.stderr
    assert "dialogue tracker" in erased.stdout
    assert ids[0] not in conversations(tracker)
    assert ids[1] in conversations(tracker)
    assert replies(Conversation.start(system).say("sa kushton sim kartela"))


def test_s10_without_its_table_the_engine_still_answers_and_logs_nothing_that_was_said(
    system: System, tracker: str
) -> None:
    conversation = Conversation.start(system)
    said = "sa kushton sim kartela per Zanfinen"
    assert "7 €" in replies(conversation.say("sa kushton sim kartela"))
    change(tracker, "ALTER TABLE events RENAME TO events_away")
    try:
        assert "7 €" in replies(conversation.say(said))
    finally:
        change(tracker, "ALTER TABLE events_away RENAME TO events")
    log = (system.var / "log" / "engine.log").read_text(encoding="utf-8")
    assert "InMemoryTrackerStore" in log
    assert "Zanfinen" not in log
    assert "7 €" in replies(conversation.say("sa kushton sim kartela"))


def change(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
