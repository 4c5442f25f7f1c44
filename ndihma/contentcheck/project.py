"""The Rasa project's files, read once, with the places of everything that a check may complain of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ndihma.contentcheck.marked import Marked, line_of, load
from ndihma.evaluation import parse
from ndihma.failure import Failure

__all__ = ["Place", "Project", "Response", "Sentence", "Step"]

_ENTITY: Final = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Place:
    file: str
    line: int


@dataclass(frozen=True)
class Sentence:
    """A training or test message and what it is labelled as."""

    text: str
    intent: str
    place: Place
    author: str = ""
    register: str = ""
    """Of a training message, as its block's metadata has them."""


@dataclass(frozen=True)
class Step:
    """An intent or an action as a rule or story names it."""

    name: str
    place: Place


@dataclass(frozen=True)
class Response:
    """One variant of a response."""

    name: str
    text: str
    metadata: dict[str, Any]
    buttons: list[dict[str, Any]]
    place: Place


@dataclass
class Project:
    """See the module. Names map to where they are declared."""

    intents: dict[str, Place] = field(default_factory=dict)
    actions: dict[str, Place] = field(default_factory=dict)
    responses: list[Response] = field(default_factory=list)
    training: list[Sentence] = field(default_factory=list)
    tests: list[Sentence] = field(default_factory=list)
    rule_intents: list[Step] = field(default_factory=list)
    story_intents: list[Step] = field(default_factory=list)
    action_steps: list[Step] = field(default_factory=list)

    @classmethod
    def load(cls, home: Path) -> Project:
        """Read domain.yml, data/ and tests/nlu/. Raises Failure with the place of what cannot be read."""
        project = cls()
        files = [home / "domain.yml", *sorted((home / "data").rglob("*.yml"))]
        for path in files:
            shown = path.relative_to(home).as_posix()
            content = load(path, shown)
            if not isinstance(content, dict):
                raise Failure(f"{shown} is not a Rasa file: it has no keys")
            try:
                project._read(content, shown)
            except (AttributeError, KeyError, TypeError, StopIteration) as error:
                raise Failure(f"{shown} is not shaped as a Rasa file: {error!r}") from error
        for path in sorted((home / "tests" / "nlu").glob("*.tsv")):
            shown = path.relative_to(home).as_posix()
            project.tests += [
                Sentence(example.text, example.intent, Place(shown, example.line))
                for example in parse(path.read_bytes())[0]
            ]
        return project

    def _read(self, content: dict[str, Any], shown: str) -> None:
        for entry in content.get("intents") or []:
            name = next(iter(entry)) if isinstance(entry, dict) else entry
            self.intents[str(name)] = Place(shown, line_of(name))
        for entry in content.get("actions") or []:
            name = next(iter(entry)) if isinstance(entry, dict) else entry
            self.actions[str(name)] = Place(shown, line_of(name))
        for name, variants in (content.get("responses") or {}).items():
            for variant in variants:
                self.responses.append(
                    Response(
                        str(name),
                        str(variant.get("text") or ""),
                        variant.get("metadata") or {},
                        variant.get("buttons") or [],
                        Place(shown, line_of(name)),
                    )
                )
        for block in content.get("nlu") or []:
            if "intent" in block:
                self.training += _examples(block, shown)
        for key, intents in (("rules", self.rule_intents), ("stories", self.story_intents)):
            for block in content.get(key) or []:
                for step in _flat_steps(block.get("steps") or []):
                    if "intent" in step:
                        intents.append(Step(str(step["intent"]), Place(shown, line_of(step["intent"]))))
                    if "action" in step:
                        self.action_steps.append(Step(str(step["action"]), Place(shown, line_of(step["action"]))))


def _examples(block: dict[str, Any], shown: str) -> Iterator[Sentence]:
    intent = str(block["intent"]).partition("/")[0]
    metadata = block.get("metadata") or {}
    author, register = str(metadata.get("author") or ""), str(metadata.get("register") or "")
    examples = block.get("examples")
    if isinstance(examples, Marked):
        for offset, line in enumerate(examples.splitlines()):
            text = line.strip().removeprefix("-").strip()
            if text:
                yield Sentence(_plain(text), intent, Place(shown, examples.line + offset), author, register)
    else:
        for example in examples or []:
            text = example["text"] if isinstance(example, dict) else example
            yield Sentence(_plain(text.strip()), intent, Place(shown, line_of(text)), author, register)


def _plain(text: str) -> str:
    return _ENTITY.sub(r"\1", text)


def _flat_steps(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in steps:
        if "or" in step:
            yield from step["or"]
        else:
            yield step
