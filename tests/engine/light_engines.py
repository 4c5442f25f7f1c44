"""Engines as processes, light or with everything, and an action server that answers by rule: for the light tests."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

ROOT = Path(__file__).resolve().parents[2]
BOT = Path(__file__).parent / "light_bot"
TOKEN = "t" * 32
_START_LIMIT_S = 180
Done = subprocess.CompletedProcess


def surroundings(*, full: bool, **more: str) -> Dict[str, str]:
    """The environment of an engine that runs in any folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NDIHMA_")}
    return {**kept, "PYTHONPATH": str(ROOT), "NDIHMA_ENGINE_FULL": "1" if full else "0", **more}


def run(*command: str, cwd: Path, full: bool = False, stdin: Optional[str] = None, **more: str) -> Done:
    """Run Python of this environment to its end; ``more`` is added to its environment variables."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=surroundings(full=full, **more),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class FakeActions:
    """An action server whose answer depends on the call alone; ``calls`` holds what it was asked."""

    def __init__(self) -> None:
        self.calls: List[Dict[str, Any]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.calls.append(call)
                answer = json.dumps(fake.answer(call)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @staticmethod
    def answer(call: Dict[str, Any]) -> Dict[str, Any]:
        name, slots = call["next_action"], call["tracker"]["slots"]
        events: List[Dict[str, Any]] = []
        if name == "validate_order_form" and (slots.get("street") or "").isdigit():
            events = [{"event": "slot", "name": "street", "value": None}]
        elif name == "action_remind":
            due = (datetime.now(timezone.utc) + timedelta(hours=1)).isoformat()
            events = [
                {
                    "event": "reminder",
                    "intent": "EXTERNAL_due",
                    "date_time": due,
                    "name": "r",
                    "entities": [],
                }
            ]
        elif name == "action_forget":
            events = [{"event": "cancel_reminder", "name": "r", "intent": None, "entities": None, "date_time": None}]
        said = {
            "text": f"{name}: {call['tracker']['latest_message'].get('text')} {json.dumps(slots, sort_keys=True)}",
            "buttons": [{"title": "Po", "payload": "/affirm"}],
            "custom": {"action": name},
        }
        return {"events": events, "responses": [said]}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Engine:
    """A running ``engine.serve``; replies are whole, as the gateway sees them."""

    def __init__(self, port: int) -> None:
        self._port = port

    def say(self, sender: str, text: str) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            body = json.dumps({"sender": sender, "text": text})
            connection.request("POST", "/webhooks/gateway/message", body, {"X-Ndihma-Token": TOKEN})
            response = connection.getresponse()
            return {"status": response.status, **json.loads(response.read())}
        finally:
            connection.close()

    def is_ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=2)
        try:
            connection.request("GET", "/webhooks/gateway/health")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


@contextmanager
def serving(project: Path, model: Path, tracker: Path, actions: str, *, full: bool) -> Iterator[Engine]:
    """An engine in ``project`` (where its endpoints.yml is) until the end of the block."""
    port = free_port()
    environment = surroundings(
        full=full,
        NDIHMA_MODEL=str(model),
        NDIHMA_ENGINE_PORT=str(port),
        NDIHMA_ENGINE_TOKEN=TOKEN,
        NDIHMA_ACTIONS_URL=actions,
        NDIHMA_TRACKER_DB=f"sqlite:///{tracker}",
    )
    log = tracker.with_suffix(".log")
    with log.open("a") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.serve"], cwd=project, env=environment, stdout=sink, stderr=sink
        )
    try:
        engine = Engine(port)
        deadline = time.monotonic() + _START_LIMIT_S
        while not engine.is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the engine did not start: {log.read_text()[-2000:]}")
            time.sleep(0.1)
        yield engine
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
