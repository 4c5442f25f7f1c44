"""Spelling: folding, Gheg forms, skeleton."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.albanian.gheg import GHEG_TO_STANDARD
from engine.albanian.spelling import fold, norm, skeleton


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("Çka ËSHTË", "cka eshte"), ("s’mundem", "s'mundem"), ("mireeee", "mire"), ("Zürich", "zurich"), ("", "")],
)
def test_fold_takes_diacritics_case_and_lengthening_away(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("typed", "standard"),
    [
        ("Qysh", "si"),
        ("çka", "cfare"),
        ("qka", "cfare"),
        ("osht", "eshte"),
        ("kom", "kam"),
        ("veq", "vetem"),
        ("qitash", "tani"),
        ("flm", "faleminderit"),
    ],
)
def test_norm_maps_gheg_to_standard(typed: str, standard: str) -> None:
    assert norm(typed) == standard


def test_the_gheg_table_is_folded_and_says_nothing_twice() -> None:
    for form, standard in GHEG_TO_STANDARD.items():
        assert fold(form) == form
        assert fold(standard) == standard
        assert form != standard


def test_the_gheg_table_needs_one_step_only() -> None:
    chains = {form: standard for form, standard in GHEG_TO_STANDARD.items() if standard in GHEG_TO_STANDARD}
    assert chains == {}


@pytest.mark.parametrize(
    ("one", "other"), [("kyçje", "kyqje"), ("pagesë", "pages"), ("mbushje", "mbushjee"), ("shërbim", "sherbim")]
)
def test_spellings_of_one_word_share_a_skeleton(one: str, other: str) -> None:
    assert skeleton(fold(one)) == skeleton(fold(other))


@given(st.text())
def test_fold_is_idempotent_and_never_fails(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_skeleton_never_grows(text: str) -> None:
    folded = fold(text)
    assert len(skeleton(folded)) <= len(folded)
