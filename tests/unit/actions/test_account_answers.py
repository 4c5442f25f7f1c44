"""Every account state × every account question: what the rules say of this customer is in the answer, and nothing else.

What has to be there (status, next step, deadline, amount) and what may be there (days, amounts, statuses) comes from
the rules of ndihma.accounts and from the FAQ's figures; no sentence of domain.yml is repeated here.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from actions.catalogue import ACCOUNT_TOPICS
from ndihma.accounts.clubs import ClubKind, club_state
from ndihma.accounts.history import MAX_TOP_UP_CENTS, MIN_TOP_UP_CENTS
from ndihma.accounts.lifecycle import LifeCause, LifecycleState, LifeStatus, forecast
from ndihma.accounts.model import Line, LineKind, SimState
from ndihma.accounts.reconnection import ReconnectionKind, ReconnectionState, reconnection_state
from ndihma.accounts.selfcare import SelfcareState, selfcare_state
from ndihma.formatting import format_day, format_day_short, format_moment, format_money
from ndihma.puk.model import NeedsSecondFactor, PukOffer, PukRefused

from .account_states import ACCOUNT_STATES, REFERENCE, TODAY, AccountState, ask
from .conftest import FakeRequest, Reply
from .state_names import STATUS_NAMES

QUESTIONS = [topic.intent for topic in ACCOUNT_TOPICS]
STATUS_QUESTIONS = {
    "ask_sim_lifecycle": None,
    "ask_status_valid": LifeStatus.VALID,
    "ask_status_active": LifeStatus.ACTIVE,
    "ask_status_inactive": LifeStatus.INACTIVE,
    "ask_status_deactive": LifeStatus.DEACTIVE,
}
CLUB_QUESTIONS = {"ask_business_club", "ask_business_club_members"}
TELLS_THE_STATUS = {*STATUS_QUESTIONS, "ask_reconnection", "send_payment_proof", "check_account", "ask_selfcare_login"}
TELLS_THE_BILL = {*STATUS_QUESTIONS, "ask_reconnection", "check_account"}

MONTHS = "janar|shkurt|mars|prill|maj|qershor|korrik|gusht|shtator|tetor|nëntor|dhjetor"
DAY = re.compile(rf"\d{{1,2}} (?:{MONTHS})(?: \d{{4}})?")
AMOUNT = re.compile(r"\d+(?:,\d\d)? €")
STATUS_WORD = re.compile(r"\b(?:Valid|Aktiv|Inaktiv|Deaktiv)\b")
STEP = re.compile(
    r"\b(?:mbush|bëjeni|paguani|paguajeni|thirrni|kërkoni|kërkoje|shkoni|hapni|vizitoni|riaktivizojeni|paraqitni|ngarko"
    r"|provoni|gjeni|shtohet|dërgo|hapeni)",
    re.IGNORECASE,
)
"""A verb that tells the customer what to do next."""

KEEP_CREDIT, FRESH_START, START_CREDIT, NEW_CARD, REGENERATION = "1,50 €", "2,99 €", "2,00 €", "7 €", "2 €"
"""FAQ 002, "Deaktiv (Deactive)", "Çmimi i SIM Kartelës", "Rigjenerimi i kartelës"."""
TOP_UP = f"{MIN_TOP_UP_CENTS // 100} deri në {format_money(MAX_TOP_UP_CENTS)}"
CALL_CENTRE = "080010000"
WAYS_ON = {LifeStatus.VALID: "thirrje", LifeStatus.ACTIVE: "mbush", LifeStatus.INACTIVE: "mbush"}


def both(day: date | None) -> set[str]:
    return set() if day is None else {format_day(day), format_day_short(day)}


def states_ahead(line: Line) -> tuple[LifecycleState, ...]:
    return () if line.prepaid is None else forecast(line.prepaid, TODAY)


def bill(state: AccountState) -> ReconnectionState:
    is_open = state.request is not None and state.request.closed_at is None
    return reconnection_state(state.line, TODAY, request_reference=REFERENCE if is_open else None)


def waits_for_top_up(now: LifecycleState) -> bool:
    return now.cause is LifeCause.KEEP_CREDIT and now.status is LifeStatus.INACTIVE


# What has to be said --------------------------------------------------------------------------------------------------


def status_facts(now: LifecycleState) -> list[str]:
    word = STATUS_NAMES[now.status]
    if now.last_day is None or now.next_status is None:
        return [word, format_day(now.since), NEW_CARD, CALL_CENTRE]
    following = "pavlefshme" if now.status is LifeStatus.VALID else STATUS_NAMES[now.next_status]
    facts = [word, following, format_day_short(now.last_day)]
    if now.status is LifeStatus.DEACTIVE:
        return [*facts, KEEP_CREDIT, FRESH_START, START_CREDIT]
    if now.status is LifeStatus.INACTIVE:
        facts += [format_day(now.since)] if waits_for_top_up(now) else [format_day(now.since), TOP_UP]
    return [*facts, WAYS_ON[now.status]]


def request_facts(request: FakeRequest) -> list[str]:
    """What the staff decided, when, and what comes next."""
    assert request.closed_at is not None
    facts = [request.reference, format_moment(request.closed_at)]
    return [*facts, "konfirmua", CALL_CENTRE] if request.reason is None else [*facts, "refuzua", request.reason]


def request_and_bill_facts(state: AccountState, *, proof: bool) -> list[str]:
    request, bills = state.request, bill_facts(bill(state), proof=proof)
    if request is not None and request.closed_at is not None:
        return request_facts(request) + ([] if request.reason is None else bills)
    if request is not None and request.proof_at is not None:
        return [request.reference, format_moment(request.proof_at), "shqyrton", "minuta"]
    return bills


def bill_facts(state: ReconnectionState, *, proof: bool) -> list[str]:
    match state.kind:
        case ReconnectionKind.BILL_OPEN:
            assert state.due_on is not None
            when = "skadoi" if state.overdue else "deri"
            return [format_money(state.amount_cents), f"{when} më {format_day(state.due_on)}"]
        case ReconnectionKind.SUSPENDED if not proof:
            assert state.since is not None
            return [format_money(state.amount_cents), format_day(state.since), "automatik", "dëshmi"]
        case ReconnectionKind.AWAITING_RECONNECTION if not proof:
            return ["automatik", "dëshmi"]
        case ReconnectionKind.REQUEST_FILED:
            assert state.request_reference is not None
            return [state.request_reference, "minuta"]
        case ReconnectionKind.SUSPENDED | ReconnectionKind.AWAITING_RECONNECTION:
            return ["RK-", "dëshmi", "minuta"]
        case _:
            return ["nuk është i ndërprerë", "asnjë shumë", CALL_CENTRE]


def selfcare_facts(line: Line) -> list[str]:
    match selfcare_state(line):
        case SelfcareState.NOT_REGISTERED:
            return ["selfcare.php", "vetëm herën e parë", "GET PIN", "SMS", "çdo kyçje", *card_facts(line)]
        case SelfcareState.REGISTERED:
            return ["selfcare.php", "fjalëkalimin që keni zgjedhur", "GET PIN", "çdo kyçje", *card_facts(line)]
        case SelfcareState.LOCKED:
            return ["bllokuar", CALL_CENTRE]
        case SelfcareState.PREPAID:
            return ["prepaid", "postpaid"]
        case SelfcareState.FIXED_LINE:
            return ["linjë fikse", "Qendrën e Kujdesit për Konsumatorë", "PIN"]


def card_facts(line: Line) -> list[str]:
    state = SimState.IN_USE if line.sim is None else line.sim.state
    return {
        SimState.IN_USE: [],
        SimState.PUK_LOCKED: ["bllokuar", "PUK", CALL_CENTRE],
        SimState.LOST: ["humbur", REGENERATION],
    }[state]


def puk_facts(state: AccountState) -> list[str]:
    """The FAQ's way for whoever cannot see the code here, and when it can be asked for again."""
    if state.line.kind is LineKind.FIXED:
        return ["linjë fikse", "as kod PUK"]
    match state.puk:
        case PukOffer():
            return ["60 sekonda", "një herë", "njoftohen"]
        case NeedsSecondFactor():
            return ["kontakt", "konfirmoni"]
        case PukRefused(until=until):
            return ["kartelën e madhe", CALL_CENTRE, *([] if until is None else [format_moment(until)])]


def club_facts(line: Line) -> list[str]:
    state = club_state(line.subscriber)
    if state.club is None:
        whose = "nuk është në emër të një biznesi" if state.kind is ClubKind.NOT_A_BUSINESS else "në asnjë klub"
        return [whose, "tona të shitjes", "modifikimin e kontratës", "aplikoni"]
    club = state.club
    facts = [club.name, club.package, f"mujore: {club.monthly_contracts} ", f"kërkon {club.required_monthly_contracts}"]
    if state.kind is ClubKind.COMPLETE:
        return [*facts, f"{club.members}", "plotësuar", "simbolike"]
    missing = str(state.missing_contracts) if state.missing_contracts > 1 else "një"
    facts += [f"edhe {missing} anëtar", "pikë të shitjes", "simbolike"]
    new = {0: [], 1: ["edhe një anëtar të ri"]}.get(
        state.new_members_needed, [f"edhe {state.new_members_needed} anëtarë të rinj"]
    )
    return [*facts, *new]


def facts(state: AccountState, question: str) -> list[str]:
    """What the answer to this question must hold for this customer."""
    line, wanted = state.line, list[str]()
    if line.prepaid is not None and question in TELLS_THE_STATUS:
        wanted += status_facts(states_ahead(line)[0])
    if line.prepaid is None and question in TELLS_THE_BILL:
        wanted += request_and_bill_facts(state, proof=False)
    if line.prepaid is None and question == "send_payment_proof":
        wanted += request_and_bill_facts(state, proof=True)
    if question == "check_account":
        filed = bill(state).kind is ReconnectionKind.REQUEST_FILED
        wanted += [format_money(bill(state).amount_cents)] if filed and bill(state).amount_cents else []
        wanted += card_facts(line)
        void = line.prepaid is not None and states_ahead(line)[0].status is LifeStatus.VOID
        wanted += [] if line.balance_cents is None or void else [format_money(line.balance_cents)]
    if question == "ask_selfcare_login":
        wanted += selfcare_facts(line)
    if question in CLUB_QUESTIONS:
        wanted += club_facts(line)
    if question == "ask_puk_code":
        wanted += puk_facts(state)
    return wanted


# What may be said -----------------------------------------------------------------------------------------------------


def allowed_days(state: AccountState) -> set[str]:
    found = set[str]()
    for each in states_ahead(state.line):
        found |= both(each.since) | both(each.last_day)
    if state.request is not None:
        found |= {format_day(moment.date()) for moment in (state.request.proof_at, state.request.closed_at) if moment}
    if isinstance(state.puk, PukRefused) and state.puk.until is not None:
        found.add(format_day(state.puk.until.date()))
    return found | both(bill(state).due_on) | both(bill(state).since)


def allowed_amounts(line: Line, amount_cents: int) -> set[str]:
    found = {format_money(amount_cents)} if amount_cents else set()
    void = line.prepaid is not None and states_ahead(line)[0].status is LifeStatus.VOID
    if line.balance_cents is not None and not void:
        found.add(format_money(line.balance_cents))
    if line.sim is not None and line.sim.state is SimState.LOST:
        found.add(REGENERATION)
    if line.prepaid is None:
        return found
    now = states_ahead(line)[0]
    if now.status is LifeStatus.INACTIVE and not waits_for_top_up(now):
        found.add(format_money(MAX_TOP_UP_CENTS))
    if now.status is LifeStatus.DEACTIVE:
        found |= {KEEP_CREDIT, FRESH_START, START_CREDIT}
    if now.status is LifeStatus.VOID:
        found.add(NEW_CARD)
    return found


def allowed_statuses(line: Line) -> set[LifeStatus]:
    """The own status, those that follow, and those that a way back leads to."""
    ahead = states_ahead(line)
    found = {state.status for state in ahead}
    if ahead[0].status in {LifeStatus.INACTIVE, LifeStatus.DEACTIVE}:
        found.add(LifeStatus.ACTIVE)
    if ahead[0].status is LifeStatus.DEACTIVE:
        found.add(LifeStatus.INACTIVE)  # option 1
    if ahead[0].status is LifeStatus.VOID and ahead[0].cause not in {LifeCause.PURCHASE, LifeCause.KEEP_CREDIT}:
        found.add(LifeStatus.DEACTIVE)  # why it is void
    return found


# The table ------------------------------------------------------------------------------------------------------------


def own_text(reply: Reply) -> str:
    return "\n".join(said.text for said in reply if said.response.startswith("utter_account_"))


def whole_text(reply: Reply) -> str:
    return "\n".join(said.text for said in reply)


def groups(reply: Reply) -> list[str]:
    """What the own messages are about: two about one thing could contradict each other."""
    beside = {"utter_account_status_last_day", "utter_account_status_not_prepaid", "utter_account_reconnection_prepaid"}
    beside |= {"utter_account_proof_prepaid", "utter_account_reconnection_rejected"}
    kinds = {"reconnection": "bill", "bill": "bill", "proof": "bill", "status": "status", "selfcare": "selfcare"}
    own = [said.response for said in reply if said.response.startswith("utter_account_")]
    named = [response.split("_")[2] for response in own if response not in beside]
    return [kinds[name] for name in named if name in kinds]


def holds_what_the_rules_say(state: AccountState, question: str, reply: Reply) -> None:
    text = whole_text(reply)
    assert [fact for fact in facts(state, question) if fact.casefold() not in text.casefold()] == []
    no_puk = question == "ask_puk_code" and state.line.sim is None
    others_act = "shqyrton" in text or "po ju dërgohet" in text  # the staff, or the code that is on its way
    assert no_puk or others_act or STEP.search(text), "no next step"


def holds_nothing_of_another_state(state: AccountState, question: str, reply: Reply) -> None:
    own = own_text(reply)
    assert reply[0].response.startswith("utter_account_")
    assert set(DAY.findall(own)) <= allowed_days(state)
    assert set(AMOUNT.findall(own)) <= allowed_amounts(state.line, bill(state).amount_cents)
    if state.line.prepaid is not None:
        words = {STATUS_NAMES[status] for status in allowed_statuses(state.line)}
        assert set(STATUS_WORD.findall(own)) <= words
    # Beside the own messages stands at most what the FAQ says to everybody about the very thing that was asked.
    general = {said.response for said in reply if not said.response.startswith(("utter_account_", "utter_offer_"))}
    assert general <= {f"utter_{question}", "utter_ask_fixed_line_spending"}


def says_nothing_twice_and_asks_last(state: AccountState, reply: Reply) -> None:
    assert len(set(reply.responses)) == len(reply)
    assert len(set(groups(reply))) == len(groups(reply))
    assert not [said for said in reply[:-1] if said.response.startswith("utter_offer_") or said.custom]
    assert state.line.msisdn.national not in whole_text(reply).replace(" ", "")


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("state", ACCOUNT_STATES, ids=str)
async def test_an_answer_is_this_customers_with_the_next_step_and_nothing_else(dialogue, state, question):
    reply = await ask(dialogue, state, question)
    holds_what_the_rules_say(state, question, reply)
    holds_nothing_of_another_state(state, question, reply)
    says_nothing_twice_and_asks_last(state, reply)


def test_every_status_question_and_every_status_is_in_the_table() -> None:
    assert set(STATUS_QUESTIONS) <= set(QUESTIONS)
    assert {ahead[0].status for state in ACCOUNT_STATES if (ahead := states_ahead(state.line))} == set(LifeStatus)
    assert {bill(state).kind for state in ACCOUNT_STATES} == set(ReconnectionKind)
    assert {selfcare_state(state.line) for state in ACCOUNT_STATES} == set(SelfcareState)
    assert {club_state(state.line.subscriber).kind for state in ACCOUNT_STATES} == set(ClubKind)
    assert {state.line.sim.state for state in ACCOUNT_STATES if state.line.sim} == set(SimState)
    assert {state.line.kind for state in ACCOUNT_STATES} == set(LineKind)
