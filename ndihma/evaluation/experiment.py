"""Training on part of the rows and reading others, in the engine's environment (``engine.experiment``)."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from ndihma.children import engine_environment, engine_python
from ndihma.config import Settings
from ndihma.failure import Failure, from_os_error, last_error_line
from ndihma.progress import Reporter
from ndihma.yaml_files import read_yaml

__all__ = ["Row", "Run", "Scored", "folds_by_author", "run_experiment", "samples_per_intent"]

_CLASSIFIER: Final = "engine.classifier.AlbanianIntentClassifier"
_STOP_S: Final = 3.0


@dataclass(frozen=True)
class Row:
    """A labelled message; ``author`` and ``register`` are empty where nobody knows them."""

    text: str
    intent: str
    author: str = ""
    register: str = ""


@dataclass(frozen=True)
class Run:
    """Numbers of the rows to train on and of those to read then."""

    train: tuple[int, ...]
    test: tuple[int, ...]


@dataclass(frozen=True)
class Scored:
    """What one run made of the rows it read: for each, in the run's order, the confidence in every intent."""

    run: Run
    confidences: tuple[dict[str, float], ...]

    def ranking(self, position: int, length: int = 10) -> list[tuple[str, float]]:
        """The likeliest intents of the row at ``position`` of the run's ``test``, best first."""
        return sorted(self.confidences[position].items(), key=lambda each: (-each[1], each[0]))[:length]


def folds_by_author(rows: Sequence[Row], folds: int | None = None) -> list[Run]:
    """Runs that read every row once, trained on other authors' rows only.

    ``folds`` puts the authors into that many groups of nearly equal size (the largest author first, each into the
    smallest group); without it every author is a group: leave one author out. Raises Failure for fewer than two.
    """
    by_author: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        by_author[row.author].append(number)
    wanted = min(len(by_author), folds or len(by_author))
    if wanted < 2:  # noqa: PLR2004
        raise Failure("the rows of at least two authors are needed, in at least two folds")
    groups: list[list[int]] = [[] for _ in range(wanted)]
    for author in sorted(by_author, key=lambda name: (-len(by_author[name]), name)):
        min(groups, key=len).extend(by_author[author])
    everything = set(range(len(rows)))
    return [Run(tuple(sorted(everything - set(group))), tuple(sorted(group))) for group in groups]


def samples_per_intent(rows: Sequence[Row], sizes: Sequence[int], seed: int = 0) -> list[tuple[int, ...]]:
    """For each of ``sizes`` the numbers of that many rows of every intent, or of all it has; larger hold smaller."""
    by_intent: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        by_intent[row.intent].append(number)
    shuffle = random.Random(seed)  # noqa: S311  (a fixed sample, not a secret)
    for intent in sorted(by_intent):
        shuffle.shuffle(by_intent[intent])
    return [tuple(sorted(number for numbers in by_intent.values() for number in numbers[:size])) for size in sizes]


def run_experiment(
    settings: Settings,
    rows: Sequence[Row],
    runs: Sequence[Run],
    reporter: Reporter,
    doing: str,
    *,
    whole: bool = False,
) -> Iterator[Scored]:
    """Train and read, one result for each of ``runs`` as it is ready, with progress. Raises Failure.

    The linear classifier alone is trained, or with ``whole`` the model as customers get it, which takes much longer.

    Closing the iterator, or whatever interrupts it, ends the engine's process first.
    """
    task = {
        "texts": [row.text for row in rows],
        "labels": [row.intent for row in rows],
        "authors": [row.author for row in rows],
        "whole": whole,
        "runs": [{"train": run.train, "test": run.test} for run in runs],
        "options": _classifier_options(settings),
    }
    log = settings.var / "log" / "experiment.log"
    began = time.monotonic()
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile("w+", encoding="utf-8") as source, log.open("wb") as errors:
            json.dump(task, source)
            source.seek(0)
            child = subprocess.Popen(
                [str(engine_python(settings)), "-m", "engine.experiment"],
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=settings.home,
                env=engine_environment(),
            )
    except OSError as error:
        raise from_os_error(error, doing) from error
    done = 0
    with child:
        try:
            reporter.progress(f"  {doing}: 0 of {len(runs)} trainings")
            for run, line in zip(runs, child.stdout or (), strict=False):
                yield Scored(run, tuple(_shares(json.loads(line))))
                done += 1
                spent = time.monotonic() - began
                left = spent / done * (len(runs) - done)
                reporter.progress(f"  {doing}: {done} of {len(runs)} trainings, {spent:.0f} s, about {left:.0f} s more")
        finally:
            if done < len(runs):
                _end(child)
    if child.returncode or done < len(runs):
        raise Failure(f"cannot {doing} (exit code {child.returncode}): {last_error_line(log)} (log: {log.name})")


def _shares(result: dict[str, Any]) -> Iterator[dict[str, float]]:
    for confidences in result["confidences"]:
        yield dict(zip(result["intents"], confidences, strict=True))


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(_STOP_S)
    child.kill()


def _classifier_options(settings: Settings) -> dict[str, Any]:
    """What config.yml sets for the classifier; its own defaults hold for the rest."""
    try:
        config = read_yaml(settings.home / "config.yml")
        (component,) = [each for each in config["pipeline"] if each["name"] == _CLASSIFIER]
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise Failure(f"config.yml has no {_CLASSIFIER}") from error
    return {key: value for key, value in component.items() if key != "name"}
