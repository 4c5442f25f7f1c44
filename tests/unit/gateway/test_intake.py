"""What a raw text becomes, and what the edge learns of it besides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.desk.errors import EmptyText, TextTooLong
from ndihma.gateway.intake import TextIntake

read = TextIntake(50)


@pytest.mark.parametrize("raw", ["044 123 456", "+383 44 123-456", "00383 44 123 456", "(044) 123 456", " 044/123456 "])
def test_a_message_that_is_merely_a_number_is_known_as_one_and_kept_redacted(raw):
    incoming = read(raw)
    assert incoming.number is not None
    assert incoming.number.e164 == "+38344123456"
    assert incoming.text == incoming.for_engine
    assert "123" not in incoming.text


@pytest.mark.parametrize(
    "raw",
    [
        "numri im është 044 123 456.",
        "044123456 qe ja",
        "po, nr. tel jem osht +383 44 123 456!",
        "ja numri: 044/123-456",
        "My number is 044 123 456",
    ],
)
def test_a_message_that_only_names_its_number_is_known_as_one_too(raw):
    incoming = read(raw)
    assert incoming.number is not None
    assert incoming.number.e164 == "+38344123456"
    assert "123" not in incoming.text


@pytest.mark.parametrize(
    "raw",
    [
        "sa borxh ka 044 123 456",
        "a është aktiv numri im 044 123 456",
        "numri im është 044 123 456?",
        "numri i gruas 044 123 456",
        "044 123 456 ose 045 123 456",
        "numri im 080010000",
        "080010000",
        "1234567",
        "5",
        "12.11.2026",
        "numri im",
    ],
)
def test_anything_else_is_no_number(raw):
    assert read(raw).number is None


@pytest.mark.parametrize(
    ("raw", "holds_code"),
    [
        ("482913", True),
        ("482 913", True),
        ("482-913.", True),
        ("kodi është 482913", True),
        ("4829", False),
        ("044 123 456", False),
        ("katër tetë dy nëntë një tre", True),
    ],
)
def test_six_digits_are_a_code(raw, holds_code):
    assert read(raw).holds_code is holds_code


def test_refusals_are_the_desks_and_do_not_repeat_the_text():
    with pytest.raises(EmptyText):
        read("\u200b \n")
    with pytest.raises(TextTooLong) as caught:
        read("fjala " * 20)
    assert "fjala" not in str(caught.value)


def test_no_text_begins_with_a_slash():
    assert read(" //restart").for_engine == "restart"


def test_the_engine_is_told_where_a_line_ends_and_nobody_else():
    incoming = read("sa kushton kartela \r\n\n  ku e gjej PUK-un\n")
    assert incoming.text == "sa kushton kartela ku e gjej PUK-un"
    assert incoming.for_engine == "sa kushton kartela\nku e gjej PUK-un"


@pytest.mark.parametrize(
    "raw",
    [
        "numri 044\n123\n456 ku osht",
        "kodi 482\n913",
        "zero katër katër një dy\ntre katër pesë gjashtë",
        "sa kushton\n/restart",
        "emaili arta@\nshembull.com",
        "e\n\u0301",
    ],
)
def test_where_a_line_break_could_hide_something_the_engine_is_told_of_none(raw):
    incoming = read(raw)
    assert incoming.for_engine == incoming.text
    assert "\n" not in incoming.text


@given(st.text("044 1236\n/<>a.ë+", max_size=40))
def test_line_breaks_show_nothing_that_a_line_would_hide(raw):
    try:
        incoming = read(raw)
    except EmptyText:
        return
    assert incoming.for_engine.replace("\n", " ") == incoming.text
    assert not incoming.for_engine.startswith("/")
    assert "\n/" not in incoming.for_engine
