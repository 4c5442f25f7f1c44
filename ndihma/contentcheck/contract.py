"""The contract of the content (facts.yml): intents, the facts their answers hold, the sources that exist."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from ndihma.yaml_files import read_yaml

__all__ = ["Contract", "Fact"]

_FILE: Final = Path(__file__).with_name("facts.yml")


@dataclass(frozen=True)
class Fact:
    """Something an answer must say; ``patterns`` (regular expressions, any case) must all be found."""

    says: str
    patterns: tuple[re.Pattern[str], ...]

    def is_in(self, text: str) -> bool:
        return all(pattern.search(text) for pattern in self.patterns)


@dataclass(frozen=True)
class Contract:
    """facts.yml, typed."""

    topics: dict[str, tuple[Fact, ...]]
    conversation: tuple[str, ...]
    sources: dict[str, tuple[str, ...]]
    """FAQ document → the names of its paragraphs."""
    sourceless: frozenset[str]
    """Topics that the account answers, not the FAQ."""
    minimal_examples: dict[str, int]
    """``topic``, ``conversation``, ``out_of_scope``."""

    @classmethod
    def load(cls, path: Path = _FILE) -> Contract:
        content: dict[str, Any] = read_yaml(path)
        return cls(
            topics={name: tuple(_fact(entry) for entry in facts or ()) for name, facts in content["topics"].items()},
            conversation=tuple(content["conversation"]),
            sources={document: tuple(paragraphs) for document, paragraphs in content["sources"].items()},
            sourceless=frozenset(content.get("sourceless", ())),
            minimal_examples=dict(content["minimal_examples"]),
        )

    @cached_property
    def intents(self) -> frozenset[str]:
        return frozenset(self.topics) | frozenset(self.conversation)

    def needed_examples(self, intent: str) -> int:
        """How many training messages ``intent`` must have at least."""
        if intent == "out_of_scope":
            return self.minimal_examples["out_of_scope"]
        return self.minimal_examples["topic" if intent in self.topics else "conversation"]


def _fact(entry: dict[str, Any]) -> Fact:
    ((says, patterns),) = entry.items()
    listed = patterns if isinstance(patterns, list) else [patterns]
    return Fact(str(says), tuple(re.compile(str(pattern), re.IGNORECASE) for pattern in listed))
