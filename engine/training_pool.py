"""Several processes for the heavy parts of a training: linear classifiers and sentence embeddings.

Processes and not threads: liblinear draws from one generator for the whole process, so fits in threads would not be the
same twice, and a second thread of the embedding gains nothing (docs/nlu.md).
"""

from __future__ import annotations

import logging
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing import get_context
from typing import Any, Callable, Final, Iterable, Iterator, List, Optional, Sequence, Tuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.embedding import DIMENSIONS, Embedder, load_embedder

__all__ = ["TrainingPool", "parallel_embedder", "training_pool"]

T = TypeVar("T")

logger = logging.getLogger(__name__)

_SHARE: Final = 50
"""Texts that a process embeds at a time: a second of work, so that no process waits long for the last one."""


class TrainingPool:
    """Processes that share work; what they leave undone when one of them dies is done here."""

    def __init__(self, processes: Executor) -> None:
        self._processes = processes

    def map(self, work: Callable[..., T], *arguments: Iterable[Any]) -> Iterator[T]:
        """``work`` of each row of ``arguments``, all begun at once, in their order."""
        rows = list(zip(*arguments))  # noqa: B905  (an endless one may stand for what is always the same)
        return self._results(work, [(row, self._begun(work, row)) for row in rows])

    def _begun(self, work: Callable[..., T], row: Tuple[Any, ...]) -> Optional[Future[T]]:
        try:
            return self._processes.submit(work, *row)
        except BrokenExecutor:
            return None

    @staticmethod
    def _results(work: Callable[..., T], begun: List[Tuple[Tuple[Any, ...], Optional[Future[T]]]]) -> Iterator[T]:
        warned = False
        for row, future in begun:
            try:
                if future is not None:
                    yield future.result()
                    continue
            except BrokenExecutor:
                if not warned:
                    logger.warning("a process of the training was killed; its work is done in one process")
                warned = True
            yield work(*row)


@contextmanager
def training_pool(processes: int) -> Iterator[Optional[TrainingPool]]:
    """That many new processes, which get ready in the background; None when one would be all."""
    if processes < 2:  # noqa: PLR2004  (nothing to share)
        yield None
        return
    # Not forked: the parent has threads of its own by now.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_get_ready) as pool:
        for _ in range(processes):
            pool.submit(_nothing)  # a process starts with its first task
        yield TrainingPool(pool)


def parallel_embedder(pool: Optional[TrainingPool]) -> Embedder:
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
