"""The sentence embedding in several processes, for training: threads of one gain nothing (docs/nlu.md)."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import get_context
from typing import Final, List, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.embedding import DIMENSIONS, Embedder, load_embedder

__all__ = ["parallel_embedder"]

_WORTH_A_PROCESS: Final = 200
"""Texts from which on a process more is sooner done: it takes a second to start, a text 20 ms."""


def parallel_embedder(processes: int) -> Embedder:
    """An embedder that deals its texts to at most ``processes`` new processes. Raises EmbeddingUnavailable.

    The vectors are those of :func:`load_embedder`, to the bit: a text is read alone either way.
    """
    here = load_embedder()

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        hands = min(processes, len(texts) // _WORTH_A_PROCESS)
        if hands < 2:  # noqa: PLR2004  (nothing to share)
            return here(texts)
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        # Not forked: the parent has threads of its own by now.
        with ProcessPoolExecutor(hands, mp_context=get_context("spawn")) as pool:
            shares = [list(texts[first::hands]) for first in range(hands)]
            for first, part in enumerate(pool.map(_embed_share, shares)):
                vectors[first::hands] = part
        return vectors

    return embed


def _embed_share(texts: List[str]) -> NDArray[np.float32]:
    return _own()(texts)


@lru_cache(maxsize=1)
def _own() -> Embedder:
    return load_embedder()
