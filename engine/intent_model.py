"""The intent model, kept as json and npz: a linear classifier over sparse features, and a second opinion when unsure.

A running engine needs numpy alone: training (:mod:`engine.intent_training`) is what imports scipy and scikit-learn. The
second opinion reads a sentence embedding, which is a hundred times dearer than the rest, so it is asked only when the
two likeliest intents are close; where the embedding cannot be had, the model still answers, less well.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Dict, Final, List, Mapping, Optional, Tuple

import numpy as np
from numpy.typing import NDArray

from engine.calibration import OUT_OF_SCOPE, Calibration
from engine.embedding import Embedder
from engine.intent_features import Vectorizer, view
from engine.kernel_head import KernelHead

__all__ = ["IntentModel", "ModelUnreadable", "SecondOpinion"]

_FORMAT: Final = 2
_VOCABULARY: Final = "vocabulary.json"
_WEIGHTS: Final = "weights.npz"
_HEAD: Final = "head_"


class ModelUnreadable(Exception):
    """The stored model is missing, damaged or of another format."""


@dataclass(frozen=True)
class SecondOpinion:
    """Asked when the two best scores are less than ``margin`` apart; ``weight`` × its scores are added to theirs.

    ``sure`` and ``unsure`` are the calibrations of what is decided without it and with it.
    """

    head: KernelHead
    margin: float
    weight: float
    sure: Calibration
    unsure: Calibration


@dataclass(frozen=True)
class IntentModel:
    """``weights`` is (features, intents) float32, ``bias`` (intents,); ``alone`` calibrates their scores by themselves.

    The second opinion counts only when there is an ``embed`` to give it vectors.
    """

    intents: Tuple[str, ...]
    vectorizer: Vectorizer
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    alone: Calibration
    second: Optional[SecondOpinion] = None
    embed: Optional[Embedder] = None

    def rank(self, text: str) -> List[Tuple[str, float]]:
        """Every intent with its confidence (they sum to 1), likeliest first.

        A text in which nothing is known (emoji, another alphabet) is scored by the bias alone.
        """
        shares = self._confidences(text)
        order = np.argsort(-shares, kind="stable")
        return [(self.intents[i], float(shares[i])) for i in order]

    def _confidences(self, text: str) -> NDArray[np.float64]:
        scores = self.scores(text)
        rejected = self.intents.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in self.intents else None
        if self.second is None or self.embed is None:
            return self.alone.confidences(scores, rejected)
        if margin(scores) >= self.second.margin:
            return self.second.sure.confidences(scores, rejected)
        opinion = self.second.head.scores(self.embed([text]))[0]
        return self.second.unsure.confidences(scores + self.second.weight * opinion, rejected)

    def scores(self, text: str) -> NDArray[np.float64]:
        """The linear classifier's score for every intent, about -1 to 1."""
        indices, values = self.vectorizer.transform(view(text))
        scores = self.bias.astype(np.float64)
        return scores + np.asarray(values) @ self.weights[indices] if indices else scores

    def with_embedding(self, embed: Optional[Embedder]) -> IntentModel:
        """This model with its second opinion at work, or without it."""
        return replace(self, embed=embed)

    def explain(self, text: str, intent: str) -> List[Tuple[str, float]]:
        """The n-grams of ``text`` with what each adds to the linear score of ``intent`` beyond its mean over intents.

        Largest first; a negative share speaks against the intent. An n-gram met in several blocks is summed. A second
        opinion has no n-grams and is left out. Raises ValueError for an intent the model does not know.
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
            "alone": vars(self.alone),
            "second": _settings(self.second),
            "columns": {name: sorted(block, key=block.__getitem__) for name, block in self.vectorizer.columns.items()},
        }
        (folder / _VOCABULARY).write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
        arrays: Dict[str, NDArray[np.generic]] = {"weights": self.weights, "bias": self.bias}
        arrays["idf"] = np.asarray(self.vectorizer.idf, dtype=np.float64)
        if self.second is not None:
            arrays.update({_HEAD + name: array for name, array in self.second.head.arrays().items()})
        np.savez_compressed(folder / _WEIGHTS, **arrays)

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read a saved model; it has no embedding yet (:meth:`with_embedding`). Raises ModelUnreadable."""
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
                return cls(
                    tuple(stored["intents"]),
                    Vectorizer(columns, arrays["idf"].tolist()),
                    arrays["weights"],
                    arrays["bias"],
                    Calibration(**stored["alone"]),
                    _second(stored["second"], {name: arrays[name] for name in arrays.files}),
                )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelUnreadable(
                f"the intent model in {folder.name} cannot be read: {type(error).__name__}"
            ) from error


def margin(scores: NDArray[np.float64]) -> float:
    """How far the best score is above the next; infinite when there is but one intent."""
    if len(scores) == 1:
        return float("inf")
    best, next_best = np.partition(scores, -2)[-1:-3:-1]
    return float(best - next_best)


def _settings(second: Optional[SecondOpinion]) -> Optional[Dict[str, Any]]:
    if second is None:
        return None
    return {
        "margin": second.margin,
        "weight": second.weight,
        "width": second.head.width,
        "sure": vars(second.sure),
        "unsure": vars(second.unsure),
    }


def _second(settings: Optional[Dict[str, Any]], arrays: Mapping[str, NDArray[np.generic]]) -> Optional[SecondOpinion]:
    if settings is None:
        return None
    head = {name[len(_HEAD) :]: array for name, array in arrays.items() if name.startswith(_HEAD)}
    return SecondOpinion(
        KernelHead.from_arrays(head, settings["width"]),
        settings["margin"],
        settings["weight"],
        Calibration(**settings["sure"]),
        Calibration(**settings["unsure"]),
    )
