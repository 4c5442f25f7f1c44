"""What the documents say about files is true: links lead somewhere, the house has the rooms it is drawn with."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
ROOMS = ("actions", "bench", "data", "docs", "engine", "ndihma", "requirements", "tests", "tools", "web")

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
PATH = re.compile(rf"`((?:{'|'.join(ROOMS)})/[^`\s<>*…]*)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_links_and_paths_lead_to_files(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    linked = [document.parent / target for target in LINK.findall(text) if "://" not in target]
    dead = [path for path in [*linked, *(ROOT / name for name in PATH.findall(text))] if not path.exists()]
    assert not dead


def test_the_house_is_drawn_as_it_stands() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawing = page.partition("## The house\n")[2].partition("\n\n")[0]
    top = set(re.findall(r"(?m)^ {4}([a-z_]+)/ ", drawing))
    inner = set(re.findall(r"(?m)^ {6}([a-z0-9_]+)/ ", drawing))
    packages = {path.parent.name for home in ("ndihma", "engine") for path in (ROOT / home).glob("*/*.py")}
    assert top == set(ROOMS)
    assert inner == packages
