"""A system that serves: what is asked of it, what a second one is told, and where its secrets are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Checkout

TOLD = {
    "NDIHMA_VERIFICATION_KEY": "k" * 40,
    "NDIHMA_AUDIT_KEY": "a" * 40,
    "NDIHMA_STAFF_KEY": "s" * 40,
    "NDIHMA_SMS": "kannel",
    "NDIHMA_KANNEL_URL": "https://sms.invalid/cgi-bin/sendsms",
    "NDIHMA_KANNEL_USERNAME": "ndihma",
    "NDIHMA_KANNEL_PASSWORD": "p" * 12,
    "NDIHMA_SMTP_HOST": "mail.invalid",
    "NDIHMA_SMTP_FROM": "ndihma@operator.example",
    "NDIHMA_SMTP_USERNAME": "ndihma",
    "NDIHMA_SMTP_PASSWORD": "q" * 12,
}


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """One system for all tests here, which leave it as it is."""
    made = Checkout(tmp_path_factory.mktemp("checkout"))
    made.serve(
        **TOLD,
        NDIHMA_DATABASE_URL=f"sqlite:///{made.home}/var/own.db",
        NDIHMA_TRACKER_URL=f"sqlite:///{made.home}/var/own-tracker.db",
    )
    yield made
    made.close()


def test_it_answers_ask(serving: Checkout) -> None:
    done = serving.run("ask", "sa kushton kartela?")
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, "SIM kartela kushton 7 €.\n", b"")
    answer = json.loads(serving.run("ask", "--json", "sa kushton kartela?").stdout)
    assert (answer["intent"], answer["confidence"]) == ("ask_sim_price", 0.97)


def test_a_question_that_is_refused_is_one_polite_line(serving: Checkout) -> None:
    for text in ("", "   ", "x" * 10_000):
        assert len(serving.failure("ask", text)) > len("ndihma: ")


def test_any_other_question_gets_a_reply(serving: Checkout) -> None:
    for text in ("/restart", '/intent{"x":1}', "<b>x</b>", "😀😀", "a\udcffb"):
        assert serving.run("ask", "--", text).returncode == 0, text


def test_a_second_instance_is_told_where_the_first_is(serving: Checkout) -> None:
    (process,) = serving.running
    complaint = serving.failure("serve")
    assert f"process {process.pid}" in complaint
    assert serving.url in complaint


def test_no_secret_is_in_a_command_line_or_a_readable_file(serving: Checkout) -> None:
    var = serving.home / "var"
    token = next((var / "secrets").glob("engine_token*")).read_bytes().strip()
    for pid in serving.pids():
        assert token not in Path(f"/proc/{pid}/cmdline").read_bytes()
    holding = [path for path in var.rglob("*") if path.is_file() and token in path.read_bytes()]
    assert [path.name for path in holding] == ["engine_token"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in holding)
    assert var.stat().st_mode & 0o077 == 0


def test_each_program_is_told_only_its_own_secrets(serving: Checkout) -> None:
    of_the_engine = {"NDIHMA_TRACKER_URL", "NDIHMA_TRACKER_DB"}  # the second is made of the first
    told = TOLD.keys() | {"NDIHMA_DATABASE_URL"} | of_the_engine
    held: dict[str, set[str]] = {}
    for pid in serving.pids():
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
        name = next(
            n for n in ("engine", "actions", "gateway", "daemon") if n in command.replace("fake_engine", "engine")
        )
        environment = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
        held[name] = {each.partition("=")[0] for each in environment} & told
    public = {"NDIHMA_KANNEL_URL", "NDIHMA_SMTP_FROM"}
    assert held["engine"] == of_the_engine | public
    assert held["actions"] == {"NDIHMA_DATABASE_URL", "NDIHMA_AUDIT_KEY"} | public
    assert held["gateway"] == told
