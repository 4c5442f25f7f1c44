"""The other commands: classify, evaluate, check, accounts, help."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Checkout


@pytest.mark.parametrize(
    "command", ["", "serve", "setup", "train", "ask", "chat", "classify", "evaluate", "check", "accounts"]
)
def test_every_command_explains_itself(checkout: Checkout, command: str) -> None:
    done = checkout.run(*([command] if command else []), "--help")
    assert done.returncode == 0
    assert b"Usage" in done.stdout


def test_the_version(checkout: Checkout) -> None:
    assert checkout.run("--version").stdout.startswith(b"ndihma ")


def test_an_unknown_command_is_refused_without_a_traceback(checkout: Checkout) -> None:
    done = checkout.run("sreve")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_help_imports_neither_database_nor_web_libraries() -> None:
    loaded = "import sys, ndihma.cli; print([m for m in ('sqlalchemy', 'httpx', 'starlette') if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", loaded]) == b"[]\n"


def test_classify_answers_each_line_with_one_object(checkout: Checkout) -> None:
    stdin = 'sa kushton kartela\n\n\xff\n/restart\n/x{"a":1}\nfundi'.encode("latin-1")
    done = checkout.run("classify", stdin=stdin)
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert done.returncode == 0
    assert len(rows) == 6
    assert rows[0]["intent"] == "ask_sim_price"
    assert {"text", "intent", "confidence", "entities"} <= rows[0].keys()


def test_classify_of_nothing_is_nothing(checkout: Checkout) -> None:
    done = checkout.run("classify")
    assert (done.returncode, done.stdout) == (0, b"")


def test_a_broken_model_makes_classify_fail_in_one_line(checkout: Checkout) -> None:
    checkout.run("train")
    (checkout.home / "broken").write_text("engine.classify")
    assert "ValueError: the archive is broken (log: var/log/classify.log)" in checkout.failure("classify")


def test_evaluate_reports_and_names_malformed_lines(checkout: Checkout, tmp_path: Path) -> None:
    file = tmp_path / "set.tsv"
    rows = ["text\tintent\tstyle", "sa kushton kartela\task_sim_price\tgheg", "broken", "moti\tout_of_scope\tshort"]
    file.write_text("\n".join(rows), encoding="utf-8")
    done = checkout.run("evaluate", str(file), "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert (report["accuracy"], report["out_of_scope"]["recall"], report["false_rejections"]) == (1.0, 1.0, 0.0)
    assert report["malformed"] == [{"line": 3, "reason": "no tab between text and intent"}]
    assert f"{file}:3: no tab" in done.stderr.decode()
    assert "accuracy" in checkout.run("evaluate", str(file)).stdout.decode()


@pytest.mark.parametrize("content", [b"", b"text\tintent\n", b"\xff\n", None])
def test_a_file_with_nothing_to_evaluate_is_one_line(checkout: Checkout, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "set.tsv"
    if content is not None:
        file.write_bytes(content)
    assert str(file) in checkout.failure("evaluate", str(file))


def test_check_fails_on_errors_and_shows_places(checkout: Checkout) -> None:
    done = checkout.run("check")  # the checkout has no training data
    assert done.returncode == 1
    assert b"domain.yml:" in done.stdout
    findings = json.loads(checkout.run("check", "--json").stdout)
    assert {"file", "line", "severity", "check", "message"} == findings[0].keys()


def test_accounts_is_the_accounts_command_line(checkout: Checkout) -> None:
    assert b"import" in checkout.run("accounts", "--help").stdout
    assert checkout.run("accounts", "show", "nonsense").returncode != 0
