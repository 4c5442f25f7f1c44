"""Trains the intent model on part of the rows and reads others: ``python -m engine.experiment < TASK > RESULTS``.

The task is one JSON object: ``texts``, ``labels`` and ``authors`` (as many; an author may be empty), ``runs`` (each
with the row numbers of ``train`` and ``test``), ``options`` (what config.yml sets for the classifier) and ``whole``.
Each run answers with one line: ``intents``, and in ``confidences`` for every row of ``test`` the confidence in each.

Without ``whole`` the linear classifier alone is trained, with a calibration that is given: enough to compare and fast.
With it the model is trained as it is for customers, with its second opinion and calibrations of its own; every text is
embedded once for all runs. The fallback and the entities never take part.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Sequence

from engine.environment import prepare

if TYPE_CHECKING:
    from engine.embedding import Embedder

__all__ = ["main", "results", "whole_results"]

_DIGITS = 5
_SHARPNESS = 6.0


def main() -> int:
    prepare()

    from engine.classifier import AlbanianIntentClassifier
    from engine.embedding import load_embedder

    task = json.load(sys.stdin)
    options = {**AlbanianIntentClassifier.get_default_config(), **task["options"]}
    whole = bool(task.get("whole"))
    embed = load_embedder() if whole and options["embedding"] else None
    answers = (
        whole_results(task, options, embed) if whole else results(task["texts"], task["labels"], task["runs"], options)
    )
    for answer in answers:
        print(json.dumps(answer), flush=True)
    return 0


def results(
    texts: List[str], labels: List[str], runs: List[Dict[str, List[int]]], options: Dict[str, Any]
) -> Iterator[Dict[str, Any]]:
    """One result of the linear classifier for each of ``runs``, as it is ready; see the module."""
    import numpy as np

    from engine.calibration import Calibration
    from engine.intent_training import Corpus, fit_linear

    corpus = Corpus(texts)
    calibration = Calibration(_SHARPNESS)
    for run in runs:
        train = np.asarray(run["train"], dtype=np.intp)
        matrix = corpus.matrix(train)
        trained = [labels[row] for row in run["train"]]
        weights, bias = fit_linear(matrix[train], trained, float(options["c"]))
        scores = matrix[np.asarray(run["test"], dtype=np.intp)] @ weights + bias
        shares = calibration.confidences(np.asarray(scores, dtype=np.float64), None)
        yield {"intents": sorted(set(trained)), "confidences": np.round(shares, _DIGITS).tolist()}


def whole_results(task: Dict[str, Any], options: Dict[str, Any], embed: Optional[Embedder]) -> Iterator[Dict[str, Any]]:
    """One result of the whole model for each of the task's runs; without ``embed`` it has no second opinion."""
    from engine.intent_training import Settings, train

    texts, labels, authors = task["texts"], task["labels"], task["authors"]
    remembered = _remembering(embed) if embed is not None else None
    for run in task["runs"]:
        rows = run["train"]
        model = train(
            [texts[row] for row in rows],
            [labels[row] for row in rows],
            [authors[row] for row in rows],
            Settings.of(options),
            remembered,
        )
        confidences = []
        for row in run["test"]:
            ranked = dict(model.rank(texts[row]))
            confidences.append([round(ranked[intent], _DIGITS) for intent in model.intents])
        yield {"intents": list(model.intents), "confidences": confidences}


def _remembering(embed: Embedder) -> Embedder:
    """``embed`` that reads every text once: the runs share nearly all of their rows."""
    import numpy as np

    known: Dict[str, Any] = {}

    def remembered(texts: Sequence[str]) -> Any:
        new = list(dict.fromkeys(text for text in texts if text not in known))
        if new:
            known.update(zip(new, embed(new), strict=True))
        return np.asarray([known[text] for text in texts])

    return remembered


if __name__ == "__main__":
    sys.exit(main())
