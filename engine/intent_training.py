"""Trains the intent model. Needs scipy and scikit-learn, which a running engine never imports.

Everything that says how sure the model may be is learned on rows by authors whom it had not seen: the rows are dealt
into folds by author, each fold is scored by a classifier of the others, and on those scores the calibrations are fitted
and the rows are found that the linear classifier finds hard. Only these are embedded: they are what the second opinion
will be asked about, and embedding every row would take minutes.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Dict, Final, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

from engine.calibration import OUT_OF_SCOPE, Calibration, fit_calibration
from engine.embedding import Embedder
from engine.intent_features import BLOCKS, Vectorizer, view
from engine.intent_model import IntentModel, SecondOpinion, margin
from engine.kernel_head import KernelHead

__all__ = ["Corpus", "Settings", "fit_linear", "train", "train_intent_model"]

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

_START: Final = Calibration(6.0)
_TOLERANCE: Final = 0.01
"""Of LinearSVC: scikit-learn's 0.0001 takes a third longer and decides no message otherwise (10,640 rows)."""


@dataclass(frozen=True)
class Settings:
    """How to train; docs/nlu.md tells how each value was chosen.

    ``c`` is LinearSVC's C. The second opinion learns from at most ``embedded_rows`` rows, the hardest; ``width`` and
    ``ridge`` shape its kernel. It is asked below ``margin`` and its scores count ``weight`` times.
    """

    c: float = 1.0
    folds: int = 4
    embedded_rows: int = 2000
    margin: float = 0.4
    weight: float = 0.6
    width: float = 0.6
    ridge: float = 0.1

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Settings:
        """The settings among ``options``; what is not named keeps its default. Raises ValueError."""
        known = {name: type(default)(options[name]) for name, default in vars(cls()).items() if name in options}
        return cls(**known)


class Corpus:
    """The training rows' n-grams, counted once; a fold's features are then a matter of weighting."""

    def __init__(self, texts: Sequence[str]) -> None:
        views = [view(text) for text in texts]
        self._names: List[Dict[str, int]] = []
        columns: List[int] = []
        values: List[float] = []
        rows: List[int] = []
        size = 0
        for block in BLOCKS:
            known: Dict[str, int] = {}
            for row, seen in enumerate(views):
                for name, count in Counter(block.ngrams(seen)).items():
                    columns.append(known.setdefault(name, size + len(known)))
                    values.append(1.0 + math.log(count))
                    rows.append(row)
            self._names.append(known)
            size += len(known)
        order = np.argsort(np.asarray(rows, dtype=np.intp), kind="stable")
        self._columns = np.asarray(columns, dtype=np.intp)[order]
        self._values = np.asarray(values)[order]
        self._rows = np.asarray(rows, dtype=np.intp)[order]
        self._block = np.repeat(np.arange(len(BLOCKS)), [len(known) for known in self._names])
        self.size = len(texts)

    def _idf(self, rows: Rows) -> Tuple[NDArray[np.bool_], Floats]:
        """Which columns ``rows`` know well enough, and the smoothed idf of all: ``1 + ln((1 + n) / (1 + df))``."""
        among = np.zeros(self.size, dtype=bool)
        among[rows] = True
        frequency = np.bincount(self._columns[among[self._rows]], minlength=len(self._block))
        least = np.asarray([block.min_count for block in BLOCKS])
        return frequency >= least[self._block], 1.0 + np.log((1 + len(rows)) / (1.0 + frequency))

    def matrix(self, rows: Rows) -> Any:
        """All rows' features (csr) as a vectorizer would give them that had learned from ``rows`` alone."""
        from scipy.sparse import csr_matrix

        known, idf = self._idf(rows)
        kept = known[self._columns]
        columns, row_of = self._columns[kept], self._rows[kept]
        values = self._values[kept] * idf[columns]
        unit = row_of * len(BLOCKS) + self._block[columns]
        lengths = np.sqrt(np.bincount(unit, weights=values * values, minlength=self.size * len(BLOCKS)))
        weights = np.asarray([block.weight for block in BLOCKS])[self._block[columns]]
        values = weights * values / lengths[unit]
        pointers = np.concatenate([[0], np.cumsum(np.bincount(row_of, minlength=self.size))])
        numbers = np.cumsum(known) - 1
        return csr_matrix((values, numbers[columns], pointers), shape=(self.size, int(known.sum())))

    def vectorizer(self) -> Vectorizer:
        """The vectorizer that learned from all rows; its columns are those of ``matrix``."""
        known, idf = self._idf(np.arange(self.size))
        numbers = np.cumsum(known) - 1
        columns = {
            block.name: {name: int(numbers[i]) for name, i in names.items() if known[i]}
            for block, names in zip(BLOCKS, self._names, strict=True)
        }
        return Vectorizer(columns, idf[known].tolist())


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    authors: Sequence[str],
    settings: Settings,
    embed: Optional[Embedder] = None,
) -> IntentModel:
    """Fit the whole model. ``authors`` names who wrote each row; rows without one count as one author each ("").

    Without ``embed`` there is no second opinion.
    """
    corpus = Corpus(texts)
    everything = np.arange(len(texts))
    intents = tuple(sorted(set(labels)))
    truth = np.searchsorted(np.asarray(intents), np.asarray(labels))
    weights, bias = fit_linear(corpus.matrix(everything), labels, settings.c)
    folds = _folds(authors, settings.folds)
    model = IntentModel(intents, corpus.vectorizer(), weights, bias, _START)
    if len(folds) == 1 or any(set(np.asarray(labels)[_without(fold, everything)]) != set(intents) for fold in folds):
        return model  # too little to learn from how sure one may be
    rejected = intents.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in intents else None
    scores = _unseen_scores(corpus, labels, folds, settings.c, len(intents))
    model = replace(model, alone=fit_calibration(scores, truth, rejected, _START))
    if embed is None:
        return model
    second = _second_opinion(texts, labels, intents, folds, scores, settings, embed)
    return replace(model, second=second, embed=embed)


def train_intent_model(texts: Sequence[str], labels: Sequence[str], *, c: float, sharpness: float) -> IntentModel:
    """The linear classifier alone, with a calibration that is given: for experiments that train many."""
    corpus = Corpus(texts)
    weights, bias = fit_linear(corpus.matrix(np.arange(len(texts))), labels, c)
    return IntentModel(tuple(sorted(set(labels))), corpus.vectorizer(), weights, bias, Calibration(sharpness))


def fit_linear(matrix: Any, labels: Sequence[str], c: float) -> Tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The linear classifier's weights (features, intents) and bias (intents,), the intents in alphabetical order."""
    from sklearn.svm import LinearSVC

    # out_of_scope has ten times the rows of a topic; unweighted it swallowed rare conversation intents.
    classifier = LinearSVC(C=c, class_weight="balanced", random_state=0, tol=_TOLERANCE)
    classifier.fit(matrix, list(labels))
    weights, bias = classifier.coef_.T.astype(np.float32), classifier.intercept_.astype(np.float32)
    if len(bias) == 1:  # two intents are one decision for scikit-learn
        return np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return weights, bias


def _folds(authors: Sequence[str], count: int) -> List[Rows]:
    """Row numbers dealt into folds of about one size, an author's rows together (each row by itself where none is)."""
    groups: Dict[str, List[int]] = {}
    for row, author in enumerate(authors):
        groups.setdefault(author or f"row {row}", []).append(row)
    folds: List[List[int]] = [[] for _ in range(count)]
    for _, rows in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        min(folds, key=len).extend(rows)
    return [np.asarray(sorted(fold), dtype=np.intp) for fold in folds if fold]


def _without(fold: Rows, rows: Rows) -> Rows:
    return np.setdiff1d(rows, fold)


def _unseen_scores(corpus: Corpus, labels: Sequence[str], folds: Sequence[Rows], c: float, intents: int) -> Floats:
    scores = np.zeros((corpus.size, intents))
    named = np.asarray(labels)
    for fold in folds:
        rest = _without(fold, np.arange(corpus.size))
        matrix = corpus.matrix(rest)
        weights, bias = fit_linear(matrix[rest], list(named[rest]), c)
        scores[fold] = matrix[fold] @ weights + bias
    return scores


def _second_opinion(  # noqa: PLR0917
    texts: Sequence[str],
    labels: Sequence[str],
    intents: Tuple[str, ...],
    folds: Sequence[Rows],
    scores: Floats,
    settings: Settings,
    embed: Embedder,
) -> SecondOpinion:
    """The head learned from the rows that the linear classifier finds hardest, and the calibrations of both ways."""
    everything = np.arange(len(texts))
    named = np.asarray(labels)
    truth = np.searchsorted(np.asarray(intents), named)
    right = scores[everything, truth]
    others = scores.copy()
    others[everything, truth] = -np.inf
    hard = np.sort(np.argsort(right - others.max(axis=1), kind="stable")[: settings.embedded_rows])
    vectors = embed([texts[row] for row in hard])

    def fitted(rows: Rows) -> KernelHead:
        return KernelHead.fit(
            vectors[rows], list(named[hard[rows]]), intents, width=settings.width, ridge=settings.ridge
        )

    rejected = intents.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in intents else None
    asked = np.asarray([margin(row) < settings.margin for row in scores])
    together = scores[hard].copy()
    for fold in folds:
        inside = np.flatnonzero(np.isin(hard, fold))
        outside = _without(inside, np.arange(len(hard)))
        together[inside] += settings.weight * fitted(outside).scores(vectors[inside])
    return SecondOpinion(
        head=fitted(np.arange(len(hard))),
        margin=settings.margin,
        weight=settings.weight,
        sure=fit_calibration(scores[~asked], truth[~asked], rejected, _START),
        unsure=fit_calibration(together[asked[hard]], truth[hard][asked[hard]], rejected, _START),
    )
