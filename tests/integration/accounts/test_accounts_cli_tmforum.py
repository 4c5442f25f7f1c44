"""``ndihma accounts show`` when accounts come from the operator's systems."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ndihma.accounts.cli import app
from ndihma.accounts.demo import DemoKey, demo_customers
from ndihma.clock import SystemClock
from ndihma.config import project_root
from tests.support.tmforum.operator import Operator
from tests.support.tmforum.system import listening

CUSTOMERS = {customer.key: customer.line for customer in demo_customers(SystemClock().now())}
LINE = CUSTOMERS[DemoKey.ACTIVE_BY_TOP_UP]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A made-up operator with one customer, in a thread of its own: the command has its own event loop."""
    operator, found, stop = Operator(), list[str](), threading.Event()
    operator.put([LINE])
    ready = threading.Event()

    async def serve() -> None:
        async with listening(operator) as url:
            found.append(url)
            ready.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(30)
    try:
        yield found[0]
    finally:
        stop.set()
        thread.join(30)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("NDIHMA_MODE", "NDIHMA_DATABASE_URL", "NDIHMA_ENGINE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NDIHMA_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("NDIHMA_ACCOUNTS", "tmforum")


def show(number: str) -> Result:
    return CliRunner().invoke(app, ["show", number])


def failure(result: Result) -> str:
    assert result.exit_code == 1
    assert result.stdout == ""
    (sentence,) = result.stderr.splitlines()
    assert sentence.startswith("ndihma: ")
    return str(sentence)


def test_a_number_is_shown_from_the_operator_s_systems(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NDIHMA_TMF_URL", address)
    result = show(LINE.msisdn.national)
    assert result.exit_code == 0, result.output
    assert LINE.msisdn.masked in result.stdout
    assert "12.40 EUR" in result.stdout
    assert LINE.msisdn.national not in result.stdout


def test_a_number_that_the_operator_does_not_know_is_said_so(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NDIHMA_TMF_URL", address)
    assert "no account has the number" in failure(show("044 100 999"))


def test_systems_that_are_down_are_said_so_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NDIHMA_TMF_URL", "http://127.0.0.1:1")
    command = [sys.executable, "-m", "ndihma", "accounts", "show", LINE.msisdn.national]
    result = subprocess.run(command, cwd=project_root(), capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "ndihma: the operator's systems gave no answer that can be used (tmf637: dead)\n"


def test_a_table_of_names_that_is_missing_is_said_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NDIHMA_TMF_URL", "https://api.example.com")
    monkeypatch.setenv("NDIHMA_TMF_MAPPING", str(tmp_path / "names.json"))
    assert "names.json" in failure(show(LINE.msisdn.national))
