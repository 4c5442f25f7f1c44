"""The spaCy pipeline components of our own. Importing this module registers their factories."""

from __future__ import annotations

from itertools import pairwise
from typing import Dict, Final, FrozenSet, List, Tuple

from spacy.language import Language
from spacy.tokens import Doc, Span

from engine.albanian.entities import Entity, find_entities
from engine.albanian.spelling import norm
from engine.albanian.values import Meaning

__all__ = ["BARE_PRICE", "ENTITIES", "NORMS", "meanings_of"]

NORMS: Final = "albanian_norms"
ENTITIES: Final = "albanian_entities"
BARE_PRICE: Final = "albanian_bare_price"


def _words(text: str) -> FrozenSet[str]:
    return frozenset(text.split())


_FOUND: Final = "albanian_entities"
_PRICE_WORDS: Final = _words(
    """
    kushton kushtojne kushtoka kushtuar cmimi cmim pagesa pagese pages paguhet paguaj paguar para euro kosto tarifa
    bon ben shtrenjte lire kostet kosta cost costs much teuer kadar
    """
)
_QUESTION_WORDS: Final = _words("sa si cfare cili cila kosto cmimi koliko kolko was wie wieviel how what kadar kac")
_FEE_WORDS: Final = _words("kushton pages pagese pagesa paguhet")
_WHETHER_THERE_IS: Final = _words("a ka")
_FILLERS: Final = _words(
    """
    po e dhe sa si cfare cili cila eshte per kjo kete ky ajo ate kushton i a duhet me te qe do ta ndonje ne
    tani ok mire aha pse ma trego lutem ju kushtoka ben mua gjithsej afersisht cka tera krejt gjithe
    kushtojne ? ! . , kushtueshme dot paguar shume
    koliko kolko to was wie viel wieviel das es ist und how what is it that does and kac bu
    """
)
_NAMES_NOTHING: Final = _FILLERS | _PRICE_WORDS


@Language.component(NORMS)
def set_norms(doc: Doc) -> Doc:
    """Set every token's NORM to its folded standard form (``Qysh`` → ``si``)."""
    for token in doc:
        token.norm_ = norm(token.text)
    return doc


@Language.component(ENTITIES)
def mark_entities(doc: Doc) -> Doc:
    """Mark what :func:`engine.albanian.entities.find_entities` finds; each telephone number becomes one token."""
    found = find_entities(doc.text)
    _fit_tokens(doc, found)
    spans = [(doc.char_span(each.start, each.end, label=each.label), each) for each in found]
    marked = [(span, each) for span, each in spans if span is not None]
    doc.set_ents([span for span, _ in marked])
    doc.user_data[_FOUND] = {(each.start, each.end): each.meaning for _, each in marked}
    return doc


def meanings_of(doc: Doc) -> Dict[Tuple[int, int], Meaning]:
    """What the entities of a processed ``doc`` mean, by their first character and the one after their last."""
    meanings: Dict[Tuple[int, int], Meaning] = doc.user_data.get(_FOUND, {})
    return meanings


def _fit_tokens(doc: Doc, found: List[Entity]) -> None:
    """Split the tokens that an entity begins or ends in (``5she/10she``), and merge those of a telephone number."""
    borders = {border for each in found for border in (each.start, each.end)}
    with doc.retokenize() as retokenizer:
        for token in doc:
            start = token.idx
            inner = sorted(border - start for border in borders if start < border < start + len(token))
            if inner:
                parts = [token.text[a:b] for a, b in pairwise([0, *inner, len(token)])]
                retokenizer.split(token, parts, heads=[(token, i) for i in range(len(parts))])
    with doc.retokenize() as retokenizer:
        for each in found:
            span = doc.char_span(each.start, each.end)
            if each.label == "msisdn" and span is not None and len(span) > 1:
                retokenizer.merge(span)


@Language.component(BARE_PRICE)
def mark_bare_price(doc: Doc) -> Doc:
    """Mark a whole message that asks a price, or whether there is one, and names no thing (``po sa kushton?``,
    ``a ka pagesë?``) as ``bare_price``.
    """
    norms = [part for token in doc if not token.is_space for part in token.norm_.split()]
    words = set(norms)
    how_much = bool(words & _PRICE_WORDS) and bool(words & _QUESTION_WORDS)
    whether = "a" in words and bool(words & _FEE_WORDS)
    if (how_much and words <= _NAMES_NOTHING) or (whether and words <= _NAMES_NOTHING | _WHETHER_THERE_IS):
        doc.ents = [Span(doc, 0, len(doc), label="bare_price")]
        doc.user_data.pop(_FOUND, None)
    return doc
