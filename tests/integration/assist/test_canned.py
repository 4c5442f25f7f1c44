"""Canned replies in the database: teams, two who change one, what is refused, the audit trail."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ndihma.assist.canned import (
    CannedChanged,
    CannedReplies,
    HoldsPersonalData,
    InvalidCanned,
    NewCanned,
    ShortcutTaken,
    UnknownCanned,
    UnknownVariables,
)
from ndihma.audit.model import Actor, ActorKind
from ndihma.audit.reader import AuditReader
from ndihma.audit.trail import SqlAuditTrail
from ndihma.cli import app
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.desk.errors import LinkRefused
from ndihma.desk.handoff.links import only_allowed_links
from ndihma.failure import Failure
from tests.support.migrations import differences, move, tables
from tests.support.staff import AUDIT_KEY

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
DRITA = Actor(ActorKind.AGENT, "drita")
MINE = {"canned_replies", "call_notes", "call_tickets"}
HELLO = NewCanned("mirëdita", "Përshëndetje", "Mirëdita, jam {emri_i_agjentit}.")


@pytest.fixture
def replies(database: Database) -> CannedReplies:
    clock = FixedClock(NOW)
    audit = SqlAuditTrail(database, clock, AUDIT_KEY)
    return CannedReplies(database, clock, audit, lambda text: only_allowed_links(text, {"www.valamobile.com"}))


async def test_the_migrated_schema_is_the_declared_one_and_can_be_taken_back(empty_database: Database) -> None:
    await move(empty_database, "0016_assist")
    assert await differences(empty_database, MINE) == []
    await move(empty_database, "-1", down=True)
    assert not await tables(empty_database) & MINE


async def test_a_team_uses_its_own_and_everybodys_and_its_own_goes_before(replies: CannedReplies) -> None:
    await replies.add(HELLO, DRITA)
    await replies.add(NewCanned("mirëdita", "Përshëndetje nga Peja", "Mirëdita nga Peja.", "Pejë"), DRITA)
    await replies.add(NewCanned("fundi", "Fundi", "Faleminderit."), DRITA)
    assert [each.title for each in await replies.of("Pejë")] == ["Fundi", "Përshëndetje nga Peja"]
    assert [each.title for each in await replies.of("Prizren")] == ["Fundi", "Përshëndetje"]
    assert [each.title for each in await replies.of(None)] == ["Fundi", "Përshëndetje"]
    assert len(await replies.all()) == 3


async def test_another_teams_reply_is_not_there(replies: CannedReplies) -> None:
    theirs = await replies.add(NewCanned("x", "X", "X.", "Pejë"), DRITA)
    assert await replies.find(theirs.id, "Pejë") == theirs
    assert await replies.find(theirs.id, "Prizren", any_team=True) == theirs
    with pytest.raises(UnknownCanned):
        await replies.find(theirs.id, "Prizren")


async def test_a_shortcut_is_a_teams_only_once(replies: CannedReplies) -> None:
    await replies.add(HELLO, DRITA)
    with pytest.raises(ShortcutTaken):
        await replies.add(NewCanned("MIRËDITA ", "Tjetër", "Tjetër."), DRITA)
    other = await replies.add(NewCanned("tjetër", "Tjetër", "Tjetër."), DRITA)
    with pytest.raises(ShortcutTaken):
        await replies.change(other.id, 1, HELLO, DRITA)
    assert [each.shortcut for each in await replies.all()] == ["mirëdita", "tjetër"]


async def test_of_two_who_change_one_the_second_is_told(replies: CannedReplies) -> None:
    made = await replies.add(HELLO, DRITA)
    first = await replies.change(made.id, 1, NewCanned("mirëdita", "A", "A."), DRITA)
    assert (first.version, first.title) == (2, "A")
    with pytest.raises(CannedChanged):
        await replies.change(made.id, 1, NewCanned("mirëdita", "B", "B."), DRITA)
    assert (await replies.find(made.id, None)).title == "A"


async def test_what_is_removed_is_gone(replies: CannedReplies) -> None:
    made = await replies.add(HELLO, DRITA)
    await replies.remove(made.id, DRITA)
    for again in (
        replies.remove(made.id, DRITA),
        replies.change(made.id, 1, HELLO, DRITA),
        replies.find(made.id, None),
    ):
        with pytest.raises(UnknownCanned):
            await again


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (NewCanned("-x", "X", "X."), InvalidCanned),
        (NewCanned("a b", "X", "X."), InvalidCanned),
        (NewCanned("x", " ", "X."), InvalidCanned),
        (NewCanned("x", "X", " \n "), InvalidCanned),
        (NewCanned("x", "X", "X" * 2001), InvalidCanned),
        (NewCanned("x", "X", "X\x00"), InvalidCanned),
        (NewCanned("x", "X", "Jam {emri}."), UnknownVariables),
        (NewCanned("x", "X", "Thirreni 044 123 456."), HoldsPersonalData),
        (NewCanned("x", "X", "Shkoni te http://x.example"), LinkRefused),
    ],
)
async def test_what_cannot_be_a_reply_is_refused(replies: CannedReplies, new: NewCanned, error: type) -> None:
    with pytest.raises(error):
        await replies.add(new, DRITA)
    assert await replies.all() == []


async def test_s10_each_change_is_in_the_trail(replies: CannedReplies, database: Database) -> None:
    made = await replies.add(HELLO, DRITA)
    changed = await replies.change(made.id, 1, NewCanned("mirëdita", "A", "A."), DRITA)
    await replies.remove(changed.id, DRITA)
    entries = await AuditReader(database, AUDIT_KEY).entries()
    assert [(each.actor_id, each.action, each.fields, each.reason) for each in entries] == [
        ("drita", "canned_changed", ("mirëdita",), what) for what in ("added", "changed", "removed")
    ]


async def test_a_list_is_put_in_twice_and_the_second_time_changes_nothing(replies: CannedReplies) -> None:
    many = [HELLO, NewCanned("fundi", "Fundi", "Faleminderit.", "Pejë")]
    assert await replies.put(many, DRITA) == (2, 0)
    assert await replies.put(many, DRITA) == (0, 0)
    assert await replies.put([NewCanned("fundi", "Fundi", "Mirupafshim.", "Pejë")], DRITA) == (0, 1)
    assert next(each.text for each in await replies.of("Pejë")) == "Mirupafshim."


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["canned", *arguments])


@pytest.fixture
def settings_of_a_database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NDIHMA_DATABASE_URL", database_url)
    monkeypatch.setenv("NDIHMA_VAR_DIR", str(tmp_path / "var"))
    return tmp_path


@pytest.mark.usefixtures("settings_of_a_database")
def test_the_command_reads_what_it_writes(tmp_path: Path) -> None:
    file, out = tmp_path / "in.yml", tmp_path / "out.yml"
    file.write_text(
        "- {shortcut: mirëdita, title: Përshëndetja, text: 'Jam {emri_i_agjentit}.'}\n"
        '- {shortcut: fundi, title: Fundi, text: "Faleminderit.\\nMirupafshim.", team: Pejë}\n',
        encoding="utf-8",
    )
    assert run("import", str(file)).output == "2 added, 0 changed, 0 as they were.\n"
    assert run("export", "--out", str(out)).exit_code == 0
    assert run("import", str(out)).output == "0 added, 0 changed, 2 as they were.\n"
    assert run("export").stdout == out.read_text(encoding="utf-8")
    assert isinstance(run("export", "--out", str(out)).exception, Failure)


@pytest.mark.usefixtures("settings_of_a_database")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- {shortcut: x, title: X}", "0.text"),
        ("x: 1", "the file"),
        ("[", "no YAML"),
        ("- {shortcut: x, title: X, text: 'Jam {emri}.'}", "no variable is called emri"),
        ("- {shortcut: x, title: X, text: 'http://x.example/'}", "NDIHMA_LINK_HOSTS"),
        ("- {shortcut: x, title: X, text: '044 123 456'}", "the text cannot be taken"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_in_a_line(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "in.yml"
    file.write_text(f"- {{shortcut: first, title: First, text: First.}}\n{text}\n" if text[0] == "-" else text, "utf-8")
    refused = run("import", str(file)).exception
    assert isinstance(refused, Failure)
    assert why.replace("0.", "1.") in str(refused)
    assert run("export").stdout == "[]\n"
