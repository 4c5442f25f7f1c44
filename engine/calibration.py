"""From scores to confidences that mean something: a softmax with two numbers fitted on rows the scorer had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Optional

import numpy as np
from numpy.typing import NDArray

__all__ = ["OUT_OF_SCOPE", "Calibration", "fit_calibration"]

OUT_OF_SCOPE: Final = "out_of_scope"
_FEWEST_ROWS: Final = 50
"""Fewer teach nothing about confidence; the starting values stand."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """confidence = softmax(``sharpness`` × score), with ``rejection`` added for out_of_scope (log-odds)."""

    sharpness: float
    rejection: float = 0.0

    def confidences(self, scores: Floats, rejected: Optional[int]) -> Floats:
        """(…, intents), each row summing to 1; ``rejected`` is the column of out_of_scope, when there is one."""
        logits = self.sharpness * (scores - scores.max(axis=-1, keepdims=True))
        if rejected is not None:
            logits[..., rejected] += self.rejection
            logits = logits - logits.max(axis=-1, keepdims=True)
        exponentials = np.exp(logits)
        shares: Floats = exponentials / exponentials.sum(axis=-1, keepdims=True)
        return shares


def fit_calibration(
    scores: Floats, truth: NDArray[np.intp], rejected: Optional[int], start: Calibration
) -> Calibration:
    """The calibration with the least log loss on ``scores`` (rows, intents), whose right columns are ``truth``."""
    from scipy.optimize import minimize

    if len(truth) < _FEWEST_ROWS:
        return start
    rows = np.arange(len(truth))

    def loss(point: Floats) -> float:
        shares = _at(point).confidences(scores, rejected)
        return float(-np.log(np.maximum(shares[rows, truth], 1e-12)).mean())

    def _at(point: Floats) -> Calibration:
        return Calibration(float(np.exp(point[0])), float(point[1]) if rejected is not None else 0.0)

    found = minimize(loss, np.array([np.log(start.sharpness), start.rejection]), method="Nelder-Mead")
    return _at(found.x)
