"""Codes of authenticator apps: RFC 6238's own figures, the drift, the enrolment; recovery codes as they are typed."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.staff.totp import new_recovery_codes, new_secret, otpauth_uri, recovery_code, step_of, totp_code

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 11, 30, 14, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_s14_codes_are_those_of_rfc_6238(second: int, code: str) -> None:
    assert step_of(RFC_SECRET, code, datetime.fromtimestamp(second, UTC)) == second // 30


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_s14_a_clock_may_be_one_step_off(steps: int, taken: bool) -> None:
    secret = new_secret()
    at = NOW + timedelta(seconds=30 * steps)
    found = step_of(secret, pyotp.TOTP(secret).at(at), NOW)
    assert (found == int(at.timestamp()) // 30) is taken


def test_the_uri_is_what_apps_read() -> None:
    secret = new_secret()
    parts = urlsplit(otpauth_uri(secret, "anita.k"))
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/Ndihma:anita.k")
    assert parse_qs(parts.query) == {"secret": [secret], "issuer": ["Ndihma"]}
    assert len(base64.b32decode(secret)) == 20


def test_codes_may_be_typed_in_groups() -> None:
    assert totp_code(" 123 456 ") == "123456"
    assert totp_code("12345") is None
    assert totp_code("١٢٣٤٥٦") is None
    assert totp_code("12345a") is None


@given(st.integers(0, 9), st.sampled_from([str.lower, str.upper]), st.sampled_from(["", " ", "-", "- "]))
def test_recovery_codes_are_read_however_they_are_typed(which: int, case: object, between: str) -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    typed = codes[which].replace("-", between)
    assert callable(case)
    assert recovery_code(case(typed)) == codes[which].replace("-", "")


@pytest.mark.parametrize("typed", ["", "123456", "ABCD-EFGH-JKM", "ABCD-EFGH-JKM0", "ABCD-EFGH-JKMNP"])
def test_what_cannot_be_a_recovery_code_is_none(typed: str) -> None:
    assert recovery_code(typed) is None
