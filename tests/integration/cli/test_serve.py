"""``ndihma serve`` as a person meets it: ready, asked, disturbed, stopped, refused."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from .conftest import Checkout


@pytest.fixture
def hangup_is_heard() -> Iterator[None]:
    """Under nohup a hang-up is ignored by every child, rightly; this test is about a terminal that closes."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("hangup_is_heard")
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_serves_until_a_signal_and_leaves_nothing_behind(
    checkout: Checkout, gone: Callable[[list[int]], bool], signum: signal.Signals
) -> None:
    process = checkout.serve()
    assert httpx.get(f"{checkout.url}/readyz", trust_env=False).json()["status"] == "ready"
    pids = checkout.pids()
    assert len(pids) == 4
    os.killpg(process.pid, signum)
    assert process.wait(60) == 0
    assert gone(pids)
    assert "Ndihma is stopped." in process.stdout.read()


def test_everything_ends_when_it_is_killed(checkout: Checkout, gone: Callable[[list[int]], bool]) -> None:
    process = checkout.serve()
    pids = checkout.pids()
    process.kill()
    assert gone(pids)
    checkout.serve()  # and the next start is not disturbed by what was left


def test_what_a_wholly_killed_run_left_behind_does_not_hold_the_ports(
    checkout: Checkout, gone: Callable[[list[int]], bool]
) -> None:
    process = checkout.serve()
    pids = checkout.pids()
    daemon = int((checkout.home / "var/run/supervisord.pid").read_text())
    for pid in (process.pid, daemon):
        os.kill(pid, signal.SIGKILL)
    checkout.serve()
    assert gone(pids)


def test_a_second_start_trains_nothing(checkout: Checkout) -> None:
    assert checkout.run("setup").returncode == 0
    checkout.serve()
    assert (checkout.home / "trainings").read_text() == "x"


def test_changed_data_train_anew_and_old_models_are_pruned(checkout: Checkout) -> None:
    for version in range(5):
        (checkout.home / "data" / "nlu.yml").write_text(f"nlu: [] # {version}\n")
        assert checkout.run("train").returncode == 0
    assert (checkout.home / "trainings").read_text() == "xxxxx"
    assert len(list((checkout.home / "models").glob("ndihma-*.tar.gz"))) == 3


def test_ask_without_a_running_system_starts_one_and_stops_it(checkout: Checkout) -> None:
    done = checkout.run("ask", "sa kushton kartela?")
    assert (done.returncode, done.stdout.decode()) == (0, "SIM kartela kushton 7 €.\n")
    with pytest.raises(httpx.ConnectError):
        httpx.get(checkout.url, trust_env=False)


def test_a_dead_engine_makes_ask_fail_with_an_honest_sentence(checkout: Checkout) -> None:
    process = checkout.serve()
    (checkout.home / "broken").write_text("engine.serve")
    engine = json.loads((checkout.home / "var/run/processes.json").read_text())
    for pid in map(int, engine):
        if b"fake_engine" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    done = checkout.run("ask", "sa kushton kartela?")
    assert done.returncode == 3
    assert "080010000" in done.stdout.decode()
    assert process.wait(40) == 1  # given up after some tries
    said = process.stdout.read()
    assert "! engine ended" in said
    assert "ValueError: the archive is broken" in said
    assert "Traceback" not in said


def test_a_broken_model_is_one_line_with_the_log(checkout: Checkout) -> None:
    checkout.run("setup")
    (checkout.home / "broken").write_text("engine.serve")
    complaint = checkout.failure("serve")
    assert "engine ended while starting" in complaint
    assert "ValueError: the archive is broken" in complaint
    assert "var/log/engine.log" in complaint


def test_a_failed_training_is_one_line_with_the_log_and_leaves_no_model(checkout: Checkout) -> None:
    (checkout.home / "broken").write_text("engine.train")
    complaint = checkout.failure("train")
    assert "cannot train the model (exit code 1): ValueError: the archive is broken" in complaint
    assert "var/log/train.log" in complaint
    assert not list((checkout.home / "models").glob("*.tar.gz"))


def test_an_interrupted_training_leaves_no_model_and_no_trainer(checkout: Checkout) -> None:
    process = checkout.start("train", FAKE_TRAINING_S="60")
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert not [path for path in (checkout.home / "models").iterdir() if "ndihma-" in path.name]
    assert not (checkout.home / "trainings").exists()


def test_a_taken_port_is_one_line_that_names_the_setting(checkout: Checkout) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", checkout.ports["ACTIONS"]))
        listener.listen()
        assert "NDIHMA_ACTIONS_PORT" in checkout.failure("serve")


def test_wrong_settings_are_one_line(checkout: Checkout) -> None:
    complaint = checkout.failure("serve", NDIHMA_MODE="live", NDIHMA_ENGINE_PORT="x")
    assert "NDIHMA_MODE: " in complaint
    assert "NDIHMA_ENGINE_PORT: " in complaint
    assert "NDIHMA_ENGINE_TOKEN" in checkout.failure("serve", NDIHMA_MODE="production")


@pytest.mark.parametrize("url", ["mysql://x/y", "foo://x", "postgresql+psycopg2://x/y", "nonsense"])
def test_a_database_of_another_kind_is_one_line(checkout: Checkout, url: str) -> None:
    complaint = checkout.failure("serve", NDIHMA_DATABASE_URL=url)
    assert "NDIHMA_DATABASE_URL" in complaint
    assert "postgresql://" in complaint


def test_a_secret_that_cannot_be_used_is_one_line_before_anything_starts(checkout: Checkout) -> None:
    production = {"NDIHMA_MODE": "production", "NDIHMA_ENGINE_TOKEN": "t" * 40}
    for changed, told in (
        ({"NDIHMA_ENGINE_TOKEN": "short"}, "NDIHMA_ENGINE_TOKEN needs at least 32 characters"),
        ({"NDIHMA_VERIFICATION_KEY": ""}, "NDIHMA_VERIFICATION_KEY"),
        ({"NDIHMA_VERIFICATION_KEY": "short"}, "NDIHMA_VERIFICATION_KEY needs at least 32 characters"),
        ({"NDIHMA_VERIFICATION_KEY": "k" * 40}, "NDIHMA_AUDIT_KEY must be set"),
        (
            {
                "NDIHMA_VERIFICATION_KEY": "k" * 40,
                "NDIHMA_AUDIT_KEY": "a" * 40,
                "NDIHMA_PUK_KEYS": f"one:{base64.b64encode(bytes(32)).decode()}",
            },
            "NDIHMA_STAFF_KEY must be set",
        ),
    ):
        assert told in checkout.failure("serve", **{**production, **changed})
    assert not (checkout.home / "trainings").exists()
    secrets = checkout.home / "var" / "secrets"
    secrets.mkdir(mode=0o700, parents=True)
    (secrets / "engine_token").write_text("t" * 64)
    (secrets / "engine_token").chmod(0o644)
    assert "mode 0600" in checkout.failure("serve")


def test_a_missing_engine_environment_is_one_line(checkout: Checkout) -> None:
    (checkout.home / ".venv/engine/bin/python").unlink()
    assert "make setup" in checkout.failure("train")


def test_a_database_that_cannot_be_reached_is_one_line_without_its_password(checkout: Checkout) -> None:
    checkout.run("train")
    complaint = checkout.failure("setup", NDIHMA_DATABASE_URL="postgresql://u:hunter2@127.0.0.1:1/x")
    assert "NDIHMA_DATABASE_URL" in complaint
    assert "hunter2" not in complaint


def test_a_tracker_that_cannot_be_reached_is_one_line_without_its_password(checkout: Checkout) -> None:
    checkout.run("train")
    complaint = checkout.failure("serve", NDIHMA_TRACKER_URL="postgresql://u:hunter2@127.0.0.1:1/x")
    assert "NDIHMA_TRACKER_URL" in complaint
    assert "hunter2" not in complaint


@pytest.mark.parametrize(
    ("database", "tracker"),
    [
        ("postgresql://app:a@db.example/ndihma", "postgresql://engine:b@db.example:5432/ndihma"),
        ("sqlite:////srv/ndihma.db", "sqlite:////srv/ndihma.db"),
    ],
)
def test_s1_a_tracker_in_the_desks_own_database_is_refused(checkout: Checkout, database: str, tracker: str) -> None:
    complaint = checkout.failure("serve", NDIHMA_DATABASE_URL=database, NDIHMA_TRACKER_URL=tracker)
    assert "another database than NDIHMA_DATABASE_URL" in complaint


def test_a_folder_that_rasa_would_take_for_a_server_is_refused(checkout: Checkout) -> None:
    checkout.run("train")
    complaint = checkout.failure("serve", NDIHMA_VAR_DIR=str(checkout.home / "on-postgresql"))
    assert "another NDIHMA_VAR_DIR" in complaint


@pytest.mark.parametrize("first", [["classify"], ["accounts", "demo"], ["setup"]])
def test_whatever_command_comes_first_what_it_writes_is_private(checkout: Checkout, first: list[str]) -> None:
    assert checkout.run(*first, stdin=b"kartela\n").returncode == 0
    var = checkout.home / "var"
    assert [path for path in (var, *var.rglob("*")) if path.stat().st_mode & 0o077] == []
