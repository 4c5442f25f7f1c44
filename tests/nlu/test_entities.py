"""What is found in the labelled messages of tests/nlu/entities.tsv, counted exactly (docs/nlu.md)."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NDIHMA = ROOT / ".venv" / "app" / "bin" / "ndihma"

pytestmark = pytest.mark.engine


@cache
def evaluation() -> dict[str, Any]:
    command = [str(NDIHMA), "evaluate-entities", str(ROOT / "tests" / "nlu" / "entities.tsv"), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize(
    ("half", "f1", "values"), [("dev", 0.98, 0.98), ("test", 0.97, 0.98), ("strangers", 0.97, 0.98)]
)
def test_entities_and_their_values_are_found_exactly(half: str, f1: float, values: float) -> None:
    figures = evaluation()["halves"][half]["all"]
    assert figures["f1"] >= f1
    assert figures["value_accuracy"] >= values


def test_no_kind_of_entity_is_weak() -> None:
    figures = evaluation()["halves"]["test"]
    assert {label: row["f1"] for label, row in figures.items() if row["f1"] < 0.90} == {}


def test_the_file_is_large_enough_to_tell() -> None:
    result = evaluation()
    assert sum(result["messages"].values()) >= 400
    assert sum(result["without_entity"].values()) * 4 >= sum(result["messages"].values())
    assert result["malformed"] == []
