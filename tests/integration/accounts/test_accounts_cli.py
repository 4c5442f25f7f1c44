"""``ndihma accounts`` as staff use it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from typer.testing import CliRunner, Result

from ndihma.accounts.cli import app
from ndihma.accounts.demo import DemoKey

EXAMPLE = Path(__file__).parent / "example.csv"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("NDIHMA_MODE", "NDIHMA_DATABASE_URL", "NDIHMA_ENGINE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NDIHMA_VAR_DIR", str(tmp_path / "var"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def assert_fails_in_one_line(result: Result, *words: str) -> None:
    assert result.exit_code == 1
    assert result.stdout == ""
    (sentence,) = result.stderr.splitlines()
    assert sentence.startswith("ndihma: ")
    for word in words:
        assert word in sentence


def test_import_tells_what_was_added_and_then_updated() -> None:
    assert "4 new, 0 updated" in run("import", str(EXAMPLE)).stdout
    assert "0 new, 4 updated" in run("import", str(EXAMPLE)).stdout


def test_a_dry_run_stores_nothing_and_needs_no_database(tmp_path: Path) -> None:
    result = run("import", str(EXAMPLE), "--dry-run")
    assert result.exit_code == 0
    assert "4 accounts" in result.stdout
    assert not (tmp_path / "var").exists()


def test_an_import_with_faults_tells_them_all_and_stores_nothing(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(EXAMPLE.read_text("utf-8").replace("12,40", "shumë").replace("9,99", "pak"), "utf-8")
    result = run("import", str(file))
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "line 2, column balance: not an amount in euro such as 23,40",
        "line 5, column bill_1_amount: not an amount in euro such as 23,40",
        "ndihma: nothing was imported; faults in the file: 2",
    ]
    assert_fails_in_one_line(run("show", "044100203"), "no account has the number")


def test_import_of_a_file_that_is_not_there() -> None:
    assert_fails_in_one_line(run("import", "not-there.csv"), "the file cannot be read")


def test_show_masks_every_number_and_card() -> None:
    run("demo")
    table, as_json = run("show", "044 100 129").stdout, run("show", "044100129", "--json").stdout
    for output in (table, as_json):
        assert "044 ••• •29" in output
        assert "d•••@example.com" in output
        for secret in ("100129", "100 129", "100199", "100 199", "8938300", "demo@example"):
            assert secret not in output


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("044100105", ["Active until", "45 days left", "12.40 EUR"]),
        ("044100108", ["Inactive today still, the last day", "Deactive from tomorrow"]),
        ("044100111", ["void since"]),
        ("044100119", ["suspended for non-payment", "23.40 EUR"]),
        ("044100118", ["18.50 EUR due", "(overdue)"]),
        ("044100127", ["monthly contracts missing: 2"]),
        ("038500124", ["fixed line", "no SIM card"]),
    ],
)
def test_show_says_how_a_line_stands(number: str, words: list[str]) -> None:
    run("demo")
    result = run("show", number)
    assert result.exit_code == 0
    for word in words:
        assert word in result.stdout


def test_s10_show_leaves_an_entry_in_the_audit_trail(tmp_path: Path) -> None:
    run("demo")
    run("show", "044 100 129")
    run("show", "044 100 999")
    with sqlite3.connect(tmp_path / "var" / "ndihma.db") as connection:
        rows = connection.execute("SELECT actor_kind, action, fields, reason FROM audit_entries").fetchall()
    connection.close()
    assert rows == [
        ("operator", "account_read", '["line"]', "accounts show"),
        ("operator", "account_read", "[]", "accounts show"),
    ]


def test_a_number_typed_in_groups_needs_no_quotation_marks() -> None:
    run("demo")
    assert "12.40 EUR" in run("show", "044", "100", "105").stdout


def test_show_as_json_holds_codes_cents_and_iso_days() -> None:
    run("demo")
    shown = json.loads(run("show", "044100105", "--json").stdout)
    assert shown["lifecycle"]["status"] == "active"
    assert shown["lifecycle"]["days_left"] == 45
    assert shown["balance_cents"] == 1240
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", shown["lifecycle"]["last_day"])


def test_show_of_a_number_that_is_none_or_unknown() -> None:
    assert_fails_in_one_line(run("show", "12345"), "not a telephone number of Kosovo")
    assert_fails_in_one_line(run("show", "044100999"), "044 ••• •99", "no account has the number")


def test_demo_prints_every_customer_with_its_number() -> None:
    result = run("demo")
    assert result.exit_code == 0
    assert len(re.findall(r"0(?:44 100|38 500) 1\d\d", result.stdout)) == len(DemoKey)
    assert "…" not in result.stdout


def test_demo_list_stores_nothing(tmp_path: Path) -> None:
    result = run("demo", "--list")
    assert "044 100 101" in result.stdout
    assert not (tmp_path / "var").exists()


def test_demo_again_refreshes() -> None:
    run("demo", "--today", "2026-01-01")
    assert f"0 new, {len(DemoKey)} updated" in run("demo").stdout
    assert "45 days left" in run("show", "044100105").stdout


def test_demo_is_refused_in_production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NDIHMA_MODE", "production")
    monkeypatch.setenv("NDIHMA_ENGINE_TOKEN", "x" * 32)
    assert_fails_in_one_line(run("demo"), "production")
    assert not (tmp_path / "var").exists()


def test_bad_settings_dates_and_databases_fail_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert_fails_in_one_line(run("demo", "--today", "nesër"), "--today takes a day")
    monkeypatch.setenv("NDIHMA_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert_fails_in_one_line(run("show", "044100105"), "NDIHMA_DATABASE_URL")
    monkeypatch.setenv("NDIHMA_DATABASE_URL", "nonsense")
    assert_fails_in_one_line(run("show", "044100105"), "NDIHMA_DATABASE_URL")
    monkeypatch.setenv("NDIHMA_GATEWAY_PORT", "port")
    assert_fails_in_one_line(run("demo"), "NDIHMA_GATEWAY_PORT")


def test_a_full_database_is_not_a_wrong_address(tmp_path: Path) -> None:
    header, prepaid, *_ = EXAMPLE.read_text("utf-8").splitlines()
    many = (prepaid.replace("044 100 201", f"044 2{n:05}").replace("0201;;", f"{n:04};;") for n in range(1000))
    (tmp_path / "many.csv").write_text("\n".join([header, *many]), "utf-8")
    run("demo")

    def no_page_more(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=1").close()  # SQLite makes that as many as the file has

    event.listen(Engine, "connect", no_page_more)
    try:
        result = run("import", str(tmp_path / "many.csv"))
    finally:
        event.remove(Engine, "connect", no_page_more)
    assert_fails_in_one_line(result, "disk is full", "ndihma.db")


def test_a_file_that_may_only_be_read_is_not_a_wrong_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run("demo")
    file = tmp_path / "var" / "ndihma.db"
    monkeypatch.setenv("NDIHMA_DATABASE_URL", f"sqlite:///file:{file}?mode=ro&uri=true")
    assert_fails_in_one_line(run("demo"), "cannot be written", "ndihma.db")


def test_a_folder_that_cannot_be_made_is_not_a_wrong_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NDIHMA_DATABASE_URL", f"sqlite:///{tmp_path}/file/ndihma.db")
    assert_fails_in_one_line(run("demo"), "cannot be written", "file/ndihma.db")


def test_a_file_that_is_no_database_is_not_a_wrong_address(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "ndihma.db").write_bytes(b"not a database, but long enough for a header" * 40)
    assert_fails_in_one_line(run("demo"), "is no database", "ndihma.db")


def _on_a_tiny_disk(folder: Path, *commands: str) -> subprocess.CompletedProcess[str]:
    """Runs ``commands`` where ``folder`` is a file system of 256 kB; nothing of it is seen from outside."""
    mount = f"mount -t tmpfs -o size=256k tmpfs '{folder}'"
    return subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", "; ".join([f"{mount} || exit 77", *commands])],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NDIHMA_VAR_DIR": str(folder), "PYTHON": sys.executable},
    )


@pytest.mark.parametrize(
    ("commands", "word"),
    [
        (['"$PYTHON" -m ndihma accounts demo'], "disk is full"),
        (['mount -o remount,ro "$NDIHMA_VAR_DIR"', '"$PYTHON" -m ndihma accounts demo'], "cannot be written"),
        (['head -c 240k /dev/zero > "$NDIHMA_VAR_DIR/x"', '"$PYTHON" -m ndihma accounts demo'], "disk is full"),
        (['cat /dev/zero > "$NDIHMA_VAR_DIR/x" 2>/dev/null', '"$PYTHON" -m ndihma accounts demo'], "disk is full"),
    ],
)
def test_a_full_or_read_only_disk_is_one_line_about_the_disk(tmp_path: Path, commands: list[str], word: str) -> None:
    if not shutil.which("unshare"):
        pytest.skip("needs unshare")
    done = _on_a_tiny_disk(tmp_path, *commands)
    if done.returncode == 77 or "unshare:" in done.stderr:
        pytest.skip("this system lets nobody mount a file system of their own")
    (sentence,) = done.stderr.splitlines()
    assert word in sentence
    assert "NDIHMA_DATABASE_URL" not in sentence
    assert done.returncode == 1
