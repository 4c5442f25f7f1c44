"""How well entities are found: a labelled file against what the engine finds, counted exactly.

The file is tab-separated and its first line names the columns: ``text``; ``entities``, a JSON list of objects with
``entity``, ``start``, ``end`` (characters of the text) and the normalised ``value``; ``written_at``, when the customer
wrote (ISO 8601 with an offset); and ``half``, the part of the file that a row counts for. More columns are ignored.

A find is right when label, start and end are those of the file. Its value is counted apart: the share of right values
among the right finds.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ndihma.evaluation.labelled import Malformed

__all__ = ["EntityReport", "LabelledMessage", "Mention", "parse_entities", "report_on"]

_COLUMNS: Final = ("text", "entities", "written_at", "half")


@dataclass(frozen=True)
class Mention:
    """An entity in a text: characters ``start`` to ``end``, exclusive."""

    label: str
    start: int
    end: int
    value: Any

    @property
    def place(self) -> tuple[str, int, int]:
        return self.label, self.start, self.end

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Mention:
        """From an entity as the engine and the file write it. Raises KeyError, TypeError, ValueError."""
        return cls(str(entry["entity"]), int(entry["start"]), int(entry["end"]), entry["value"])


@dataclass(frozen=True)
class LabelledMessage:
    """A message, when it was written, and the entities that stand in it; ``line`` counts from 1."""

    line: int
    text: str
    written_at: str
    half: str
    mentions: tuple[Mention, ...]


def parse_entities(data: bytes) -> tuple[list[LabelledMessage], list[Malformed]]:
    """Read a labelled file; empty lines are skipped. Raises ValueError when it is not UTF-8 or lacks a column."""
    lines = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8").split("\n")
    names = [name.strip().lower() for name in lines[0].split("\t")]
    missing = [name for name in _COLUMNS if name not in names]
    if missing:
        raise ValueError(f"no column {', '.join(missing)} in its first line")
    messages: list[LabelledMessage] = []
    malformed: list[Malformed] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        cells = dict(zip(names, line.rstrip("\r").split("\t"), strict=False))
        try:
            messages.append(_message(number, *(cells[name] for name in _COLUMNS)))
        except (KeyError, TypeError, ValueError) as error:
            malformed.append(Malformed(number, str(error) or type(error).__name__))
    return messages, malformed


def _message(line: int, text: str, entities: str, written_at: str, half: str) -> LabelledMessage:
    if datetime.fromisoformat(written_at).tzinfo is None:
        raise ValueError(f"a time without an offset: {written_at}")
    mentions = tuple(Mention.of(entry) for entry in json.loads(entities))
    outside = [each for each in mentions if not 0 <= each.start < each.end <= len(text)]
    if outside:
        raise ValueError(f"an entity outside the text: {outside[0].start}–{outside[0].end}")
    return LabelledMessage(line, text, written_at, half, mentions)


@dataclass(frozen=True)
class EntityReport:
    """Labelled messages and what was found in each of them, in the same order."""

    messages: tuple[LabelledMessage, ...]
    found: tuple[tuple[Mention, ...], ...]
    malformed: tuple[Malformed, ...] = ()

    def halves(self) -> dict[str, dict[str, dict[str, Any]]]:
        """By half, then by entity (``all`` first): precision, recall, F1, value accuracy (shares or None), counts."""
        result: dict[str, dict[str, dict[str, Any]]] = {}
        for half in sorted({message.half for message in self.messages}):
            counts = self._counts(half)
            labels = sorted({label for _, label in counts})
            total = Counter[tuple[str, str]]()
            for (what, _), number in counts.items():
                total[what, "all"] += number
            result[half] = {"all": _figures(total, "all")} | {label: _figures(counts, label) for label in labels}
        return result

    def _counts(self, half: str) -> Counter[tuple[str, str]]:
        counts = Counter[tuple[str, str]]()
        for message, found in zip(self.messages, self.found, strict=True):
            if message.half != half:
                continue
            gold = {mention.place: mention.value for mention in message.mentions}
            for label, _, _ in gold:
                counts["gold", label] += 1
            for mention in found:
                counts["found", mention.label] += 1
                if mention.place in gold:
                    counts["right", mention.label] += 1
                    counts["value", mention.label] += mention.value == gold[mention.place]
        return counts

    def wrong(self) -> list[dict[str, Any]]:
        """What was missed, found without being there, or given another value; in the file's order."""
        rows: list[dict[str, Any]] = []
        for message, found in zip(self.messages, self.found, strict=True):
            gold = {mention.place: mention for mention in message.mentions}
            seen = {mention.place: mention for mention in found}
            for place in gold | seen:
                kind = "missed" if place not in seen else "invented" if place not in gold else "value"
                if kind == "value" and gold[place].value == seen[place].value:
                    continue
                label, start, end = place
                rows.append(
                    {
                        "line": message.line,
                        "half": message.half,
                        "kind": kind,
                        "entity": label,
                        "surface": message.text[start:end],
                        "value": gold[place].value if place in gold else None,
                        "found": seen[place].value if place in seen else None,
                    }
                )
        return rows

    def as_json(self) -> dict[str, Any]:
        """Everything, ready for ``json.dumps``."""
        return {
            "messages": Counter(message.half for message in self.messages),
            "without_entity": Counter(message.half for message in self.messages if not message.mentions),
            "halves": self.halves(),
            "wrong": self.wrong(),
            "malformed": [{"line": each.line, "reason": each.reason} for each in self.malformed],
        }


def _figures(counts: Counter[tuple[str, str]], label: str) -> dict[str, Any]:
    gold, found, right, value = (counts[what, label] for what in ("gold", "found", "right", "value"))
    return {
        "precision": _share(right, found),
        "recall": _share(right, gold),
        "f1": _share(2 * right, gold + found),
        "value_accuracy": _share(value, right),
        "gold": gold,
        "found": found,
        "right": right,
        "right_values": value,
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def report_on(
    messages: Sequence[LabelledMessage],
    found: Sequence[Sequence[Mapping[str, Any]]],
    malformed: Sequence[Malformed] = (),
) -> EntityReport:
    """The report on ``messages`` in which the engine found ``found``."""
    return EntityReport(
        tuple(messages), tuple(tuple(Mention.of(entry) for entry in entries) for entries in found), tuple(malformed)
    )
