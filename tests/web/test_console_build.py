"""The console's unit tests pass, and the files that the gateway serves are what its sources build to."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

from ndihma.console.pages import BUILT_CONSOLE

from .npm import CONSOLE, console_tools, npm

FILES = ("index.html", "console.js", "console.css")
LIMIT_BYTES = 56_000
FORBIDDEN = ("insertAdjacentHTML", "document.write", "eval(", "new Function", "@import", "sourceMappingURL")


def test_the_consoles_types_and_unit_tests_pass() -> None:
    console_tools()
    done = npm("test", folder=CONSOLE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# fail 0" in done.stdout
    assert "# pass 0" not in done.stdout


def test_the_served_files_are_what_the_sources_build_to(tmp_path: Path) -> None:
    console_tools()
    done = npm("run", "build", "--", "--out", str(tmp_path), folder=CONSOLE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(path.name for path in BUILT_CONSOLE.iterdir()) == sorted(FILES)
    for name in FILES:
        assert (BUILT_CONSOLE / name).read_bytes() == (tmp_path / name).read_bytes(), "run `npm run build`"


def test_the_script_is_small() -> None:
    assert len(gzip.compress((BUILT_CONSOLE / "console.js").read_bytes(), 9)) <= LIMIT_BYTES


def test_the_script_holds_nothing_that_a_strict_policy_forbids_and_no_address() -> None:
    code = (BUILT_CONSOLE / "console.js").read_text(encoding="utf-8")
    assert not [word for word in FORBIDDEN if word in code]
    # The names of SVG, XHTML and MathML; nothing that is asked for.
    assert set(re.findall(r"https?://([^/\"`']+)", code)) <= {"www.w3.org"}


def test_no_source_hands_markup_to_the_browser() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (CONSOLE / "src").rglob("*.ts*")]
    assert sources
    assert not [text for text in sources if "innerHTML" in text or "dangerouslySetInnerHTML" in text]


def test_every_text_stands_in_the_catalogue() -> None:
    """An Albanian letter outside of the catalogue is a text that was forgotten there."""
    for path in (CONSOLE / "src").glob("*.ts*"):
        if path.name != "sq.ts":
            code = re.sub(r"/\*.*?\*/|//.*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            assert not re.findall(r"[ëçËÇ]", code), path.name


def test_the_lock_file_names_no_registry() -> None:
    locked = json.loads((CONSOLE / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: each for name, each in locked["packages"].items() if name}
    assert packages
    assert all("integrity" in each and "resolved" not in each for each in packages.values())
