"""The split every system gets: the project's training messages and its test set, whole, smaller or damaged."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from bench.understanding.typos import with_typos

__all__ = ["Row", "few", "stripped", "test_rows", "training_rows", "typed_badly"]

ROOT: Final = Path(__file__).resolve().parent.parent.parent
_DIACRITICS: Final = str.maketrans("ëËçÇ", "eEcC")


@dataclass(frozen=True)
class Row:
    """A message, its intent, the register it was written in and its author ('' when that is not known)."""

    text: str
    intent: str
    register: str = ""
    author: str = ""


def training_rows() -> list[Row]:
    """Every message below data/nlu, in the files' order."""
    rows: list[Row] = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", []):
            if "intent" in block:
                lines = (line.strip() for line in block["examples"].splitlines())
                author = block.get("metadata", {}).get("author", "")
                rows.extend(Row(line.removeprefix("- "), block["intent"], author=author) for line in lines if line)
    return rows


def test_rows(path: Path) -> list[Row]:
    """The rows of a labelled file with the columns text, intent, style. Raises ValueError when they are missing."""
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    names = first.split("\t")
    where = [names.index(name) for name in ("text", "intent", "style")]
    return [Row(*(cells[i] for i in where)) for cells in (line.split("\t") for line in lines)]


def few(rows: list[Row], per_intent: int, seed: int = 0) -> list[Row]:
    """At most ``per_intent`` messages of each intent, drawn by ``seed``; a larger draw holds the smaller ones."""
    by_intent: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_intent[row.intent].append(row)
    chosen: list[Row] = []
    for intent in sorted(by_intent):
        drawn = by_intent[intent][:]
        random.Random(f"{seed} {intent}").shuffle(drawn)  # noqa: S311  (a repeatable draw)
        chosen.extend(drawn[:per_intent])
    return chosen


def stripped(rows: list[Row]) -> list[Row]:
    """The same messages without ë and ç."""
    return [Row(row.text.translate(_DIACRITICS), row.intent, row.register) for row in rows]


def typed_badly(rows: list[Row], per_100_characters: float, seed: int = 0) -> list[Row]:
    """The same messages with random slips of a phone keyboard on top of what is there."""
    damaged: list[Row] = []
    for number, row in enumerate(rows):
        source = random.Random(f"{seed} {number}")  # noqa: S311  (a repeatable draw)
        damaged.append(Row(with_typos(row.text, per_100_characters, source), row.intent, row.register))
    return damaged
