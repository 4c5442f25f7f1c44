"""Amounts of money: each comes back in cents however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import read, spell, without_diacritics


def euro(cents: int, currency: str = "EUR") -> dict:
    return {"cents": cents, "currency": currency}


UNITS_OF_MONEY = ["euro", "€", "eur", "eurosh", "EURO", "eura"]


@given(st.integers(1, 99_999_999), st.sampled_from(UNITS_OF_MONEY), st.sampled_from([" ", ""]), st.sampled_from(".,"))
def test_an_amount_in_figures_is_read_back(cents: int, unit: str, space: str, point: str) -> None:
    written = f"{cents // 100}{point}{cents % 100:02}{space}{unit}"
    assert read(f"pagova {written} te posta") == [(written, "amount", euro(cents))]


@given(st.integers(1, 9999), st.sampled_from(["€{}", "€ {}", "eur {}", "{}€", "{} euro", "{}e", "{} eu"]))
def test_whole_euros_are_read_back(euros: int, form: str) -> None:
    written = form.format(euros)
    assert read(f"i kom dhan {written}.") == [(written, "amount", euro(euros * 100))]


@given(st.integers(1, 999), st.integers(0, 2), st.booleans())
def test_euros_in_words_are_read_back(euros: int, style: int, bare: bool) -> None:
    written = f"{spell(euros, style)} euro"
    written = without_diacritics(written) if bare else written
    assert read(f"kom pagu {written} te posta") == [(written, "amount", euro(euros * 100))]


@given(
    st.integers(1, 99), st.integers(11, 99), st.sampled_from(["{} euro e {} cent", "{} euro e {}", "{} euro {} cent"])
)
def test_euros_and_cents_in_words_are_read_back(euros: int, cents: int, form: str) -> None:
    written = form.format(spell(euros, 0), spell(cents, 0))
    assert read(f"pagova {written}") == [(written, "amount", euro(euros * 100 + cents))]


@pytest.mark.parametrize(
    ("text", "surface", "value"),
    [
        ("ma hjeki nji euro e gjys", "nji euro e gjys", euro(150)),
        ("dy e gjysë euro", "dy e gjysë euro", euro(250)),
        ("gjysë euro m'hiqet", "gjysë euro", euro(50)),
        ("pesmdhet euro i qova", "pesmdhet euro", euro(1500)),
        ("dy presje nëntëdhjetë e nëntë euro", "dy presje nëntëdhjetë e nëntë euro", euro(299)),
        ("99 cent", "99 cent", euro(99)),
        ("pesdhet centa", "pesdhet centa", euro(50)),
        ("ni 5she kredi", "5she", euro(500)),
        ("nji dhjetshe", "dhjetshe", euro(1000)),
        ("2e50 sms-i", "2e50", euro(250)),
        ("opsioni 1.50 a 2", "1.50", euro(150)),
        ("1.200,50 €", "1.200,50 €", euro(120050)),
        ("1 200 euro", "1 200 euro", euro(120000)),
        ("10-15 euro n'muj", "10-15 euro", euro(1500)),
        ("pesëdhjetë franga", "pesëdhjetë franga", euro(5000, "CHF")),
    ],
)
def test_ways_to_write_an_amount(text: str, surface: str, value: dict) -> None:
    assert read(text) == [(surface, "amount", value)]


@pytest.mark.parametrize(
    "text",
    [
        "PIN 0000",
        "kartela 2",
        "sa euro",
        "20% zbritje",
        "ora 10.30",
        "n'ora 8.00 deri 20.00",
        "100 herë",
        "500 MB",
        "5 GB",
    ],
)
def test_what_is_no_amount(text: str) -> None:
    assert "amount" not in [label for _, label, _ in read(text)]
