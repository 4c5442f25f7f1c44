"""The keys of PUK codes, and what a stored code is bound to."""

import base64
import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ndihma.accounts.model import SimCard
from ndihma.accounts.msisdn import Msisdn
from ndihma.config import Mode, Settings
from ndihma.puk.cipher import CodeUnreadable, PukCipher, Sealed, card_hash
from ndihma.puk.keys import Keyring, KeyringInvalid, keyring
from ndihma.puk.model import InvalidPuk, PukCodes
from ndihma.secrets import SecretError

OWNER = Msisdn.parse("044 123 456")
OTHER = Msisdn.parse("044 123 457")
CARD = card_hash(SimCard("8938300000000000001"))
OTHER_CARD = card_hash(SimCard("8938300000000000002"))


def key(byte: int) -> str:
    return base64.b64encode(bytes([byte]) * 32).decode()


def ring(*parts: str) -> Keyring:
    return Keyring(SecretStr(",".join(parts)))


OLD, NEW = f"2025:{key(1)}", f"2026:{key(2)}"
eight_digits = st.from_regex(r"[0-9]{8}", fullmatch=True)


@given(puk1=eight_digits, puk2=st.one_of(st.just(""), eight_digits))
def test_a_code_that_was_sealed_opens_to_itself(puk1: str, puk2: str) -> None:
    cipher = PukCipher(ring(NEW))
    sealed = cipher.seal(PukCodes.of(puk1, puk2), OWNER, CARD)
    assert cipher.open(sealed, OWNER, CARD) == PukCodes.of(puk1, puk2)
    assert puk1.encode() not in sealed.ciphertext
    assert len(sealed.ciphertext) == 17 + 16, "the length does not tell whether there is a second code"


def test_a_key_of_before_opens_what_it_sealed_and_the_first_one_seals() -> None:
    old = PukCipher(ring(OLD)).seal(PukCodes.of("12345678"), OWNER, CARD)
    both = PukCipher(ring(NEW, OLD))
    assert both.open(old, OWNER, CARD) == PukCodes.of("12345678")
    assert both.seal(PukCodes.of("12345678"), OWNER, CARD).key_id == "2026"
    with pytest.raises(CodeUnreadable, match="not in NDIHMA_PUK_KEYS"):
        PukCipher(ring(NEW)).open(old, OWNER, CARD)


@pytest.mark.parametrize("change", ["number", "card", "key id", "nonce", "ciphertext"])
def test_s8_a_stored_code_that_was_moved_or_altered_opens_to_nothing(change: str) -> None:
    cipher = PukCipher(ring(NEW, f"other:{key(3)}"))
    sealed = cipher.seal(PukCodes.of("12345678"), OWNER, CARD)
    altered: Sealed = {
        "key id": dataclasses.replace(sealed, key_id="other"),
        "nonce": dataclasses.replace(sealed, nonce=bytes(12)),
        "ciphertext": dataclasses.replace(sealed, ciphertext=bytes(33)),
    }.get(change, sealed)
    msisdn = OTHER if change == "number" else OWNER
    with pytest.raises(CodeUnreadable) as refused:
        cipher.open(altered, msisdn, OTHER_CARD if change == "card" else CARD)
    assert "12345678" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "key 1 needs an id"),
        (key(1), "key 1 needs an id"),
        (f":{key(1)}", "key 1 needs an id"),
        (f"a b:{key(1)}", "key 1 needs an id"),
        ("2026:c2hvcnQ=", "key 1 is not 32 bytes"),
        ("2026:not base64!", "key 1 is not 32 bytes"),
        (f"{NEW},", "key 2 needs an id"),
        (f"{NEW},2026:{key(1)}", "key 2 has the id of one before"),
        (f"{NEW},2025:{key(2)}", "key 2 is the same as one before"),
    ],
)
def test_keys_that_cannot_be_used_are_refused_without_being_shown(text: str, reason: str) -> None:
    with pytest.raises(KeyringInvalid, match=reason) as refused:
        ring(text)
    assert key(1) not in str(refused.value)
    assert key(2) not in str(refused.value)


def test_development_has_a_key_of_its_own_and_production_must_be_given_one(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    sealed = PukCipher(keyring(settings)).seal(PukCodes.of("12345678"), OWNER, CARD)
    assert PukCipher(keyring(settings)).open(sealed, OWNER, CARD) == PukCodes.of("12345678")
    production = Settings(var_dir=tmp_path, mode=Mode.PRODUCTION, engine_token=SecretStr("t" * 40))
    with pytest.raises(SecretError, match="NDIHMA_PUK_KEYS"):
        keyring(production)
    given_keys = production.model_copy(update={"puk_keys": SecretStr(NEW)})
    assert keyring(given_keys).current_id == "2026"


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "1234567a", "１２３４５６７８", "1234 5678"])
def test_a_puk_has_eight_digits(text: str) -> None:
    with pytest.raises(InvalidPuk) as refused:
        PukCodes.of(text)
    assert not text or text not in str(refused.value)


def test_s6_neither_a_code_nor_a_key_shows_in_a_repr() -> None:
    assert "12345678" not in repr(PukCodes.of("12345678", "12345678"))
    assert repr(ring(NEW, OLD)) == "Keyring(2026, 2025)"
