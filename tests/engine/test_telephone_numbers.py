"""Telephone numbers: each comes back in E.164 however it is written or dictated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import read, spell

from engine.albanian.telephone import e164

FORMS = [
    "0{0}{1}{2}", "0{0} {1} {2}", "0{0}/{1}-{2}", "0{0}.{1}.{2}", "0{0}-{1}-{2}", "(0{0}) {1} {2}", "(0{0}) {1}{2}",
    "+383{0}{1}{2}", "+383 {0} {1} {2}", "+383 (0){0} {1} {2}", "00383{0}{1}{2}", "00383 {0} {1} {2}",
    "+383-{0}-{1}-{2}",
]  # fmt: skip


@given(
    st.sampled_from(["43", "44", "45", "46", "47", "48", "49", "38", "39", "28", "29"]),
    st.integers(0, 999_999),
    st.sampled_from(FORMS),
    st.sampled_from(["{}", "numri {}", "nr. {} eshte", "{}, 10 euro", "me thirrni ne {}!"]),
)
def test_a_kosovo_number_is_read_back_from_every_form(prefix: str, rest: int, form: str, sentence: str) -> None:
    digits = f"{rest:06}"
    written = form.format(prefix, digits[:3], digits[3:])
    found = [each for each in read(sentence.format(written)) if each[1] == "msisdn"]
    assert found == [(written, "msisdn", f"+383{prefix}{digits}")]


@given(st.integers(0, 999), st.integers(0, 999), st.integers(0, 2))
def test_a_dictated_number_is_read_back(first: int, second: int, style: int) -> None:
    def group(n: int) -> str:
        return spell(n, style) if n > 99 else " ".join(spell(int(digit), style) for digit in f"{n:03}")

    written = f"zero {spell(44, style)}, {group(first)}, {group(second)}"
    assert read(f"numri im {written}") == [(written, "msisdn", f"+38344{first:03}{second:03}")]


@pytest.mark.parametrize(
    ("text", "value"),
    [("nr <msisdn>", "msisdn"), ("+41 79 123 45 67", "+41791234567"), ("0049 170 1234567", "+491701234567")],
)
def test_placeholders_and_numbers_from_abroad(text: str, value: str) -> None:
    assert [found[1:] for found in read(text)] == [("msisdn", value)]


@pytest.mark.parametrize(
    "text", ["<puk>", "<code>", "080010000", "0170 1234567", "XK05 1212 0123 4567 8906", "8938301234567890123", "1234"]
)
def test_what_is_no_telephone_number(text: str) -> None:
    assert "msisdn" not in [label for _, label, _ in read(text)]


def test_a_number_without_a_country_that_can_be_known_has_no_e164_form() -> None:
    assert e164("0170 1234567") is None
