"""The widget's unit tests pass, and the files that the gateway serves are what its sources build to."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from .npm import ROOT, WIDGET, npm, widget_tools

STATIC = ROOT / "ndihma" / "gateway" / "static"
BUNDLES = ("widget.js", "widget.sr.js", "widget.en.js")
LIMIT_BYTES = 20_000
FORBIDDEN = (
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "new Function",
    ".style",
    "@import",
)


def test_the_widgets_types_and_unit_tests_pass() -> None:
    widget_tools()
    done = npm("test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# fail 0" in done.stdout
    assert "# pass 0" not in done.stdout


def test_the_served_bundles_are_what_the_sources_build_to(tmp_path: Path) -> None:
    widget_tools()
    done = npm("run", "build", "--", "--out", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    for name in BUNDLES:
        assert (STATIC / name).read_bytes() == (tmp_path / name).read_bytes(), f"run `npm run build` in {WIDGET.name}"


def test_no_shortened_name_is_spoken_with_the_api_a_storage_or_the_page() -> None:
    found = re.search(
        r"const INTERNAL = \((.+?)\)\.split", (WIDGET / "build.mjs").read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    shortened = set(re.findall(r"\w+", found[1]))
    spoken = set(re.findall(r"readonly (\w+)\??:", (WIDGET / "src" / "types.ts").read_text(encoding="utf-8")))
    assert {"redraw", "retryAt"} <= shortened
    assert {"client_id", "in_reply_to", "text"} <= spoken
    kept = {"message", "refused", "id", "token", "spare", "by", "until"}
    public = {"open", "close", "ask", "focus", "gateway", "mode"}
    spoken |= {"spare_token", "telegram", "url"}
    assert not shortened & (spoken | kept | public)


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_is_small(name: str) -> None:
    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) <= LIMIT_BYTES


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_holds_nothing_that_a_strict_policy_forbids(name: str) -> None:
    code = (STATIC / name).read_text(encoding="utf-8")
    found = [word for word in FORBIDDEN if word in code]
    assert not found
    addresses = re.findall(r".?https?://", code)
    assert sorted(addresses) == ['"http://', '"https://']  # SVG's name; the beginning of a reply's link
