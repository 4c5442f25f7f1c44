"""Redaction of what must not leave the gateway (S6): numbers and addresses become typed placeholders.

``redact("numri im 044 123 456")`` is ``Redacted("numri im <msisdn>", {Kind.MSISDN})``, and so is
``redact("numri im zero katër katër një dy tre katër pesë gjashtë")``. When in doubt it redacts: a run of six or more
digits, written or dictated, stays readable only if it is *entirely* made of things known to be harmless (prices, dates,
times, zeros such as the first PINs, the free number 080010000).

The text is folded (digits of every script to ASCII, invisible characters dropped) with a map back to the original, and
searched three times: for addresses, for numbers in digits, then for numbers in words among what is left.
"""

from __future__ import annotations

from dataclasses import dataclass

from ndihma.redaction.addresses import emails
from ndihma.redaction.folding import Folded
from ndihma.redaction.kinds import Kind, Span
from ndihma.redaction.spoken import spoken_numbers
from ndihma.redaction.written import numbers

__all__ = ["Kind", "Redacted", "redact"]


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text without secrets, and the kinds of what was taken out."""

    text: str
    kinds: frozenset[Kind] = frozenset()


def redact(text: str) -> Redacted:
    """Replace every telephone number, ICCID, code, PUK, personal number, card number and e-mail address.

    Idempotent. A text without any of them comes back unchanged, character for character.
    """
    kinds: set[Kind] = set()
    for find in (emails, numbers, spoken_numbers):
        folded = Folded.of(text)
        for span in reversed(find(folded.text)):
            start, end = folded.original(_with_bracket(folded.text, span), span.end)
            text = text[:start] + span.kind.placeholder + text[end:]
            kinds.add(span.kind)
    return Redacted(text, frozenset(kinds))


def _with_bracket(text: str, span: Span) -> int:
    """Where a secret such as ``(044) 123 456`` begins: at its opening bracket."""
    inside = text[span.start : span.end]
    opens_before = span.start > 0 and text[span.start - 1] == "("
    return span.start - 1 if opens_before and inside.count(")") > inside.count("(") else span.start
