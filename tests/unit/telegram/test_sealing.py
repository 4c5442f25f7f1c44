"""Updates at rest: nothing of them can be read without the key, and none can be put in another's place."""

import pytest
from pydantic import SecretStr

from ndihma.telegram.sealing import SealBroken, UpdateSeal, webhook_secret

KEY = SecretStr("k" * 64)
CONTENT = "kodi im është 493817".encode()


def test_s6_a_stored_update_does_not_show_what_was_written() -> None:
    sealed = UpdateSeal(KEY).seal(5, CONTENT)
    assert b"493817" not in sealed
    assert UpdateSeal(KEY).open(5, sealed) == CONTENT


def test_two_seals_of_the_same_update_differ() -> None:
    seal = UpdateSeal(KEY)
    assert seal.seal(5, CONTENT) != seal.seal(5, CONTENT)


@pytest.mark.parametrize(
    "broken", [b"", b"short", UpdateSeal(SecretStr("x" * 64)).seal(5, CONTENT)], ids=["empty", "short", "other key"]
)
def test_another_key_or_a_broken_row_opens_nothing(broken: bytes) -> None:
    with pytest.raises(SealBroken):
        UpdateSeal(KEY).open(5, broken)


def test_an_update_in_anothers_place_opens_nothing() -> None:
    with pytest.raises(SealBroken):
        UpdateSeal(KEY).open(6, UpdateSeal(KEY).seal(5, CONTENT))


def test_s12_every_replica_makes_the_same_webhook_secret_and_it_tells_nothing_of_the_key() -> None:
    made = webhook_secret(None, KEY).get_secret_value()
    assert made == webhook_secret(None, KEY).get_secret_value()
    assert made != webhook_secret(None, SecretStr("x" * 64)).get_secret_value()
    assert KEY.get_secret_value() not in made
    assert webhook_secret(SecretStr("own-secret-of-16"), KEY).get_secret_value() == "own-secret-of-16"
