"""What staff see of an account: the state by the rules, every number masked (S9)."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from ndihma.accounts import messages
from ndihma.accounts.demo import DemoKey, demo_customers
from ndihma.accounts.model import Line
from ndihma.accounts.summary import summary_json, summary_rows
from ndihma.clock import BELGRADE, local_date

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=BELGRADE)
TODAY = local_date(NOW)
LINES = {customer.key: customer.line for customer in demo_customers(NOW)}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
def test_s9_no_number_address_or_card_is_shown_whole(line: Line) -> None:
    shown = json.dumps(summary_json(line, TODAY), ensure_ascii=False) + str(list(summary_rows(line, TODAY)))
    secrets = [line.msisdn.e164, line.msisdn.national, *(contact.value for contact in line.subscriber.contacts)]
    secrets += [line.sim.iccid] if line.sim else []
    assert not [secret for secret in secrets if secret in shown.replace(" ", "")]


def test_an_active_number_has_its_whole_way_ahead() -> None:
    lifecycle = summary_json(LINES[DemoKey.ACTIVE_LAST_DAY], TODAY)["lifecycle"]
    assert (lifecycle["status"], lifecycle["last_day"], lifecycle["days_left"]) == ("active", "2026-11-22", 0)
    assert lifecycle["ahead"] == [
        {"status": "inactive", "since": "2026-11-23"},
        {"status": "deactive", "since": "2026-12-09"},
        {"status": "void", "since": "2026-12-24"},
    ]


def test_a_void_number_has_nothing_ahead_and_a_contract_has_no_life_cycle() -> None:
    assert summary_json(LINES[DemoKey.VOID_NEVER_USED], TODAY)["lifecycle"]["ahead"] == []
    assert summary_json(LINES[DemoKey.PAID], TODAY)["lifecycle"] is None


def test_a_club_says_what_it_lacks_and_what_its_members_cannot_cover() -> None:
    club = summary_json(LINES[DemoKey.CLUB_MISSING], TODAY)["club"]
    assert club == {"kind": "missing_contracts", "missing_contracts": 2, "new_members_needed": 1}


@pytest.mark.parametrize(
    ("key", "label", "value"),
    [
        (
            DemoKey.INACTIVE_LAST_DAY,
            messages.LABEL_STATUS,
            "Inactive today still, the last day; Deactive from tomorrow",
        ),
        (DemoKey.DEACTIVE, messages.LABEL_STATUS, "Deactive until 2026-12-01 (9 days left), then void"),
        (DemoKey.OVERDUE, messages.LABEL_BILLS, "18.50 EUR due, to be paid by 2026-11-19 (overdue)"),
        (DemoKey.SELFCARE_LOCKED, messages.LABEL_SELFCARE, "locked"),
        (DemoKey.CLUB_MISSING_ONE, messages.LABEL_CLUB, "Klubi Demo: monthly contracts missing: 1"),
        (DemoKey.SELFCARE_SIM_LOST, messages.LABEL_SIM, "lost"),
        (DemoKey.SELFCARE_SIM_LOST, messages.LABEL_CODE, "does not arrive"),
    ],
)
def test_a_row_says_the_state_in_words(key: DemoKey, label: str, value: str) -> None:
    assert dict(summary_rows(LINES[key], TODAY))[label] == value
