"""Variables of canned replies: filled in where there is a value, left and named where there is none."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.assist.canned_variables import Variable, expand, unknown_variables, variables_of

WORDS = st.text(string.ascii_letters + "ëç .,!?\n", max_size=40)
VALUES = st.dictionaries(st.sampled_from(list(Variable)), st.text(min_size=1, max_size=20))


def test_a_greeting_is_filled_in() -> None:
    text = "Jam {emri_i_agjentit}; numri {numri_i_maskuar}."
    done = expand(text, {Variable.AGENT: "Anita", Variable.NUMBER: "044 ••• •56"})
    assert (done.text, done.missing) == ("Jam Anita; numri 044 ••• •56.", ())


def test_what_has_no_value_stays_and_is_named() -> None:
    done = expand("Numri {numri_i_maskuar}, {emri_i_agjentit}.", {Variable.AGENT: "Anita", Variable.NUMBER: ""})
    assert (done.text, done.missing) == ("Numri {numri_i_maskuar}, Anita.", (Variable.NUMBER,))


def test_a_value_with_braces_is_no_variable() -> None:
    assert expand("{emri_i_agjentit}", {Variable.AGENT: "{biseda}", Variable.CONVERSATION: "x"}).text == "{biseda}"


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Jam {emri_i_agjentit}.", ()),
        ("Jam {emri}.", ("emri",)),
        ("{ emri_i_agjentit }", (" emri_i_agjentit ",)),
        ("{}", ("",)),
        ("{x} {y} {x}", ("x", "y")),
        ("{emri_i_agjentit", ("{",)),
        ("emri}", ("}",)),
        ("{{biseda}}", ("{", "}")),
    ],
)
def test_what_is_no_variable_is_named(text: str, unknown: tuple[str, ...]) -> None:
    assert unknown_variables(text) == unknown


@given(st.lists(st.one_of(WORDS, st.sampled_from(list(Variable)).map(lambda each: f"{{{each.value}}}"))), VALUES)
def test_a_text_of_known_variables_ends_with_exactly_the_missing_ones(parts: list[str], values: dict) -> None:
    text = "".join(parts)
    assert unknown_variables(text) == ()
    done = expand(text, values)
    assert set(done.missing) == set(variables_of(text)) - values.keys()
    if not values:
        assert done.text == text
