"""``ndihma erase`` and ``ndihma export`` as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ndihma.accounts.cli import app as accounts
from ndihma.cli import app
from ndihma.failure import Failure

NUMBER = "044100119"
MASKED = "044 ••• •19"


@pytest.fixture(autouse=True)
def var(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A system with the demo customers."""
    for name in ("NDIHMA_MODE", "NDIHMA_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NDIHMA_VAR_DIR", str(tmp_path / "var"))
    assert CliRunner().invoke(accounts, ["demo"]).exit_code == 0
    return tmp_path / "var"


def run(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=answer)


def test_s11_erase_shows_what_is_held_asks_and_erases() -> None:
    refused = run("erase", "044", "100", "119", answer="n\n")
    assert refused.exit_code == 1
    assert f"Held about {MASKED}:" in refused.output
    assert "account_line: 1" in refused.output
    assert NUMBER not in refused.output.replace(" ", "")
    assert "account_line: 1" in run("erase", NUMBER, answer="y\n").output
    again = run("erase", NUMBER, "--yes")
    assert again.exit_code == 0
    assert f"Nothing is held about {MASKED}." in again.output


def test_a_dry_run_asks_nothing_and_erases_nothing() -> None:
    for _ in range(2):
        result = run("erase", NUMBER, "--dry-run")
        assert result.exit_code == 0
        assert "account_line: 1" in result.output
        assert "Nothing was erased" in result.output


def test_s11_export_writes_one_private_document_and_replaces_none(tmp_path: Path) -> None:
    out = tmp_path / "person.json"
    result = run("export", NUMBER, "--out", str(out))
    assert result.exit_code == 0
    assert MASKED in result.output
    document = json.loads(out.read_text(encoding="utf-8"))
    assert document["database"]["account_line"][0]["msisdn"] == "+38344100119"
    assert out.stat().st_mode & 0o077 == 0
    again = run("export", NUMBER, "--out", str(out))
    assert isinstance(again.exception, Failure)
    assert "there already" in str(again.exception)


def test_export_without_a_file_prints_the_document() -> None:
    assert json.loads(run("export", NUMBER).stdout)["msisdn"] == "+38344100119"


def test_an_export_that_cannot_be_written_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    result = run("export", NUMBER, "--out", str(tmp_path / "not-there" / "person.json"))
    assert isinstance(result.exception, Failure)
    assert "write the export" in str(result.exception)


@pytest.mark.parametrize("command", ["erase", "export"])
def test_what_is_no_number_is_refused_without_repeating_it(command: str) -> None:
    result = run(command, "918273")
    assert isinstance(result.exception, Failure)
    assert "918273" not in str(result.exception)


@pytest.mark.parametrize("command", [("erase", "--yes"), ("export",)])
def test_a_reason_that_is_too_long_is_refused_before_anything_happens(command: tuple[str, ...]) -> None:
    result = run(*command, NUMBER, "--reason", "x" * 501)
    assert isinstance(result.exception, Failure)
    assert "account_line: 1" in run("erase", NUMBER, "--dry-run").output
