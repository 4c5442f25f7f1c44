"""``python -m actions`` as a process, over HTTP, on a migrated SQLite database with the demo customers."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from actions.catalogue import ACCOUNT_TOPICS
from ndihma.accounts.adapters.sql import SqlAccountWriter
from ndihma.accounts.demo import DemoKey, demo_customers, load_demo
from ndihma.clock import SystemClock
from ndihma.config import Mode, project_root
from ndihma.content import Content
from ndihma.db import Database, migrate
from ndihma.verification.model import AssuranceLevel
from ndihma.verification.tables import IdentityRow

ROOT = project_root()
TOKEN = "0123456789abcdef0123456789abcdef"
START_S = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(var: Path, port: int, **changes: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NDIHMA_")}
    return {
        **inherited,
        "NDIHMA_VAR_DIR": str(var),
        "NDIHMA_HOME": str(ROOT),
        "NDIHMA_ACTIONS_PORT": str(port),
        "NDIHMA_ENGINE_TOKEN": TOKEN,
        **changes,
    }


async def prepare(var: Path) -> None:
    """The schema, the demo customers, and for each a conversation of the same name that is verified."""
    database = Database(f"sqlite+aiosqlite:///{var / 'ndihma.db'}")
    now = datetime.now(UTC)
    try:
        await migrate(database)
        await load_demo(SqlAccountWriter(database), Mode.DEVELOPMENT, SystemClock())
        async with database.session() as session:
            await session.execute(
                insert(IdentityRow),
                [
                    {
                        "conversation_id": customer.key.value,
                        "msisdn": customer.line.msisdn.e164,
                        "level": AssuranceLevel.CODE_CONFIRMED,
                        "verified_at": now,
                        "expires_at": now + timedelta(minutes=15),
                    }
                    for customer in demo_customers(now)
                ],
            )
    finally:
        await database.close()


class Server:
    def __init__(self, port: int, log: Path) -> None:
        self.log = log
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=5, trust_env=False)

    def run(self, action: str, conversation_id: str) -> list[dict[str, Any]]:
        tracker = {"sender_id": f"{conversation_id}.7", "slots": {}, "latest_message": {}, "events": []}
        call = {"next_action": action, "sender_id": tracker["sender_id"], "tracker": tracker, "version": "3.6.21"}
        response = self.client.post("/webhook", params={"token": TOKEN}, json=call)
        assert response.status_code == 200, response.text
        answer = response.json()
        assert answer["events"] == []
        return list(answer["responses"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    var = tmp_path_factory.mktemp("var")
    asyncio.run(prepare(var))
    port, log = free_port(), var / "actions.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "actions"], cwd=ROOT, env=environment(var, port), stderr=stream, stdout=stream
        )
    running = Server(port, log)
    try:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                if running.client.get("/health").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.05)
        yield running
    finally:
        running.client.close()
        process.terminate()
        assert process.wait(timeout=10) in {0, -15}


@pytest.fixture(scope="module")
def content() -> Content:
    return Content.load(ROOT / "domain.yml")


@pytest.mark.parametrize("topic", ACCOUNT_TOPICS, ids=lambda topic: topic.intent)
def test_every_demo_customer_gets_an_own_answer_with_nothing_missing(server, content, topic):
    for key in DemoKey:
        said = server.run(topic.action_name, key.value)
        assert said[0]["response"].startswith("utter_account_")
        for message in said:
            assert message["response"] != "utter_account_unavailable"
            content.answer(message["response"]).text.format_map(message)  # a missing value is a KeyError


def test_a_strangers_conversation_gets_the_faq(server):
    said = server.run("action_reconnection", "a-stranger")
    assert [message["response"] for message in said] == ["utter_ask_reconnection", "utter_offer_account"]


def test_a_request_for_reconnection_is_stored_and_found_again(server):
    first, again = (server.run("action_payment_proof", DemoKey.SUSPENDED.value) for _ in range(2))
    assert first[0]["custom"] == again[0]["custom"]
    assert first[0]["custom"]["kind"] == "attach_proof"
    assert first[0]["reference"].startswith("RK-")


def test_without_the_token_there_is_no_answer_s1(server):
    assert server.client.post("/webhook", json={}).status_code == 401
    assert server.client.post("/webhook", params={"token": "x"}, json={}).status_code == 401
    assert server.client.get("/actions", params={"token": TOKEN}).status_code == 404


def test_the_log_is_structured_and_holds_no_token_and_no_number_s9_s10(server):
    server.client.post("/webhook", params={"token": TOKEN}, json={"next_action": "action_puk_code", "tracker": {}})
    written = server.log.read_text(encoding="utf-8")
    assert TOKEN not in written
    assert "44100" not in written.replace(" ", "")
    assert all(json.loads(line)["service"] == "actions" for line in written.splitlines())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"NDIHMA_ENGINE_TOKEN": None}, "NDIHMA_ENGINE_TOKEN is not set"),
        ({"NDIHMA_HOME": "/nowhere"}, "domain.yml cannot be read"),
        ({"NDIHMA_ACTIONS_PORT": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_wrong_configuration_is_one_line(tmp_path, changes, says):
    variables = environment(tmp_path, free_port()) | {name: value for name, value in changes.items() if value}
    for name, value in changes.items():
        if value is None:
            del variables[name]
    done = subprocess.run(
        [sys.executable, "-m", "actions"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_taken_port_ends_the_server(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        variables = environment(tmp_path, taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "actions"],
            cwd=ROOT,
            env=variables,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode != 0
    assert "address already in use" in done.stderr
    assert "Traceback" not in done.stderr
