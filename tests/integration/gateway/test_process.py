"""``python -m ndihma.gateway`` as a process: it starts, it says nothing about customers, it stops in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from .live_gateway import free_port

ROOT = Path(__file__).resolve().parents[3]


def start(var: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ndihma.gateway"],
        cwd=ROOT,
        env={
            **os.environ,
            "NDIHMA_VAR_DIR": str(var),
            "NDIHMA_ENGINE_PORT": "1",
            "NDIHMA_ACTIONS_PORT": "1",
            **environment,
        },
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def var(tmp_path: Path, migrated: Path) -> Path:
    (tmp_path / "ndihma.db").write_bytes(migrated.read_bytes())
    return tmp_path


@pytest.fixture
def running(var: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = free_port()
    process = start(var, NDIHMA_GATEWAY_PORT=str(port))
    base = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{base}/healthz", timeout=1)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield base, process
    if process.poll() is None:
        process.kill()
        process.communicate()


def test_it_stops_within_five_seconds_although_a_stream_is_open_and_logs_no_customer(running):
    base, process = running
    session = httpx.post(f"{base}/api/v1/sessions").json()
    headers = {"Authorization": f"Bearer {session['token']}"}
    path = f"{base}/api/v1/sessions/{session['session_id']}"
    httpx.get(f"{path}/history?after=0", headers=headers)
    body = {"client_id": "m1", "text": "fjalëkyçe 044 123 456"}
    assert httpx.post(f"{path}/messages", json=body, headers=headers).status_code == 202
    with httpx.stream("GET", f"{path}/events", headers=headers, timeout=10) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 2000"
        process.send_signal(signal.SIGTERM)
        for _ in lines:
            pass
    process.wait(60)
    log = process.communicate()[1]
    assert process.returncode == 0
    assert "Traceback" not in log
    for secret in (session["token"], session["session_id"], "fjalëkyçe", "044", "after=0", "127.0.0.1:"):
        assert secret not in log


def test_a_wrong_configuration_is_one_line_without_the_value(var):
    process = start(var, NDIHMA_MODE="production", NDIHMA_GATEWAY_PORT="fjala")
    log = process.communicate(timeout=20)[1]
    assert process.returncode == 2
    assert "NDIHMA_GATEWAY_PORT" in log
    assert "fjala" not in log
    assert "Traceback" not in log


def test_a_database_without_tables_is_a_clear_failure(tmp_path):
    process = start(tmp_path, NDIHMA_GATEWAY_PORT=str(free_port()))
    log = process.communicate(timeout=30)[1]
    assert process.returncode not in (0, None)
    assert "Traceback" not in log
    assert "migrate" in log
