"""Which language a whole message is written in: Albanian, Serbian, English, German or Turkish.

Kosovar Albanian borrows words from all of the others, so a library that was never shown Gheg takes it for Croatian or
Turkish, and costs more memory than the whole engine (docs/nlu.md). This is a naive Bayes model over words and letters
of 1 to 4, learned from the project's own training messages. Those name no language: function words that no Albanian
message holds label the clear ones, and the model learns the rest of each language's vocabulary and spelling from them.

A message is foreign only when nearly all of it is: words of German in an Albanian sentence, one word alone, numbers and
names stay Albanian.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Final, FrozenSet, Iterator, List, Mapping, Optional, Sequence, Text, Tuple

import numpy as np
from numpy.typing import NDArray

from engine.albanian.spelling import CYRILLIC, fold

__all__ = ["ALBANIAN", "LANGUAGES", "LanguageModel", "LanguageModelUnreadable", "train_language_model"]

ALBANIAN: Final = "sq"
LANGUAGES: Final[Tuple[Text, ...]] = (ALBANIAN, "sr", "en", "de", "tr")


class LanguageModelUnreadable(Exception):
    """The stored model is missing, damaged or of another format."""


def _words(text: Text) -> FrozenSet[Text]:
    return frozenset(text.split())


_FUNCTION_WORDS: Final[Mapping[Text, FrozenSet[Text]]] = {
    ALBANIAN: _words(
        """
        qysh si qka cka cfare per nje ni me te ne n t nga osht eshte kom kam s nuk po edhe dhe se qe ku sa a e
        i du dua munem mundem mund kan kane jon jane numri kartela kartelen tash tani faturen pagu paguar cili
        cila ma m ju
        """
    ),
    "sr": _words(
        """
        kako koliko gde gdje sta zasto kada mogu mozete molim nije jesam sam ste smo nisam nemam imam hocu
        treba moja moje mog mojoj broj broja kartica karticu kartice racun racuna platio platila kojim koji
        koja koje od posle opet samo jos ovo ovaj moze necu zelim lozinku lozinka potrosnja fiksni fiksnog
        dugujem dopunio iskljucen iskljucili covekom nista sve neko prvi prvu dana ako kad isti istim izgubio
        izgubila novu svoj bez kod vas vam li ili ali zbog sad sada jer nam
        """
    ),
    "en": _words(
        """
        the is my how what where when why can could you your have has not don doesn does did was were would
        want with from this that there number lost need much many still which who phone account work working
        it of for and been will should after before any about our we they
        """
    ),
    "de": _words(
        """
        ich ist nicht meine mein meiner wie was wo wann warum wieso kann haben habe hat eine einen ein der die
        das den dem und oder mit fur fuer nach von zum zur wird wurde noch kein keine keinen nummer rechnung
        bezahlt kostet bekomme brauche mochte moechte will sie mich auf auch bei euch gesperrt guthaben wieder
        sich bin bist welche welcher gibt
        """
    ),
    "tr": _words(
        """
        nasil kadar nedir nerede nereden neden benim numaram numara numarami hattim hattimi icin ve bu var yok
        istiyorum ediyorum lutfen faturami odedim kartim yeni sifre sifremi kac gun olur oldu degil ile gibi
        daha sonra once kapandi kapali acilir bana beni siz sizin kredim borcum ne
        """
    ),
}
"""Words, folded, by which a clear training message is labelled. No foreign list holds a word that Albanians write."""

_SURELY_ALBANIAN: Final = frozenset(word for word in _FUNCTION_WORDS[ALBANIAN] if len(word) > len("me"))
"""Those that settle most messages without a score: a, e, i, me, ne and te are words of the others too."""

_FORMAT: Final = 1
_VOCABULARY: Final = "languages.json"
_WEIGHTS: Final = "languages.npz"
_TOKEN: Final = re.compile(r"[^\W\d_]+")
_LONGEST: Final = 4
_SMOOTHING: Final = 0.05
_SHORTEST: Final = 3
"""Words a message must have to be called foreign: one and two are greetings, names and loans that everybody uses."""
SURE: Final = 0.8
ALBANIAN_SHARE: Final = 0.25
"""Above this share of surely Albanian words a message is Albanian, whatever the rest of it is."""
_WORD_MARGIN: Final = 2.0
"""By how much (natural log odds) Albanian must lead for a word to be surely Albanian."""


@dataclass(frozen=True)
class LanguageModel:
    """``weights`` is (n-grams, languages) float32: natural logs of each n-gram's share in a language."""

    columns: Mapping[Text, int]
    weights: NDArray[np.float32]

    def identify(self, text: Text) -> Tuple[Text, float]:
        """The language of the message and how sure that is (0 to 1); Albanian when no other one is sure."""
        words = _TOKEN.findall(text)
        if any(_is_cyrillic(letter) for word in words for letter in word):
            return ("sr", 1.0) if _is_serbian_cyrillic(words) else (ALBANIAN, 0.0)
        folded = [word for each in words for word in _TOKEN.findall(fold(each))]
        if len(folded) < _SHORTEST:
            return ALBANIAN, 1.0
        if sum(word in _SURELY_ALBANIAN for word in folded) > ALBANIAN_SHARE * len(folded):
            return ALBANIAN, 1.0
        scores = self._scores(folded)
        shares = _shares(scores.sum(axis=0))
        best = int(np.argmax(shares))
        sure = float(shares[best])
        if best != 0 and (sure < SURE or _albanian_share(scores) > ALBANIAN_SHARE):
            return ALBANIAN, float(shares[0])
        return LANGUAGES[best], sure

    def _scores(self, words: Sequence[Text]) -> NDArray[np.float64]:
        """(words, languages): what each word says; zero for one in which nothing is known.

        The n-grams of a word repeat each other, so a word counts as the square root of their number.
        """
        rows: List[int] = []
        owners: List[int] = []
        for i, word in enumerate(words):
            known = [self.columns[ngram] for ngram in _ngrams(word) if ngram in self.columns]
            rows += known
            owners += [i] * len(known)
        scores = np.zeros((len(words), len(LANGUAGES)))
        np.add.at(scores, owners, self.weights[rows])
        numbers = np.bincount(owners, minlength=len(words)) if owners else np.ones(len(words))
        averaged: NDArray[np.float64] = scores / np.sqrt(np.maximum(numbers, 1))[:, None]
        return averaged

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        ngrams = sorted(self.columns, key=self.columns.__getitem__)
        stored = {"format": _FORMAT, "languages": LANGUAGES, "ngrams": ngrams}
        (folder / _VOCABULARY).write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")
        np.savez_compressed(folder / _WEIGHTS, weights=self.weights)

    @classmethod
    def load(cls, folder: Path) -> LanguageModel:
        """Read a saved model. Raises LanguageModelUnreadable."""
        try:
            stored = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
            if stored["format"] != _FORMAT or tuple(stored["languages"]) != LANGUAGES:
                raise LanguageModelUnreadable("the language model is of another format")
            with np.load(folder / _WEIGHTS, allow_pickle=False) as arrays:
                return cls({ngram: row for row, ngram in enumerate(stored["ngrams"])}, arrays["weights"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LanguageModelUnreadable(f"the language model cannot be read: {type(error).__name__}") from error


def train_language_model(texts: Sequence[Text]) -> LanguageModel:
    """Learn from messages of no stated language; see the module. Those that are not clear teach nothing."""
    counts: Dict[Text, Counter[Text]] = {language: Counter() for language in LANGUAGES}
    for language, words in _FUNCTION_WORDS.items():
        for word in words:
            counts[language].update(_ngrams(word))
    for text in texts:
        words_of_text = _TOKEN.findall(fold(text))
        language_of_text = _clear_language(words_of_text)
        if language_of_text is not None:
            for word in words_of_text:
                counts[language_of_text].update(_ngrams(word))
    total: Counter[Text] = Counter()
    for counted in counts.values():
        total.update(counted)
    ngrams = sorted(ngram for ngram, count in total.items() if count > 1)
    table = np.array([[counts[language][ngram] for language in LANGUAGES] for ngram in ngrams], dtype=np.float64)
    shares = (table + _SMOOTHING) / (table.sum(axis=0) + _SMOOTHING * len(ngrams))
    return LanguageModel({ngram: row for row, ngram in enumerate(ngrams)}, np.log(shares).astype(np.float32))


def _clear_language(words: Sequence[Text]) -> Optional[Text]:
    """The language whose function words decide; None when they do not."""
    hits = {language: sum(word in known for word in words) for language, known in _FUNCTION_WORDS.items()}
    foreign = max((language for language in LANGUAGES if language != ALBANIAN), key=hits.__getitem__)
    if hits[foreign] == 0:
        return ALBANIAN if hits[ALBANIAN] else None
    if hits[foreign] > 1 and hits[foreign] > 2 * hits[ALBANIAN]:
        return foreign
    return ALBANIAN if hits[ALBANIAN] > 2 * hits[foreign] else None


def _ngrams(word: Text) -> Iterator[Text]:
    padded = f" {word} "
    yield f"={word}"
    for size in range(1, _LONGEST + 1):
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]


def _shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    exponentials = np.exp(scores - scores.max())
    shares: NDArray[np.float64] = exponentials / exponentials.sum()
    return shares


def _albanian_share(scores: NDArray[np.float64]) -> float:
    return float(np.mean(scores[:, 0] - scores[:, 1:].max(axis=1) > _WORD_MARGIN))


def _is_serbian_cyrillic(words: Sequence[Text]) -> bool:
    """Whether most letters are Serbian Cyrillic and none is another language's, as Russian or Bulgarian has."""
    letters = [letter for word in words for letter in word.lower()]
    serbian = sum(letter in CYRILLIC for letter in letters)
    return serbian > len(letters) / 2 and all(letter in CYRILLIC or not _is_cyrillic(letter) for letter in letters)


def _is_cyrillic(letter: Text) -> bool:
    return "\u0400" <= letter <= "\u04ff"
