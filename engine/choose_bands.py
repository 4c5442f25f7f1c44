"""Chooses the bands' thresholds by what mistakes cost: ``python -m engine.choose_bands --model ARCHIVE FILE.tsv``.

FILE.tsv is a labelled set (columns text, intent, …) of authors who wrote no training data: the development set, never
the test set. Prints the costs, the cheapest thresholds and what they do; config.yml holds them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Dict, Final, List, Sequence, Tuple

import numpy as np

from engine.embedding import EmbeddingUnavailable, load_embedder
from engine.explain import model_of
from engine.intent_model import ModelUnreadable

__all__ = ["COSTS", "Reading", "cheapest", "cost", "main"]

COSTS: Final[Dict[str, float]] = {"wrong answer": 3.0, "right question": 1.0, "wrong question": 3.0, "human": 2.5}
"""In clicks that a right answer would have spared. A right question is one; a wrong question is read, refused and asked
again in other words, as a wrong answer is; a human costs a conversation of the operator's."""

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


def cheapest(readings: Sequence[Reading]) -> Tuple[float, float]:
    """``(threshold, human_threshold)``: the first with the least cost on ``readings``, of equals the lowest.

    So few messages are less sure still that the second is not counted but computed, from confidences that are what they
    say: where the two likeliest have this share together, a question costs on average what a human does.
    """
    human = (COSTS["wrong question"] - COSTS["human"]) / (COSTS["wrong question"] - COSTS["right question"])
    steps = [round(float(step), 2) for step in np.arange(0.0, 1.0, 0.01)]
    return min(steps, key=lambda step: sum(cost(each, step, human)[1] for each in readings)), human


def main() -> int:
    """Returns 0, or 3 when the model or its embedding cannot be loaded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    try:
        model = model_of(arguments.model).with_embedding(load_embedder())
    except (ModelUnreadable, EmbeddingUnavailable) as error:
        print(f"engine: {error}", file=sys.stderr)
        return 3
    readings: List[Reading] = []
    for line in arguments.file.read_text(encoding="utf-8").splitlines()[1:]:
        text, intent = line.split("\t")[:2]
        ranking = model.rank(text)
        readings.append(([share for _, share in ranking], [name for name, _ in ranking].index(intent)))
    threshold, human = cheapest(readings)
    print("costs: " + ", ".join(f"{kind} {price:g}" for kind, price in COSTS.items()))
    print(f"threshold: {threshold}\nhuman_threshold: {human}")
    for name, bands in (("always answer", (0.0, 0.0)), ("these bands", (threshold, human))):
        results = [cost(each, *bands) for each in readings]
        counts = {kind: sum(k == kind for k, _ in results) for kind in ("right answer", *COSTS)}
        told = ", ".join(f"{kind} {count}" for kind, count in counts.items())
        print(f"{name}: {told}; cost {sum(price for _, price in results) / len(results):.4f} a message")
    return 0


if __name__ == "__main__":
    sys.exit(main())
