"""What an agent best does next, over every state of the demo customers and those that a request adds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ndihma.accounts.demo import DemoKey, demo_customers
from ndihma.accounts.lifecycle import FRESH_START_PRICE_CENTS, KEEP_CREDIT_PRICE_CENTS
from ndihma.accounts.model import BusinessClub, Line, PrepaidLife, SimCard, SimState
from ndihma.assist.messages import NEXT_ACTIONS, action_sentence
from ndihma.assist.next_action import ActionKey, NextAction, OpenRequest, next_actions
from ndihma.clock import local_date
from ndihma.content import Content
from ndihma.formatting import format_money

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = local_date(NOW)
LINES = {customer.key: customer.line for customer in demo_customers(NOW)}
K = ActionKey

STATES: dict[DemoKey, list[ActionKey]] = {
    DemoKey.VALID_FRESH: [],
    DemoKey.VALID_ENDING: [K.VALID_ENDS],
    DemoKey.VOID_NEVER_USED: [K.VOID],
    DemoKey.ACTIVE_BY_ACTIVATION: [],
    DemoKey.ACTIVE_BY_TOP_UP: [],
    DemoKey.ACTIVE_ENDING: [K.ACTIVE_ENDS],
    DemoKey.INACTIVE: [K.INACTIVE],
    DemoKey.INACTIVE_LAST_DAY: [K.INACTIVE],
    DemoKey.DEACTIVE: [K.DEACTIVE],
    DemoKey.DEACTIVE_LAST_DAY: [K.DEACTIVE],
    DemoKey.VOID_AFTER_DEACTIVE: [K.VOID],
    DemoKey.KEEP_CREDIT_WAITING: [K.INACTIVE_KEPT_CREDIT],
    DemoKey.KEEP_CREDIT_TOPPED_UP: [],
    DemoKey.KEEP_CREDIT_MISSED: [K.VOID],
    DemoKey.FRESH_START: [],
    DemoKey.PAID: [],
    DemoKey.BILL_NOT_DUE: [K.BILL_OPEN],
    DemoKey.OVERDUE: [K.OVERDUE],
    DemoKey.SUSPENDED: [K.ASK_FOR_PROOF],
    DemoKey.AWAITING_RECONNECTION: [K.PAYMENT_BOOKED],
    DemoKey.SELFCARE_NEVER: [K.SELFCARE_NOT_REGISTERED],
    DemoKey.SELFCARE_REGISTERED: [],
    DemoKey.SELFCARE_LOCKED: [K.SELFCARE_LOCKED],
    DemoKey.FIXED: [K.BILL_OPEN],
    DemoKey.FIXED_SUSPENDED: [K.ASK_FOR_PROOF],
    DemoKey.CLUB_COMPLETE: [],
    DemoKey.CLUB_MISSING: [K.CLUB_CONTRACTS_MISSING],
    DemoKey.BUSINESS_WITHOUT_CLUB: [K.CLUB_NONE],
    DemoKey.PUK_LOCKED_WITH_CONTACT: [K.SIM_LOCKED],
    DemoKey.PUK_LOCKED_ALONE: [K.SIM_LOCKED],
    DemoKey.SIM_LOST: [K.SIM_LOST],
    DemoKey.ACTIVE_LAST_DAY: [K.ACTIVE_ENDS],
    DemoKey.SELFCARE_SIM_LOST: [K.SIM_LOST],
    DemoKey.CLUB_MISSING_ONE: [K.CLUB_CONTRACTS_MISSING],
}


def keys(line: Line, request: OpenRequest | None = None, today: date = TODAY) -> list[ActionKey]:
    return [action.key for action in next_actions(line, today, request)]


def only(line: Line, request: OpenRequest | None = None) -> NextAction:
    [action] = next_actions(line, TODAY, request)
    return action


@pytest.mark.parametrize("key", DemoKey)
def test_each_state_has_its_next_action(key: DemoKey) -> None:
    assert keys(LINES[key]) == STATES[key]


@pytest.mark.parametrize("key", [DemoKey.SUSPENDED, DemoKey.AWAITING_RECONNECTION, DemoKey.PAID])
def test_a_proof_that_waits_comes_first_whatever_the_account_says(key: DemoKey) -> None:
    action = only(LINES[key], OpenRequest("RK-7F3K9Q", has_proof=True))
    assert (action.key, action.urgent) == (K.PROOF_WAITS, True)
    assert "RK-7F3K9Q" in action_sentence(action)


def test_a_request_without_its_proof_names_the_amount_while_something_is_due() -> None:
    request = OpenRequest("RK-7F3K9Q", has_proof=False)
    assert "23,40 €" in action_sentence(only(LINES[DemoKey.SUSPENDED], request))
    assert keys(LINES[DemoKey.AWAITING_RECONNECTION], request) == [K.PAYMENT_BOOKED]


def test_the_fact_comes_first_then_what_to_do() -> None:
    assert action_sentence(only(LINES[DemoKey.SUSPENDED])) == (
        "I ndërprerë për mospagesë: 23,40 € – kërkoni dëshminë e pagesës."
    )
    assert action_sentence(only(LINES[DemoKey.CLUB_MISSING])).startswith(
        "Klubi „Klubi Demo“: kontrata mujore 3 nga 5, mungojnë 2 –"
    )


def test_a_deactive_number_has_both_options_with_what_each_would_bring_today() -> None:
    sentence = action_sentence(only(LINES[DemoKey.DEACTIVE]))
    # 22 November: 7 days to top up after option 1, 30 days Active after option 2.
    assert "1,50 €" in sentence
    assert "mbushje deri më 29 nëntor 2026" in sentence
    assert "opsioni 2 (2,99 €): Aktiv deri më 22 dhjetor 2026 me 2 € kredi" in sentence


@pytest.mark.parametrize(("left", "urgent"), [(0, True), (3, True), (4, False), (15, False)])
def test_a_deadline_is_urgent_from_three_days_before(left: int, urgent: bool) -> None:
    last_active = TODAY + timedelta(days=left - 16)
    life = PrepaidLife(TODAY - timedelta(days=400), TODAY - timedelta(days=390), valid_until=last_active)
    action = only(replace(LINES[DemoKey.INACTIVE], prepaid=life))
    assert (action.key, action.urgent) == (K.INACTIVE, urgent)


@pytest.mark.parametrize(("left", "found"), [(7, [K.ACTIVE_ENDS]), (8, [])])
def test_the_end_of_an_active_number_is_worth_a_word_in_its_last_week(left: int, found: list[ActionKey]) -> None:
    life = PrepaidLife(
        TODAY - timedelta(days=400), TODAY - timedelta(days=390), valid_until=TODAY + timedelta(days=left)
    )
    assert keys(replace(LINES[DemoKey.ACTIVE_BY_TOP_UP], prepaid=life)) == found


def test_what_presses_comes_before_what_can_wait() -> None:
    locked = SimCard("8938300000000000099", SimState.PUK_LOCKED)
    line = replace(LINES[DemoKey.SUSPENDED], sim=locked, selfcare=None)
    assert keys(line) == [K.ASK_FOR_PROOF, K.SIM_LOCKED, K.SELFCARE_NOT_REGISTERED]
    late = replace(LINES[DemoKey.DEACTIVE], sim=SimCard("8938300000000000099", SimState.LOST))
    assert keys(late) == [K.SIM_LOST, K.DEACTIVE]


def test_a_record_that_contradicts_itself_is_told_as_such_and_the_rest_still_counts() -> None:
    broken = PrepaidLife(TODAY - timedelta(days=5), TODAY - timedelta(days=9))
    line = replace(LINES[DemoKey.PUK_LOCKED_ALONE], prepaid=broken)
    assert keys(line) == [K.CONTRADICTORY, K.SIM_LOCKED]


def test_a_club_that_has_what_it_needs_asks_for_nothing() -> None:
    business = LINES[DemoKey.CLUB_MISSING]
    club = BusinessClub("K", "P", 5, members=5, monthly_contracts=5, joined_on=TODAY)
    assert keys(replace(business, subscriber=replace(business.subscriber, club=club))) == []


def test_every_action_has_a_sentence_that_begins_with_a_fact_and_ends_with_what_to_do() -> None:
    assert set(NEXT_ACTIONS) == set(ActionKey)
    for sentence in NEXT_ACTIONS.values():
        assert re.fullmatch(r"[A-Z].* – .*\.", sentence)


def test_the_prices_of_reactivation_are_those_of_the_faq() -> None:
    told = Content.load(ROOT / "domain.yml").answer("utter_ask_status_deactive").text
    for cents in (KEEP_CREDIT_PRICE_CENTS, FRESH_START_PRICE_CENTS):
        assert format_money(cents).replace("\u00a0", " ") in told.replace("\u00a0", " ")
