"""The edge's sentences: complete, polite, and pointing at topics that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ndihma import messages

DOMAIN = (Path(__file__).resolve().parents[3] / "domain.yml").read_text(encoding="utf-8")


def test_every_error_has_a_sentence():
    assert sorted([*messages.ERRORS, *messages.REFUSED_UNTIL]) == sorted(messages.ErrorCode)


@pytest.mark.parametrize(
    "sentence",
    [
        *messages.ERRORS.values(),
        *messages.INVALID_FIELDS.values(),
        *messages.REFUSED_UNTIL.values(),
        messages.GREETING,
        messages.UNAVAILABLE,
        messages.CODE_BELONGS_IN_ITS_FIELD,
        *messages.CODE_SENT.values(),
        *messages.NO_CODE.values(),
        messages.CODE_USED_UP,
    ],
)
def test_sentences_are_whole_and_hold_no_word_the_glossary_forbids(sentence):
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert not re.search(r"\b(OTP|bot|robot|dyqan|bilanci|karta|token|server)\b", sentence, re.IGNORECASE)


@pytest.mark.parametrize("starter", messages.STARTERS)
def test_starters_name_intents_of_the_domain(starter):
    assert f"- {starter.intent}" in DOMAIN
