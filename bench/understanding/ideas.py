"""What else was tried on the project's own messages: ``.venv/engine/bin/python -m bench.understanding.ideas [NAME …]``.

Each idea stands beside the product's classifier, alone and with the second opinion added as the product adds it (below
a margin, docs/nlu.md). *Unseen* is every training message read by a model of other authors (five folds), *dev* is
tests/nlu/dev.tsv read by a model of all training messages. Bands and calibrations take no part: the best score counts.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import yaml
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bench.understanding.rows import ROOT, test_rows, training_rows
from bench.understanding.typos import with_typos
from engine.embedding import load_embedder
from engine.intent_features import view
from engine.intent_training import Corpus, Settings, _folds, fit_linear
from engine.kernel_head import HeadFit

FOLDS = 5
ENDINGS = sorted(
    (ROOT / "bench" / "understanding" / "endings.txt").read_text(encoding="utf-8").split(), key=len, reverse=True
)
"""Endings of Albanian nouns and verbs, folded; what is left has three letters at least."""

Scores = Any


@dataclass(frozen=True)
class Read:
    """Scores of the training rows by models of other authors, and of the development rows; (rows, intents)."""

    unseen: Scores
    dev: Scores


class Bench:
    """The rows, and what every idea needs of them."""

    def __init__(self) -> None:
        rows, dev = training_rows(), test_rows(ROOT / "tests" / "nlu" / "dev.tsv")
        self.texts, self.labels = [row.text for row in rows], [row.intent for row in rows]
        self.dev_texts = [row.text for row in dev]
        self.intents = sorted(set(self.labels))
        self.truth = np.searchsorted(self.intents, self.labels)
        self.dev_truth = np.asarray([self.intents.index(row.intent) for row in dev])
        self.folds = _folds([row.author for row in rows], FOLDS)
        self.settings = Settings()
        self.everything = np.arange(len(self.texts))

    @cached_property
    def corpus(self) -> Corpus:
        """Training rows, development rows, descriptions: in this order."""
        return Corpus(self.texts + self.dev_texts + [text for text, _ in self.descriptions])

    @cached_property
    def descriptions(self) -> list[tuple[str, str]]:
        """The FAQ's own words: each intent's answer in domain.yml, sentence by sentence, and its buttons' titles."""
        domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
        found: dict[tuple[str, str], None] = {}
        for name, variants in domain["responses"].items():
            for variant in variants:
                intent = name[len("utter_") :]
                if intent in self.intents:
                    found.update({(s.strip(), intent): None for s in variant.get("text", "").split(". ") if s.strip()})
                for button in variant.get("buttons", ()):
                    if button["payload"].lstrip("/") in self.intents:
                        found[button["title"], button["payload"].lstrip("/")] = None
        return list(found)

    @property
    def dev_rows(self) -> Any:
        return len(self.texts) + np.arange(len(self.dev_texts))

    @cached_property
    def vectors(self) -> tuple[Any, Any]:
        """The sentence embeddings of training and development rows."""
        embed = load_embedder()
        both = np.concatenate([embed([text]) for text in self.texts + self.dev_texts])
        return both[: len(self.texts)], both[len(self.texts) :]

    def by_folds(self, read: Callable[[Any], Callable[[Any], Scores]]) -> Read:
        """``read(rows to learn from)`` gives what scores rows of the corpus."""
        unseen = np.zeros((len(self.texts), len(self.intents)))
        for fold in self.folds:
            unseen[fold] = read(np.setdiff1d(self.everything, fold))(fold)
        return Read(unseen, read(self.everything)(self.dev_rows))

    def linear(
        self,
        more: Callable[[Any], Any] | None = None,
        rows: Callable[[Any], tuple[Any, Sequence[str]]] | None = None,
    ) -> Read:
        """The product's linear classifier; with the columns of ``more(rows)`` as well, or taught by other ``rows``."""

        def read(part: Any) -> Callable[[Any], Scores]:
            matrix = self.corpus.matrix(part)
            if more is not None:
                matrix = sparse.hstack([matrix, more(part)]).tocsr()
            taught, labels = rows(part) if rows else (part, [self.labels[row] for row in part])
            weights, bias = fit_linear(matrix[taught], labels, self.settings.c)
            return lambda wanted: matrix[wanted] @ weights + bias

        return self.by_folds(read)

    @cached_property
    def base(self) -> Read:
        return self.linear()

    def head(self, vectors: Any, dev: Any) -> Read:
        """The product's kernel head on ``vectors``, taught by all rows."""
        options = {name: getattr(self.settings, name) for name in ("landmarks", "width", "ridge")}
        fit = HeadFit(vectors, self.labels, self.intents, self.folds, **options)
        return Read(fit.unseen(), fit.head().scores(dev))

    @cached_property
    def second(self) -> Read:
        return self.head(*self.vectors)

    def summed(self, first: Read, second: Read, weight: float | None = None, base: Read | None = None) -> Read:
        """``first``, and where it is unsure ``weight`` × ``second`` added."""
        weight = self.settings.weight if weight is None else weight

        def add(scores: Scores, other: Scores, judge: Scores) -> Scores:
            two = np.sort(judge, axis=1)[:, -2:]
            unsure = two[:, 1] - two[:, 0] < self.settings.margin
            return scores + weight * other * unsure[:, None]

        judge = base or first
        return Read(add(first.unseen, second.unseen, judge.unseen), add(first.dev, second.dev, judge.dev))

    def right(self, read: Read) -> str:
        """Per cent right: unseen, dev."""
        unseen = 100 * np.mean(read.unseen.argmax(axis=1) == self.truth)
        return f"{unseen:.2f} | {100 * np.mean(read.dev.argmax(axis=1) == self.dev_truth):.2f}"


def descriptions(bench: Bench) -> Read:
    first = len(bench.texts) + len(bench.dev_texts)
    numbers = first + np.arange(len(bench.descriptions))
    labels = [intent for _, intent in bench.descriptions]
    return bench.linear(rows=lambda part: (np.concatenate([part, numbers]), [bench.labels[r] for r in part] + labels))


def stems(bench: Bench) -> Read:
    def stem(word: str) -> str:
        return next((word[: -len(e)] for e in ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), word)

    stemmed = [[stem(word) for word in view(text).norms] for text in bench.texts + bench.dev_texts]
    empty = len(bench.descriptions)

    def more(part: Any) -> Any:
        vectorizer = TfidfVectorizer(
            analyzer=lambda words: words + [" ".join(pair) for pair in pairwise(words)], sublinear_tf=True
        )
        vectorizer.fit([stemmed[row] for row in part])
        return vectorizer.transform(stemmed + [[]] * empty)

    return bench.linear(more=more)


def damaged_copies(bench: Bench) -> Read:
    """Every row once more, without ë and ç and with three slips in 100 characters, at a weight of 0.3."""
    bare = str.maketrans("ëËçÇ", "eEcC")
    source = random.Random(0)  # noqa: S311
    corpus = Corpus(bench.texts + bench.dev_texts + [with_typos(t.translate(bare), 3, source) for t in bench.texts])
    shift = len(bench.texts) + len(bench.dev_texts)

    def read(part: Any) -> Callable[[Any], Scores]:
        taught = np.concatenate([part, shift + part])
        matrix = corpus.matrix(taught)
        labels = [bench.labels[row] for row in part]
        classifier = LinearSVC(C=bench.settings.c, class_weight="balanced", random_state=0, tol=0.01)
        classifier.fit(matrix[taught], labels * 2, sample_weight=np.repeat([1.0, 0.3], len(part)))
        return lambda wanted: classifier.decision_function(matrix[wanted])

    return bench.by_folds(read)


def nb_svm(bench: Bench) -> Read:
    """Wang and Manning 2012: each intent's features weighted by their log-count ratio, β 0.25."""

    def read(part: Any) -> Callable[[Any], Scores]:
        matrix = bench.corpus.matrix(part)
        present = matrix[part].sign()
        total = np.asarray(present.sum(axis=0)).ravel() + 1.0
        fitted = []
        for number in range(len(bench.intents)):
            inside = bench.truth[part] == number
            mine = np.asarray(present[np.flatnonzero(inside)].sum(axis=0)).ravel() + 1.0
            ratio = np.log(mine / mine.sum()) - np.log((total - mine + 1.0) / (total - mine + 1.0).sum())
            scale = sparse.diags(0.25 * ratio / np.abs(ratio).mean() + 0.75)
            classifier = LinearSVC(C=bench.settings.c, class_weight="balanced", random_state=0, tol=0.01)
            fitted.append((scale, classifier.fit(matrix[part] @ scale, inside)))
        return lambda wanted: np.column_stack([c.decision_function(matrix[wanted] @ scale) for scale, c in fitted])

    return bench.by_folds(read)


def neighbours(bench: Bench, count: int = 20) -> Read:
    """Of the nearest rows by the cosine of their centred embeddings, each intent's share, weighted by likeness."""
    rows, dev = bench.vectors
    mean = rows.mean(axis=0)
    rows, dev = ((each - mean) / np.linalg.norm(each - mean, axis=1)[:, None] for each in (rows, dev))
    both = np.concatenate([rows, dev])

    def read(part: Any) -> Callable[[Any], Scores]:
        hot = np.eye(len(bench.intents))[bench.truth[part]]

        def scores(wanted: Any) -> Scores:
            like = both[wanted] @ rows[part].T
            near = np.argpartition(-like, count, axis=1)[:, :count]
            weights = np.exp(10 * np.take_along_axis(like, near, axis=1))
            shares = (hot[near] * weights[..., None]).sum(axis=1)
            return 2 * shares / shares.sum(axis=1, keepdims=True) - 1

        return scores

    return bench.by_folds(read)


def prototypes(bench: Bench) -> Read:
    """The cosine to each intent's mean of centred embeddings."""
    rows, dev = bench.vectors
    mean = rows.mean(axis=0)
    both = np.concatenate([rows, dev]) - mean
    both /= np.linalg.norm(both, axis=1)[:, None]

    def read(part: Any) -> Callable[[Any], Scores]:
        centres = np.stack([both[part][bench.truth[part] == n].mean(axis=0) for n in range(len(bench.intents))])
        centres /= np.linalg.norm(centres, axis=1)[:, None]
        return lambda wanted: both[wanted] @ centres.T

    return bench.by_folds(read)


def stacked(bench: Bench) -> Read:
    """A logistic regression on the scores of classifier and second opinion, which are by models of other authors."""
    known = np.hstack([bench.base.unseen, bench.second.unseen])
    dev = np.hstack([bench.base.dev, bench.second.dev])
    both = np.concatenate([known, dev])

    def read(part: Any) -> Callable[[Any], Scores]:
        top = LogisticRegression(C=1.0, max_iter=300).fit(known[part], bench.truth[part])
        return lambda wanted: top.decision_function(both[wanted])

    return bench.by_folds(read)


class Distilled:
    """Static subword vectors: n-grams are given vectors whose weighted sum comes near the sentence's embedding."""

    def __init__(self, bench: Bench, ridge: float = 0.3) -> None:
        self._bench, self._ridge = bench, ridge
        rows, _ = bench.vectors
        self._targets = (rows - rows.mean(axis=0)) / rows.std(axis=0)
        self._known: dict[bytes, Any] = {}

    def vectors(self, part: Any) -> Any:
        """Of every row of the corpus, as rows ``part`` taught them; unit length."""
        if (key := part.tobytes()) not in self._known:
            matrix = self._bench.corpus.matrix(part).astype(np.float32)
            mine = matrix[part]
            kernel = (mine @ mine.T).toarray()
            kernel[np.diag_indices_from(kernel)] += np.float32(self._ridge)
            weights = mine.T @ cho_solve(cho_factor(kernel, overwrite_a=True), self._targets[part].astype(np.float32))
            found = matrix @ weights
            self._known[key] = found / np.maximum(np.linalg.norm(found, axis=1), 1e-6)[:, None]
        return self._known[key]


def distilled_columns(bench: Bench) -> Read:
    """The distilled vector as columns beside the sparse ones."""
    distilled = Distilled(bench)
    return bench.linear(more=lambda part: sparse.csr_matrix(distilled.vectors(part)))


def distilled_head(bench: Bench) -> Read:
    """The kernel head on distilled vectors, alone (its sum with the classifier stands under ``+ second``)."""
    distilled = Distilled(bench)
    count = len(bench.texts)
    unseen = np.zeros((count, len(bench.intents)))
    for fold in bench.folds:
        part = np.setdiff1d(bench.everything, fold)
        found = distilled.vectors(part)
        labels = [bench.labels[row] for row in part]
        fit = HeadFit(found[part], labels, bench.intents, [np.arange(len(part))], landmarks=2500, width=0.6, ridge=0.1)
        unseen[fold] = fit.head().scores(found[fold])
    found = distilled.vectors(bench.everything)
    return Read(unseen, bench.head(found[:count], found[bench.dev_rows]).dev)


CLASSIFIERS = {
    "the FAQ's answers and titles as rows": descriptions,
    "stems as a fifth block": stems,
    "copies with slips, without ë and ç": damaged_copies,
    "NB-SVM": nb_svm,
    "distilled subword vectors as columns": distilled_columns,
}
OPINIONS = {
    "20 nearest neighbours": neighbours,
    "prototypes": prototypes,
    "kernel head on distilled vectors": distilled_head,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="parts of the ideas' names (default: all)")
    wanted = parser.parse_args().names
    bench = Bench()

    def chosen(name: str) -> bool:
        return not wanted or any(part in name for part in wanted)

    def say(name: str, read: Read) -> None:
        print(f"| {name} | {bench.right(read)} |", flush=True)

    print("| unseen, dev: % right | unseen | dev |\n|---|---|---|")
    say("the product's linear classifier", bench.base)
    say("its second opinion (kernel on e5) alone", bench.second)
    together = bench.summed(bench.base, bench.second)
    say("both, as the product adds them", together)
    for name, idea in CLASSIFIERS.items():
        if chosen(name):
            read = idea(bench)
            say(name, read)
            say(f"{name}, + second opinion", bench.summed(read, bench.second))
    for name, idea in OPINIONS.items():
        if chosen(name):
            read = idea(bench)
            say(f"{name} alone", read)
            say(f"{name} for the second opinion", bench.summed(bench.base, read))
            say(f"{name} added to both", bench.summed(together, read, 0.3, bench.base))
    if chosen("stacking"):
        say("stacking: logistic regression on both scores", stacked(bench))
    return 0


if __name__ == "__main__":
    sys.exit(main())
