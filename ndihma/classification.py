"""Messages through the trained model, without a running system: the engine's classifier as a child process."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ndihma.children import engine_environment, engine_python
from ndihma.config import Settings
from ndihma.failure import Failure, last_error_line
from ndihma.modelstore import ModelStore
from ndihma.progress import Reporter

__all__ = ["Classified", "classify_stream", "classify_texts"]


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
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as sink:
        for text in texts:
            source.write(" ".join(text.split()).encode("utf-8", "replace") + b"\n")
        source.seek(0)
        _run_classifier(settings, reporter, source, sink)
        sink.seek(0)
        results = [json.loads(line) for line in sink]
    if len(results) != len(texts):
        raise Failure(f"the classifier answered {len(results)} of {len(texts)} messages")
    return [
        Classified(
            result["intent"],
            float(result["confidence"] or 0.0),
            tuple((each["intent"], float(each["confidence"])) for each in result.get("ranking", [])),
        )
        for result in results
    ]


def _run_classifier(settings: Settings, reporter: Reporter, source: IO[bytes] | None, sink: IO[bytes] | None) -> None:
    model = ModelStore(settings).ensure(reporter)
    log = settings.var / "log" / "classify.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as errors:
        child = subprocess.run(
            [str(engine_python(settings)), "-m", "engine.classify", "--model", str(model)],
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
