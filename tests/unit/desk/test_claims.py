"""What a customer says to have paid: read strictly, never believed beyond what can be, compared to the cent."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.desk.claims import (
    MAX_CENTS,
    NOTHING_CLAIMED,
    OLDEST,
    AmountCheck,
    AmountFinding,
    InvalidClaim,
    PaymentClaim,
    check_amount,
)

TODAY = date(2026, 11, 22)
CENTS = st.integers(min_value=1, max_value=MAX_CENTS)
DAYS = st.dates(min_value=TODAY - OLDEST, max_value=TODAY)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("23,40", 2340), ("23.4", 2340), ("23", 2300), (" 23,40 € ", 2340), ("23 euro", 2300), ("0,01", 1),
        ("10000", MAX_CENTS), ("1.234,50", 123450), ("1 234,50", 123450), ("1\N{NO-BREAK SPACE}234,50 €", 123450),
        ("1\N{NARROW NO-BREAK SPACE}234", 123400), ("1.234", 123400), ("1 234", 123400), ("1.234,5", 123450),
        ("1,234.50", 123450), ("1 234.50", 123450), ("10.000", MAX_CENTS),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(text: str, cents: int):
    assert PaymentClaim.parse(text, "", TODAY) == PaymentClaim(amount_cents=cents)


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "0,00",
        "10000,01",
        "-1",
        "1e3",
        "23,405",
        "1,234",
        "0.234",
        "1.23,45",
        "12.34.56",
        "1.234.567",
        "10.000,01",
        "1 23",
        "1  234",
        "njëzet",
        "٢٣",
        "€",
        "nan",
    ],
)
def test_what_is_no_amount_is_refused(text: str):
    with pytest.raises(InvalidClaim) as refused:
        PaymentClaim.parse(text, "", TODAY)
    assert refused.value.field == "amount"
    assert text not in str(refused.value)


@given(CENTS, st.sampled_from([".", " ", "\N{NO-BREAK SPACE}", ""]), st.sampled_from(["", " €", "€", " euro"]))
def test_an_amount_written_with_its_cents_is_the_same_in_every_way(cents: int, group: str, unit: str):
    """Grouped by dots as in Albanian, by spaces as the assistant writes it, or not at all."""
    euros, rest = divmod(cents, 100)
    written = f"{euros:,}".replace(",", group) + f",{rest:02}{unit}"
    assert PaymentClaim.parse(written, "", TODAY) == PaymentClaim(amount_cents=cents)


@pytest.mark.parametrize("text", ["2026-11-23", "2025-11-20", "22.11.2026", "sot", "2026-02-30"])
def test_a_day_that_cannot_be_is_refused(text: str):
    with pytest.raises(InvalidClaim) as refused:
        PaymentClaim.parse("", text, TODAY)
    assert refused.value.field == "paid_on"


@pytest.mark.parametrize("day", [TODAY, TODAY - OLDEST])
def test_both_ends_of_the_days_are_taken(day: date):
    assert PaymentClaim.parse("", day.isoformat(), TODAY) == PaymentClaim(paid_on=day)


@given(CENTS, DAYS)
def test_what_is_written_is_read_back(cents: int, day: date):
    written = f"{cents // 100},{cents % 100:02}"
    assert PaymentClaim.parse(written, day.isoformat(), TODAY) == PaymentClaim(cents, day)


@given(st.integers() | st.none(), st.dates() | st.none())
def test_a_plausible_claim_is_within_its_bounds_and_stays_so(cents: int | None, day: date | None):
    claim = PaymentClaim(cents, day).plausible(TODAY)
    assert claim.amount_cents is None or 0 < claim.amount_cents <= MAX_CENTS
    assert claim.paid_on is None or TODAY - OLDEST <= claim.paid_on <= TODAY
    assert claim.plausible(TODAY) == claim
    assert claim.amount_cents in (None, cents)
    assert claim.paid_on in (None, day)


@given(st.builds(PaymentClaim, CENTS | st.none(), DAYS | st.none()), st.builds(PaymentClaim, CENTS | st.none()))
def test_the_stronger_claim_wins_and_the_weaker_fills_its_gaps(strong: PaymentClaim, weak: PaymentClaim):
    both = strong.over(weak)
    assert both.amount_cents == (strong.amount_cents or weak.amount_cents)
    assert both.paid_on == (strong.paid_on or weak.paid_on)
    assert NOTHING_CLAIMED.over(strong) == strong.over(NOTHING_CLAIMED) == strong


@given(CENTS | st.none(), st.integers(min_value=0, max_value=MAX_CENTS) | st.none())
def test_the_comparison_says_by_how_much(claimed: int | None, due: int | None):
    check = check_amount(claimed, due)
    if due == 0:
        assert check.finding is AmountFinding.NOTHING_DUE
    elif claimed is None:
        assert check == AmountCheck(AmountFinding.NOT_GIVEN)
    elif due is None:
        assert check == AmountCheck(AmountFinding.DUE_UNKNOWN)
    else:
        sign = {AmountFinding.LESS: -1, AmountFinding.MATCHES: 0, AmountFinding.MORE: 1}[check.finding]
        assert due + sign * check.by_cents == claimed
        assert (check.by_cents == 0) is (check.finding is AmountFinding.MATCHES)
