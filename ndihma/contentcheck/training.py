"""Enough training sentences, each under one intent only, and none that a test asks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from ndihma.contentcheck.contract import Contract
from ndihma.contentcheck.findings import Finding, Severity
from ndihma.contentcheck.folding import fold, letters
from ndihma.contentcheck.project import Project, Sentence
from ndihma.contentcheck.similar import similar_pairs

__all__ = ["check"]

_NEAR: Final = 0.8
"""The share of character trigrams from which on two sentences are nearly the same: a word more in a sentence of ten."""
_NEAR_WORDS: Final = 5


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
    """Warnings: longer sentences that are nearly another training sentence, or nearly one that a test asks.

    Equal ones are doubles or leaks. Short ones are left out: thousands of people say "po more po" by themselves, but
    hardly any two of them the same eight words.
    """
    texts = [text for text in folded if len(text.split()) >= _NEAR_WORDS]
    asked: dict[str, Sentence] = {}
    for test in project.tests:
        text = fold(test.text)
        if len(text.split()) >= _NEAR_WORDS and text not in folded:
            asked.setdefault(text, test)
    everything = [*texts, *asked]
    for one, other in similar_pairs([letters(text) for text in everything], _NEAR):
        if one >= len(texts):
            continue  # two sentences of tests
        first = folded[everything[one]][0]
        if other >= len(texts):
            place = asked[everything[other]].place
            message = f"“{first.text}” is nearly a test's sentence ({place.file}:{place.line})"
            yield _at(first, "near", message, Severity.WARNING)
        else:
            second = folded[everything[other]][0]
            message = f"“{second.text}” ({second.intent}) is nearly “{first.text}” ({first.intent}, {_where(first)})"
            yield _at(second, "near", message, Severity.WARNING)


def _at(sentence: Sentence, check_name: str, message: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(sentence.place.file, sentence.place.line, check_name, message, severity)


def _where(sentence: Sentence) -> str:
    return f"{sentence.place.file}:{sentence.place.line}"
