"""Several processes for the heavy parts of a training: linear classifiers and sentence embeddings.

Processes and not threads: liblinear draws from one generator for the whole process, so fits in threads would not be the
same twice, and a second thread of the embedding gains nothing (docs/nlu.md).
"""

from __future__ import annotations

from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing import get_context
from typing import Final, Iterator, List, Optional, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.embedding import DIMENSIONS, Embedder, load_embedder

__all__ = ["parallel_embedder", "training_pool"]

_SHARE: Final = 50
"""Texts that a process embeds at a time: a second of work, so that no process waits long for the last one."""


@contextmanager
def training_pool(processes: int) -> Iterator[Optional[Executor]]:
    """That many new processes, which get ready in the background; None when one would be all."""
    if processes < 2:  # noqa: PLR2004  (nothing to share)
        yield None
        return
    # Not forked: the parent has threads of its own by now.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_get_ready) as pool:
        for _ in range(processes):
            pool.submit(_nothing)  # a process starts with its first task
        yield pool


def parallel_embedder(pool: Optional[Executor]) -> Embedder:
    """An embedder whose texts are dealt to the pool's processes. Raises EmbeddingUnavailable.

    The vectors are those of :func:`load_embedder`, to the bit: a text is read alone either way.
    """
    here = load_embedder()
    if pool is None:
        return here

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        shares = [list(texts[first : first + _SHARE]) for first in range(0, len(texts), _SHARE)]
        for number, part in enumerate(pool.map(_embed_share, shares)):
            vectors[number * _SHARE : (number + 1) * _SHARE] = part
        return vectors

    return embed


def _get_ready() -> None:
    """Import what takes longest while the parent counts n-grams."""
    import sklearn.svm  # noqa: F401


def _nothing() -> None:
    pass


def _embed_share(texts: List[str]) -> NDArray[np.float32]:
    return _own()(texts)


@lru_cache(maxsize=1)
def _own() -> Embedder:
    return load_embedder()
