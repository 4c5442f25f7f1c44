"""Telephone numbers: what is one and what is none, however it is written."""

from __future__ import annotations

import pytest

from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn


@pytest.mark.parametrize(
    "text",
    [
        "044 123 456",
        "(044) 123-456",
        "044123456 ext. 5",
        "nr. 044 123 456",
        "+383 (0)44 123 456",
        "0038344123456",
        "38344123456",
        "383 044 123 456",
        "383 (0) 44 123 456",
        "00377 44 123 456",
        "377 44 123 456",
        "37744123456",
        "+377 044 123 456",
        "٠٤٤١٢٣٤٥٦",
    ],
)
def test_a_number_is_read_in_every_form(text: str) -> None:
    assert Msisdn.parse(text).e164 == "+38344123456"


@pytest.mark.parametrize(
    "text", ["PhbDxunLuppN384YcpStxg", "LNukPJSEPAo382OyruUJ7g", "TjQCVtVeAWfGuI397Wl9bA", "044 ABC DEF", "044 12F GHI"]
)
def test_letters_are_not_the_digits_of_a_keypad(text: str) -> None:
    with pytest.raises(InvalidMsisdn):
        Msisdn.parse(text)


def test_a_fixed_number_may_begin_with_the_digits_of_the_country() -> None:
    assert Msisdn.parse("038 300 123").e164 == Msisdn.parse("383 38 300 123").e164 == "+38338300123"
