"""Trains the intent model. Needs scipy and scikit-learn, which a running engine never imports.

Everything that says how sure the model may be is learned on rows by authors whom it had not seen: the rows are dealt
into folds by author, each fold is scored by classifiers of the others, and on those scores the calibrations are fitted.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import count, repeat
from typing import Any, DefaultDict, Dict, Final, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

from engine.calibration import OUT_OF_SCOPE, Calibration, fit_calibration
from engine.embedding import Embedder
from engine.intent_features import BLOCKS, Vectorizer, view
from engine.intent_model import IntentModel, SecondOpinion, margin
from engine.kernel_head import HeadFit
from engine.training_pool import TrainingPool
from engine.unseen import Unseen

__all__ = ["Corpus", "Settings", "Trained", "fit_linear", "train", "train_and_read", "train_intent_model"]

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

_START: Final = Calibration(6.0)
_TOLERANCE: Final = 0.01
"""Of LinearSVC: scikit-learn's 0.0001 takes a third longer and decides no message otherwise (10,640 rows)."""


@dataclass(frozen=True)
class Settings:
    """How to train; docs/nlu.md tells how each value was chosen.

    ``c`` is LinearSVC's C. The second opinion learns from at most ``embedded_rows`` rows, drawn by lot, and its kernel
    is spanned by ``landmarks`` of them; ``width`` and ``ridge`` shape it. It is asked below ``margin`` and its scores
    count ``weight`` times.
    """

    c: float = 1.0
    folds: int = 4
    embedded_rows: int = 7000
    landmarks: int = 2500
    margin: float = 0.6
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
        met: List[int] = []
        rows: List[NDArray[np.intp]] = []
        size = 0
        for block in BLOCKS:
            number: DefaultDict[str, int] = defaultdict(count(size).__next__)  # columns in the order they are met
            lengths = []
            for seen in views:
                before = len(met)
                met.extend(map(number.__getitem__, block.ngrams(seen)))
                lengths.append(len(met) - before)
            rows.append(np.repeat(np.arange(len(texts)), lengths))
            self._names.append(dict(number))
            size += len(number)
        cells = np.concatenate(rows) * size + np.asarray(met, dtype=np.intp)
        cells, counts = np.unique(cells, return_counts=True)
        self._rows, self._columns = np.divmod(cells, max(size, 1))
        self._values = 1.0 + np.log(counts)
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


@dataclass(frozen=True)
class Trained:
    """A model, and how it read rows by authors whom it had not seen; None where there were too few of them."""

    model: IntentModel
    unseen: Optional[Unseen]


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    authors: Sequence[str],
    settings: Settings,
    embed: Optional[Embedder] = None,
    *,
    pool: Optional[TrainingPool] = None,
) -> IntentModel:
    """The model that :func:`train_and_read` gives, alone."""
    return train_and_read(texts, labels, authors, settings, embed, pool=pool).model


def train_and_read(
    texts: Sequence[str],
    labels: Sequence[str],
    authors: Sequence[str],
    settings: Settings,
    embed: Optional[Embedder] = None,
    *,
    pool: Optional[TrainingPool] = None,
) -> Trained:
    """Fit the whole model. ``authors`` names who wrote each row; rows without one count as one author each ("").

    Without ``embed`` there is no second opinion. The linear classifiers are fitted in the ``pool``'s processes, when
    there is one, and come out the same.
    """
    corpus = Corpus(texts)
    everything = np.arange(len(texts))
    intents = tuple(sorted(set(labels)))
    truth = np.searchsorted(np.asarray(intents), np.asarray(labels))
    folds = _folds(authors, settings.folds)
    if len(folds) == 1 or any(set(np.asarray(labels)[_without(fold, everything)]) != set(intents) for fold in folds):
        folds = []  # too little to learn from how sure one may be
    # The folds first: what comes after them need not wait for the classifier of all rows.
    rows = [*(_without(fold, everything) for fold in folds), everything]
    matrices = [corpus.matrix(part) for part in rows]
    fits = (pool.map if pool else map)(
        fit_linear,
        (matrix[part] for matrix, part in zip(matrices, rows, strict=True)),
        ([labels[row] for row in part] for part in rows),
        repeat(settings.c),
    )
    scores = np.zeros((len(texts), len(intents)))
    for fold, matrix in zip(folds, matrices, strict=False):
        weights, bias = next(fits)
        scores[fold] = matrix[fold] @ weights + bias
    alone, second, unseen = _START, None, None
    if folds:
        rejected = intents.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in intents else None
        alone = fit_calibration(scores, truth, rejected, _START)
        unseen = Unseen.of((alone.confidences(scores, rejected), truth))
        if embed is not None:
            second, unseen = _second_opinion(texts, labels, intents, folds, scores, settings, embed)
    weights, bias = next(fits)
    vectorizer = corpus.vectorizer()
    return Trained(IntentModel(intents, vectorizer, weights, bias, alone, second, embed if second else None), unseen)


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


def _second_opinion(  # noqa: PLR0917
    texts: Sequence[str],
    labels: Sequence[str],
    intents: Tuple[str, ...],
    folds: Sequence[Rows],
    scores: Floats,
    settings: Settings,
    embed: Embedder,
) -> Tuple[SecondOpinion, Unseen]:
    """The head, both calibrations, and how the embedded rows were read by what knew nothing of their authors."""
    drawn = np.sort(np.random.default_rng(0).permutation(len(texts))[: settings.embedded_rows])
    fit = HeadFit(
        embed([texts[row] for row in drawn]),
        [labels[row] for row in drawn],
        intents,
        [np.flatnonzero(np.isin(drawn, fold)) for fold in folds],
        landmarks=settings.landmarks,
        width=settings.width,
        ridge=settings.ridge,
    )
    truth = np.searchsorted(np.asarray(intents), np.asarray(labels))
    rejected = intents.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in intents else None
    asked = np.asarray([margin(row) < settings.margin for row in scores])
    sure = fit_calibration(scores[~asked], truth[~asked], rejected, _START)
    together, truly, twice = scores[drawn] + settings.weight * fit.unseen(), truth[drawn], asked[drawn]
    unsure = fit_calibration(together[twice], truly[twice], rejected, _START)
    second = SecondOpinion(fit.head(), settings.margin, settings.weight, sure, unsure)
    return second, Unseen.of(
        (sure.confidences(scores[drawn][~twice], rejected), truly[~twice]),
        (unsure.confidences(together[twice], rejected), truly[twice]),
    )
