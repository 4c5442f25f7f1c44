"""What every account directory promises (``ndihma.accounts.ports``), whatever system is behind it."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest

from ndihma.accounts.demo import DemoCustomer, demo_customers
from ndihma.accounts.importer import parse_accounts
from ndihma.accounts.model import (
    Bill,
    BusinessClub,
    ContactKind,
    ContactPoint,
    Line,
    LineKind,
    Payment,
    SelfcareRegistration,
    SimCard,
    Subscriber,
    Suspension,
)
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountsUnavailable
from tests.support.databases import Databases

from .contract_systems import KINDS, NOW, AccountSystem, at_port, opened

MSISDN = Msisdn.parse("044 100 201")
OTHER = Msisdn.parse("044 100 202")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def system_url(kind: str, databases: Databases, tmp_path: Path) -> str | None:
    return None if kind == "tmforum" else databases.migrated(kind, tmp_path)


@pytest.fixture
async def system(system_url: str | None) -> AsyncIterator[AccountSystem]:
    async with opened(system_url) as system:
        yield system


def line(*bills: Bill, subscriber: Subscriber | None = None, msisdn: Msisdn = MSISDN) -> Line:
    owner = subscriber or Subscriber("K-1", "Arta Shembull")
    return Line(msisdn, LineKind.POSTPAID, owner, sim=SimCard("8938300000000000201"), bills=bills)


async def test_an_unknown_number_is_none(system: AccountSystem) -> None:
    await system.put([line()])
    assert await system.directory.find(OTHER) is None


async def test_every_demo_customer_is_found_as_they_are(system: AccountSystem) -> None:
    customers: tuple[DemoCustomer, ...] = demo_customers(NOW)
    await system.put([customer.line for customer in customers])
    for customer in customers:
        assert await system.directory.find(customer.line.msisdn) == customer.line, customer.key


async def test_the_lines_of_the_documentation_s_example_are_found(system: AccountSystem) -> None:
    parsed = parse_accounts((Path(__file__).parent / "example.csv").read_bytes(), NOW)
    await system.put(parsed.lines)
    for expected in parsed.lines:
        assert await system.directory.find(expected.msisdn) == expected


async def test_a_line_with_everything_is_found_as_it_is(system: AccountSystem) -> None:
    contacts = (
        ContactPoint(ContactKind.EMAIL, "arta@example.com", date(2024, 3, 31)),
        ContactPoint(ContactKind.MSISDN, "+38344100203", date(2025, 10, 26)),
    )
    club = BusinessClub("Klubi", "Biznes", 5, 12, 6, date(2025, 1, 1))
    full = dataclasses.replace(
        line(
            Bill("F-1", date(2026, 3, 29), date(2026, 10, 25), 1999, 500),
            subscriber=Subscriber("K-9", "Ndërmarrja", is_business=True, contacts=contacts, club=club),
        ),
        sim=SimCard("89383000000000002019", changed_on=date(2026, 2, 28)),
        payments=(Payment(NOW.astimezone(UTC), 500, "P-1"),),
        suspension=Suspension(date(2026, 5, 1), ended_at=NOW - timedelta(days=2), amount_cents=1499),
        selfcare=SelfcareRegistration(date(2025, 12, 31), locked=True),
        owner_changed_on=date(2026, 1, 15),
        ported_on=date(2025, 6, 30),
    )
    await system.put([full])
    assert await system.directory.find(MSISDN) == full


async def test_a_state_tells_when_it_was_seen(system: AccountSystem) -> None:
    await system.put([line()])
    found = await system.directory.find(MSISDN)
    assert found is not None
    assert found.as_of == NOW
    assert not found.is_stale


async def test_a_change_is_seen_at_once(system: AccountSystem) -> None:
    await system.put([line(Bill("F-1", date(2026, 1, 1), date(2026, 1, 16), 100))])
    await system.directory.find(MSISDN)
    changed = line(subscriber=Subscriber("K-2", "Ilir Shembull"))
    await system.put([changed])
    assert await system.directory.find(MSISDN) == changed


async def test_bills_payments_and_contacts_come_oldest_first(system: AccountSystem) -> None:
    older, newer = (Bill(number, date(2026, month, 1), date(2026, 12, 1), 1) for number, month in (("Z", 1), ("A", 2)))
    same_day = Bill("B", date(2026, 2, 1), date(2026, 12, 1), 1)
    paid = tuple(Payment(NOW - timedelta(days=days), days) for days in (3, 9, 1))
    contacts = tuple(ContactPoint(ContactKind.EMAIL, f"{y}@example.com", date(y, 1, 1)) for y in (2025, 2023, 2024))
    owner = Subscriber("K-1", "Arta", contacts=contacts)
    await system.put([dataclasses.replace(line(same_day, newer, older, subscriber=owner), payments=paid)])
    found = await system.directory.find(MSISDN)
    assert found is not None
    assert found.bills == (older, newer, same_day)
    assert [payment.amount_cents for payment in found.payments] == [9, 3, 1]
    assert [contact.registered_on.year for contact in found.subscriber.contacts] == [2023, 2024, 2025]


async def test_many_bills_all_come(system: AccountSystem) -> None:
    first = date(2016, 1, 1)
    bills = tuple(Bill(f"F-{n:03}", first + timedelta(days=n), first + timedelta(days=n + 15), n) for n in range(250))
    await system.put([line(*bills)])
    found = await system.directory.find(MSISDN)
    assert found is not None
    assert found.bills == bills


async def test_lines_of_one_subscriber_do_not_mix(system: AccountSystem) -> None:
    mine = line(Bill("F-1", date(2026, 1, 1), date(2026, 1, 16), 100))
    other = line(Bill("F-2", date(2026, 1, 1), date(2026, 1, 16), 200), msisdn=OTHER)
    await system.put([mine, other])
    assert await system.directory.find(MSISDN) == mine
    assert await system.directory.find(OTHER) == other


async def test_many_may_ask_at_once(system: AccountSystem) -> None:
    lines = [line(subscriber=Subscriber(f"K-{n}", "Arta"), msisdn=Msisdn(f"+3834410{n:04d}")) for n in range(20)]
    await system.put(lines)
    assert await asyncio.gather(*(system.directory.find(each.msisdn) for each in lines)) == lines


async def test_a_value_that_nobody_knows_means_unavailable(system: AccountSystem) -> None:
    await system.put([line()])
    await system.spoil_kinds()
    with pytest.raises(AccountsUnavailable):
        await system.directory.find(MSISDN)


async def test_s6_an_error_never_repeats_a_number(system: AccountSystem) -> None:
    await system.put([line(subscriber=Subscriber("K-1", "Arta Shembull"))])
    await system.spoil_kinds()
    with pytest.raises(AccountsUnavailable) as caught:
        await system.directory.find(MSISDN)
    told = "".join(traceback.format_exception(caught.value))
    assert not [secret for secret in (MSISDN.e164, MSISDN.national, "8938300000000000201", "Arta") if secret in told]


@pytest.mark.parametrize("kind", ["postgresql", "tmforum"])
async def test_a_system_that_is_down_means_unavailable(kind: str) -> None:
    async with at_port(kind, 1, timeout_s=30) as directory:
        with pytest.raises(AccountsUnavailable):
            await directory.find(MSISDN)


@pytest.mark.parametrize("kind", ["postgresql", "tmforum"])
async def test_a_system_that_does_not_answer_means_unavailable_in_time(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts connections, never reads
        async with at_port(kind, silent.getsockname()[1], timeout_s=0.2) as directory:
            async with asyncio.timeout(10):
                with pytest.raises(AccountsUnavailable):
                    await directory.find(MSISDN)
