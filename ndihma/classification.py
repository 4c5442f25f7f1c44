"""Messages through the trained model, without a running system: the engine's classifier as a child process."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ndihma.children import engine_environment, engine_python
from ndihma.config import Settings
from ndihma.failure import Failure, last_error_line
from ndihma.modelstore import ModelStore
from ndihma.progress import Reporter

__all__ = ["Classified", "classify_stream", "classify_texts", "find_entities"]


@dataclass(frozen=True)
class Classified:
    """What the model understood of one message."""

    intent: str | None
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()
    """The likeliest intents with their confidence, best first."""


def classify_stream(settings: Settings, reporter: Reporter) -> None:
    """Standard input, a message per line, to standard output, a JSON object per line, as they come. Raises Failure."""
    _run_classifier(settings, reporter, None, None)


def classify_texts(settings: Settings, texts: Sequence[str], reporter: Reporter) -> list[Classified]:
    """One result for each of ``texts``. Raises Failure."""
    return [
        Classified(
            result["intent"],
            float(result["confidence"] or 0.0),
            tuple((each["intent"], float(each["confidence"])) for each in result.get("ranking", [])),
        )
        for result in _results(settings, [_one_line(text) for text in texts], reporter)
    ]


def find_entities(
    settings: Settings, messages: Sequence[tuple[str, str]], reporter: Reporter
) -> list[list[dict[str, Any]]]:
    """The entities of each message (time of writing in ISO 8601 with offset, text), with ``entity``, ``start``, ``end``
    and ``value``. Raises Failure."""
    lines = [f"{written_at}\t{_one_line(text)}" for written_at, text in messages]
    return [result["entities"] for result in _results(settings, lines, reporter, "--dated")]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _results(settings: Settings, lines: Sequence[str], reporter: Reporter, *options: str) -> list[dict[str, Any]]:
    """What the classifier answers to each line."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as sink:
        for line in lines:
            source.write(line.encode("utf-8", "replace") + b"\n")
        source.seek(0)
        _run_classifier(settings, reporter, source, sink, *options)
        sink.seek(0)
        results = [json.loads(line) for line in sink]
    if len(results) != len(lines):
        raise Failure(f"the classifier answered {len(results)} of {len(lines)} messages")
    return results


def _run_classifier(
    settings: Settings, reporter: Reporter, source: IO[bytes] | None, sink: IO[bytes] | None, *options: str
) -> None:
    model = ModelStore(settings).ensure(reporter)
    log = settings.var / "log" / "classify.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as errors:
        child = subprocess.run(
            [str(engine_python(settings)), "-m", "engine.classify", "--model", str(model), *options],
            stdin=source,
            stdout=sink,
            stderr=errors,
            cwd=settings.home,
            env=engine_environment(),
            check=False,
        )
    if child.returncode != 0:
        reason = last_error_line(log)
        if "BrokenPipe" in reason:
            return  # the reader, such as `head`, has had enough
        raise Failure(f"the classifier ended with code {child.returncode}: {reason} (log: {_shown(log, settings)})")


def _shown(path: Path, settings: Settings) -> Path:
    return path.relative_to(settings.home) if path.is_relative_to(settings.home) else path
