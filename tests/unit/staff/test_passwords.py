"""Passwords: which are taken, how they are kept."""

from __future__ import annotations

import re
import unicodedata

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from hypothesis import given
from hypothesis import strategies as st

from ndihma.staff.model import PasswordWeakness, WeakPassword
from ndihma.staff.passwords import Passwords, check_strength
from ndihma.staff.policy import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS

GOOD = "gurë shtëpi lule 7"


async def test_s14_passwords_are_kept_by_argon2id_with_the_parameters_of_owasp() -> None:
    stored = await Passwords().hash(GOOD)
    parameters = extract_parameters(stored)
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19 * 1024, 2, 1)
    assert GOOD not in stored
    assert await Passwords().hash(GOOD) != stored, "each has a salt of its own"


async def test_s14_the_right_password_and_no_other() -> None:
    passwords = Passwords()
    stored = await passwords.hash(GOOD)
    assert await passwords.matches(GOOD, stored)
    assert not await passwords.matches(GOOD + " ", stored)
    assert not await passwords.matches(GOOD.upper(), stored)
    assert not await passwords.matches("", stored)
    assert not await passwords.matches("x" * 1_000_000, stored)
    assert not await passwords.matches(GOOD, None)
    assert not await passwords.matches("a password that nobody has", None)
    assert not await passwords.matches(GOOD, "no hash")


async def test_a_keyboard_may_write_its_letters_in_two_ways() -> None:
    passwords = Passwords()
    stored = await passwords.hash(unicodedata.normalize("NFD", GOOD))
    assert await passwords.matches(unicodedata.normalize("NFC", GOOD), stored)


async def test_s14_hashes_with_other_parameters_verify_and_are_known_as_old() -> None:
    passwords = Passwords()
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(GOOD)
    assert await passwords.matches(GOOD, old)
    assert passwords.is_outdated(old)
    assert not passwords.is_outdated(await passwords.hash(GOOD))


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("", PasswordWeakness.SHORT),
        ("elevencharz", PasswordWeakness.SHORT),
        ("x" * (MAX_PASSWORD_CHARS + 1), PasswordWeakness.LONG),
        ("aaaaaaaaaaaaaa", PasswordWeakness.GUESSABLE),
        ("abababababab", PasswordWeakness.GUESSABLE),
        ("Password2026!", PasswordWeakness.GUESSABLE),
        ("Fjalëkalimi123", PasswordWeakness.GUESSABLE),
        ("Prishtina2026", PasswordWeakness.GUESSABLE),
        ("1234567890123", PasswordWeakness.GUESSABLE),
        ("qwertyuiopasd", PasswordWeakness.GUESSABLE),
        ("anita.krasniqi-2026", PasswordWeakness.GUESSABLE),
    ],
)
def test_s14_weak_passwords_are_refused(password: str, weakness: PasswordWeakness) -> None:
    with pytest.raises(WeakPassword) as refused:
        check_strength(password, "anita.krasniqi")
    assert refused.value.weakness is weakness
    assert not password or password not in str(refused.value)


@given(st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=200))
def test_length_alone_refuses_nothing_between_its_bounds(password: str) -> None:
    length = len(unicodedata.normalize("NFC", password))
    try:
        check_strength(password, "anita")
    except WeakPassword as refused:
        if refused.weakness is PasswordWeakness.SHORT:
            assert length < MIN_PASSWORD_CHARS
        elif refused.weakness is PasswordWeakness.LONG:
            assert length > MAX_PASSWORD_CHARS
        else:
            assert MIN_PASSWORD_CHARS <= length <= MAX_PASSWORD_CHARS
    else:
        assert MIN_PASSWORD_CHARS <= length <= MAX_PASSWORD_CHARS
        assert re.search(r".", password)
