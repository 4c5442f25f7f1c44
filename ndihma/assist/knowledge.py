"""The knowledge search: answers of the FAQ by the words of their titles and texts, as one types.

Words are compared without marks and case (ë and e, ç and c alike), q as c, doubled letters once; Kosovar forms also as
the standard ones, by the engine's own table. Every word of the query may be the beginning of one. It needs no engine,
no database and no network, so it works when they do not.
"""

from __future__ import annotations

import ast
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, takewhile
from pathlib import Path
from typing import Final

from ndihma.assist.model import KnowledgeAnswer
from ndihma.contentcheck.folding import fold, letters

__all__ = ["Knowledge", "kosovar_forms"]

_TITLE: Final = 3.0
_TEXT: Final = 1.0
_WHOLE: Final = 1.5
"""How much more a whole word counts than the beginning of one."""
_MOST_WORDS: Final = 12
"""Of a query; what a caller says in a hundred words is for the suggestions."""
_TABLE: Final = "GHEG_TO_STANDARD"


class Knowledge:
    """An index over answers, in memory."""

    def __init__(self, answers: Sequence[KnowledgeAnswer], forms: Mapping[str, str]) -> None:
        """``forms``: folded words with the folded standard form of each (``kosovar_forms``)."""
        self._answers = list(answers)
        self._forms = forms
        weights: dict[str, dict[int, float]] = defaultdict(dict)
        for place, answer in enumerate(self._answers):
            for text, weight in ((answer.text, _TEXT), (answer.source, _TEXT), (answer.title, _TITLE)):
                for word in fold(text).split():
                    known = weights[_compared(word)]
                    known[place] = max(weight, known.get(place, 0.0))
        self._weights = dict(weights)
        self._vocabulary = sorted(weights)

    def search(self, query: str, most: int) -> list[KnowledgeAnswer]:
        """The best answers first, at most ``most``: those in which most of the query's words begin a word.

        Among them a rare word counts more than a common one, a title more than a text. Empty when no word is found.
        """
        score: dict[int, float] = defaultdict(float)
        matched: dict[int, int] = defaultdict(int)
        for typed in list(dict.fromkeys(fold(query).split()))[:_MOST_WORDS]:
            for place, told in self._places(typed).items():
                score[place] += told
                matched[place] += 1
        ordered = sorted(score, key=lambda place: (-matched[place], -score[place], place))
        return [self._answers[place] for place in ordered[:most]]

    def _places(self, typed: str) -> dict[int, float]:
        """Where a word, its standard form, or one that begins with either stands, and how much that says."""
        best: dict[int, float] = {}
        spelled = [typed, *fold(self._forms.get(typed, "")).split()]
        for beginning in dict.fromkeys(map(_compared, spelled)):
            for word in self._begun(beginning):
                places = self._weights[word]
                rarity = math.log(1 + len(self._answers) / len(places)) * (_WHOLE if word == beginning else 1.0)
                for place, weight in places.items():
                    best[place] = max(best.get(place, 0.0), weight * rarity)
        return best

    def _begun(self, beginning: str) -> Iterator[str]:
        """The words of the answers that begin so."""
        start = bisect_left(self._vocabulary, beginning)
        return takewhile(lambda word: word.startswith(beginning), islice(self._vocabulary, start, None))


def _compared(word: str) -> str:
    """Of a folded word: doubled letters once, and q as c, because many keyboards write one for ç."""
    return letters(word).replace("q", "c")


def kosovar_forms(home: Path) -> dict[str, str]:
    """The engine's table of Kosovar forms, read and not imported: its packages are of another environment.

    Raises OSError, and ValueError when the table is not where it was.
    """
    tree = ast.parse((home / "engine" / "albanian" / "gheg.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == _TABLE:
            table = ast.literal_eval(node.value) if node.value is not None else None
            if isinstance(table, dict):
                return {str(form): str(standard) for form, standard in table.items()}
    raise ValueError(f"engine/albanian/gheg.py holds no table {_TABLE}")
