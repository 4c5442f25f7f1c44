"""Entities: numbers in words, counts, statuses, kinds of PIN and plans; and what holds for any text."""

import json
from typing import Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import FRIDAY, read, spell, spelled, without_diacritics

from engine.albanian.entities import find_entities
from engine.albanian.numerals import numeral_at
from engine.albanian.words import lex


@given(st.integers(0, 999_999), spelled)
def test_a_number_in_words_is_read_back(number: int, how: Tuple[int, bool]) -> None:
    text = spell(number, how[0])
    words = lex(without_diacritics(text) if how[1] else text)
    numeral = numeral_at(words, 0)
    assert numeral is not None
    assert (numeral.value, numeral.end) == (number, len(words)), text


@pytest.mark.parametrize(
    "word",
    ["qe", "ne", "te", "nana", "dite", "jete", "pesha", "dyqan", "tretje", "katin", "nenshkrim", "dyert", "peshk"],
)
def test_words_that_resemble_numbers_are_none(word: str) -> None:
    assert numeral_at(lex(word), 0) is None


@given(
    st.integers(2, 999),
    st.integers(0, 2),
    st.sampled_from(["puntor", "punëtorë", "veta", "anëtarë", "punonjës", "numra", "kartela", "persona"]),
)
def test_a_count_is_read_back_in_figures_and_in_words(count: int, style: int, noun: str) -> None:
    for number in (str(count), spell(count, style)):
        written = f"{number} {noun}"
        assert read(f"i kom {written} n'firmë") == [(written, "count", count)]


@pytest.mark.parametrize(
    ("text", "surface", "value"),
    [
        ("jena 8 n'firmë", "8", 8),
        ("jemi katër tezga", "katër", 4),
        ("nr. i punëtorëve: 22", "22", 22),
        ("5-6 veta", "5-6 veta", 6),
        ("veç nji antar", "nji antar", 1),
        ("wir sind acht Leute", "acht Leute", 8),
    ],
)
def test_ways_to_write_a_count(text: str, surface: str, value: int) -> None:
    assert read(text) == [(surface, "count", value)]


@pytest.mark.parametrize(
    "text", ["një punëtor s'po mundet", "kartela 2", "PIN me 5 numra", "linja 24", "një numër", "jemi 8 vjet"]
)
def test_what_is_no_count(text: str) -> None:
    assert "count" not in [label for _, label, _ in read(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Valid", "valid"), ("validin", "valid"), ("i vlefshëm", "valid"), ("aktiv", "active"), ("aktivë", "active"),
        ("akitv", "active"), ("Active", "active"), ("inaktiv", "inactive"), ("joaktiv", "inactive"),
        ("jo aktiv", "inactive"),
        ("inatkiv", "inactive"), ("neaktivna", "inactive"), ("Deactive", "deactive"), ("deaktiv", "deactive"),
        ("i çaktivizuar", "deactive"), ("u deaktivizua", "deactive"), ("e caktivizume", "deactive"),
        ("deactivated", "deactive"),
        ("kartela e shkimë", "deactive"), ("kartela e dekun", "deactive"), ("void", "void"),
    ],
)  # fmt: skip
def test_statuses_in_every_spelling(text: str, value: str) -> None:
    assert [found[1:] for found in read(text)] == [("sim_status", value)]


@pytest.mark.parametrize(
    "text",
    [
        "me u aktivizu",
        "si ta çaktivizoj",
        "riaktivizimi",
        "telefoni mu shkim",
        "oferta aktive",
        "fatura valide",
        "vdekja",
    ],
)
def test_what_is_no_status(text: str) -> None:
    assert "sim_status" not in [label for _, label, _ in read(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GET PIN", ("pin_kind", "selfcare_pin")),
        ("PUK-un", ("pin_kind", "puk")),
        ("pinin", ("pin_kind", "pin")),
        ("prepaid-it", ("plan_kind", "prepaid")),
        ("pre-paid", ("plan_kind", "prepaid")),
        ("me kontratë", ("plan_kind", "postpaid")),
        ("numri me mbushje", ("plan_kind", "prepaid")),
        ("linja fikse", ("plan_kind", "fixed")),
        ("Festnetz", ("plan_kind", "fixed")),
    ],
)
def test_kinds_of_pins_and_plans(text: str, found: Tuple[str, str]) -> None:
    assert [each[1:] for each in read(text)] == [found]


@pytest.mark.parametrize("text", ["bëra një mbushje", "kontrata ime ka skaduar", "can you fix that"])
def test_what_is_no_plan(text: str) -> None:
    assert read(text) == []


PIECES = """
10 2.50 € euro e gjys para tri ditë 12.11 nëntor të hënën 044 123 456 +383 zero dyzet qe javën kaluar 15 puntor <msisdn>
- / . , ( ) ' aktiv jo pin 5she 31.02 00 9999999999
"""
pieces = st.lists(st.sampled_from(PIECES.split()))


@given(st.one_of(st.text(), pieces.map(" ".join), pieces.map("".join)))
def test_any_text_gives_entities_that_lie_in_it_apart_and_have_a_value(text: str) -> None:
    end = 0
    for entity in find_entities(text):
        assert end <= entity.start < entity.end <= len(text)
        assert text[entity.start : entity.end].strip()
        json.dumps(entity.meaning.value(FRIDAY))
        end = entity.end
