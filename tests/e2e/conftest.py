"""Starts the real system, as ``make run`` does, on ports and in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
import pytest

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
NDIHMA = ROOT / ".venv" / "app" / "bin" / "ndihma"
START_LIMIT_S = 240
REPLY_LIMIT_S = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class System:
    """A running system: where it listens, where its files are, and the process that supervises it."""

    base: str
    var: Path
    process: subprocess.Popen[str]
    environment: dict[str, str]
    ports: dict[str, int]
    client: httpx.Client

    def command(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run ``ndihma …`` against this system."""
        return subprocess.run(
            [str(NDIHMA), *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **options,
        )


@dataclass
class Conversation:
    """One customer's session, driven over the public HTTP API only."""

    client: httpx.Client
    id: str
    token: str
    cursor: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    sent: int = 0

    @classmethod
    def start(cls, system: System) -> Self:
        client = system.client
        response = client.post("/api/v1/sessions")
        assert response.status_code == 201, response.text
        body = response.json()
        conversation = cls(client=client, id=body["session_id"], token=body["token"])
        conversation.read()
        return conversation

    @property
    def path(self) -> str:
        return f"/api/v1/sessions/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def read(self) -> list[dict[str, Any]]:
        """New events since the last read."""
        response = self.client.get(f"{self.path}/history", params={"after": self.cursor}, headers=self.headers)
        assert response.status_code == 200, response.text
        fresh: list[dict[str, Any]] = response.json()["events"]
        if fresh:
            self.cursor = fresh[-1]["cursor"]
        self.events += fresh
        return fresh

    def post(self, body: dict[str, Any]) -> httpx.Response:
        return self.client.post(f"{self.path}/messages", json=body, headers=self.headers)

    def say(self, text: str) -> list[dict[str, Any]]:
        """Send a message and give the events it caused, up to and with its ``done``."""
        return self._send({"text": text})

    def press(self, title: str) -> list[dict[str, Any]]:
        """Press the latest button with this title."""
        buttons = [
            b for event in self.events if event["type"] == "reply" for b in event["buttons"] if b["title"] == title
        ]
        assert buttons, f"no button {title!r}"
        return self._send({"choice": buttons[-1]["id"]})

    def _send(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        self.sent += 1
        response = self.post({"client_id": f"m{self.sent}", **body})
        assert response.status_code == 202, response.text
        return self.until("done", in_reply_to=response.json()["message_id"])

    def until(self, kind: str, **expected: Any) -> list[dict[str, Any]]:
        """Read until an event of this kind (with these fields) has come."""
        seen: list[dict[str, Any]] = []
        deadline = time.monotonic() + REPLY_LIMIT_S
        while time.monotonic() < deadline:
            seen += self.read()
            for event in seen:
                if event["type"] == kind and all(event.get(key) == value for key, value in expected.items()):
                    return seen
            time.sleep(0.02)
        raise AssertionError(f"no {kind} {expected} within {REPLY_LIMIT_S} s; seen: {[e['type'] for e in seen]}")

    def state(self) -> dict[str, Any]:
        body: dict[str, Any] = self.client.get(self.path, headers=self.headers).json()
        return body

    def verify(self, system: System, msisdn: str) -> list[dict[str, Any]]:
        """Prove a number with the code from the development outbox; gives the events that followed."""
        before = len(sent_to(system, msisdn))
        answer = self.client.post(f"{self.path}/verification", json={"msisdn": msisdn}, headers=self.headers)
        assert answer.status_code == 202, answer.text
        return self.give_code(system, msisdn, before)

    def give_code(self, system: System, to: str, before: int) -> list[dict[str, Any]]:
        """Give the code that came to a number or masked contact after ``before`` messages; the events that followed."""
        deadline = time.monotonic() + REPLY_LIMIT_S
        while len(messages := sent_to(system, to)) == before and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(messages) > before, "no code was sent"
        code = re.findall(r"\b\d{6}\b", messages[-1]["text"])[0]
        answer = self.client.post(f"{self.path}/verification/code", json={"code": code}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["token"]
        return self.until("done", in_reply_to=None)


def outbox(system: System) -> list[dict[str, Any]]:
    """What the development sender wrote, oldest first."""
    path = system.var / "outbox.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def sent_to(system: System, to: str) -> list[dict[str, Any]]:
    """The outbox's messages to a masked contact or a number; a number is masked there: its last two digits tell."""
    ending = to if "•" in to else to[-2:]
    return [message for message in outbox(system) if message["to"].endswith(ending)]


def wait_for(found: Callable[[], T]) -> T:
    """What ``found`` gives once it gives something."""
    deadline = time.monotonic() + REPLY_LIMIT_S
    while not (result := found()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert result, "nothing came"
    return result


def replies(events: list[dict[str, Any]]) -> str:
    """All reply texts of these events, one after the other."""
    return "\n".join(event["text"] for event in events if event["type"] == "reply")


def start_system(folder: Path, **extra: str) -> System:
    """Run ``ndihma serve`` with its own folder and ports; returns when it is ready."""
    ports = {name: free_port() for name in ("GATEWAY", "ENGINE", "ACTIONS")}
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("NDIHMA_")},
        "NDIHMA_VAR_DIR": str(folder),
        "NDIHMA_ADDRESS_MESSAGES_PER_MINUTE": "100000",
        **{f"NDIHMA_{name}_PORT": str(port) for name, port in ports.items()},
        **extra,
    }
    setup = subprocess.run(
        [str(NDIHMA), "setup"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert setup.returncode == 0, setup.stdout + setup.stderr
    with (folder / "serve.out").open("w") as output:
        process = subprocess.Popen(
            [str(NDIHMA), "serve"], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, text=True
        )
    base = f"http://127.0.0.1:{ports['GATEWAY']}"
    system = System(base, folder, process, environment, ports, httpx.Client(base_url=base, timeout=15))
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{system.base}/readyz", timeout=3).status_code == 200:
                return system
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    stop_system(system)
    raise AssertionError((folder / "serve.out").read_text())


def stop_system(system: System) -> int:
    """Ctrl-C, as a person stops it."""
    system.client.close()
    if system.process.poll() is None:
        system.process.send_signal(signal.SIGINT)
    try:
        return system.process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        system.process.kill()
        raise


def stop_process(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C to a whole terminal job, as a shell sends it."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=30)


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    if not NDIHMA.exists() or sys.platform == "win32":
        pytest.fail("run `make setup` first")
    running = start_system(tmp_path_factory.mktemp("system"))
    yield running
    stop_system(running)


@pytest.fixture
def conversation(system: System) -> Conversation:
    return Conversation.start(system)
