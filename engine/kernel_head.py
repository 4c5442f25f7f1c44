"""A classifier over embeddings: kernel ridge regression with a Gaussian kernel on standardised dimensions.

Linear classifiers read these vectors badly (docs/nlu.md has the figures); a kernel over the training rows reads them
well, is solved in closed form, and is two matrix products when it scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Final, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["KernelHead"]

_ARRAYS: Final = ("mean", "scale", "rows", "weights")
_LEAST_SPREAD: Final = 1e-6

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class KernelHead:
    """``rows`` are the standardised training vectors (n, dimensions), ``weights`` (n, intents); scores lie about ±1.

    ``width`` is the kernel's factor for one dimension's mean square distance.
    """

    mean: Floats
    scale: Floats
    rows: Floats
    weights: Floats
    width: float

    @classmethod
    def fit(
        cls, vectors: Floats, labels: Sequence[str], intents: Sequence[str], *, width: float, ridge: float
    ) -> KernelHead:
        """Solve for targets +1 (the row's intent) and -1 (every other); ``ridge`` is added to the kernel's diagonal."""
        from scipy.linalg import cho_factor, cho_solve

        mean = vectors.mean(axis=0)
        scale = np.maximum(vectors.std(axis=0), _LEAST_SPREAD)
        rows = ((vectors - mean) / scale).astype(np.float16).astype(np.float32)  # as it is kept
        kernel = _gaussian(rows, rows, width).astype(np.float64)
        kernel[np.diag_indices_from(kernel)] += ridge
        targets = np.where(np.asarray(labels)[:, None] == np.asarray(intents)[None, :], 1.0, -1.0)
        weights = cho_solve(cho_factor(kernel, overwrite_a=True, check_finite=False), targets)
        return cls(mean, scale, rows, weights.astype(np.float32), width)

    def scores(self, vectors: Floats) -> Floats:
        """(texts, intents)."""
        scores: Floats = _gaussian((vectors - self.mean) / self.scale, self.rows, self.width) @ self.weights
        return scores

    def arrays(self) -> Dict[str, NDArray[np.generic]]:
        """What is kept; the rows take half the room as float16 and lose nothing that matters."""
        return {"mean": self.mean, "scale": self.scale, "rows": self.rows.astype(np.float16), "weights": self.weights}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], width: float) -> KernelHead:
        """Raises KeyError when an array is missing."""
        mean, scale, rows, weights = (arrays[name].astype(np.float32) for name in _ARRAYS)
        return cls(mean, scale, rows, weights, width)


def _gaussian(left: Floats, right: Floats, width: float) -> Floats:
    distance = (left * left).sum(axis=1)[:, None] + (right * right).sum(axis=1)[None, :] - 2.0 * (left @ right.T)
    kernel: Floats = np.exp(np.maximum(distance, 0.0) * np.float32(-width / left.shape[1]))
    return kernel
