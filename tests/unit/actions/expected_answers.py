"""The specification of answers about an account: every state × every question, as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from actions.catalogue import ACCOUNT_TOPICS
from ndihma.accounts.model import (
    Bill,
    BusinessClub,
    Line,
    LineKind,
    Payment,
    PrepaidLife,
    Reactivation,
    SelfcareRegistration,
    SimCard,
    SimState,
    Subscriber,
    Suspension,
)
from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import BELGRADE

NUMBER = Msisdn.parse("044 123 456")
MASKED = "044 ••• •56"
REFERENCE = "RK-7F3K9Q"
QUESTIONS = [topic.intent for topic in ACCOUNT_TOPICS]

RECONNECTION, PROOF, SELFCARE = "ask_reconnection", "send_payment_proof", "ask_selfcare_login"
CLUB, MEMBERS, PUK, CHECK = "ask_business_club", "ask_business_club_members", "ask_puk_code", "check_account"
LIFECYCLE, VALID, ACTIVE = "ask_sim_lifecycle", "ask_status_valid", "ask_status_active"
INACTIVE, DEACTIVE = "ask_status_inactive", "ask_status_deactive"


def prepaid(life: PrepaidLife, sim: SimState = SimState.IN_USE) -> Line:
    card = SimCard("8938300000000000001", sim)
    return Line(NUMBER, LineKind.PREPAID, Subscriber("S1", "A"), sim=card, prepaid=life, balance_cents=320)


def postpaid(**values: Any) -> Line:
    values = {"subscriber": Subscriber("S2", "B"), "sim": SimCard("8938300000000000002")} | values
    return Line(NUMBER, LineKind.POSTPAID, **values)


def fixed(**values: Any) -> Line:
    return Line(NUMBER, LineKind.FIXED, Subscriber("S3", "C"), **values)


def active_until(last_day: date) -> PrepaidLife:
    start = last_day - timedelta(days=90)
    return PrepaidLife(purchased_on=start, activated_on=start)


OVERDUE = Bill("F-1", date(2026, 10, 1), date(2026, 10, 20), 1850)
OPEN = Bill("F-2", date(2026, 11, 1), date(2026, 11, 30), 1200)
CUT_OFF = Suspension(since=date(2026, 11, 10), amount_cents=1850)
PAID = Payment(datetime(2026, 11, 21, 9, 0, tzinfo=BELGRADE), 1850)
FULL_CLUB = BusinessClub("Ekipi", "Biznes 10", 3, members=6, monthly_contracts=4, joined_on=date(2025, 1, 1))

STATES: dict[str, Line] = {
    "valid": prepaid(PrepaidLife(purchased_on=date(2026, 11, 1))),
    "void_never_used": prepaid(PrepaidLife(purchased_on=date(2026, 7, 1))),
    "active": prepaid(active_until(date(2026, 12, 20))),
    "active_last_day": prepaid(active_until(date(2026, 11, 22))),
    "inactive": prepaid(active_until(date(2026, 11, 11))),
    "inactive_kept_credit": prepaid(
        PrepaidLife(
            date(2026, 1, 1),
            date(2026, 1, 1),
            reactivated_on=date(2026, 11, 20),
            reactivation=Reactivation.KEEP_CREDIT,
        )
    ),
    "void_kept_credit": prepaid(
        PrepaidLife(
            date(2026, 1, 1),
            date(2026, 1, 1),
            reactivated_on=date(2026, 11, 1),
            reactivation=Reactivation.KEEP_CREDIT,
        )
    ),
    "deactive": prepaid(active_until(date(2026, 11, 1))),
    "void": prepaid(active_until(date(2026, 8, 1))),
    "puk_locked": prepaid(active_until(date(2026, 12, 20)), SimState.PUK_LOCKED),
    "sim_lost": prepaid(active_until(date(2026, 12, 20)), SimState.LOST),
    "nothing_due": postpaid(),
    "bill_open": postpaid(bills=(OPEN,)),
    "bill_overdue": postpaid(bills=(OVERDUE,)),
    "suspended": postpaid(bills=(OVERDUE,), suspension=CUT_OFF),
    "awaiting": postpaid(bills=(replace(OVERDUE, paid_cents=1850),), suspension=CUT_OFF, payments=(PAID,)),
    "reconnected": postpaid(suspension=replace(CUT_OFF, ended_at=datetime(2026, 11, 20, tzinfo=BELGRADE))),
    "selfcare_registered": postpaid(selfcare=SelfcareRegistration(date(2026, 5, 1))),
    "selfcare_locked": postpaid(selfcare=SelfcareRegistration(date(2026, 5, 1), locked=True)),
    "selfcare_sim_lost": postpaid(
        selfcare=SelfcareRegistration(date(2026, 5, 1)), sim=SimCard("8938300000000000003", SimState.LOST)
    ),
    "selfcare_new_sim_locked": postpaid(sim=SimCard("8938300000000000004", SimState.PUK_LOCKED)),
    "fixed": fixed(bills=(OPEN,)),
    "fixed_suspended": fixed(bills=(OVERDUE,), suspension=CUT_OFF),
    "business": postpaid(subscriber=Subscriber("S4", "D", is_business=True)),
    "club_complete": postpaid(subscriber=Subscriber("S5", "E", is_business=True, club=FULL_CLUB)),
    "club_missing_one": postpaid(
        subscriber=Subscriber("S6", "F", is_business=True, club=replace(FULL_CLUB, monthly_contracts=2))
    ),
    "club_missing_more": postpaid(
        subscriber=Subscriber("S7", "G", is_business=True, club=replace(FULL_CLUB, monthly_contracts=1))
    ),
    "club_too_small": postpaid(
        subscriber=Subscriber("S8", "H", is_business=True, club=replace(FULL_CLUB, monthly_contracts=1, members=2))
    ),
    "club_far_too_small": postpaid(
        subscriber=Subscriber("S9", "I", is_business=True, club=replace(FULL_CLUB, monthly_contracts=1, members=1))
    ),
}

NOT_BUSINESS = ["utter_account_club_not_business"]
NOT_PREPAID = ["utter_account_status_not_prepaid"]
OFFER = ["utter_offer_payment_proof"]


def faq(question: str) -> list[str]:
    return [f"utter_{question}"]


def expected(state: str, question: str) -> list[str]:  # noqa: PLR0911  (a table)
    """The specification, as a table by question."""
    line = STATES[state]
    if question in {CLUB, MEMBERS}:
        return club_answer(state, question)
    if question == PUK:
        own = "no_sim" if line.sim is None else line.sim.state.value.removeprefix("puk_").removeprefix("sim_")
        return [f"utter_account_puk_{own}", *([] if own == "no_sim" else faq(PUK))]
    if question in {LIFECYCLE, VALID, ACTIVE, INACTIVE, DEACTIVE}:
        return status_answer(state, question)
    if question == SELFCARE:
        if line.kind is LineKind.PREPAID:
            return ["utter_account_selfcare_prepaid", *own_status(state), *credit(state)]
        if line.kind is LineKind.FIXED:
            return ["utter_account_selfcare_fixed_line", "utter_ask_fixed_line_spending"]
        own = {
            "selfcare_registered": "registered",
            "selfcare_sim_lost": "registered",
            "selfcare_locked": "locked",
        }.get(state, "not_registered")
        return [*card(state), f"utter_account_selfcare_{own}"]
    if question == PROOF:
        return proof_answer(state)
    if question == CHECK:
        status = [*own_status(state), *credit(state)] if line.kind is LineKind.PREPAID else bill_answer(state)
        return [*card(state), *status]
    if line.kind is LineKind.PREPAID:
        return ["utter_account_reconnection_prepaid", *own_status(state)]
    return bill_answer(state)


def club_answer(state: str, question: str) -> list[str]:
    return {
        "business": ["utter_account_club_none", *(faq(MEMBERS) if question == MEMBERS else [])],
        "club_complete": ["utter_account_club_complete", "utter_account_club_adding_complete"],
        "club_missing_one": ["utter_account_club_missing_one", "utter_account_club_adding_completes"],
        "club_missing_more": ["utter_account_club_missing", "utter_account_club_adding_missing"],
        "club_too_small": [
            "utter_account_club_missing",
            "utter_account_club_new_needed_one",
            "utter_account_club_adding_missing",
        ],
        "club_far_too_small": [
            "utter_account_club_missing",
            "utter_account_club_new_needed",
            "utter_account_club_adding_missing",
        ],
    }.get(state, NOT_BUSINESS + (faq(MEMBERS) if question == MEMBERS else []))


def status_answer(state: str, question: str) -> list[str]:
    if STATES[state].kind is not LineKind.PREPAID:
        return NOT_PREPAID + faq(question) + bill_answer(state)
    own, status = own_status(state), STATUS[state]
    if question == status or (status == "void" and question == DEACTIVE):
        return own
    ahead = {ACTIVE: {LIFECYCLE, INACTIVE, DEACTIVE}, INACTIVE: {LIFECYCLE, DEACTIVE}}
    if question not in ahead.get(status, ()) or state == "inactive_kept_credit":
        return own + faq(question)
    return [*own, f"utter_account_forecast_{status.removeprefix('ask_status_')}", *faq(question)]


STATUS = {
    "valid": VALID,
    "active": ACTIVE,
    "active_last_day": ACTIVE,
    "puk_locked": ACTIVE,
    "sim_lost": ACTIVE,
    "inactive": INACTIVE,
    "inactive_kept_credit": INACTIVE,
    "deactive": DEACTIVE,
    "void": "void",
    "void_never_used": "void",
    "void_kept_credit": "void",
}


def credit(state: str) -> list[str]:
    return [] if STATUS[state] == "void" else ["utter_account_credit"]


def card(state: str) -> list[str]:
    if state in {"sim_lost", "selfcare_sim_lost"}:
        return ["utter_account_sim_lost"]
    return ["utter_account_sim_locked"] if state in {"puk_locked", "selfcare_new_sim_locked"} else []


def proof_answer(state: str) -> list[str]:
    if STATES[state].kind is LineKind.PREPAID:
        return ["utter_account_proof_prepaid", *own_status(state)]
    return [
        {
            "bill_open": "utter_account_proof_bill_open",
            "bill_overdue": "utter_account_proof_bill_overdue",
            "fixed": "utter_account_proof_bill_open",
            "suspended": "utter_account_proof_filed",
            "fixed_suspended": "utter_account_proof_filed",
            "awaiting": "utter_account_proof_filed",
        }.get(state, "utter_account_proof_nothing_due")
    ]


def bill_answer(state: str) -> list[str]:
    return {
        "bill_open": ["utter_account_bill_open"],
        "bill_overdue": ["utter_account_bill_overdue"],
        "fixed": ["utter_account_bill_open"],
        "suspended": ["utter_account_reconnection_suspended", *OFFER],
        "fixed_suspended": ["utter_account_reconnection_suspended", *OFFER],
        "awaiting": ["utter_account_reconnection_awaiting", *OFFER],
    }.get(state, ["utter_account_bill_nothing_due"])


def own_status(state: str) -> list[str]:
    if state == "active_last_day":
        return ["utter_account_status_active", "utter_account_status_last_day"]
    name = "active" if state in {"puk_locked", "sim_lost"} else state
    return [f"utter_account_status_{name}"]
