"""Enough training sentences, each under one intent only, and none that a test asks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from ndihma.contentcheck.contract import Contract
from ndihma.contentcheck.findings import Finding, Severity
from ndihma.contentcheck.folding import fold, signatures
from ndihma.contentcheck.project import Project, Sentence

__all__ = ["check"]


def check(project: Project, contract: Contract) -> Iterator[Finding]:
    yield from _counts(project, contract)
    folded: dict[str, list[Sentence]] = defaultdict(list)
    for sentence in project.training:
        folded[fold(sentence.text) or sentence.text].append(sentence)
    yield from _doubles(folded)
    yield from _leaks(project, folded)
    yield from _near(project, folded)


def _counts(project: Project, contract: Contract) -> Iterator[Finding]:
    distinct = Counter(
        intent for intent, _ in {(each.intent, fold(each.text) or each.text) for each in project.training}
    )
    for intent, place in project.intents.items():
        needed = contract.needed_examples(intent)
        if distinct[intent] < needed:
            message = f"{intent} has {distinct[intent]} different training sentences, {needed} are needed"
            yield Finding(place.file, place.line, "counts", message)


def _doubles(folded: dict[str, list[Sentence]]) -> Iterator[Finding]:
    for same in folded.values():
        first = same[0]
        for other in same[1:]:
            where = _where(first)
            if other.intent != first.intent:
                message = f"“{other.text}” stands under {other.intent} and, at {where}, under {first.intent}"
                yield _at(other, "doubles", message)
            else:
                yield _at(other, "doubles", f"“{other.text}” stands at {where} too", Severity.WARNING)


def _leaks(project: Project, folded: dict[str, list[Sentence]]) -> Iterator[Finding]:
    for test in project.tests:
        for sentence in folded.get(fold(test.text) or test.text, []):
            message = f"“{sentence.text}” is asked by a test too ({test.place.file}:{test.place.line})"
            yield _at(sentence, "leaks", message)


def _near(project: Project, folded: dict[str, list[Sentence]]) -> Iterator[Finding]:
    """Warnings: nearly the same sentence under another intent, or in a test."""
    by_signature: dict[str, list[tuple[str, Sentence]]] = defaultdict(list)
    for text, same in folded.items():
        for signature in signatures(text):
            by_signature[signature].append((text, same[0]))
    seen: set[tuple[object, object]] = set()
    for group in by_signature.values():
        for index, (_, one) in enumerate(group):
            for _, other in group[index + 1 :]:
                if one.intent != other.intent and (one.place, other.place) not in seen:
                    seen.add((one.place, other.place))
                    message = f"“{other.text}” ({other.intent}) is nearly “{one.text}” ({one.intent}, {_where(one)})"
                    yield _at(other, "near", message, Severity.WARNING)
    for test in project.tests:
        text = fold(test.text)
        for signature in signatures(text):
            for trained, sentence in by_signature.get(signature, []):
                if trained != text and (sentence.place, test.place) not in seen:
                    seen.add((sentence.place, test.place))
                    message = f"“{sentence.text}” is nearly a test's sentence ({test.place.file}:{test.place.line})"
                    yield _at(sentence, "near", message, Severity.WARNING)


def _at(sentence: Sentence, check_name: str, message: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(sentence.place.file, sentence.place.line, check_name, message, severity)


def _where(sentence: Sentence) -> str:
    return f"{sentence.place.file}:{sentence.place.line}"
