"""Tokenizer rules for Albanian as it is typed.

Clitics are split off (``s'keni`` → ``s'`` ``keni``; ``m'u``, ``t'ju``, ``n'telefon``, ``ç'është``); telephone numbers
written without spaces, amounts, dates, placeholders, web and e-mail addresses, and abbreviations stay whole.
"""

from __future__ import annotations

import re
from typing import Any, Final

from spacy.language import Language
from spacy.symbols import ORTH
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

__all__ = ["ABBREVIATIONS", "customise_tokenizer"]

_APOSTROPHE: Final = "['’‘`´ʼ]"

ABBREVIATIONS: Final = (
    "p.sh.", "p.sh", "d.m.th.", "d.m.th", "dmth.", "nr.", "Nr.", "tel.", "Tel.", "kl.", "Kl.", "etj.", "z.", "znj.",
    "dr.", "rr.", "fq.", "sh.p.k.", "sh.a.", "min.",
)  # fmt: skip

_WHOLE: Final = re.compile(
    # One plain string, flags inline: spaCy stores a tokenizer's patterns without their flags.
    "(?i)^(?:"
    + "|".join(  # noqa: FLY002  (one alternative a line)
        (
            r"<[a-z_]+>",  # a placeholder of the gateway's redaction
            r"(?:\+|00)?\d[\d/.\-()]{5,}\d",  # a telephone number or a date without spaces
            r"[€$]?\d+(?:[.,]\d+)?(?:€|euros?|eur|lek|mb|gb)?",  # an amount
            r"(?:pin|puk|sim|sms|id)-[a-zë]{1,4}",  # an abbreviation with its case ending: PUK-un
            r"https?://\S*[\w/]",
            r"www\.\S*[\w/]",
            r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+",
        )
    )
    + ")$"
)


def customise_tokenizer(nlp: Language) -> None:
    """Give ``nlp`` (a blank ``sq`` pipeline) the rules of this module."""
    clitics = rf"[smtnlkdqcçSMTNLKDQCÇ]{_APOSTROPHE}(?=\w)"
    tokenizer: Any = nlp.tokenizer
    defaults: Any = nlp.Defaults
    tokenizer.prefix_search = compile_prefix_regex([clitics, *defaults.prefixes]).search
    tokenizer.infix_finditer = compile_infix_regex([r"(?<=\w)[/+](?=\w)", *defaults.infixes]).finditer
    tokenizer.suffix_search = compile_suffix_regex([r"(?<=€)[.!?]", *defaults.suffixes]).search
    tokenizer.token_match = _WHOLE.match
    for abbreviation in ABBREVIATIONS:
        tokenizer.add_special_case(abbreviation, [{ORTH: abbreviation}])
