"""The answers' metadata as ``domain.yml`` holds it: titles, sources, review dates, offers.

The file is the only place where an answer's text lives; this module reads it once and hands out
what others need to know about an answer, so that nobody keeps a second list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ndihma.yaml_files import read_yaml

__all__ = ["Answer", "Content", "InvalidContent"]


class InvalidContent(ValueError):
    """domain.yml does not have the shape that its readers rely on."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One response of the domain. ``title``, ``source`` and ``reviewed`` are set on FAQ answers."""

    name: str
    text: str
    title: str | None = None
    """What the topic is called in "a e kishit fjalën për…"."""
    source: str | None = None
    """The operator's FAQ document and paragraph."""
    reviewed: date | None = None
    offer: str | None = None
    """What an affirmation of this response accepts, such as ``account``."""
    buttons: tuple[tuple[str, str], ...] = ()
    """Pairs of title and payload."""


class Content:
    """The responses of one ``domain.yml``."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = dict(answers)

    @classmethod
    def load(cls, path: Path) -> Content:
        """Read ``domain.yml``. Raises InvalidContent, which names the response that is wrong."""
        try:
            document = read_yaml(path)
        except OSError as error:
            raise InvalidContent(f"{path} cannot be read: {error.strerror}") from error
        except (yaml.YAMLError, UnicodeError) as error:
            raise InvalidContent(f"{path.name} is not valid YAML") from error
        responses = document.get("responses") if isinstance(document, dict) else None
        if not isinstance(responses, dict):
            raise InvalidContent(f"{path.name} has no responses")
        return cls({name: _answer(name, variants) for name, variants in responses.items()})

    def __contains__(self, name: object) -> bool:
        return name in self._answers

    def __iter__(self) -> Iterator[Answer]:
        return iter(self._answers.values())

    def answer(self, name: str) -> Answer:
        """The response of that name. Raises KeyError when the domain has none."""
        return self._answers[name]

    def title(self, intent: str) -> str | None:
        """A topic's title, or None for an intent that is not a topic."""
        answer = self._answers.get(f"utter_{intent}")
        return answer.title if answer else None

    @property
    def topics(self) -> frozenset[str]:
        """The intents that have an answer with a title: what a customer can be offered."""
        return frozenset(a.name.removeprefix("utter_") for a in self._answers.values() if a.title)


def _answer(name: str, variants: Any) -> Answer:
    if not isinstance(variants, list) or len(variants) != 1 or not isinstance(variants[0], dict):
        raise InvalidContent(f"{name}: exactly one text is expected")
    entry: dict[str, Any] = variants[0]
    metadata = entry.get("metadata") or {}
    text = entry.get("text")
    if not isinstance(text, str) or not text.strip() or not isinstance(metadata, dict):
        raise InvalidContent(f"{name}: a text is missing, or its metadata is not a mapping")
    try:
        reviewed = date.fromisoformat(str(metadata["reviewed"])) if "reviewed" in metadata else None
        buttons = tuple((str(b["title"]), str(b["payload"])) for b in entry.get("buttons", []))
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidContent(f"{name}: its review date or a button cannot be read") from error
    return Answer(
        name=name,
        text=text,
        title=metadata.get("title"),
        source=metadata.get("source"),
        reviewed=reviewed,
        offer=metadata.get("offer"),
        buttons=buttons,
    )
