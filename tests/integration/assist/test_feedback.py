"""What agents made of suggestions: stored redacted, counted, exported for review, and gone when it must be."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from ndihma.assist.feedback import Feedback, FeedbackAction, FeedbackStore
from ndihma.assist.tables import SuggestionFeedbackRow
from ndihma.cli import app
from ndihma.clock import FixedClock, SystemClock
from ndihma.db import Base, Database
from ndihma.failure import Failure
from tests.support.migrations import differences, move, tables

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
MINE = {"suggestion_feedback", "staff_tokens"}


def wrong(text: str, right: str | None = None, intent: str = "ask_sim_price") -> Feedback:
    return Feedback("anita", FeedbackAction.WRONG, text, intent, 0.61, right)


async def test_the_migrated_schema_is_the_declared_one_and_can_be_taken_back(empty_database: Database) -> None:
    declared = MINE & Base.metadata.tables.keys()
    assert declared == MINE
    await move(empty_database, "0014_assist")
    assert await differences(empty_database, MINE) == []
    await move(empty_database, "-1", down=True)
    assert not await tables(empty_database) & MINE
    await move(empty_database, "0014_assist")


async def test_each_thing_that_happened_is_counted(database: Database) -> None:
    store = FeedbackStore(database, FixedClock(NOW))
    for action in (*FeedbackAction, FeedbackAction.SENT):
        await store.record(Feedback("anita", action, "sa kushton", "ask_sim_price"))
    await store.record(Feedback("token:desktop", FeedbackAction.SENT, "puk", "ask_puk_code"))
    counts = await store.counts(NOW - timedelta(days=1))
    assert counts["ask_puk_code"] == {FeedbackAction.SENT: 1}
    assert counts["ask_sim_price"] == {action: 1 + (action is FeedbackAction.SENT) for action in FeedbackAction}
    assert await store.counts(NOW + timedelta(seconds=1)) == {}


async def test_s6_numbers_are_redacted_whoever_stores(database: Database) -> None:
    store = FeedbackStore(database, FixedClock(NOW))
    await store.record(wrong("klienti 044 123 456 pyet"))
    async with database.session() as session:
        text = (await session.scalars(select(SuggestionFeedbackRow.text))).one()
    assert "044" not in text
    assert "klienti" in text


async def test_what_was_marked_wrong_is_to_be_reviewed_once(database: Database) -> None:
    clock = FixedClock(NOW)
    store = FeedbackStore(database, clock)
    for feedback in (wrong("një"), wrong("dy", "ask_puk_code"), wrong("një"), wrong("dy")):
        await store.record(feedback)
        clock.advance(timedelta(minutes=1))
    await store.record(Feedback("anita", FeedbackAction.SENT, "tre", "ask_sim_price"))
    items = await store.to_review(NOW)
    assert [(item.text, item.right_intent) for item in items] == [("dy", "ask_puk_code"), ("një", None), ("dy", None)]
    assert items[1].at == NOW + timedelta(minutes=2)


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> Callable[..., object]:
    for name in ("NDIHMA_MODE", "NDIHMA_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NDIHMA_VAR_DIR", str(tmp_path))

    async def store(*given: Feedback) -> None:
        database = Database(sqlite_url)
        for feedback in given:
            await FeedbackStore(database, SystemClock()).record(feedback)
        await database.close()

    return store


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["feedback", *arguments])


def test_the_command_lists_and_exports(stored: Callable[..., object], tmp_path: Path) -> None:
    given = (wrong("ku asht\tkartela 044 123 456", "ask_puk_code"), wrong("qysh me kyq"))
    asyncio.run(stored(*given))  # type: ignore[arg-type]
    listed = run("list").output
    assert "qysh me kyq" in listed
    assert "ask_puk_code" in listed
    rows = [json.loads(line) for line in run("list", "--json").output.splitlines()]
    assert [row["intent"] for row in rows] == ["ask_puk_code", ""]
    out = tmp_path / "rows.tsv"
    assert run("export", "--out", str(out)).exit_code == 0
    assert out.stat().st_mode & 0o077 == 0
    with out.open(encoding="utf-8", newline="") as stream:
        exported = list(csv.DictReader(stream, delimiter="\t"))
    assert [(row["intent"], row["shown"]) for row in exported] == [
        ("ask_puk_code", "ask_sim_price"),
        ("", "ask_sim_price"),
    ]
    assert "044" not in out.read_text(encoding="utf-8")
    assert run("export").stdout == out.read_text(encoding="utf-8")
    again = run("export", "--out", str(out))
    assert isinstance(again.exception, Failure)
