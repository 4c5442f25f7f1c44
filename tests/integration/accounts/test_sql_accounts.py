"""The SQL adapter's own: writer, transactions, queries. What every directory promises is in test_contract."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from ndihma.accounts.adapters.sql import SqlAccountDirectory, SqlAccountWriter
from ndihma.accounts.demo import demo_customers, load_demo
from ndihma.accounts.importer import parse_accounts
from ndihma.accounts.model import Bill, ContactKind, ContactPoint, Line, LineKind, Payment, SimCard, Subscriber
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountDirectory, AccountsUnavailable, AccountWriter, Written
from ndihma.clock import BELGRADE, FixedClock
from ndihma.config import Mode
from ndihma.db import Database
from tests.support.databases import statements

NOW = datetime(2026, 11, 22, 16, 5, tzinfo=BELGRADE)
MSISDN = Msisdn.parse("044 100 201")


@pytest.fixture
def directory(database: Database) -> AccountDirectory:
    return SqlAccountDirectory(database, timeout_s=30)  # the machine may be busy


@pytest.fixture
def writer(database: Database) -> AccountWriter:
    return SqlAccountWriter(database)


def line(*bills: Bill, subscriber: Subscriber | None = None, msisdn: Msisdn = MSISDN) -> Line:
    owner = subscriber or Subscriber("K-1", "Arta Shembull")
    return Line(msisdn, LineKind.POSTPAID, owner, sim=SimCard("8938300000000000201"), bills=bills)


def bills(count: int) -> tuple[Bill, ...]:
    first = date(2026, 1, 1)
    days = [first + timedelta(days=n) for n in range(count)]
    return tuple(Bill(f"F-{n}", day, day + timedelta(days=15), 1500 + n, n) for n, day in enumerate(days))


async def count(database: Database, table: str) -> int:
    async with database.session() as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608


async def test_every_demo_customer_comes_back_as_it_was_written(
    directory: AccountDirectory, writer: AccountWriter
) -> None:
    customers = demo_customers(NOW)
    written = await load_demo(writer, Mode.DEVELOPMENT, FixedClock(NOW))
    assert written == Written(added=len(customers), updated=0)
    for customer in customers:
        found = await directory.find(customer.line.msisdn)
        assert found == customer.line, customer.key
        assert found.as_of == NOW


async def test_loading_the_demo_again_refreshes_the_dates(
    directory: AccountDirectory, writer: AccountWriter, database: Database
) -> None:
    await load_demo(writer, Mode.DEVELOPMENT, FixedClock(NOW))
    tables = ("account_subscriber", "account_contact", "account_club", "account_line", "account_bill")
    before = [await count(database, table) for table in tables]
    later = NOW + timedelta(days=40)
    written = await load_demo(writer, Mode.DEVELOPMENT, FixedClock(later))
    assert written == Written(added=0, updated=before[3])
    assert [await count(database, table) for table in tables] == before
    for customer in demo_customers(later):
        assert await directory.find(customer.line.msisdn) == customer.line


async def test_the_example_file_of_the_documentation_can_be_imported_twice(
    directory: AccountDirectory, writer: AccountWriter
) -> None:
    parsed = parse_accounts((Path(__file__).parent / "example.csv").read_bytes(), NOW)
    assert parsed.problems == ()
    assert await writer.upsert(parsed.lines, NOW) == Written(added=4, updated=0)
    assert await writer.upsert(parsed.lines, NOW) == Written(added=0, updated=4)
    for expected in parsed.lines:
        assert await directory.find(expected.msisdn) == expected


async def test_a_write_takes_the_place_of_what_was_there(directory: AccountDirectory, writer: AccountWriter) -> None:
    contact = ContactPoint(ContactKind.EMAIL, "arta@example.com", date(2026, 1, 1))
    rich = dataclasses.replace(
        line(*bills(3), subscriber=Subscriber("K-1", "Arta", contacts=(contact,))),
        payments=(Payment(NOW.astimezone(UTC), 100, "P-1"),),
    )
    await writer.upsert([rich], NOW)
    assert await directory.find(MSISDN) == rich
    plain = line(*bills(1), subscriber=Subscriber("K-1", "Arta e re"))
    assert await writer.upsert([plain], NOW) == Written(added=0, updated=1)
    assert await directory.find(MSISDN) == plain


async def test_a_subscriber_without_a_line_is_forgotten(writer: AccountWriter, database: Database) -> None:
    contact = ContactPoint(ContactKind.EMAIL, "arta@example.com", date(2026, 1, 1))
    await writer.upsert([line(subscriber=Subscriber("K-1", "Arta", contacts=(contact,)))], NOW)
    await writer.upsert([line(subscriber=Subscriber("K-2", "Ilir"))], NOW)
    assert await count(database, "account_subscriber") == 1
    assert await count(database, "account_contact") == 0


async def test_a_subscriber_who_differs_between_lines_is_refused(
    writer: AccountWriter, directory: AccountDirectory
) -> None:
    other = line(subscriber=Subscriber("K-1", "Another name"), msisdn=Msisdn.parse("044 100 202"))
    with pytest.raises(ValueError, match="subscriber"):
        await writer.upsert([line(), other], NOW)
    assert await directory.find(MSISDN) is None


async def test_a_line_given_twice_is_refused(writer: AccountWriter) -> None:
    with pytest.raises(ValueError, match="twice"):
        await writer.upsert([line(), line()], NOW)


async def test_nothing_is_written_when_the_last_row_fails(writer: AccountWriter, directory: AccountDirectory) -> None:
    twice = Bill("F-1", date(2026, 1, 1), date(2026, 1, 16), 1, 0)
    with pytest.raises(AccountsUnavailable):
        await writer.upsert([line(), line(twice, twice, msisdn=Msisdn.parse("044 100 299"))], NOW)
    assert await directory.find(MSISDN) is None


async def test_an_import_of_thousands_of_lines(writer: AccountWriter, directory: AccountDirectory) -> None:
    many = [
        line(*bills(2), subscriber=Subscriber(f"K-{n}", "Arta"), msisdn=Msisdn(f"+38344{n:06d}")) for n in range(2500)
    ]
    assert await writer.upsert(many, NOW) == Written(added=2500, updated=0)
    assert await writer.upsert(many, NOW) == Written(added=0, updated=2500)
    assert await directory.find(many[1234].msisdn) == many[1234]


async def test_two_imports_at_once_both_succeed(writer: AccountWriter, directory: AccountDirectory) -> None:
    lines = [line(*bills(2), msisdn=Msisdn(f"+38344{n:06d}")) for n in range(50)]
    await asyncio.gather(writer.upsert(lines, NOW), writer.upsert(list(reversed(lines)), NOW))
    assert await directory.find(lines[7].msisdn) == lines[7]


@pytest.mark.parametrize("how_many", [1, 60])
async def test_finding_a_line_takes_the_same_few_queries_whatever_it_holds(
    database: Database, directory: AccountDirectory, writer: AccountWriter, how_many: int
) -> None:
    await writer.upsert([line(*bills(how_many))], NOW)
    with statements(database) as seen:
        await directory.find(MSISDN)
    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 4


async def test_a_reader_sees_one_moment_although_an_import_commits_meanwhile(
    database: Database, directory: AccountDirectory, writer: AccountWriter
) -> None:
    before, after = line(*bills(3)), line(*bills(1))
    await writer.upsert([before], NOW)
    importer = threading.Thread(target=_import_from_a_thread, args=(database, after))

    def import_now(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FROM account_line" in statement and importer.ident is None:  # the line is read, its bills are not
            importer.start()
            importer.join()

    event.listen(database.engine.sync_engine, "after_cursor_execute", import_now)
    try:
        assert await directory.find(MSISDN) == before
    finally:
        event.remove(database.engine.sync_engine, "after_cursor_execute", import_now)
    assert await directory.find(MSISDN) == after


def _import_from_a_thread(database: Database, new: Line) -> None:
    async def run() -> None:
        other = Database(database.engine.url.render_as_string(hide_password=False))
        try:
            await SqlAccountWriter(other).upsert([new], NOW)
        finally:
            await other.close()

    asyncio.run(run())


async def test_a_missing_schema_means_unavailable(empty_database: Database) -> None:
    with pytest.raises(AccountsUnavailable):
        await SqlAccountDirectory(empty_database).find(MSISDN)


async def test_the_database_refuses_a_prepaid_line_without_a_purchase(
    database: Database, writer: AccountWriter
) -> None:
    await writer.upsert([line()], NOW)
    with pytest.raises(Exception, match="ck_account_line_prepaid_life"):
        async with database.session() as session:
            await session.execute(text("UPDATE account_line SET kind = 'prepaid'"))
