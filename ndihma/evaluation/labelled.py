"""Reading labelled files.

A file has a message and its intent per line, separated by a tab, and optionally a style (register). A first line that
names the columns (``text``, ``intent``, ``style``, in any order, more are ignored) is taken as such.
``nlu_fallback`` counts as ``out_of_scope``, as does a message in which the model saw nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["OUT_OF_SCOPE", "Example", "Malformed", "normal_intent", "parse"]

OUT_OF_SCOPE: Final = "out_of_scope"
_SAME_AS_OUT_OF_SCOPE: Final = frozenset({"nlu_fallback", "", None})


@dataclass(frozen=True)
class Example:
    """One labelled message; ``line`` is where it stands in its file, from 1."""

    line: int
    text: str
    intent: str
    style: str | None = None


@dataclass(frozen=True)
class Malformed:
    """A line that cannot be used, and why."""

    line: int
    reason: str


def normal_intent(name: str | None) -> str:
    """The name under which an intent is counted."""
    return OUT_OF_SCOPE if name in _SAME_AS_OUT_OF_SCOPE else str(name)


def parse(data: bytes, known_intents: frozenset[str] | None = None) -> tuple[list[Example], list[Malformed]]:
    """Read a labelled file; empty lines are skipped. ``known_intents`` makes any other intent malformed."""
    examples: list[Example] = []
    malformed: list[Malformed] = []
    columns = {"text": 0, "intent": 1, "style": 2}
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            line = raw.decode("utf-8").rstrip("\r")
        except UnicodeDecodeError:
            malformed.append(Malformed(number, "not UTF-8"))
            continue
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        names = [cell.lower() for cell in cells]
        if number == 1 and "text" in names and "intent" in names:
            columns = {name: names.index(name) for name in ("text", "intent", "style") if name in names}
            continue
        problem = _problem(cells, columns, known_intents)
        if problem:
            malformed.append(Malformed(number, problem))
            continue
        style = cells[columns["style"]] if "style" in columns and columns["style"] < len(cells) else ""
        examples.append(Example(number, cells[columns["text"]], normal_intent(cells[columns["intent"]]), style or None))
    return examples, malformed


def _problem(cells: list[str], columns: dict[str, int], known_intents: frozenset[str] | None) -> str | None:
    if len(cells) <= max(columns["text"], columns["intent"]):
        return "no tab between text and intent"
    if not cells[columns["text"]]:
        return "no text"
    intent = cells[columns["intent"]]
    if not intent:
        return "no intent"
    if known_intents is not None and normal_intent(intent) not in known_intents:
        return f"no such intent: {intent}"
    return None
