"""The words that decided a reading, told by the engine's model (``engine.explain``)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from ndihma.children import engine_environment, engine_python
from ndihma.config import Settings
from ndihma.evaluation.scores import Prediction
from ndihma.failure import Failure, from_os_error, last_error_line
from ndihma.modelstore import ModelStore
from ndihma.progress import Reporter

__all__ = ["Explanation", "explain"]


@dataclass(frozen=True)
class Explanation:
    """Weights are differences of log odds: positive speaks for what was read, negative for what was right."""

    words: tuple[tuple[str, float], ...]
    """Every word of the message, in order."""
    ngrams: tuple[tuple[str, float], ...]
    """The model's own features that weighed most, the heaviest first."""


def explain(settings: Settings, misread: Sequence[Prediction], reporter: Reporter) -> list[Explanation]:
    """Why each of ``misread`` was read as what it was and not as what it is. Raises Failure."""
    model = ModelStore(settings).ensure(reporter)
    log = settings.var / "log" / "explain.log"
    questions = "".join(
        json.dumps({"text": each.example.text, "intent": each.likeliest[0], "instead": each.example.intent}) + "\n"
        for each in misread
    )
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as errors:
            done = subprocess.run(
                [str(engine_python(settings)), "-m", "engine.explain", "--model", str(model)],
                input=questions.encode(),
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=settings.home,
                env=engine_environment(),
                check=False,
            )
    except OSError as error:
        raise from_os_error(error, "explain the misreadings") from error
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(answers) != len(misread):
        raise Failure(f"cannot explain the misreadings (exit code {done.returncode}): {last_error_line(log)}")
    return [
        Explanation(
            tuple((word, float(weight)) for word, weight in answer["words"]),
            tuple((ngram, float(weight)) for ngram, weight in answer["ngrams"]),
        )
        for answer in answers
    ]
