"""Every table of the app is known to erasing: what it holds of a person goes, or a reason says why it stays (S11)."""

from __future__ import annotations

import ndihma.tables  # noqa: F401  (every module that declares tables)
from ndihma.accounts.msisdn import Msisdn
from ndihma.db import Base
from ndihma.privacy.holdings import HOLDINGS, NOT_ERASED
from ndihma.privacy.model import Person

PERSON = Person(Msisdn.parse("044 123 456"), "0" * 64)
SECRET_WORDS = ("hash", "token", "salt", "sealed", "cipher", "nonce", "key")


def test_s11_every_table_is_erased_or_excused() -> None:
    erased = {holding.name for holding in HOLDINGS}
    assert erased | NOT_ERASED.keys() == Base.metadata.tables.keys()
    assert not erased & NOT_ERASED.keys()


def test_s11_what_refers_to_a_row_goes_before_it() -> None:
    order = [holding.name for holding in HOLDINGS]
    wrong = [
        (table.name, key.column.table.name)
        for table in Base.metadata.sorted_tables
        if table.name in order
        for key in table.foreign_keys
        if order.index(table.name) > order.index(key.column.table.name)
    ]
    assert not wrong


def test_s11_no_secret_is_in_an_export() -> None:
    shown = {
        f"{holding.name}.{column.key}"
        for holding in HOLDINGS
        if holding.shown
        for column in holding.table.__table__.columns
        if column.key not in holding.hidden and any(word in column.key for word in SECRET_WORDS)
    }
    assert shown == {"sessions.token_expires_at", "sessions.previous_token_expires_at"}


def test_hidden_columns_exist() -> None:
    for holding in HOLDINGS:
        assert holding.hidden <= set(holding.table.__table__.columns.keys()), holding.name


def test_every_condition_names_its_own_table() -> None:
    for holding in HOLDINGS:
        assert holding.name in str(holding.whose(PERSON))
