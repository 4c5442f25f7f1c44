"""The comparison of chat widgets: what it fetches is pinned, and its table tells what was seen under which policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.widget import npm
from bench.widget.__main__ import table
from bench.widget.peers import PEERS

HERE = Path(npm.__file__).parent


def test_what_npm_gives_is_pinned_and_comes_from_no_named_host():
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    fetched = {name: entry for name, entry in lock["packages"].items() if name}
    assert fetched
    assert all(entry["integrity"].startswith("sha512-") for entry in fetched.values())
    assert not [name for name, entry in fetched.items() if "resolved" in entry]
    assert all(peer.integrity.startswith("sha512-") and peer.version[0].isdigit() for peer in PEERS)


def test_an_archive_that_changed_is_not_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def another(_folder: Path, *arguments: str) -> str:
        return json.dumps([{"integrity": "sha512-other", "filename": "x.tgz"}])

    monkeypatch.setattr(npm, "_npm", another)
    with pytest.raises(RuntimeError, match=r"rasa-webchat 1\.0\.1 is not what was compared before"):
        npm.install(tmp_path)
    assert not list((tmp_path / "peers").iterdir())


def looked(**changed: Any) -> dict[str, Any]:
    return {
        "renders": True,
        "gzip_bytes": 19_500,
        "requests": 1,
        "third_party": 0,
        "launcher_ms": 300.4,
        "interactive_ms": 350.0,
        "violations": {},
        "axe": {"closed": [], "open": []},
        **changed,
    }


def result(name: str, strict: dict[str, Any], loose: dict[str, Any] | None, **death: Any) -> dict[str, Any]:
    died = {"question_stays": True, "told": ["Pa lidhje"], "answered_alone": True, "goes_on": True, **death}
    return {"name": name, "version": "", "strict": strict, "without_policy": loose, "server_dies": died}


def test_what_was_seen_without_the_policy_is_marked():
    blank = looked(renders=False, violations={"style-src-elem": 3, "require-trusted-types-for": 1})
    text = table([result("ours", looked(), None), result("peer", blank, looked(gzip_bytes=210_900), told=[])])
    cells = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.startswith("| ")]
    rows = {line[1]: line[2:4] for line in cells}
    assert rows["scripts, kB gzip"] == ["19.5", "210.9*"]
    assert rows["usable under the policy"] == ["yes", "no"]
    assert rows["what the policy stopped"] == ["nothing", "require-trusted-types-for 1, style-src-elem 3"]
    assert rows["… the customer is told"] == ["Pa lidhje", "no*"]
    assert rows["its click has opened the field, ms"] == ["350", "350*"]


def test_a_widget_that_never_shows_anything_is_still_in_the_table():
    blank = looked(renders=False, launcher_ms=None, interactive_ms=None, axe={})
    text = table([{"name": "blank", "version": "1", "strict": blank, "without_policy": blank, "server_dies": None}])
    assert "never" in text
    assert "| axe, open | – |" in text


def test_a_widget_whose_styles_were_stopped_is_called_so():
    text = table([result("bare", looked(violations={"style-src-elem": 5}), None)])
    assert "yes, but without its styles" in text
