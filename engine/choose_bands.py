"""Chooses the bands' thresholds by what mistakes cost: ``python -m engine.choose_bands --model ARCHIVE [FILE.tsv]``.

They are chosen on the training messages, each as a model of other authors read it when ARCHIVE was trained
(:mod:`engine.unseen`): ten thousand readings, where a development set has some thirty mistakes. FILE.tsv, a labelled
set (columns text, intent, …) of authors who wrote no training data, never the test set, is read by the model itself and
shows beside it what the choice does there. Prints the costs, the curve and the cheapest thresholds; config.yml holds
them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Dict, Final, List, Sequence, Tuple

import numpy as np

from engine.embedding import EmbeddingUnavailable, load_embedder
from engine.explain import model_of, unseen_of
from engine.intent_model import IntentModel, ModelUnreadable

__all__ = ["COSTS", "Reading", "cheapest", "cost", "costs_at", "main"]

COSTS: Final[Dict[str, float]] = {"wrong answer": 3.0, "right question": 1.0, "wrong question": 3.0, "human": 2.5}
"""In clicks that a right answer would have spared. A right question is one; a wrong question is read, refused and asked
again in other words, as a wrong answer is; a human costs a conversation of the operator's."""

_STEPS: Final = tuple(round(float(step), 2) for step in np.arange(0.0, 1.0, 0.01))
_SHOWN: Final = _STEPS[::5]

Reading = Tuple[Sequence[float], int]
"""The confidences of a message, largest first, and the place of its true intent among them (0 is the first)."""


def cost(reading: Reading, threshold: float, human_threshold: float) -> Tuple[str, float]:
    """What the bands do with one message, and its cost."""
    confidences, place = reading
    if confidences[0] >= threshold:
        return ("right answer", 0.0) if place == 0 else ("wrong answer", COSTS["wrong answer"])
    if sum(confidences[:2]) >= human_threshold:
        kind = "right question" if place in (0, 1) else "wrong question"
        return kind, COSTS[kind]
    return "human", COSTS["human"]


def costs_at(readings: Sequence[Reading], threshold: float, human_threshold: float) -> float:
    """The mean cost of a message."""
    return sum(cost(each, threshold, human_threshold)[1] for each in readings) / len(readings)


def cheapest(readings: Sequence[Reading]) -> Tuple[float, float]:
    """``(threshold, human_threshold)``: the first with the least cost on ``readings``, of equals the lowest.

    So few messages are less sure still that the second is not counted but computed, from confidences that are what they
    say: where the two likeliest have this share together, a question costs on average what a human does.
    """
    human = (COSTS["wrong question"] - COSTS["human"]) / (COSTS["wrong question"] - COSTS["right question"])
    return min(_STEPS, key=lambda step: costs_at(readings, step, human)), human


def main() -> int:
    """Returns 0, or 3 when the model or its embedding cannot be loaded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("file", type=Path, nargs="?", help="a labelled set, to compare with")
    arguments = parser.parse_args()
    try:
        unseen = unseen_of(arguments.model)
        sets = {"leave authors out": list(zip(unseen.best.tolist(), unseen.place.tolist(), strict=True))}
        if arguments.file is not None:
            model = model_of(arguments.model).with_embedding(load_embedder())
            sets[arguments.file.name] = _readings(model, arguments.file)
    except (ModelUnreadable, EmbeddingUnavailable) as error:
        print(f"engine: {error}", file=sys.stderr)
        return 3
    threshold, human = cheapest(sets["leave authors out"])
    print("costs: " + ", ".join(f"{kind} {price:g}" for kind, price in COSTS.items()))
    for name, readings in sets.items():
        print(f"\n{name}, {len(readings)} messages; cost of 1,000 by threshold, the cheapest {cheapest(readings)[0]}")
        print("  ".join(f"{step:.2f}: {1000 * costs_at(readings, step, human):.1f}" for step in _SHOWN))
        for title, bands in (("always answer", (0.0, 0.0)), ("these bands", (threshold, human))):
            print(f"{title}: {_told(readings, *bands)}")
    print(f"\nthreshold: {threshold}\nhuman_threshold: {human}")
    return 0


def _readings(model: IntentModel, file: Path) -> List[Reading]:
    readings: List[Reading] = []
    for line in file.read_text(encoding="utf-8").splitlines()[1:]:
        text, intent = line.split("\t")[:2]
        ranking = model.rank(text)
        readings.append(([share for _, share in ranking], [name for name, _ in ranking].index(intent)))
    return readings


def _told(readings: Sequence[Reading], threshold: float, human_threshold: float) -> str:
    kinds = [cost(each, threshold, human_threshold)[0] for each in readings]
    counts = ", ".join(f"{kind} {kinds.count(kind)}" for kind in ("right answer", *COSTS))
    return f"{counts}; cost {1000 * costs_at(readings, threshold, human_threshold):.1f}"


if __name__ == "__main__":
    sys.exit(main())
