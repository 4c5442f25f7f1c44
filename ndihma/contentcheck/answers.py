"""Each topic's answer exists, says what the FAQ says, and names where it says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from ndihma.contentcheck.contract import Contract
from ndihma.contentcheck.findings import Finding
from ndihma.contentcheck.project import Place, Project, Response

__all__ = ["check"]

_SEPARATOR: Final = " · "


def check(project: Project, contract: Contract) -> Iterator[Finding]:
    variants: dict[str, list[Response]] = {}
    for response in project.responses:
        variants.setdefault(response.name, []).append(response)
    for intent, facts in contract.topics.items():
        name = f"utter_{intent}"
        if name not in variants:
            yield Finding("domain.yml", 0, "facts", f"the answer {name} is missing")
        for response in variants.get(name, []):
            text = " ".join(response.text.split())
            for fact in facts:
                if not fact.is_in(text):
                    yield _error(response.place, "facts", f"{name} does not say: {fact.says}")
            for key in ("title", *(() if intent in contract.sourceless else ("source", "reviewed"))):
                if not str(response.metadata.get(key) or "").strip():
                    yield _error(response.place, "sources", f"{name} has no {key} in its metadata")
    for response in project.responses:
        yield from _metadata(response, contract)


def _metadata(response: Response, contract: Contract) -> Iterator[Finding]:
    source = response.metadata.get("source")
    if source:
        document, _, paragraph = str(source).partition(_SEPARATOR)
        if document not in contract.sources:
            yield _error(response.place, "sources", f"{response.name}: no such document: {document!r}")
        elif paragraph not in contract.sources[document]:
            yield _error(response.place, "sources", f"{response.name}: {document} has no paragraph {paragraph!r}")
        if "reviewed" not in response.metadata:
            yield _error(response.place, "sources", f"{response.name} has a source and no review date")
    reviewed = response.metadata.get("reviewed")
    if reviewed:
        try:
            date.fromisoformat(str(reviewed))
        except ValueError:
            yield _error(response.place, "sources", f"{response.name}: {str(reviewed)!r} is not a date (YYYY-MM-DD)")


def _error(place: Place, check_name: str, message: str) -> Finding:
    return Finding(place.file, place.line, check_name, message)
