"""S5: codes are random, hashed with the server's key, and bound; numbers are hashed and sealed."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ndihma.accounts.msisdn import Msisdn
from ndihma.verification.model import Purpose
from ndihma.verification.vault import Binding, Vault, VaultError

VAULT = Vault(SecretStr("a" * 64))
OTHER = Vault(SecretStr("b" * 64))
SALT = b"\x01" * 16
NUMBER = Msisdn("+38344123456")
BINDING = Binding("c1", Purpose.ACCOUNT, VAULT.number_subject(NUMBER))

e164 = st.from_regex(r"\A\+383[234][0-9]{6,8}\Z", fullmatch=True).map(Msisdn)


def test_s5_code_has_six_digits_and_zeros_in_front_count() -> None:
    codes = [Vault.new_code() for _ in range(20_000)]
    assert all(len(code) == 6 and code.isdecimal() and code.isascii() for code in codes)
    firsts = Counter(code[0] for code in codes)
    assert set(firsts) == set("0123456789")
    assert max(firsts.values()) < 1.2 * min(firsts.values())


@given(st.from_regex(r"\A[0-9]{6}\Z"), st.binary(min_size=16, max_size=16))
def test_s5_only_the_same_code_salt_and_binding_match(code: str, salt: bytes) -> None:
    stored = VAULT.code_hash(code, salt, BINDING)
    assert VAULT.matches(code, salt, BINDING, stored)
    other_code = f"{(int(code) + 1) % 10**6:06d}"
    assert not VAULT.matches(other_code, salt, BINDING, stored)
    assert not VAULT.matches(code, bytes(16) if salt != bytes(16) else SALT, BINDING, stored)
    assert not OTHER.matches(code, salt, BINDING, stored)
    for other in (
        Binding("c2", BINDING.purpose, BINDING.number_hash),
        Binding(BINDING.conversation_id, BINDING.purpose, "0" * 64),
        Binding("c1" + BINDING.purpose.value, BINDING.purpose, BINDING.number_hash),
    ):
        assert not VAULT.matches(code, salt, other, stored)


def test_hashes_of_different_uses_have_nothing_in_common() -> None:
    same = "+38344123456"
    hashes = {VAULT.number_subject(NUMBER), VAULT.conversation_subject(same), VAULT.address_subject(same)}
    assert len(hashes) == 3
    assert VAULT.number_subject(NUMBER) != OTHER.number_subject(NUMBER)
    assert "44123456" not in VAULT.number_subject(NUMBER)


@given(e164, st.binary(min_size=16, max_size=16))
def test_sealed_number_opens_and_does_not_show(number: Msisdn, salt: bytes) -> None:
    sealed = VAULT.seal(number, salt)
    assert number.e164[1:].encode() not in sealed
    assert len(sealed) == 16
    assert VAULT.unseal(sealed, salt, VAULT.number_subject(number)) == number


@given(e164)
def test_altered_or_foreign_seal_does_not_open(number: Msisdn) -> None:
    sealed = VAULT.seal(number, SALT)
    subject = VAULT.number_subject(number)
    flipped = bytes([sealed[0] ^ 1]) + sealed[1:]
    for vault, data, salt in ((VAULT, flipped, SALT), (VAULT, sealed, bytes(16)), (OTHER, sealed, SALT)):
        with pytest.raises(VaultError) as caught:
            vault.unseal(data, salt, subject)
        assert number.e164 not in str(caught.value)


def test_s5_same_number_is_sealed_differently_each_time() -> None:
    salts = {Vault.new_salt() for _ in range(100)}
    assert len(salts) == 100
    assert len({VAULT.seal(NUMBER, salt) for salt in salts}) == 100


def test_key_does_not_show_in_repr() -> None:
    assert "aaaa" not in repr(VAULT)
