"""Trains the intent model on part of the rows and reads others: ``python -m engine.experiment < TASK > RESULTS``.

The task is one JSON object: ``texts``, ``labels`` (as many), ``runs`` (each with the row numbers of ``train`` and
``test``) and ``options`` (what config.yml sets for the classifier). Each run answers with one line: ``intents``, and in
``confidences`` for every row of ``test`` the confidence in each of them. Nothing but the linear classifier is
trained: the sentence embedding, the fallback and the entities do not take part.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Dict, Iterator, List

from engine.environment import prepare

__all__ = ["main", "results"]

_DIGITS = 5
_SHARPNESS = 6.0


def main() -> int:
    prepare()

    from engine.classifier import AlbanianIntentClassifier

    task = json.load(sys.stdin)
    options = {**AlbanianIntentClassifier.get_default_config(), **task["options"]}
    for result in results(task["texts"], task["labels"], task["runs"], options):
        print(json.dumps(result), flush=True)
    return 0


def results(
    texts: List[str], labels: List[str], runs: List[Dict[str, List[int]]], options: Dict[str, Any]
) -> Iterator[Dict[str, Any]]:
    """One result for each of ``runs``, as it is ready; see the module."""
    from engine.intent_training import train_intent_model

    for run in runs:
        model = train_intent_model(
            [texts[row] for row in run["train"]],
            [labels[row] for row in run["train"]],
            c=float(options["c"]),
            sharpness=_SHARPNESS,
        )
        confidences = []
        for row in run["test"]:
            ranked = dict(model.rank(texts[row]))
            confidences.append([round(ranked[intent], _DIGITS) for intent in model.intents])
        yield {"intents": list(model.intents), "confidences": confidences}


if __name__ == "__main__":
    sys.exit(main())
