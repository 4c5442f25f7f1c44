"""Training messages whose label a model of other authors' messages disputes (``ndihma check --labels``).

Confident learning, after Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels"
(JAIR 70, 2021): confidences come from cross-validation, here with all messages of an author in one fold. An intent's
threshold is the mean confidence that messages labelled with it have in it. A message counts towards the likeliest
intent among those whose threshold it reaches; where that is not its label, the label is suspect. The suspects are
ranked by their self-confidence, the confidence in the label they have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ndihma.config import Settings
from ndihma.contentcheck.findings import Finding, Severity
from ndihma.contentcheck.folding import fold
from ndihma.contentcheck.project import Project, Sentence
from ndihma.evaluation.experiment import Row, folds_by_author, run_experiment
from ndihma.failure import Failure
from ndihma.progress import Reporter

__all__ = ["REVIEWED", "Suspect", "check_labels", "findings", "read_reviewed", "suspects"]

REVIEWED: Final = "reviewed_labels.tsv"
"""Beside this module: text, tab, label, of messages that a person has looked at and found to be labelled right."""

_FOLDS: Final = 6
_STRICT: Final = 0.97
"""A suspect fails the check when the model is at least this sure of another intent: there either the label is wrong, or
the message is one that nobody else would write, and a person says which."""


@dataclass(frozen=True)
class Suspect:
    """``number`` is the row's; ``confidence`` is in ``likelier``, ``self_confidence`` in the label it has."""

    number: int
    likelier: str
    confidence: float
    self_confidence: float


def check_labels(settings: Settings, reporter: Reporter) -> list[Finding]:
    """Train on the authors in turn and dispute labels; takes a training for each of six folds. Raises Failure."""
    project = Project.load(settings.home)
    rows = [Row(each.text, each.intent, each.author, each.register) for each in project.training]
    confidences: list[Mapping[str, float]] = [{}] * len(rows)
    for scored in run_experiment(settings, rows, folds_by_author(rows, _FOLDS), reporter, "check the labels"):
        for number, shares in zip(scored.run.test, scored.confidences, strict=True):
            confidences[number] = shares
    found = suspects([row.intent for row in rows], confidences)
    reviewed = read_reviewed(Path(__file__).parent / REVIEWED)
    return [*findings(project.training, found, reviewed), *_outdated(project.training, reviewed)]


def suspects(labels: Sequence[str], confidences: Sequence[Mapping[str, float]]) -> list[Suspect]:
    """The rows off the diagonal of the confident joint, the least self-confident first."""
    own: dict[str, list[float]] = defaultdict(list)
    for label, shares in zip(labels, confidences, strict=True):
        own[label].append(shares.get(label, 0.0))
    thresholds = {label: sum(each) / len(each) for label, each in own.items()}
    found = []
    for number, (label, shares) in enumerate(zip(labels, confidences, strict=True)):
        confident = {name: share for name, share in shares.items() if name in thresholds and share >= thresholds[name]}
        likelier = max(confident, key=lambda name: (confident[name], name), default=label)
        if likelier != label:
            found.append(Suspect(number, likelier, confident[likelier], shares.get(label, 0.0)))
    return sorted(found, key=lambda each: (each.self_confidence, each.number))


def findings(
    training: Sequence[Sentence], found: Iterable[Suspect], reviewed: frozenset[tuple[str, str]]
) -> Iterator[Finding]:
    """Suspects that nobody has reviewed: errors where the model is nearly sure, else warnings."""
    for each in found:
        sentence = training[each.number]
        if _key(sentence.text, sentence.intent) in reviewed:
            continue
        message = (
            f"“{sentence.text}” ({sentence.intent}) reads like {each.likelier} "
            f"({each.confidence:.0%}, its own label {each.self_confidence:.0%})"
        )
        severity = Severity.ERROR if each.confidence >= _STRICT else Severity.WARNING
        yield Finding(sentence.place.file, sentence.place.line, "labels", message, severity)


def read_reviewed(path: Path) -> frozenset[tuple[str, str]]:
    """The reviewed messages with their labels, folded. Raises Failure for a line that has no tab."""
    reviewed = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        text, tab, intent = line.rpartition("\t")
        if not tab:
            raise Failure(f"{path.name}:{number}: no tab between text and label")
        reviewed.add(_key(text, intent))
    return frozenset(reviewed)


def _outdated(training: Iterable[Sentence], reviewed: frozenset[tuple[str, str]]) -> Iterator[Finding]:
    present = {_key(sentence.text, sentence.intent) for sentence in training}
    for text, intent in sorted(reviewed - present):
        message = f"“{text}” ({intent}) is no training sentence any more"
        yield Finding(f"ndihma/contentcheck/{REVIEWED}", 0, "labels", message, Severity.WARNING)


def _key(text: str, intent: str) -> tuple[str, str]:
    return fold(text) or text.strip(), intent.strip()
