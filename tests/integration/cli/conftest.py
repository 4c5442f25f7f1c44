"""A checkout whose engine is a small script: the real supervisor, actions and gateway, started as a person would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ndihma.supervision.preflight import free_port

ROOT = Path(__file__).resolve().parents[3]
_END_WITHIN_S = 15

FAKE_ENGINE = r'''
"""Stands in for the engine's interpreter: `python -m engine.NAME …`."""
import http.server, json, os, pathlib, sys, time
module, arguments = sys.argv[2], sys.argv[3:]
broken = pathlib.Path("broken")
if broken.exists() and broken.read_text() == module:
    print("starting"); sys.exit("ValueError: the archive is broken")
if module == "engine.build_pipeline":
    pathlib.Path(arguments[0]).mkdir(parents=True, exist_ok=True)
elif module == "engine.train":
    time.sleep(float(os.environ.get("FAKE_TRAINING_S", "0")))
    with open("trainings", "a") as log: log.write("x")
    pathlib.Path(arguments[1]).write_text("a model")
elif module == "engine.classify":
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        intent = "ask_sim_price" if "kartela" in text else "nlu_fallback"
        print(json.dumps({"text": text, "intent": intent, "confidence": 0.9, "entities": []}), flush=True)
elif module == "engine.serve":
    assert os.environ["NDIHMA_ENGINE_TOKEN"] and pathlib.Path(os.environ["NDIHMA_MODEL"]).is_file()
    class Engine(http.server.BaseHTTPRequestHandler):
        def answer(self, content):
            body = json.dumps(content).encode()
            self.send_response(200); self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
        def do_GET(self): self.answer({"model": True})
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            message = {"text": "SIM kartela kushton 7 €.", "buttons": [], "custom": None,
                       "metadata": {"utter_action": "utter_ask_sim_price"}}
            ranking = [{"name": "ask_sim_price", "confidence": 0.97}]
            self.answer({"messages": [message], "nlu": {"intent": ranking[0], "ranking": ranking}})
        def log_message(self, *_): pass
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["NDIHMA_ENGINE_PORT"])), Engine).serve_forever()
'''


class Checkout:
    """The folder, the settings, and the command line in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        for name in ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml"):
            (home / name).symlink_to(ROOT / name)
        for folder in ("data", "engine/albanian", "requirements", ".venv/engine/bin"):
            (home / folder).mkdir(parents=True)
        (home / "engine" / "albanian" / "gheg.py").symlink_to(ROOT / "engine" / "albanian" / "gheg.py")
        (home / "data" / "nlu.yml").write_text("nlu: []\n")
        (home / "engine" / "code.py").write_text("")
        (home / "requirements" / "engine.txt").write_text("")
        (home / "fake_engine.py").write_text(FAKE_ENGINE)
        python = home / ".venv" / "engine" / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{home}/fake_engine.py" "$@"\n')
        python.chmod(0o755)
        self.ports = {name: free_port() for name in ("GATEWAY", "ENGINE", "ACTIONS")}
        self.running: list[subprocess.Popen[str]] = []

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("NDIHMA_")}
        ports = {f"NDIHMA_{name}_PORT": str(port) for name, port in self.ports.items()}
        return {**inherited, **ports, "NDIHMA_HOME": str(self.home), "PYTHONUNBUFFERED": "1"}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['GATEWAY']}"

    def run(self, *arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "ndihma", *arguments],
            input=stdin,
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            check=False,
            timeout=90,
        )

    def failure(self, *arguments: str, **environment: str) -> str:
        """The one line that a failing command ends with."""
        done = self.run(*arguments, **environment)
        assert done.returncode != 0
        lines = (done.stdout + done.stderr).decode().splitlines()
        complaints = [line for line in lines if line.startswith("ndihma: ")]
        assert len(complaints) == 1, lines
        assert not [line for line in lines if "Traceback" in line]
        return complaints[0]

    def serve(self, **environment: str) -> subprocess.Popen[str]:
        """``ndihma serve``, once it has said that it is ready."""
        process = self.start("serve", **environment)
        seen = self.read_until(process, "Ndihma is ready")
        assert "Ndihma is ready" in seen, seen
        return process

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "ndihma", *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    @staticmethod
    def read_until(process: subprocess.Popen[str], mark: str) -> str:
        seen = ""
        assert process.stdout is not None
        for line in process.stdout:
            seen += line
            if mark in line:
                break
        return seen

    def pids(self) -> list[int]:
        """The supervisor's and the programs' process ids, as the run wrote them down."""
        return [int(pid) for pid in json.loads((self.home / "var" / "run" / "processes.json").read_text())]

    def close(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            if process.stdout:
                process.stdout.close()


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    made = Checkout(tmp_path)
    yield made
    made.close()


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.fixture
def gone() -> Callable[[list[int]], bool]:
    """Whether all of these processes end within some seconds."""

    def check(pids: list[int]) -> bool:
        deadline = time.monotonic() + _END_WITHIN_S
        while any(_alive(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.1)
        return not any(_alive(pid) for pid in pids)

    return check
