"""Every refusal has its sentence in each language of the widget."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ndihma.gateway
from ndihma.gateway.translations import TRANSLATIONS
from ndihma.messages import CODE_USED_UP, ERRORS, INVALID_FIELDS, REFUSED_UNTIL, ErrorCode

GATEWAY = Path(ndihma.gateway.__file__).parent
TO_AGENTS = {"AGENT_NOT_ON_DUTY", "HANDOFF_CHANGED", "HANDOFF_NOT_POSSIBLE", "LINK_REFUSED", "NOT_THEIRS"}
"""Told to the staff only, in Albanian, though they are refusals of the desk."""
SPOKEN = {
    ErrorCode[name]
    for module in GATEWAY.glob("*.py")
    for name in re.findall(r"ErrorCode\.([A-Z_]+)", module.read_text(encoding="utf-8"))
    if name not in TO_AGENTS
}
"""What the chat API may answer."""
ALL = [
    *((code, None, text) for code, text in {**ERRORS, **REFUSED_UNTIL}.items() if code in SPOKEN),
    *((ErrorCode.INVALID_FIELD, name, text) for name, text in INVALID_FIELDS.items()),
    (ErrorCode.VERIFICATION_LOCKED, None, CODE_USED_UP),
]
"""Code, field and Albanian sentence of whatever a person may be told."""


@pytest.mark.parametrize("language", ["sr", "en"])
def test_each_albanian_sentence_has_one_of_its_own(language: str) -> None:
    spoken = TRANSLATIONS[language]
    assert spoken.errors.keys() == SPOKEN
    assert spoken.fields.keys() == INVALID_FIELDS.keys()
    told = [spoken.told(*each) for each in ALL]
    assert None not in told
    assert len(set(told)) == len(ALL)
    assert not set(told) & {albanian for _, _, albanian in ALL}


@pytest.mark.parametrize("language", ["sr", "en"])
def test_numbers_to_call_and_limits_are_the_same_in_each_language(language: str) -> None:
    for code, field, albanian in ALL:
        told = TRANSLATIONS[language].told(code, field, albanian)
        assert told is not None
        assert told.endswith("."), told
        for figure in re.findall(r"080010000|044 123 456|5 MB", albanian):
            assert figure in told


def test_what_only_the_staff_is_told_stays_albanian() -> None:
    assert TRANSLATIONS["en"].told(ErrorCode.ROLE_REFUSED, None, ERRORS[ErrorCode.ROLE_REFUSED]) is None


def test_a_sentence_made_for_its_occasion_is_told_in_general() -> None:
    told = TRANSLATIONS["en"].told(ErrorCode.TOO_MANY_CODES, None, "Provoni përsëri pas orës 16:00.")
    assert told == TRANSLATIONS["en"].errors[ErrorCode.TOO_MANY_CODES]


def test_serbian_is_written_in_latin_letters() -> None:
    assert not re.search(r"[\u0400-\u04ff]", "".join(TRANSLATIONS["sr"].errors.values()))
