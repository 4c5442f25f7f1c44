"""What stands for an account in a page: it opens in one session, for an hour, and shows nothing of the number."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import FixedClock
from ndihma.console.account_keys import LIFE, AccountKeyOver, AccountKeys
from ndihma.staff.vault import StaffVault

NOW = datetime(2026, 11, 22, 16, tzinfo=UTC)
NUMBER = Msisdn("+38344123456")
VAULT = StaffVault(SecretStr("s" * 64))


def test_a_key_opens_in_its_session_until_its_hour_is_over() -> None:
    clock = FixedClock(NOW)
    keys = AccountKeys(VAULT, clock)
    key = keys.of(NUMBER, "s1")
    assert keys.read(key, "s1") == NUMBER
    with pytest.raises(AccountKeyOver):
        keys.read(key, "s2")
    clock.advance(LIFE - timedelta(seconds=1))
    assert keys.read(key, "s1") == NUMBER
    clock.advance(timedelta(seconds=1))
    with pytest.raises(AccountKeyOver):
        keys.read(key, "s1")


def test_a_key_says_nothing_and_no_two_are_alike() -> None:
    keys = AccountKeys(VAULT, FixedClock(NOW))
    one, other = keys.of(NUMBER, "s1"), keys.of(NUMBER, "s1")
    assert one != other
    assert b"44123456" not in base64.urlsafe_b64decode(one)


def test_a_value_sealed_for_another_use_is_no_key() -> None:
    sealed = VAULT.seal(f"9999999999 {NUMBER.e164}", "totp s1")
    with pytest.raises(AccountKeyOver):
        AccountKeys(VAULT, FixedClock(NOW)).read(base64.urlsafe_b64encode(sealed).decode(), "s1")


@given(st.text(max_size=120))
def test_whatever_else_is_shown_is_no_key(shown: str) -> None:
    with pytest.raises(AccountKeyOver):
        AccountKeys(VAULT, FixedClock(NOW)).read(shown, "s1")
