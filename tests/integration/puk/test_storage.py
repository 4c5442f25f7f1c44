"""Storing PUK codes and encrypting them anew."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from ndihma.accounts.model import Line, LineKind, SimCard, Subscriber
from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.model import Actor, ActorKind
from ndihma.audit.tables import AuditEntryRow
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.puk import store
from ndihma.puk.cipher import CodeUnreadable, PukCipher, card_hash
from ndihma.puk.importing import read_codes, seal_rows, store_codes
from ndihma.puk.rotation import Rotated, rotate
from ndihma.puk.store import StoredCode
from ndihma.puk.tables import PukCodeRow

from .conftest import cipher_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPERATOR = Actor(ActorKind.OPERATOR, "arta")
NUMBERS = [Msisdn.parse(f"044 123 {n:03d}") for n in range(250)]
FILE = "msisdn,puk1\n" + "".join(f"{number.e164},{n:08d}\n" for n, number in enumerate(NUMBERS))


async def find(msisdn: Msisdn) -> Line | None:
    if msisdn not in NUMBERS:
        return None
    sim = SimCard(f"8938300000000{NUMBERS.index(msisdn):06d}")
    return Line(msisdn, LineKind.POSTPAID, Subscriber("s", "N"), sim)


def trail(database: Database) -> SqlAuditTrail:
    return SqlAuditTrail(database, FixedClock(NOON), SecretStr("a" * 64))


async def imported(database: Database, cipher: PukCipher, text: str = FILE) -> list[StoredCode]:
    rows, faults = read_codes(text.encode())
    assert not faults
    codes, faults = await seal_rows(rows, cipher, find)
    assert not faults
    await store_codes(database, trail(database), codes, actor=OPERATOR, now=NOON)
    return codes


async def codes_in(database: Database, cipher: PukCipher) -> list[str]:
    async with database.session() as session:
        found = [await store.code_of(session, number) for number in NUMBERS]
    opened = [cipher.open(code.sealed, code.msisdn, code.card) for code in found if code is not None]
    return [codes.puk1.get_secret_value() for codes in opened]


async def audited(database: Database) -> list[tuple[str, str]]:
    async with database.session() as session:
        rows = await session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.sequence))
        return [(row.action, row.reason) for row in rows]


async def test_an_import_stores_all_codes_encrypted_and_is_audited(database: Database) -> None:
    cipher = cipher_of("1")
    await imported(database, cipher)
    assert await codes_in(database, cipher) == [f"{n:08d}" for n in range(250)]
    assert await audited(database) == [("puk_stored", "250 codes")]


async def test_an_import_replaces_codes_of_the_same_numbers(database: Database) -> None:
    cipher = cipher_of("1")
    await imported(database, cipher)
    await imported(database, cipher, f"msisdn,puk1\n{NUMBERS[0].e164},99999999\n")
    assert (await codes_in(database, cipher))[:2] == ["99999999", "00000001"]


async def test_a_number_without_account_or_card_stores_nothing(database: Database) -> None:
    rows, _ = read_codes(f"msisdn,puk1\n{NUMBERS[0].e164},00000000\n044999999,11111111\n".encode())
    codes, faults = await seal_rows(rows, cipher_of("1"), find)
    assert codes == []
    assert [(fault.line, fault.reason) for fault in faults] == [(3, "no account has this number")]


async def test_rotation_encrypts_everything_anew_and_is_audited(database: Database) -> None:
    await imported(database, cipher_of("1"))
    told: list[tuple[int, int]] = []
    both = cipher_of("2", "1")
    rotated = await rotate(
        database, trail(database), both, actor=OPERATOR, progress=lambda done, total: told.append((done, total))
    )
    assert rotated == Rotated(250, 0)
    assert told == [(200, 250), (250, 250)]
    assert await codes_in(database, cipher_of("2")) == [f"{n:08d}" for n in range(250)], "the old key is not needed"
    assert [entry for entry in await audited(database) if entry[0] == "key_rotated"] == [
        ("key_rotated", "200 codes to key 2"),
        ("key_rotated", "50 codes to key 2"),
    ]
    assert await rotate(database, trail(database), both, actor=OPERATOR) == Rotated(0, 0)


async def test_a_rotation_that_was_broken_off_is_taken_up_where_it_was(database: Database) -> None:
    await imported(database, cipher_of("1"))
    both = cipher_of("2", "1")

    class Broken(Exception):
        pass

    def stop(_done: int, _total: int) -> None:
        raise Broken

    with pytest.raises(Broken):
        await rotate(database, trail(database), both, actor=OPERATOR, progress=stop)
    assert await codes_in(database, both) == [f"{n:08d}" for n in range(250)], "readable throughout"
    assert await rotate(database, trail(database), both, actor=OPERATOR) == Rotated(50, 0)


async def test_codes_of_a_lost_key_stay_as_they_are_and_are_counted(database: Database) -> None:
    await imported(database, cipher_of("1"))
    async with database.session() as session:
        await session.execute(
            update(PukCodeRow).where(PukCodeRow.msisdn == NUMBERS[3].e164).values(key_id="9", nonce=b"n" * 12)
        )
    assert await rotate(database, trail(database), cipher_of("2", "1"), actor=OPERATOR) == Rotated(249, 1)
    async with database.session() as session:
        code = await store.code_of(session, NUMBERS[3])
    assert code is not None
    assert code.sealed.key_id == "9"


async def test_s8_a_code_is_worth_nothing_in_another_row(database: Database) -> None:
    cipher = cipher_of("1")
    first, second = (await imported(database, cipher))[:2]
    with pytest.raises(CodeUnreadable):
        cipher.open(first.sealed, second.msisdn, second.card)
    other_card = card_hash(SimCard("8938399999999999999"))
    with pytest.raises(CodeUnreadable):
        cipher.open(first.sealed, first.msisdn, other_card)
