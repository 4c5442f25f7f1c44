"""S6: numbers, codes and addresses become placeholders; what the FAQ talks about stays readable."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ndihma.redaction import Kind, redact

LONG_RUN = re.compile(r"(?:\d[\s\W_]{0,6}){6,}")


def luhn(prefix: str) -> str:
    for check in "0123456789":
        total = 0
        for place, digit in enumerate(reversed(prefix + check)):
            value = int(digit) * (2 if place % 2 else 1)
            total += value - 9 if value > 9 else value
        if total % 10 == 0:
            return prefix + check
    raise AssertionError


@pytest.mark.parametrize(
    "number",
    [
        "044 123 456",
        "044/123-456",
        "044.12.34.56",
        "044-123-456",
        "(044) 123-456",
        "044 / 123 - 456",
        "044_123_456",
        "044, 123, 456",
        "0 4 4 1 2 3 4 5 6",
        "044123456",
        "44 123 456",
        "44123456",
        "+383 44 123 456",
        "+38344123456",
        "+383 (0)44 123 456",
        "+383-44-123-456",
        "00383 44 123 456",
        "0038344123456",
        "+377 44 123 456",
        "00377 44 123456",
        "38344123456",
        "383 44 123 456",
        "+49 170 1234567",
        "0049 170 1234567",
        "+355 69 123 4567",
        "+41 (79) 123 45 67",
        "038 123 456",
        "٠٤٤ ١٢٣ ٤٥٦",
        "０４４１２３４５６",
        "＋383 44 123 456",
        "0\u200b4\u200b4\u200b1\u200b2\u200b3\u200b4\u200b5\u200b6",
        "044\u2013123\u2013456",
        "044\u00a0123\u202f456",
        "0️⃣4️⃣4️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣",
        "𝟘𝟜𝟜𝟙𝟚𝟛𝟜𝟝𝟞",
        "044\n123\n456",
    ],
)
def test_s6_telephone_number_in_every_written_form_is_redacted(number: str) -> None:
    out = redact(f"numri im {number} nuk punon")
    assert out.text == "numri im <msisdn> nuk punon"
    assert out.kinds == {Kind.MSISDN}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kodi 482913", "kodi <code>"),
        ("kodi: 482 913.", "kodi: <code>."),
        ("48-29-13", "<code>"),
        ("G-482913", "G-<code>"),
        ("kodi482913", "kodi<code>"),
        ("000000", "<code>"),
        ("PUK 81234567", "PUK <puk>"),
        ("PUK 8123 4567", "PUK <puk>"),
        ("1178123456", "<personal_number>"),
        ("nr. personal 2012345678", "nr. personal <personal_number>"),
        ("8938301234567890123", "<iccid>"),
        ("89383 01234 56789 01234", "<iccid>"),
        ("4111 1111 1111 1111", "<card>"),
        ("5500-0000-0000-0004", "<card>"),
        ("filan.fisteku+vala@gmail.com", "<email>"),
        ("filan @ gmail.com", "<email>"),
        ("business@kosovotelecom.com.example.org", "<email>"),
        ("filan044123456@yahoo.com", "<email>"),
        ("*123*12345678901234#", "*<number>#"),
        ("fatura 1234567", "fatura <number>"),
        ("044123456, 049654321", "<msisdn>, <msisdn>"),
        ("044123456/049654321", "<msisdn>/<msisdn>"),
        ("+38344123456 482913", "<msisdn> <code>"),
        ("044 123 456 482 913", "<msisdn> <code>"),
        ("044123456 20 euro", "<msisdn> 20 euro"),
        ("044 123 456 100 ditë", "<msisdn> 100 ditë"),
        ("2 044123456", "2 <msisdn>"),
        ("12.11.2026 044123456 1,50", "12.11.2026 <msisdn> 1,50"),
    ],
)
def test_s6_each_kind_has_its_placeholder(text: str, expected: str) -> None:
    assert redact(text).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "1.50 apo 2,99 €",
        "1.50, 2.99",
        "1,50/2,99€",
        "1.200,50 euro",
        "1500,00 €",
        "PIN 0000",
        "0000 00000",
        "PIN 0000, 00000",
        "080010000",
        "0800 10 000",
        "+383 800 10000",
        "100 ditë, 90 ditë, 15 ditë",
        "12.11.2026",
        "12/11/2026 14:30",
        "09.11.2026 14:30:15",
        "12.11.2026 - 15.11.2026",
        "2026-11-12",
        "12.11.26",
        "viti 2025",
        "business@kosovotelecom.com",
        "Business@KosovoTelecom.com.",
        "https://kosovotelecom.com/selfcare.php",
        "1 deri në 50 euro",
        "7, 15, 90",
        "Çfarë është e\u0308 PUK?",
        "0️⃣",
        "",
    ],
)
def test_s6_what_the_faq_talks_about_stays(text: str) -> None:
    out = redact(text)
    assert out.text == text
    assert not out.kinds


separators = st.sampled_from(["", " ", "-", ".", "/", " - ", "\u00a0", "\u2013", "\u200b", " / "])
digit = st.sampled_from("0123456789")


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(digit, min_size=count, max_size=count)


msisdns = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["0", "+383", "00383", "383", "+377", "00377", ""]),
        st.sampled_from(["43", "44", "45", "46", "47", "48", "49"]),
        digits(6),
    ),
)
foreign = st.builds(
    "".join, st.tuples(st.sampled_from(["+49", "+41", "+355", "0049", "+381", "+1"]), st.just("7"), digits(8))
)
iccids = st.builds("".join, st.tuples(st.just("8938"), digits(15) | digits(16)))
codes = digits(6)
puks = digits(8)
personal = st.builds("".join, st.tuples(st.sampled_from("12"), digits(9)))
cards = st.builds(luhn, st.builds("".join, st.tuples(st.sampled_from("345"), digits(15))))
secrets = msisdns | foreign | iccids | codes | puks | personal | cards


@st.composite
def written(draw: st.DrawFn) -> str:
    """A secret in groups, as people write it: one separator for the whole, or another one after each group."""
    secret = draw(secrets)
    plus, body = ("+", secret[1:]) if secret.startswith("+") else ("", secret)
    one = draw(separators)
    mixed = draw(st.booleans())
    out = plus
    while body:
        size = draw(st.integers(1, 6))
        out += body[:size]
        body = body[size:]
        if body:
            out += draw(separators) if mixed else one
    shift = draw(st.sampled_from([0, 0, 0, 0x0660 - 0x30, 0xFF10 - 0x30]))
    return "".join(chr(ord(c) + shift) if c in "0123456789" else c for c in out)


PRICE = r"(?:0|[1-9]\d{0,3})[.,]\d{2}"
LOOKS_HARMLESS = re.compile(
    rf"{PRICE}|[1-9]\d{{0,2}}[.,]\d{{3}}[.,]\d{{2}}|\d{{1,2}}([./-])\d{{1,2}}\1(\d{{2}}|\d{{4}})|\d{{4}}-\d{{2}}-\d{{2}}|0{{4,5}}|(?:19|20)\d{{2}}"
)


def is_written_like_something_harmless(text: str) -> bool:
    """``12.11.2026`` may be a PUK, but nobody could tell."""
    simple = "".join(str(int(c)) if c.isdecimal() else c for c in text.replace("\u200b", "").replace("\u2013", "-"))
    digits_only = re.sub(r"\D", "", simple)
    return (
        any(LOOKS_HARMLESS.search(part) for part in re.split(r"\s+", simple) if re.search(r"\D", part))
        or any(LOOKS_HARMLESS.fullmatch(part) for part in re.split(r"[^\d]+", simple))
        or not digits_only.strip("0")
        or digits_only in {"080010000", "38380010000"}
    )


@given(
    st.sampled_from(["", "numri im është ", "kodi: ", "PUK-u ", "("]),
    written(),
    st.sampled_from(["", " faleminderit", ".", ")", "?"]),
)
@example("", "044.12.34.56", "")
def test_s6_no_six_digits_of_a_secret_remain_however_it_is_written(before: str, secret: str, after: str) -> None:
    assume(not is_written_like_something_harmless(secret))
    out = redact(before + secret + after)
    assert not LONG_RUN.search(out.text)
    assert out.kinds


@given(st.lists(written(), min_size=2, max_size=4))
def test_s6_secrets_side_by_side_are_all_redacted(several: list[str]) -> None:
    assume(not any(is_written_like_something_harmless(secret) for secret in several))
    assert not LONG_RUN.search(redact(" dhe ".join(several)).text)


@given(st.text(max_size=60) | st.text(st.sampled_from("0123456789 .,-/+()@amsisdn<>\u200b٤："), max_size=60))
def test_s6_redaction_is_idempotent(text: str) -> None:
    once = redact(text)
    assert redact(once.text).text == once.text


@given(st.text(max_size=60))
def test_s6_text_without_findings_is_unchanged(text: str) -> None:
    out = redact(text)
    assert out.kinds or out.text == text


@given(st.text(st.characters(exclude_categories=["Nd", "Nl", "No"], exclude_characters="@"), max_size=80))
def test_s6_text_without_digits_and_addresses_is_never_touched(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    "text", ["1 " * 2000, "044123456 " * 400, "0.5-" * 1000, "@" * 4000, "a" * 4000 + "@", "9" * 4000]
)
def test_s3_longest_text_takes_no_time(text: str) -> None:
    redact(text)  # pathological input: linear work, or this test would run for minutes
