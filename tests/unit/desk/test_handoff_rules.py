"""When agents work, and which addresses they may send to a customer."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.clock import BELGRADE
from ndihma.desk.handoff.hours import ALWAYS, WorkingHours
from ndihma.desk.handoff.links import only_allowed_links
from ndihma.desk.handoff.rules import Availability

OFFICE = WorkingHours.parse("mon-fri 08:00-20:00, Sat 09:00 - 15:00")
HOSTS = {"kosovotelecom.com", "www.kosovotelecom.com"}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In November 2026; the 22nd is a Sunday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BELGRADE)


@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        (at(22, 12), False, at(23, 8)),
        (at(23, 7, 59), False, at(23, 8)),
        (at(23, 8), True, at(23, 8)),
        (at(23, 19, 59), True, at(23, 19, 59)),
        (at(23, 20), False, at(24, 8)),
        (at(27, 22), False, at(28, 9)),
        (at(28, 15), False, at(30, 8)),
    ],
)
def test_office_hours(moment: datetime, is_open: bool, opens: datetime) -> None:
    assert OFFICE.open_at(moment) == is_open
    assert OFFICE.opens_after(moment) == opens


def test_hours_are_kosovos_whatever_the_clocks_zone() -> None:
    assert OFFICE.open_at(datetime(2026, 7, 6, 6, 0, tzinfo=ZoneInfo("UTC")))  # a Monday in summer, 08:00
    assert not OFFICE.open_at(datetime(2026, 11, 23, 6, 0, tzinfo=ZoneInfo("UTC")))  # in winter, 07:00


def test_by_default_agents_work_always() -> None:
    hours = WorkingHours.parse(ALWAYS)
    assert all(hours.open_at(at(22, 0) + timedelta(minutes=17 * n)) for n in range(7 * 24 * 4))


@given(st.integers(0, 730 * 24 * 60))
def test_they_open_when_it_is_said(minutes: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=BELGRADE) + timedelta(minutes=minutes)
    opens = OFFICE.opens_after(moment)
    assert OFFICE.open_at(opens)
    assert moment <= opens <= moment + timedelta(days=3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at least one part"),
        (" , ", "at least one part"),
        ("always", "part 1 must look like"),
        ("mon 08:00-12:00, tue 8-12", "part 2 must look like"),
        ("fri-mon 08:00-12:00", "the earlier one first"),
        ("mon-day 08:00-12:00", "from mon to sun"),
        ("mon 20:00-08:00", "must end after it begins"),
        ("mon 08:00-08:00", "must end after it begins"),
        ("mon 08:60-12:00", "00:00 to 24:00"),
        ("mon 08:00-24:01", "00:00 to 24:00"),
        ("mon ٠٨:00-12:00", "must look like"),
    ],
)
def test_hours_that_are_none_are_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        WorkingHours.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mirëdita.Si mund t’ju ndihmoj?",
        "P.sh. kështu, d.m.th. mirë; nr. tel. 080010000",
        "Çmimi është 7.50 euro, më 22.11.2026, ora 16.30",
        "Shihni https://www.kosovotelecom.com/faq?x=1.",
        "Shihni kosovotelecom.com, KOSOVOTELECOM.COM ose (www.kosovotelecom.com/faq).",
        "Mirë.Me kënaqësi",
        "Na shkruani te <email>.",
        "Zgjidhni po/jo, ditë/natë",
    ],
)
def test_s16_ordinary_texts_pass(text: str) -> None:
    assert only_allowed_links(text, HOSTS)


@pytest.mark.parametrize(
    "address",
    [
        "http://kosovotelecom.com",
        "https://evil.com",
        "https://kosovotelecom.com.evil.com",
        "https://kosovotelecom.com@evil.com",
        "https://user:word@kosovotelecom.com",
        "https://kosovotelecom.com:8443",
        "https://kosovotelecom.com:port",
        "https://[::1",
        "https://1.2.3.4",
        "1.2.3.4/x",
        "ftp://kosovotelecom.com",
        "tg://resolve?domain=evil",
        "javascript:alert(1)",
        "evil.com",
        "EVIL.COM",
        "Evil.Com",
        "evil.com:8080",
        "www.evil.example",
        "t.me/evil",
        "t.me",
        "bit.ly/abc",
        "xn--kosovotelcom.xn--p1ai",
        "shop.evil.store",
    ],
)
def test_s16_other_addresses_are_found_wherever_they_stand(address: str) -> None:
    for text in (
        address,
        f"Shihni {address}.",
        f"({address})",
        f"këtu: {address}, ju lutem",
        f"https://kosovotelecom.com {address}",
    ):
        assert not only_allowed_links(text, HOSTS), text


@pytest.mark.parametrize(
    ("on_duty", "waiting", "opens", "takes"),
    [(1, 0, None, True), (0, 0, None, False), (3, 10, None, False), (3, 9, None, True), (3, 0, at(23, 8), False)],
)
def test_a_queue_is_joined_while_somebody_serves_it(
    on_duty: int, waiting: int, opens: datetime | None, takes: bool
) -> None:
    assert Availability(on_duty, waiting, opens, most_waiting=10).takes == takes
