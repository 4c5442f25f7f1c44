"""Texts to vectors with multilingual-e5-small."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any, Final, Optional, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.e5.container import Container
from engine.e5.graph import INPUT, OUTPUT, build_graph
from engine.e5.tokenizer import Tokenizer

__all__ = ["Encoder"]

logger = logging.getLogger(__name__)

_PREFIX: Final = "query: "
"""The model was taught with it, for whatever is compared with its like (Wang et al. 2024)."""

_ERRORS_ONLY: Final = 3


class Encoder:
    """Reads one text at a time, on one thread: a batch gains nothing, a second thread waits for a busy core."""

    def __init__(self, container: Container, graph: Optional[Path] = None) -> None:
        """``graph`` is where the built graph is kept; it is made there when it is missing or damaged.

        About 0.3 s, or 1 s when the graph is built. Raises ImportError, ContainerUnreadable, OSError.
        """
        self._container = container
        self._tokenizer = Tokenizer(container.vocabulary)
        hidden = container.shape.hidden
        self._positions = container.floats("emb.pos").reshape(-1, hidden) + container.floats("emb.type")[:hidden]
        self._gain, self._shift = container.floats("emb.ln.w"), container.floats("emb.ln.b")
        self._session = _kept(graph) or _built(container, graph)

    def pieces(self, text: str) -> NDArray[np.intp]:
        """The numbers of the vocabulary that are read for ``text``; what is beyond the longest text is left out."""
        vocabulary = self._container.vocabulary
        pieces = self._tokenizer.pieces(_PREFIX + text)[: self._container.shape.positions - 2]
        return np.asarray([vocabulary.begin, *pieces, vocabulary.end], dtype=np.intp)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, (texts, hidden)."""
        vectors = np.empty((len(texts), self._container.shape.hidden), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            (mean,) = self._session.run([OUTPUT], {INPUT: self._embedded(self.pieces(text))})
            vector[:] = mean[0] / max(float(np.linalg.norm(mean)), 1e-6)
        return vectors

    def _embedded(self, pieces: NDArray[np.intp]) -> NDArray[np.float32]:
        shape = self._container.shape
        words = self._container.rows("emb.word", shape.hidden, pieces)
        summed = words + self._positions[: len(pieces)]
        centred = summed - summed.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + np.float32(shape.epsilon))
        embedded: NDArray[np.float32] = centred / spread * self._gain + self._shift
        return embedded[None]


def _kept(graph: Optional[Path]) -> Optional[Any]:
    if graph is None or not graph.is_file():
        return None
    try:
        return _session(str(graph))
    except Exception as error:  # ONNX Runtime's errors have no class in common
        logger.warning("%s is damaged and built anew (%s)", graph.name, type(error).__name__)
        return None


def _built(container: Container, graph: Optional[Path]) -> Any:
    serialised = build_graph(container)
    if graph is not None and graph.parent.is_dir():
        mine = graph.with_name(f"{graph.name}.{os.getpid()}")  # several processes may build it at once
        mine.write_bytes(serialised)
        mine.replace(graph)
    return _session(serialised)


def _session(graph: Any) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
