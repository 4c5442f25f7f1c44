"""How surely each training message was read by a model of other authors, kept beside the trained model.

A training makes these readings anyway, to fit the calibrations; the bands' thresholds are chosen by them
(:mod:`engine.choose_bands`). A running engine never looks at them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Tuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["UNSEEN_FILE", "Unseen"]

UNSEEN_FILE: Final = "unseen.npz"
_BEST: Final = 2

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Unseen:
    """``best`` is (rows, 2), the two largest confidences, ``place`` (rows,) the place of the true intent, from 0."""

    best: NDArray[np.float32]
    place: NDArray[np.int16]

    @classmethod
    def of(cls, *parts: Tuple[Floats, NDArray[np.intp]]) -> Unseen:
        """From confidences (rows, at least two intents) and the right columns, in one or several parts."""
        best = [np.sort(shares, axis=1)[:, : -_BEST - 1 : -1] for shares, _ in parts]
        place = [(shares > shares[np.arange(len(truth)), truth][:, None]).sum(axis=1) for shares, truth in parts]
        return cls(np.concatenate(best).astype(np.float32), np.concatenate(place).astype(np.int16))

    def save(self, folder: Path) -> None:
        np.savez_compressed(folder / UNSEEN_FILE, best=self.best, place=self.place)

    @classmethod
    def load(cls, folder: Path) -> Unseen:
        """Raises OSError, ValueError or KeyError when there are none or they are damaged."""
        with np.load(folder / UNSEEN_FILE, allow_pickle=False) as arrays:
            return cls(arrays["best"], arrays["place"])
