"""A classifier over embeddings: kernel ridge regression with a Gaussian kernel on standardised dimensions.

Linear classifiers read these vectors badly, a kernel over the training rows reads them well (docs/nlu.md has the
figures). All rows teach, but the kernel is spanned by some of them, the landmarks (subset of regressors, Smola and
Bartlett 2001): with n rows and m landmarks it is solved in closed form in n·m² steps, and m rows are kept.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Dict, Final, Mapping, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["HeadFit", "KernelHead"]

_ARRAYS: Final = ("mean", "scale", "rows", "weights")
_LEAST_SPREAD: Final = 1e-6
_JITTER: Final = 1e-4
"""Added to the diagonal: landmarks that are nearly the same make the equations singular."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class KernelHead:
    """``rows`` are the standardised landmarks (m, dimensions), ``weights`` (m, intents); scores lie about ±1.

    ``width`` is the kernel's factor for one dimension's mean square distance.
    """

    mean: Floats
    scale: Floats
    rows: Floats
    weights: Floats
    width: float

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


class HeadFit:
    """Fits a head to all rows and, from the same sums, heads that know nothing of one fold's rows.

    Targets are +1 (the row's intent) and -1 (every other). ``folds`` part the rows. ``ridge`` weighs the smoothness of
    what is learned against the rows.
    """

    def __init__(
        self,
        vectors: Floats,
        labels: Sequence[str],
        intents: Sequence[str],
        folds: Sequence[NDArray[np.intp]],
        *,
        landmarks: int,
        width: float,
        ridge: float,
    ) -> None:
        self._mean = vectors.mean(axis=0)
        self._scale = np.maximum(vectors.std(axis=0), _LEAST_SPREAD)
        rows = ((vectors - self._mean) / self._scale).astype(np.float16).astype(np.float32)  # as it is kept
        chosen = np.random.default_rng(0).permutation(len(rows))[:landmarks]
        self._landmarks = rows[np.sort(chosen)]
        self._width = width
        self._penalty = ridge * _gaussian(self._landmarks, self._landmarks, width).astype(np.float64)
        self._penalty[np.diag_indices_from(self._penalty)] += _JITTER
        targets = np.where(np.asarray(labels)[:, None] == np.asarray(intents)[None, :], 1.0, -1.0).astype(np.float32)
        self._folds = folds
        with ThreadPoolExecutor(os.cpu_count()) as threads:  # numpy lets go of the interpreter while it multiplies
            self._kernels = [_gaussian(rows[fold], self._landmarks, width) for fold in folds]
            self._parts = list(threads.map(_sums, self._kernels, (targets[fold] for fold in folds)))
        self._squares = np.sum([squares for squares, _ in self._parts], axis=0)
        self._products = np.sum([products for _, products in self._parts], axis=0)

    def head(self) -> KernelHead:
        """The head that learned from every row."""
        return KernelHead(self._mean, self._scale, self._landmarks, self._weights(None), self._width)

    def unseen(self) -> Floats:
        """Every row's scores, (rows, intents), by the head that learned from the other folds."""
        scores = np.empty((sum(map(len, self._folds)), self._products.shape[1]), dtype=np.float32)
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            for number, weights in enumerate(threads.map(self._weights, range(len(self._folds)))):
                scores[self._folds[number]] = self._kernels[number] @ weights
        return scores

    def _weights(self, without: Optional[int]) -> Floats:
        from scipy.linalg import cho_factor, cho_solve

        squares, products = self._squares, self._products
        if without is not None:
            squares, products = squares - self._parts[without][0], products - self._parts[without][1]
        factor = cho_factor(squares + self._penalty, overwrite_a=True, check_finite=False)
        weights: Floats = cho_solve(factor, products, check_finite=False).astype(np.float32)
        return weights


def _sums(kernel: Floats, targets: Floats) -> Tuple[NDArray[np.float64], NDArray[np.float64]]:
    return (kernel.T @ kernel).astype(np.float64), (kernel.T @ targets).astype(np.float64)


def _gaussian(left: Floats, right: Floats, width: float) -> Floats:
    distance = (left * left).sum(axis=1)[:, None] + (right * right).sum(axis=1)[None, :] - 2.0 * (left @ right.T)
    kernel: Floats = np.exp(np.maximum(distance, 0.0) * np.float32(-width / left.shape[1]))
    return kernel
