"""The encoder's layers as an ONNX graph with weights of eight bits.

The package's four-bit weights are rounded to whole numbers from -63 to 63, with a scale for each output: half of what
fits into eight bits, so that sums of two products never overflow and every processor computes the same. Activations
are rounded to eight bits as they come. Building the graph needs the package onnx; running it does not, which is why it
is kept as a file (:mod:`engine.e5.encoder`).
"""

from __future__ import annotations

from typing import Any, Final, List

import numpy as np
from numpy.typing import NDArray

from engine.e5.container import Container

__all__ = ["INPUT", "OUTPUT", "build_graph"]

INPUT: Final = "embedded"
"""(1, tokens, hidden) float32: the normalised sum of word, position and type."""

OUTPUT: Final = "mean"
"""(1, hidden) float32: the last layer's mean over the tokens."""

_MICROSOFT: Final = "com.microsoft"
_STEPS: Final = 63
"""Largest absolute value of a rounded weight: 2 × 255 × 63 fits into the 16 bits in which AVX2 adds two products."""

_LEAST: Final = 1e-12
_OPSET: Final = 17
_IR: Final = 8


def build_graph(container: Container) -> bytes:
    """The serialised graph, about 22 MB. Raises ImportError without onnx, ContainerUnreadable."""
    return _Builder(container).build()


class _Builder:
    def __init__(self, container: Container) -> None:
        import onnx.helper
        import onnx.numpy_helper

        self._make = onnx.helper
        self._from_array = onnx.numpy_helper.from_array
        self._container = container
        self._nodes: List[Any] = []
        self._constants: List[Any] = []

    def build(self) -> bytes:
        make, shape = self._make, self._container.shape
        states = INPUT
        for layer in range(shape.layers):
            states = self._layer(f"l{layer}", states)
        self._nodes.append(make.make_node("ReduceMean", [states], [OUTPUT], axes=[1], keepdims=0))
        real = make.TensorProto.FLOAT
        graph = make.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [make.make_tensor_value_info(INPUT, real, [1, "tokens", shape.hidden])],
            [make.make_tensor_value_info(OUTPUT, real, [1, shape.hidden])],
            self._constants,
        )
        opsets = [make.make_opsetid("", _OPSET), make.make_opsetid(_MICROSOFT, 1)]
        serialised: bytes = make.make_model(graph, opset_imports=opsets, ir_version=_IR).SerializeToString()
        return serialised

    def _layer(self, layer: str, states: str) -> str:
        shape = self._container.shape
        query, key, value = (self._times(states, f"{layer}.{name}", shape.hidden) for name in "qkv")
        context = self._node("MultiHeadAttention", [query, key, value], f"{layer}.context", num_heads=shape.heads)
        attended = self._normed(self._times(context, f"{layer}.ao", shape.hidden), states, f"{layer}.aln")
        raised = self._node("Gelu", [self._times(attended, f"{layer}.fi", shape.hidden)], f"{layer}.gelu")
        return self._normed(self._times(raised, f"{layer}.fo", shape.inner), attended, f"{layer}.oln")

    def _times(self, states: str, name: str, columns: int) -> str:
        weights = self._container.matrix(f"{name}.w", columns)
        scales = np.maximum(np.abs(weights).max(axis=1), _LEAST) / _STEPS
        inputs = [
            states,
            self._constant(f"{name}.w", np.rint(weights / scales[:, None]).astype(np.int8).T),
            self._constant(f"{name}.scale", scales.astype(np.float32)),
            "",  # the weights' zero point, which is 0
            self._constant(f"{name}.b", self._container.floats(f"{name}.b")),
        ]
        return self._node("DynamicQuantizeMatMul", inputs, name)

    def _normed(self, states: str, beside: str, name: str) -> str:
        weights = [self._constant(f"{name}.{part}", self._container.floats(f"{name}.{part}")) for part in "wb"]
        return self._node(
            "SkipLayerNormalization", [states, beside, *weights], name, epsilon=self._container.shape.epsilon
        )

    def _node(self, kind: str, inputs: List[str], output: str, **attributes: Any) -> str:
        self._nodes.append(self._make.make_node(kind, inputs, [output], domain=_MICROSOFT, **attributes))
        return output

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        self._constants.append(self._from_array(np.ascontiguousarray(values), name))
        return name
