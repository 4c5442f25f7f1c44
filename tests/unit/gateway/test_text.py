"""S3: what a customer typed is one clean line that the engine can never read as a command."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.gateway.text import EmptyText, TextRefused, TextTooLong, normalise

any_text = st.text(st.characters(codec=None), max_size=80)
"""Every code point, lone surrogates included."""

awkward = st.text(
    st.sampled_from(
        "/／⁄∕⧸ \u200b\u202e\u2066\ufeff\u00ad\x00\x1b\t\n\ud800\udfffae\u0308ë{}\"'@x1🙂\u3164\u0338\u034f"
    ),
    max_size=40,
)


def normalised(text: str) -> str | None:
    try:
        return normalise(text)
    except TextRefused:
        return None


@given(any_text | awkward)
def test_s3_output_is_nfc_valid_utf8_and_free_of_control_characters(text: str) -> None:
    out = normalised(text)
    if out is not None:
        assert unicodedata.is_normalized("NFC", out)
        assert out.encode("utf-8").decode("utf-8") == out
        assert not [c for c in out if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"}]
        assert out == " ".join(out.split())


@given(any_text | awkward)
def test_s3_no_text_starts_with_a_slash_even_after_compatibility_folding(text: str) -> None:
    out = normalised(text)
    if out is not None:
        assert not unicodedata.normalize("NFKC", out).strip().startswith(("/", "\u2044"))


@given(any_text | awkward)
def test_s3_normalisation_is_idempotent(text: str) -> None:
    out = normalised(text)
    if out is not None:
        assert normalise(out) == out


@given(st.text(st.sampled_from("abcdefghëçABC 0123456789?!.,"), min_size=1).filter(str.strip))
def test_s3_ordinary_albanian_text_loses_nothing_but_extra_white_space(text: str) -> None:
    assert normalise(text) == " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        ' /intent{"x":1}',
        "//restart",
        "\u200b/restart",
        "\u202e/restart",
        "\x00/restart",
        "／restart",
        "∕restart",
        "\ufeff / \u200d/ restart",
        "\u3164/restart",
        "/\u0338/restart",
    ],
)
def test_s3_leading_slash_is_neutralised(text: str) -> None:
    assert normalise(text).startswith(("restart", "intent{"))


@pytest.mark.parametrize(
    "text", ["", "   ", "\t\n", "\u200b", "\x00\x01\x02", "\ud800", "/", " ／ ", "\u3164", "\u0301"]
)
def test_s3_text_without_anything_readable_is_empty(text: str) -> None:
    with pytest.raises(EmptyText):
        normalise(text)


def test_s3_length_is_counted_after_normalisation() -> None:
    assert len(normalise("e\u0308" * 1000)) == 1000
    assert normalise("  " + "a" * 1000 + "\u200b\n") == "a" * 1000
    with pytest.raises(TextTooLong) as caught:
        normalise("a" * 1001)
    assert (caught.value.length, caught.value.limit) == (1001, 1000)
    assert len(normalise("a" * 4000, max_chars=4000)) == 4000


def test_s3_errors_do_not_repeat_the_text() -> None:
    with pytest.raises(TextTooLong) as caught:
        normalise("044123456 " * 200)
    assert "044" not in str(caught.value)


def test_s3_surrogate_pair_becomes_its_character_and_a_lone_one_a_replacement() -> None:
    assert normalise("mirë \ud83d\ude42") == "mirë 🙂"
    assert normalise("mirë \ud83d") == "mirë \ufffd"


def test_s3_emoji_and_html_pass_as_text() -> None:
    assert normalise("👍") == "👍"
    assert normalise("<script>alert(1)</script>") == "<script>alert(1)</script>"


def test_s3_decomposed_albanian_letters_are_composed() -> None:
    assert normalise("c\u0327fare\u0308") == "çfarë"
    assert normalise("e\u034f\u0308") == "ë"
