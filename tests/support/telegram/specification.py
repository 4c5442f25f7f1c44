"""The published Bot API in a machine's form (../shared/data/telegram/api.json): methods, types, fields, limits.

Limits stand in the descriptions ("1-4096 characters after entities parsing"); they are read from there, so a newer
file brings newer limits along.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from ndihma.config import project_root

__all__ = ["PATH", "Field", "Limit", "Specification", "specification"]

PATH: Final = Path(project_root().parent) / "shared" / "data" / "telegram" / "api.json"
_LENGTH = re.compile(r"\b(\d+)-(\d+) (characters|bytes)( after entit(?:y|ies) parsing)?")
_VALUES = re.compile(r"Values between (\d+)-(\d+) are accepted")
_COUNT = re.compile(r"list of (\d+)-(\d+) ")
_ONE_OF = re.compile(r"[Mm]ust be one of (.+?)(?:\. |\.$|$)")
_QUOTED = re.compile(r"[\"“”]([a-z_]+)[\"“”]")


@dataclass(frozen=True)
class Limit:
    """``unit``: characters (UTF-16 code units), bytes (UTF-8), values, items; ``parsed``: counted without markup."""

    low: int
    high: int
    unit: str
    parsed: bool = False


@dataclass(frozen=True)
class Field:
    """A parameter of a method, or a field of a type."""

    name: str
    types: tuple[str, ...]
    required: bool
    description: str

    @property
    def limit(self) -> Limit | None:
        if found := _LENGTH.search(self.description):
            return Limit(int(found[1]), int(found[2]), found[3], parsed=found[4] is not None)
        for pattern, unit in ((_VALUES, "values"), (_COUNT, "items")):
            if found := pattern.search(self.description):
                return Limit(int(found[1]), int(found[2]), unit)
        return None

    @property
    def choices(self) -> frozenset[str]:
        """The only values there are, when the description names them; otherwise empty."""
        found = _ONE_OF.search(self.description)
        return frozenset(_QUOTED.findall(found[1])) if found else frozenset()


class Specification:
    """What the file says."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.version: str = document["version"]
        self.methods = {name: _fields(entry) for name, entry in document["methods"].items()}
        self.types = {name: _fields(entry) for name, entry in document["types"].items()}
        self.returns = {name: tuple(entry["returns"]) for name, entry in document["methods"].items()}
        self.subtypes = {name: tuple(entry.get("subtypes", ())) for name, entry in document["types"].items()}


def _fields(entry: Mapping[str, Any]) -> dict[str, Field]:
    return {
        field["name"]: Field(field["name"], tuple(field["types"]), field["required"], field["description"])
        for field in entry.get("fields", ())
    }


@cache
def specification() -> Specification | None:
    """The specification beside the checkout; None without it, which in CI is a failure."""
    if PATH.is_file():
        return Specification(json.loads(PATH.read_text(encoding="utf-8")))
    if os.environ.get("CI") == "true":
        pytest.fail("the Bot API's definition is required in CI: ../shared/data/telegram/api.json")
    return None
