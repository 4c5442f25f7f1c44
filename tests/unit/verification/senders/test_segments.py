"""A text travels as one SMS: in seven bits where every network reads it the same, else in UCS-2."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpplib import consts
from smpplib.gsm import gsm_encode

from ndihma.verification.messages import SEGMENT_CHARS, code_sms
from ndihma.verification.senders.segments import Alphabet, Segment, TextTooLong, segment


def test_code_message_is_one_segment_of_ucs2_because_gsm_has_no_e_with_diaeresis() -> None:
    made = segment(code_sms("482913"))
    assert made.alphabet is Alphabet.UCS2
    assert made.alphabet == consts.SMPP_ENCODING_ISO10646
    assert len(made.body) <= 140
    assert made.body.decode("utf-16-be") == code_sms("482913")


def test_plain_text_travels_in_the_default_alphabet() -> None:
    assert segment("Ndihma: 482913") == Segment(Alphabet.DEFAULT, b"Ndihma: 482913")


@pytest.mark.parametrize("character", [*"ëçËÇ€[]{}\\^~|@$_`\t", "\u00a0", "😀"])
def test_what_networks_read_differently_travels_in_ucs2(character: str) -> None:
    assert segment(f"Kodi{character}") == Segment(Alphabet.UCS2, f"Kodi{character}".encode("utf-16-be"))


@given(st.text(st.characters(max_codepoint=0x7F), max_size=160))
def test_seven_bit_text_is_the_same_in_ascii_and_in_gsm(text: str) -> None:
    try:
        made = segment(text)
    except TextTooLong:
        return
    if made.alphabet is Alphabet.DEFAULT:
        assert gsm_encode(text) == made.body == text.encode("ascii")


def test_longest_texts() -> None:
    assert len(segment("a" * 160).body) == 160
    assert len(segment("ë" * SEGMENT_CHARS).body) == 140
    assert len(segment("😀" * 35).body) == 140
    for text in ("a" * 161, "ë" * (SEGMENT_CHARS + 1), "a" * 70 + "ë", "😀" * 36):
        with pytest.raises(TextTooLong) as caught:
            segment(text)
        assert text not in str(caught.value)
