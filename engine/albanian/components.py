"""The spaCy pipeline components of our own. Importing this module registers their factories."""

from __future__ import annotations

import re
from typing import Final, FrozenSet

from spacy.language import Language
from spacy.tokens import Doc, Span

from engine.albanian.spelling import norm

__all__ = ["BARE_PRICE", "NORMS", "PHONE_NUMBERS"]

NORMS: Final = "albanian_norms"
PHONE_NUMBERS: Final = "albanian_phone_numbers"
BARE_PRICE: Final = "albanian_bare_price"


def _words(text: str) -> FrozenSet[str]:
    return frozenset(text.split())


_PHONE: Final = re.compile(r"(?<![\w.,])(?:(?:\+|00)\s?383|(?:\+|00)\s?377|0)\s?\(?[1-9]\d?\)?(?:[ /.\-]?\d){6}(?!\d)")
_PRICE_WORDS: Final = _words(
    """
    kushton kushtojne kushtoka kushtuar cmimi cmim pagesa pagese paguhet paguaj paguar para euro kosto tarifa
    bon ben shtrenjte lire kostet
    """
)
_QUESTION_WORDS: Final = _words("sa si cfare cili cila kosto cmimi")
_FILLERS: Final = _words(
    """
    po e dhe sa si cfare cili cila eshte per kjo kete ky ajo ate kushton i a duhet me te qe do ta ndonje ne
    tani ok mire aha pse ma trego lutem ju kushtoka ben mua gjithsej afersisht cka tera krejt gjithe
    kushtojne ? ! . , kushtueshme dot paguar shume
    """
)


@Language.component(NORMS)
def set_norms(doc: Doc) -> Doc:
    """Set every token's NORM to its folded standard form (``Qysh`` → ``si``)."""
    for token in doc:
        token.norm_ = norm(token.text)
    return doc


@Language.component(PHONE_NUMBERS)
def merge_phone_numbers(doc: Doc) -> Doc:
    """Make a telephone number that is written with spaces (``044 123 456``) one token."""
    spans = [doc.char_span(*match.span(), alignment_mode="expand") for match in _PHONE.finditer(doc.text)]
    with doc.retokenize() as retokenizer:
        for span in spans:
            if span is not None and len(span) > 1:
                retokenizer.merge(span)
    return doc


@Language.component(BARE_PRICE)
def mark_bare_price(doc: Doc) -> Doc:
    """Mark a whole message that asks a price and names no thing (``po sa kushton?``) as ``bare_price``."""
    norms = [part for token in doc if not token.is_space for part in token.norm_.split()]
    words = set(norms)
    asks = bool(words & _PRICE_WORDS) and bool(words & _QUESTION_WORDS)
    if asks and words <= _FILLERS | _PRICE_WORDS:
        doc.ents = [Span(doc, 0, len(doc), label="bare_price")]
    return doc
