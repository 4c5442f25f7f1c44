"""Markup and entities as the Bot API reads them."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.telegram.errors import ApiError
from tests.support.telegram.formatting import Formatted, check_entities, formatted, utf16_length

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60).filter(
    str.strip
)


@given(TEXTS)
def test_escaped_text_comes_out_as_it_was(text: str) -> None:
    assert formatted(html.escape(text), "HTML", ()) == Formatted(text)


@given(TEXTS, TEXTS, TEXTS)
def test_an_entity_lies_where_the_tags_stood(before: str, inside: str, after: str) -> None:
    shown = formatted(f"{html.escape(before)}<b>{html.escape(inside)}</b>{html.escape(after)}", "HTML", ())
    assert shown.text == before + inside + after
    assert shown.entities == [{"type": "bold", "offset": utf16_length(before), "length": utf16_length(inside)}]
    check_entities(shown.text, shown.entities)


@given(TEXTS, st.integers(0, 130), st.integers(1, 130))
def test_an_entity_is_taken_only_between_characters_of_the_text(text: str, offset: int, length: int) -> None:
    entity = {"type": "bold", "offset": offset, "length": length}
    raw = text.encode("utf-16-le")
    part = raw[2 * offset : 2 * (offset + length)]
    try:
        for piece in (raw[: 2 * offset], part):
            piece.decode("utf-16-le")
        fits = offset + length <= utf16_length(text)
    except UnicodeDecodeError:
        fits = False
    if fits:
        check_entities(text, [entity])
    else:
        with pytest.raises(ApiError):
            check_entities(text, [entity])


def test_links_quotes_and_nested_tags() -> None:
    shown = formatted(
        '<b>A <i>b</i></b> <a href="https://x.al/?a=1&amp;b=2">c</a><blockquote expandable>d</blockquote>', "html", ()
    )
    assert shown.text == "A b cd"
    assert shown.entities == [
        {"type": "bold", "offset": 0, "length": 3},
        {"type": "italic", "offset": 2, "length": 1},
        {"type": "text_link", "offset": 4, "length": 1, "url": "https://x.al/?a=1&b=2"},
        {"type": "expandable_blockquote", "offset": 5, "length": 1},
    ]


def test_a_caption_may_be_empty_and_holds_1024() -> None:
    assert formatted("", None, (), what="caption").text == ""
    assert formatted("x" * 1024, None, (), what="caption").text
    with pytest.raises(ApiError, match="message caption is too long"):
        formatted("x" * 1025, None, (), what="caption")
