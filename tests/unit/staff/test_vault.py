"""What is sealed opens only where it belongs; what is derived for one use means nothing in another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ndihma.staff.vault import SecretUnreadable, StaffVault, new_token, token_hash

VAULT = StaffVault(SecretStr("s" * 40))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=64))
def test_s14_sealed_secrets_open_only_for_their_account_and_key(text: str) -> None:
    sealed = VAULT.seal(text, "anita")
    assert VAULT.unseal(sealed, "anita") == text
    for other, bound_to in ((VAULT, "besa"), (StaffVault(SecretStr("o" * 40)), "anita")):
        with pytest.raises(SecretUnreadable):
            other.unseal(sealed, bound_to)


@given(st.integers(0, 40))
def test_s14_an_altered_secret_does_not_open(place: int) -> None:
    sealed = bytearray(VAULT.seal("JBSWY3DPEHPK3PXP", "anita"))
    sealed[place % len(sealed)] ^= 1
    with pytest.raises(SecretUnreadable):
        VAULT.unseal(bytes(sealed), "anita")
    with pytest.raises(SecretUnreadable):
        VAULT.unseal(b"", "anita")


@given(st.text(max_size=20), st.text(max_size=20))
def test_s14_a_csrf_token_is_of_one_session(one: str, other: str) -> None:
    assert VAULT.is_csrf_token(VAULT.csrf_token("session"), "session")
    assert not VAULT.is_csrf_token(VAULT.csrf_token("session"), "another")
    assert not VAULT.is_csrf_token(one, "session")
    assert VAULT.subject("user", "x") != VAULT.subject("address", "x") != VAULT.recovery_hash("user", "x")


def test_tokens_are_long_and_hashed() -> None:
    token = new_token()
    assert len(token) >= 43
    assert token_hash(token) != token_hash(new_token())
    assert len(token_hash("x" * 100_000)) == 64
