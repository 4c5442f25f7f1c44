"""The account panel over HTTP: who may look, what is masked, what is recorded, what is refused and how."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import httpx
import jsonschema
import pytest
import pytest_asyncio

from ndihma.accounts.demo import DemoKey, demo_customers
from ndihma.console.account_keys import LIFE
from ndihma.staff.model import Role
from tests.support.staff import Enrolled
from tests.support.tmforum.operator import Operator
from tests.support.tmforum.system import listening

from .account_support import PNG, PUK, audited, file_request, hand_in, prove, store_puk
from .api_support import PDF, assert_error, number_of
from .console_support import Browser, enrolled, staff_member
from .live_gateway import Customer, Gateway
from .scripted_desk import NOW, eventually

ACCOUNTS = "/api/console/accounts"
SUSPENDED = number_of(DemoKey.SUSPENDED)
LOCKED = number_of(DemoKey.PUK_LOCKED_WITH_CONTACT)
WHY = "Klienti e kërkoi në telefon."
StaffMade = Callable[..., Awaitable[Browser]]


@pytest_asyncio.fixture
async def gateway(make_gateway: Callable[..., Awaitable[Gateway]]) -> Gateway:
    """Patient with its engine, which is on the same machine as everything else here."""
    return await make_gateway(engine_timeout_s=10)


@pytest_asyncio.fixture
async def staff(gateway: Gateway) -> AsyncIterator[StaffMade]:
    async with AsyncExitStack() as stack:

        async def make(username: str, role: Role = Role.AGENT) -> Browser:
            browser = await staff_member(gateway, username, role)
            stack.push_async_callback(browser.http.aclose)
            return browser

        yield make


@pytest_asyncio.fixture
async def anita(staff: StaffMade) -> Browser:
    return await staff("anita")


async def ask(browser: Browser, what: str, **body: Any) -> httpx.Response:
    return await browser.call("POST", f"{ACCOUNTS}/{what}", json=body)


async def found(browser: Browser, number: str = SUSPENDED, **more: Any) -> dict[str, Any]:
    answer = await ask(browser, "search", number=number, **more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def acts(gateway: Gateway, number: str) -> list[tuple[str, str, tuple[str, ...], str]]:
    """Who did what with which fields and why."""
    return [(e.actor_id, e.action, e.fields, e.reason) for e in await audited(gateway, number)]


# --- finding ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["044 100 119", "+383 44 100-119", "0038344100119", "+377 44 100 119", "44100119"])
async def test_a_number_is_found_in_any_form_and_told_masked(anita: Browser, typed: str) -> None:
    account = await found(anita, typed)
    assert (account["number"], account["kind"], account["name"]) == ("044 ••• •19", "postpaid", "Erion Demo")
    assert account["debt"] == {
        "kind": "suspended",
        "amount_cents": 2340,
        "due_on": None,
        "overdue": False,
        "since": "2026-11-18",
    }
    assert account["actions"] == [
        {
            "key": "ask_for_proof",
            "text": "I ndërprerë për mospagesë: 23,40 € – kërkoni dëshminë e pagesës.",
            "urgent": True,
        }
    ]
    assert (account["stale"], account["contradictory"]) == (False, False)


async def test_every_demo_customer_is_told_without_a_number_in_clear(gateway: Gateway, anita: Browser) -> None:
    document = (await gateway.http.get("/api/v1/openapi.json")).json()
    shown = document["paths"][f"{ACCOUNTS}/search"]["post"]["responses"]["200"]["content"]["application/json"]
    schema = {**shown["schema"], "components": document["components"]}
    for customer in demo_customers(NOW):
        account = await found(anita, customer.line.msisdn.national)
        jsonschema.validate(account, schema, format_checker=jsonschema.FormatChecker())
        told = json.dumps({name: value for name, value in account.items() if name != "account"})
        assert customer.line.msisdn.national[3:] not in told
        assert customer.line.msisdn.e164 not in told
        assert customer.line.sim is None or customer.line.sim.iccid not in told
        assert all(contact.value not in told for contact in customer.line.subscriber.contacts)


async def test_a_look_is_recorded_with_who_which_and_why(
    gateway: Gateway, anita: Browser, staff: StaffMade, customer: Customer
) -> None:
    await found(anita)
    await found(await staff("besa", Role.SUPERVISOR), conversation_id=customer.conversation_id)
    first, second = await acts(gateway, SUSPENDED)
    assert (first[0], first[1], first[3]) == ("anita", "account_read", "thirrje")
    assert {"bills", "payments", "requests", "contacts"} <= set(first[2])
    assert (second[0], second[3]) == ("besa", customer.conversation_id)


async def test_a_number_without_an_account_is_recorded_too(gateway: Gateway, anita: Browser) -> None:
    assert_error(await ask(anita, "search", number="044 999 888"), 404, "no_account")
    assert await acts(gateway, "044 999 888") == [("anita", "account_read", (), "thirrje")]


@pytest.mark.parametrize("typed", ["", "abc", "12", "+49 170 1234567", "0" * 65])
async def test_what_is_no_number_of_kosovo_is_refused_and_nothing_recorded(
    gateway: Gateway, anita: Browser, typed: str
) -> None:
    answer = await ask(anita, "search", number=typed)
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == "number"
    assert "account_read" not in [entry.action for entry in await audited(gateway)]


async def test_a_conversation_that_is_not_there_is_no_reason(gateway: Gateway, anita: Browser) -> None:
    assert_error(await ask(anita, "search", number=SUSPENDED, conversation_id="nobody"), 404, "no_conversation")
    assert await acts(gateway, SUSPENDED) == []


async def test_only_agents_and_supervisors_of_our_own_pages_get_in(gateway: Gateway, staff: StaffMade) -> None:
    auditor, agent, nobody = await staff("arben", Role.AUDITOR), await staff("anita"), Browser.at(gateway)
    account = (await found(agent))["account"]
    for what, body in (
        ("search", {"number": SUSPENDED}),
        ("conversation", {"conversation_id": "x"}),
        ("read", {"account": account}),
        ("reveal", {"account": account, "field": "msisdn", "reason": WHY}),
        ("puk", {"account": account, "reason": WHY}),
        ("proof", {"account": account, "proof": "x"}),
        ("requests/RK-7F3K9Q/confirm", {"account": account}),
        ("requests/RK-7F3K9Q/reject", {"account": account, "reason": "Jo.", "seen": NOW.isoformat()}),
    ):
        assert_error(await ask(auditor, what, **body), 403, "role_refused")
        assert_error(await ask(nobody, what, **body), 401, "not_signed_in")
        kept, agent.csrf = agent.csrf, "x"
        assert_error(await ask(agent, what, **body), 403, "csrf_refused")
        agent.csrf = kept
        foreign = {"Origin": "https://elsewhere.example"}
        answer = await agent.call("POST", f"{ACCOUNTS}/{what}", json=body, headers=foreign)
        assert_error(answer, 403, "origin_refused")
    assert [act for act, *_ in await acts(gateway, SUSPENDED)] == ["anita"], "the one search of the agent"
    await nobody.http.aclose()


async def test_one_person_reads_no_more_than_sixty_accounts_a_minute(anita: Browser, staff: StaffMade) -> None:
    for _ in range(60):
        await found(anita)
    refused = await ask(anita, "search", number=SUSPENDED)
    assert_error(refused, 429, "rate_limited")
    assert int(refused.headers["retry-after"]) > 0
    await found(await staff("besa"))


# --- the account of a conversation --------------------------------------------------------------------------


async def test_the_account_of_a_conversation_is_its_verified_number_while_that_counts(
    gateway: Gateway, anita: Browser, customer: Customer
) -> None:
    body = {"conversation_id": customer.conversation_id}
    assert_error(await ask(anita, "conversation", **body), 404, "no_verified_number")
    await prove(gateway, customer, DemoKey.ACTIVE_BY_TOP_UP)
    answer = await ask(anita, "conversation", **body)
    assert answer.status_code == 200, answer.text
    account = answer.json()
    assert (account["number"], account["balance_cents"]) == ("044 ••• •05", 1240)
    assert (await acts(gateway, number_of(DemoKey.ACTIVE_BY_TOP_UP)))[-1][3] == customer.conversation_id
    gateway.clock.advance(timedelta(minutes=16))
    assert_error(await ask(anita, "conversation", **body), 404, "no_verified_number")
    again = await ask(anita, "read", account=account["account"], **body)
    assert again.json()["number"] == "044 ••• •05", "what was found stays open"
    assert_error(await ask(anita, "conversation", conversation_id="nobody"), 404, "no_conversation")


# --- what is told -------------------------------------------------------------------------------------------


async def test_the_life_comes_from_the_rules_with_today_in_it(anita: Browser) -> None:
    life = (await found(anita, number_of(DemoKey.DEACTIVE)))["life"]
    assert (life["status"], life["last_day"], life["days_left"]) == ("deactive", "2026-12-01", 9)
    assert [(each["status"], each["first_day"], each["now"]) for each in life["stretches"]][-3:] == [
        ("inactive", "2026-11-01", False),
        ("deactive", "2026-11-17", True),
        ("void", "2026-12-02", False),
    ]
    assert (await found(anita))["life"] is None


async def test_bills_club_card_and_contacts_are_told(anita: Browser) -> None:
    suspended = await found(anita)
    [bill] = suspended["bills"]
    assert (bill["amount_cents"], bill["open_cents"], bill["overdue"]) == (2340, 2340, True)
    assert suspended["suspension"]["amount_cents"] == 2340
    club = (await found(anita, number_of(DemoKey.CLUB_MISSING)))["club"]
    assert (club["members"], club["monthly_contracts"], club["missing_contracts"], club["new_members_needed"]) == (
        4,
        3,
        2,
        1,
    )
    locked = await found(anita, LOCKED)
    assert locked["sim"] == {
        "state": "puk_locked",
        "iccid": "•••0029",
        "changed_on": None,
        "code_by_sms": False,
    }
    assert [contact["value"] for contact in locked["contacts"]] == ["d•••@example.com", "044 ••• •99"]


async def test_a_copy_stands_in_for_a_system_that_is_away_and_says_so(
    make_gateway: Callable[..., Awaitable[Gateway]],
) -> None:
    operator = Operator()
    operator.put(customer.line for customer in demo_customers(NOW))
    async with listening(operator) as url:
        gateway = await make_gateway(accounts="tmforum", tmf_url=url)
        anita = await staff_member(gateway)

        async def answered() -> bool:
            """The system has its own short limit, which a busy machine may miss at first."""
            return (await ask(anita, "search", number=SUSPENDED)).status_code == 200

        assert await eventually(answered, within_s=60)
        account = await found(anita)
        assert (account["stale"], account["debt"]["amount_cents"]) == (False, 2340)
    gateway.clock.advance(timedelta(minutes=10))
    stale = await found(anita)
    assert (stale["stale"], stale["as_of"]) == (True, account["read_at"])
    assert stale["debt"]["amount_cents"] == 2340
    never_seen = await ask(anita, "search", number=LOCKED)
    assert_error(never_seen, 503, "accounts_unavailable")
    assert never_seen.headers["retry-after"]
    revealed = await ask(anita, "reveal", account=stale["account"], field="msisdn", reason=WHY)
    assert_error(revealed, 503, "accounts_unavailable")
    await anita.http.aclose()


# --- revealing ----------------------------------------------------------------------------------------------


async def test_a_field_is_revealed_for_a_reason_that_is_recorded(gateway: Gateway, anita: Browser) -> None:
    account = await found(anita, LOCKED)
    number = await ask(anita, "reveal", account=account["account"], field="msisdn", reason=WHY)
    assert number.json() == {"field": "msisdn", "value": LOCKED}
    assert number.headers["cache-control"] == "no-store"
    mailbox = account["contacts"][0]["id"]
    contact = await ask(anita, "reveal", account=account["account"], field="contact", contact=mailbox, reason=WHY)
    assert contact.json()["value"] == "demo@example.com"
    assert [(*act[:3], act[3]) for act in (await acts(gateway, LOCKED))[1:]] == [
        ("anita", "field_revealed", ("msisdn",), WHY),
        ("anita", "field_revealed", ("contact",), WHY),
    ]


async def test_the_serial_number_of_a_card_is_for_supervisors(anita: Browser, staff: StaffMade) -> None:
    mine = await found(anita, LOCKED)
    assert mine["revealable"] == ["msisdn", "contact"]
    assert_error(await ask(anita, "reveal", account=mine["account"], field="iccid", reason=WHY), 403, "role_refused")
    besa = await staff("besa", Role.SUPERVISOR)
    theirs = await found(besa, LOCKED)
    assert theirs["revealable"] == ["msisdn", "contact", "iccid"]
    answer = await ask(besa, "reveal", account=theirs["account"], field="iccid", reason=WHY)
    assert answer.json()["value"] == "8938300000000000029"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"field": "msisdn", "reason": "   "}, 422, "invalid_field"),
        ({"field": "msisdn"}, 422, "invalid_field"),
        ({"field": "name", "reason": WHY}, 422, "invalid_field"),
        ({"field": "contact", "contact": "0" * 16, "reason": WHY}, 404, "field_gone"),
        ({"field": "contact", "reason": WHY}, 404, "field_gone"),
    ],
)
async def test_without_a_reason_or_a_field_nothing_is_revealed(
    gateway: Gateway, anita: Browser, body: dict[str, str], status: int, code: str
) -> None:
    account = (await found(anita))["account"]
    assert_error(await ask(anita, "reveal", account=account, **body), status, code)
    assert [act[1] for act in await acts(gateway, SUSPENDED)] == ["account_read"]


async def test_the_key_of_an_account_is_good_in_its_session_for_an_hour(
    gateway: Gateway, anita: Browser, staff: StaffMade
) -> None:
    account = (await found(anita))["account"]
    besa = await staff("besa", Role.SUPERVISOR)
    for key in (account[:-4], "x", f"{account}é", ""):
        refused = await ask(anita, "read", account=key)
        assert refused.status_code in (410, 422), key
    assert_error(await ask(besa, "read", account=account), 410, "account_over")
    assert (await ask(anita, "read", account=account)).status_code == 200
    gateway.clock.advance(LIFE)
    assert_error(await ask(anita, "read", account=account), 410, "account_over")


async def test_s14_after_fifteen_idle_minutes_the_code_is_asked_for_and_then_it_goes_on(gateway: Gateway) -> None:
    await store_puk(gateway, DemoKey.PUK_LOCKED_WITH_CONTACT)
    person: Enrolled = await enrolled(gateway)
    browser = await Browser.at(gateway).sign_in(person)
    account = (await found(browser, LOCKED))["account"]
    gateway.clock.advance(timedelta(minutes=15))
    reveals: list[tuple[str, dict[str, str]]] = [
        ("reveal", {"field": "msisdn", "reason": WHY}),
        ("puk", {"reason": WHY}),
        ("proof", {"proof": "x"}),
    ]
    for what, body in reveals:
        assert_error(await ask(browser, what, account=account, **body), 403, "confirmation_needed")
    assert (await browser.code(person.next_code())).status_code == 200
    for what, body in reveals[:2]:
        assert (await ask(browser, what, account=account, **body)).status_code == 200
    await browser.http.aclose()


# --- the PUK ------------------------------------------------------------------------------------------------


async def test_s8_an_agent_sees_a_puk_once_and_the_contacts_are_told(gateway: Gateway, anita: Browser) -> None:
    await store_puk(gateway, DemoKey.PUK_LOCKED_WITH_CONTACT)
    account = (await found(anita, LOCKED))["account"]
    shown = await ask(anita, "puk", account=account, reason=WHY)
    assert shown.json() == {"puk1": PUK, "puk2": None, "seconds": 60}
    assert shown.headers["cache-control"] == "no-store"
    refused = assert_error(await ask(anita, "puk", account=account, reason=WHY), 409, "reveal_refused")
    assert "23 nëntor 2026, 16:0" in refused["message"], "when it may be shown again is told"
    assert [act[1:] for act in (await acts(gateway, LOCKED))[1:]] == [
        ("puk_revealed", ("puk",), WHY),
        ("puk_refused", (), "shown_today"),
    ]

    async def told() -> bool:
        messages = (await gateway.http.get("/api/dev/outbox")).json()["messages"]
        return {message["to"] for message in messages} == {"d•••@e•••.com", "044 ••• •99"}

    assert await eventually(told)


async def test_s8_of_two_agents_at_once_one_sees_the_puk(gateway: Gateway, anita: Browser, staff: StaffMade) -> None:
    await store_puk(gateway, DemoKey.PUK_LOCKED_WITH_CONTACT)
    besa = await staff("besa")
    keys = [(browser, (await found(browser, LOCKED))["account"]) for browser in (anita, besa)]
    both = await asyncio.gather(*(ask(browser, "puk", account=key, reason=WHY) for browser, key in keys))
    assert sorted(answer.status_code for answer in both) == [200, 409]


async def test_why_no_puk_is_shown_is_told(gateway: Gateway, anita: Browser) -> None:
    account = (await found(anita, LOCKED))["account"]
    refused = assert_error(await ask(anita, "puk", account=account, reason=WHY), 409, "reveal_refused")
    assert "nuk është i ruajtur" in refused["message"]
    short = assert_error(await ask(anita, "puk", account=account, reason="PUK"), 422, "invalid_field")
    assert (short["field"], "10 shenja" in short["message"]) == ("reason", True)


# --- proofs and decisions -----------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def reference(gateway: Gateway, customer: Customer) -> str:
    """A request with one picture as its proof."""
    filed = await file_request(gateway, customer)
    await hand_in(customer)
    return filed


async def test_a_request_is_told_with_what_the_customer_says_beside_what_was_due(
    gateway: Gateway, anita: Browser, reference: str
) -> None:
    account = await found(anita)
    [request] = account["requests"]
    assert (request["reference"], request["state"], request["due_cents"]) == (reference, "filed", 2340)
    [proof] = request["proofs"]
    assert (proof["media_type"], proof["size"]) == ("image/png", len(PNG))
    assert (proof["claimed_cents"], proof["claimed_on"], proof["finding"]) == (2340, "2026-11-21", "matches")
    assert account["actions"][0]["key"] == "proof_waits"
    assert (await found(anita, LOCKED))["requests"] == []


@pytest.mark.parametrize(("content", "kind"), [(PNG, "image/png"), (PDF, "application/pdf")], ids=["png", "pdf"])
async def test_a_proof_comes_as_an_attachment_that_is_no_page_and_its_reading_is_recorded(
    gateway: Gateway, anita: Browser, customer: Customer, content: bytes, kind: str
) -> None:
    reference = await file_request(gateway, customer)
    await hand_in(customer, content)
    account = await found(anita)
    [proof] = account["requests"][0]["proofs"]
    body = {"account": account["account"], "proof": proof["id"], "conversation_id": customer.conversation_id}
    file = await ask(anita, "proof", **body)
    assert (file.status_code, file.content) == (200, content)
    headers = file.headers
    assert headers["content-type"] == kind
    assert headers["content-disposition"] == f'attachment; filename="deshmia-{reference}.{kind[-3:]}"'
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")
    assert "sandbox" in headers["content-security-policy"]
    assert (await acts(gateway, SUSPENDED))[-1] == (
        "anita",
        "proof_read",
        ("proof", reference),
        customer.conversation_id,
    )


async def test_a_proof_of_another_account_or_without_its_file_is_not_there(
    gateway: Gateway, anita: Browser, reference: str
) -> None:
    mine, other = await found(anita), await found(anita, LOCKED)
    [proof] = mine["requests"][0]["proofs"]
    assert_error(await ask(anita, "proof", account=other["account"], proof=proof["id"]), 404, "proof_gone")
    [file] = (gateway.settings.var / "uploads").iterdir()
    file.unlink()
    assert_error(await ask(anita, "proof", account=mine["account"], proof=proof["id"]), 404, "proof_gone")
    assert (await ask(anita, "proof", account=mine["account"], proof="../ndihma")).status_code == 422


async def replies(customer: Customer) -> list[str]:
    return [event["text"] for event in await customer.events() if event["type"] == "reply"]


async def test_a_confirmation_tells_the_customer_and_is_recorded(
    gateway: Gateway, anita: Browser, customer: Customer, reference: str
) -> None:
    account = (await found(anita))["account"]
    assert (await ask(anita, f"requests/{reference}/confirm", account=account)).status_code == 204
    assert "Pagesa juaj u konfirmua" in (await replies(customer))[-1]
    [request] = (await found(anita))["requests"]
    assert (request["state"], request["decided_by"]) == ("confirmed", "anita")
    assert ("anita", "proof_decided", ("reconnection_request",), "confirmed") in await acts(gateway, SUSPENDED)


async def test_a_rejection_tells_the_customer_why(anita: Browser, customer: Customer, reference: str) -> None:
    account = await found(anita)
    body = {"account": account["account"], "seen": account["requests"][0]["seen"]}
    short = await ask(anita, f"requests/{reference}/reject", reason="X", **body)
    assert assert_error(short, 422, "invalid_field")["field"] == "reason"
    answer = await ask(anita, f"requests/{reference}/reject", reason="Dëshmia nuk lexohet", **body)
    assert answer.status_code == 204, answer.text
    assert "Arsyeja: Dëshmia nuk lexohet." in (await replies(customer))[-1]


async def test_of_two_decisions_at_once_one_counts_and_the_other_is_told(
    gateway: Gateway, anita: Browser, staff: StaffMade, customer: Customer, reference: str
) -> None:
    besa = await staff("besa")
    mine, theirs = await found(anita), await found(besa)
    before = len(await replies(customer))
    both = await asyncio.gather(
        ask(anita, f"requests/{reference}/confirm", account=mine["account"]),
        ask(
            besa,
            f"requests/{reference}/reject",
            account=theirs["account"],
            reason="Nuk lexohet.",
            seen=theirs["requests"][0]["seen"],
        ),
    )
    assert sorted(answer.status_code for answer in both) == [204, 409]
    [late] = [answer for answer in both if answer.status_code == 409]
    assert_error(late, 409, "request_decided")
    assert len(await replies(customer)) == before + 1
    assert [act[1] for act in await acts(gateway, SUSPENDED)].count("proof_decided") == 1


async def test_who_has_not_seen_the_latest_proof_rejects_nothing(
    gateway: Gateway, anita: Browser, customer: Customer, reference: str
) -> None:
    account = await found(anita)
    body = {"account": account["account"], "reason": "Nuk lexohet."}
    gateway.clock.advance(timedelta(microseconds=1))
    await hand_in(customer, PDF)
    path = f"requests/{reference}/reject"
    refused = await ask(anita, path, seen=account["requests"][0]["seen"], **body)
    assert_error(refused, 409, "proof_came_later")
    seen = (await found(anita))["requests"][0]["seen"]
    assert (await ask(anita, path, seen=seen, **body)).status_code == 204


async def test_a_request_of_another_account_cannot_be_decided(anita: Browser, reference: str) -> None:
    other = (await found(anita, LOCKED))["account"]
    assert_error(await ask(anita, f"requests/{reference}/confirm", account=other), 404, "not_found")
    assert_error(await ask(anita, "requests/RK-000000/confirm", account=other), 404, "not_found")
    assert (await found(anita))["requests"][0]["state"] == "filed"
