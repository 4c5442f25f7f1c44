"""The file of PUK codes: wholly read or not at all, its faults by line and without its cells."""

import pytest

from ndihma.puk.importing import read_codes


def faults_of(text: str | bytes) -> list[tuple[int, str]]:
    rows, faults = read_codes(text.encode() if isinstance(text, str) else text)
    assert not rows
    return [(fault.line, fault.reason) for fault in faults]


@pytest.mark.parametrize(
    "text",
    [
        "msisdn,puk1\n044123456,12345678\n",
        "﻿msisdn;puk1;puk2\r\n044 123 456;12345678;87654321\r\n\r\n",
        'PUK2,puk1,MSISDN\n,"12345678","+383 44 123 456"',
    ],
)
def test_usual_files_are_read(text: str) -> None:
    rows, faults = read_codes(text.encode())
    assert not faults
    (row,) = rows
    assert (row.line, row.msisdn.e164) == (2, "+38344123456")
    assert row.codes.puk1.get_secret_value() == "12345678"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, "must name the columns")]),
        ("044123456,12345678\n", [(1, "must name the columns")]),
        ("msisdn,puk1,pin\n", [(1, "must name the columns")]),
        ("msisdn,puk1,puk1\n", [(1, "must name the columns")]),
        ("msisdn,puk1\n", [(1, "no rows")]),
        (b"msisdn,puk1\n\xff\xfe,12345678\n", [(1, "not UTF-8")]),
        ('msisdn,puk1\n"044123456,12345678\n', [(2, "quotation marks")]),
        ("msisdn,puk1\n044123456\n", [(2, "2 short cells")]),
        ("msisdn,puk1\n044123456,1234567\n12,12345678\n", [(2, "eight digits"), (3, "no number of Kosovo")]),
        ("msisdn,puk1\n044123456,12345678\n+38344123456,12345679\n", [(3, "stands in line 2 already")]),
        ("msisdn,puk1,puk2\n044123456,12345678,1\n", [(2, "eight digits")]),
    ],
)
def test_every_fault_is_told_by_its_line_and_nothing_is_read(
    text: str | bytes, expected: list[tuple[int, str]]
) -> None:
    found = faults_of(text)
    assert [line for line, _ in found] == [line for line, _ in expected]
    assert all(part in reason for (_, reason), (_, part) in zip(found, expected, strict=True))


def test_s6_no_fault_repeats_a_cell() -> None:
    told = str(faults_of("msisdn,puk1\n044123456,1234567X\n044123499,98765432,1\n0441234,98765432\n"))
    assert not [secret for secret in ("1234567X", "98765432", "0441234", "044123456") if secret in told]
