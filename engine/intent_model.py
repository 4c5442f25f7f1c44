"""The intent model: a linear classifier over the sparse features, kept as json and npz.

Training uses scikit-learn's LinearSVC; scoring is a few numpy lines, so a running engine never imports scikit-learn.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Final, List, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

from engine.intent_features import Vectorizer, view

__all__ = ["IntentModel", "ModelUnreadable", "train_intent_model"]

_FORMAT: Final = 1
_VOCABULARY: Final = "vocabulary.json"
_WEIGHTS: Final = "weights.npz"


class ModelUnreadable(Exception):
    """The stored model is missing, damaged or of another format."""


@dataclass(frozen=True)
class IntentModel:
    """``weights`` is (features, intents) float32, ``bias`` (intents,); confidences are softmax(sharpness × score)."""

    intents: Tuple[str, ...]
    vectorizer: Vectorizer
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    sharpness: float

    def rank(self, text: str) -> List[Tuple[str, float]]:
        """Every intent with its confidence (they sum to 1), likeliest first.

        A text in which nothing is known (emoji, another alphabet) is scored by the bias alone.
        """
        indices, values = self.vectorizer.transform(view(text))
        scores = self.bias.astype(np.float64)
        if indices:
            scores = scores + np.asarray(values) @ self.weights[indices]
        exponentials = np.exp(self.sharpness * (scores - scores.max()))
        shares = exponentials / exponentials.sum()
        order = np.argsort(-shares, kind="stable")
        return [(self.intents[i], float(shares[i])) for i in order]

    def explain(self, text: str, intent: str) -> List[Tuple[str, float]]:
        """The n-grams of ``text`` with what each adds to the score of ``intent`` beyond its mean over all intents.

        Largest first; a negative share speaks against the intent. An n-gram met in several blocks is summed.
        Raises ValueError for an intent the model does not know.
        """
        column = self.intents.index(intent)
        shares: Dict[str, float] = {}
        for ngram, row, value in self.vectorizer.named(view(text)):
            weights = self.weights[row]
            shares[ngram] = shares.get(ngram, 0.0) + value * float(weights[column] - weights.mean())
        return sorted(shares.items(), key=lambda share: (-share[1], share[0]))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        vocabulary = {
            "format": _FORMAT,
            "intents": self.intents,
            "sharpness": self.sharpness,
            "columns": {name: sorted(block, key=block.__getitem__) for name, block in self.vectorizer.columns.items()},
        }
        (folder / _VOCABULARY).write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
        idf = np.asarray(self.vectorizer.idf, dtype=np.float64)
        np.savez_compressed(folder / _WEIGHTS, weights=self.weights, bias=self.bias, idf=idf)

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read a saved model. Raises ModelUnreadable."""
        try:
            stored = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
            if stored["format"] != _FORMAT:
                raise ModelUnreadable(f"the intent model has format {stored['format']}, not {_FORMAT}")
            columns = {}
            start = 0
            for name, ngrams in stored["columns"].items():
                columns[name] = {ngram: start + i for i, ngram in enumerate(ngrams)}
                start += len(ngrams)
            with np.load(folder / _WEIGHTS, allow_pickle=False) as arrays:
                vectorizer = Vectorizer(columns, arrays["idf"].tolist())
                return cls(tuple(stored["intents"]), vectorizer, arrays["weights"], arrays["bias"], stored["sharpness"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelUnreadable(
                f"the intent model in {folder.name} cannot be read: {type(error).__name__}"
            ) from error


def train_intent_model(texts: Sequence[str], labels: Sequence[str], *, c: float, sharpness: float) -> IntentModel:
    """Fit the features and the classifier. ``c`` is LinearSVC's C; ``sharpness`` turns its scores into confidences."""
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    views = [view(text) for text in texts]
    vectorizer = Vectorizer.fit(views)
    pointers, indices, values = [0], [], []
    for seen in views:
        row_indices, row_values = vectorizer.transform(seen)
        indices.extend(row_indices)
        values.extend(row_values)
        pointers.append(len(indices))
    matrix = csr_matrix((values, indices, pointers), shape=(len(views), vectorizer.size))
    # out_of_scope has ten times the rows of a topic; unweighted it swallowed rare conversation intents.
    classifier = LinearSVC(C=c, class_weight="balanced", random_state=0)
    classifier.fit(matrix, list(labels))
    return IntentModel(
        intents=tuple(str(name) for name in classifier.classes_),
        vectorizer=vectorizer,
        weights=classifier.coef_.T.astype(np.float32),
        bias=classifier.intercept_.astype(np.float32),
        sharpness=sharpness,
    )
