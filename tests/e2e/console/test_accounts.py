"""The account panel in the browser: searching, revealing, the PUK, proofs and decisions, beside a conversation."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Route, expect

from ndihma.accounts.demo import DemoKey
from ndihma.staff.model import Role
from tests.integration.gateway.account_support import PUK, audited, file_request, hand_in, prove, store_puk
from tests.integration.gateway.api_support import PDF, number_of
from tests.integration.gateway.console_support import Browser as StaffBrowser
from tests.integration.gateway.console_support import enrolled
from tests.integration.gateway.live_gateway import Customer, Gateway
from tests.integration.gateway.running import gateways

from .conftest import LIMIT_MS, Console, OpenConsole
from .faults import WIDER, faults

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]

LOCKED = number_of(DemoKey.PUK_LOCKED_WITH_CONTACT)
SUSPENDED = number_of(DemoKey.SUSPENDED)
WHY = "Klienti e kërkoi në telefon."


def account(console: Console) -> Locator:
    return console.page.get_by_role("region", name="Llogaria e klientit")


def dialog(console: Console) -> Locator:
    return console.page.get_by_role("dialog")


async def search(console: Console, number: str) -> None:
    await console.page.get_by_label("Numri i telefonit").fill(number)
    await console.button("Kërko").click()


async def found(console: Console, key: DemoKey) -> Locator:
    """The account of a demo customer, opened."""
    await search(console, number_of(key))
    await expect(account(console).get_by_role("heading", level=3)).to_be_focused()
    return account(console)


async def with_reason(console: Console, button: str, reason: str = WHY) -> None:
    await dialog(console).get_by_label("Arsyeja").fill(reason)
    await dialog(console).get_by_role("button", name=button, exact=True).click()


@pytest_asyncio.fixture(loop_scope="session")
async def gateway(tmp_path: Path, migrated: Path) -> AsyncIterator[Gateway]:
    """Patient with its engine, which is on the same machine as the browser."""
    expect.set_options(timeout=LIMIT_MS)
    async with gateways(tmp_path, migrated) as make:
        yield await make(engine_timeout_s=10)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(open_console: OpenConsole) -> Console:
    """An agent in the area of accounts."""
    return await open_console("anita", path="/console#accounts")


@pytest_asyncio.fixture(loop_scope="session")
async def proved(gateway: Gateway) -> str:
    """A request of the suspended customer, with a picture as its proof."""
    customer = await gateway.customer()
    reference = await file_request(gateway, customer)
    await hand_in(customer)
    return reference


# --- searching ----------------------------------------------------------------------------------------------


async def test_an_account_is_found_masked_with_what_to_do_and_its_life(desk: Console, axe: str) -> None:
    field = desk.page.get_by_label("Numri i telefonit")
    await expect(field).to_be_focused()
    await expect(desk.page.get_by_text("Kërkoni numrin e klientit")).to_be_visible()
    assert await faults(desk.page, axe) == []
    panel = await found(desk, DemoKey.DEACTIVE)
    await expect(field).to_have_value("")
    await expect(panel).to_contain_text("044 ••• •09")
    await expect(panel.get_by_role("region", name="Hapi tjetër")).to_contain_text("opsioni 1 (1,50 €)")
    stretches = panel.get_by_role("region", name="Cikli jetësor").get_by_role("listitem")
    await expect(stretches).to_contain_text(
        [
            "Valid",
            "Aktiv",
            "1 nëntor 2026 – 16 nëntor 2026",
            "Deaktiv (sot)17 nëntor 2026 – 1 dhjetor 2026",
            "nga 2 dhjetor 2026",
        ]
    )
    assert "100" not in desk.page.url
    assert await desk.page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))") == []
    assert await faults(desk.page, axe) == []


@pytest.mark.parametrize(
    "key", [DemoKey.VALID_FRESH, DemoKey.VOID_NEVER_USED, DemoKey.OVERDUE, DemoKey.CLUB_MISSING, DemoKey.FIXED]
)
async def test_every_kind_of_account_can_be_read_by_anybody(desk: Console, axe: str, key: DemoKey) -> None:
    await found(desk, key)
    assert await faults(desk.page, axe) == []


async def test_what_is_no_number_is_said_at_its_field_and_what_has_no_account_too(desk: Console, axe: str) -> None:
    field = desk.page.get_by_label("Numri i telefonit")
    await desk.button("Kërko").click()
    await expect(desk.page.get_by_text("Plotësoni këtë fushë.")).to_be_visible()
    await search(desk, "12")
    await expect(desk.page.get_by_text("Ky nuk është numër telefoni i Kosovës.")).to_be_visible()
    await expect(field).to_be_focused()
    await expect(field).to_have_value("12")
    assert await faults(desk.page, axe) == []
    await search(desk, "044 999 888")
    await expect(desk.alert("Asnjë llogari nuk e ka këtë numër.")).to_be_visible()
    await expect(desk.button("Provo përsëri")).to_have_count(0)
    assert await faults(desk.page, axe) == []


async def test_it_is_said_that_it_is_read_and_that_it_could_not_be(desk: Console, axe: str) -> None:
    failing = True

    async def slow(route: Route) -> None:
        await expect(desk.page.get_by_text("Po kërkohet llogaria…")).to_be_visible()
        assert await faults(desk.page, axe) == []
        if failing:
            await route.fulfill(
                status=503, json={"error": {"code": "accounts_unavailable", "message": "Sistemi nuk përgjigjet."}}
            )
        else:
            await route.continue_()

    await desk.page.route("**/accounts/search", slow)
    await search(desk, LOCKED)
    await expect(desk.alert("Sistemi nuk përgjigjet.")).to_be_visible()
    assert await faults(desk.page, axe) == []
    failing = False
    await desk.button("Provo përsëri").click()
    await expect(account(desk)).to_contain_text("044 ••• •29")


async def test_a_copy_is_called_one_and_reveals_nothing(desk: Console, axe: str) -> None:
    async def older(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json={**(await answer.json()), "stale": True})

    await desk.page.route("**/accounts/search", older)
    await found(desk, DemoKey.PUK_LOCKED_WITH_CONTACT)
    await expect(desk.alert("Sistemi i llogarive nuk përgjigjet. Kjo është gjendja e fundit")).to_be_visible()
    await expect(desk.button("Shfaq kodin PUK")).to_be_disabled()
    await expect(desk.button("Shfaq numrin 044 ••• •29")).to_be_disabled()
    assert await faults(desk.page, axe) == []


async def test_letters_lead_to_the_accounts_and_to_the_search(open_console: OpenConsole) -> None:
    console = await open_console("anita")
    await console.page.keyboard.press("g")
    await console.page.keyboard.press("l")
    await expect(console.page.get_by_label("Numri i telefonit")).to_be_focused()
    await found(console, DemoKey.PAID)
    await console.page.keyboard.press("/")
    await expect(console.page.get_by_label("Numri i telefonit")).to_be_focused()


async def test_the_account_stays_for_its_agent_and_goes_with_the_session(desk: Console) -> None:
    await found(desk, DemoKey.PAID)
    areas = desk.page.get_by_role("navigation", name="Pjesët e konsolës")
    await areas.get_by_role("button", name="Bisedat").click()
    await areas.get_by_role("button", name="Llogaritë").click()
    await expect(account(desk)).to_contain_text("044 ••• •16")
    await desk.button("Çkyçu").click()
    await expect(desk.page.get_by_text("Jeni çkyçur.")).to_be_visible()
    await expect(desk.page.get_by_text("044 ••• •16")).to_have_count(0)


async def test_auditors_have_no_accounts(open_console: OpenConsole) -> None:
    console = await open_console("arben", Role.AUDITOR, path="/console#accounts")
    await expect(console.button("Çkyçu")).to_be_visible()
    await expect(console.page.get_by_label("Numri i telefonit")).to_have_count(0)


# --- revealing ----------------------------------------------------------------------------------------------


async def test_a_field_is_revealed_for_a_reason_and_hidden_again(gateway: Gateway, desk: Console, axe: str) -> None:
    panel = await found(desk, DemoKey.PUK_LOCKED_WITH_CONTACT)
    await panel.get_by_role("button", name="Shfaq numrin 044 ••• •29").click()
    await expect(dialog(desk).get_by_label("Arsyeja")).to_be_focused()
    await dialog(desk).get_by_role("button", name="Shfaq", exact=True).click()
    await expect(dialog(desk).get_by_text("Plotësoni këtë fushë.")).to_be_visible()
    assert await faults(desk.page, axe) == []
    await with_reason(desk, "Shfaq")
    await expect(panel.get_by_text(LOCKED)).to_be_visible()
    await expect(panel.get_by_role("button", name=re.compile("numrin serik"))).to_have_count(0)
    assert await faults(desk.page, axe) == []
    await panel.get_by_role("button", name="Fshih numrin").click()
    await expect(panel.get_by_text(LOCKED)).to_have_count(0)
    await panel.get_by_role("button", name="Shfaq kontaktin d•••@example.com").click()
    await with_reason(desk, "Shfaq")
    await expect(panel.get_by_text("demo@example.com")).to_be_visible()
    revealed = [e for e in await audited(gateway, LOCKED) if e.action == "field_revealed"]
    assert [(e.actor_id, e.fields, e.reason) for e in revealed] == [
        ("anita", ("msisdn",), WHY),
        ("anita", ("contact",), WHY),
    ]


async def test_after_idle_minutes_the_code_is_asked_for_and_what_was_wanted_goes_on(
    gateway: Gateway, open_console: OpenConsole, axe: str, proved: str
) -> None:
    console = await open_console()
    person = await enrolled(gateway, "dea")
    staff = await StaffBrowser.at(gateway).sign_in(person)
    for name, value in staff.http.cookies.items():
        await console.context.add_cookies([{"name": name, "value": value, "url": gateway.settings.origin}])
    await staff.http.aclose()
    await console.page.goto(f"{gateway.settings.origin}/console#accounts")
    await console.page.reload()
    panel = await found(console, DemoKey.SUSPENDED)
    gateway.clock.advance(timedelta(minutes=15))
    await panel.get_by_role("button", name=re.compile("^Shfaq numrin")).click()
    await with_reason(console, "Shfaq")
    code = dialog(console).get_by_label("Konfirmoni me kodin e aplikacionit")
    await expect(code).to_be_focused()
    assert await faults(console.page, axe) == []
    await code.fill("000000")
    await code.press("Enter")
    await expect(dialog(console).get_by_text("Kodi nuk është i saktë")).to_be_visible()
    await code.fill(person.next_code())
    await code.press("Enter")
    await expect(panel.get_by_text(SUSPENDED)).to_be_visible()
    await expect(dialog(console)).to_have_count(0)

    gateway.clock.advance(timedelta(minutes=15))
    await console.button(f"Shih dëshminë 1 të kërkesës {proved}").click()
    await code.fill(person.next_code())
    await code.press("Enter")
    await expect(dialog(console).get_by_role("img", name=re.compile("^Dëshmia e pagesës"))).to_be_visible()


async def test_s8_the_puk_is_shown_for_sixty_seconds_and_wiped(gateway: Gateway, desk: Console, axe: str) -> None:
    await store_puk(gateway, DemoKey.PUK_LOCKED_WITH_CONTACT)
    await desk.page.clock.install()
    panel = await found(desk, DemoKey.PUK_LOCKED_WITH_CONTACT)
    await desk.button("Shfaq kodin PUK").click()
    await with_reason(desk, "Shfaq kodin PUK", "PUK")
    await expect(dialog(desk).get_by_text("Shkruani arsyen me së paku 10 shenja")).to_be_visible()
    await expect(dialog(desk).get_by_label("Arsyeja")).to_be_focused()
    await with_reason(desk, "Shfaq kodin PUK")
    spelled = f"{PUK[:4]} {PUK[4:]}"
    await expect(panel.get_by_text(spelled)).to_be_visible()
    await expect(panel.get_by_text("Fshihet pas")).to_be_visible()
    await expect(desk.page.get_by_role("status").filter(has_text="Kodi PUK u shfaq")).to_be_attached()
    assert await faults(desk.page, axe) == []
    await desk.page.clock.run_for(15_000)
    await expect(panel.get_by_text(spelled)).to_be_visible()
    await desk.page.clock.run_for(61_000)
    await expect(panel.get_by_text(spelled)).to_have_count(0)
    assert PUK not in await desk.page.content()
    await expect(desk.page.get_by_role("status").filter(has_text="Kodi PUK u fshi")).to_be_attached()

    await desk.button("Shfaq kodin PUK").click()
    await with_reason(desk, "Shfaq kodin PUK")
    await expect(dialog(desk).get_by_role("alert")).to_contain_text("është shfaqur tashmë. Mund të shfaqet përsëri pas")
    assert await faults(desk.page, axe) == []


# --- proofs and decisions -----------------------------------------------------------------------------------


async def test_a_proof_is_seen_beside_what_was_due_and_the_request_confirmed(
    gateway: Gateway, desk: Console, axe: str, proved: str
) -> None:
    panel = await found(desk, DemoKey.SUSPENDED)
    await expect(panel.get_by_role("region", name="Hapi tjetër")).to_contain_text("Dëshmia e pagesës pret vendim")
    request = panel.get_by_role("article", name=re.compile(proved))
    await expect(request).to_contain_text("23,40 €, paguar më 21 nëntor 2026")
    await expect(request).to_contain_text("Shumat përputhen.")
    await request.get_by_role("button", name=re.compile("^Shih dëshminë")).click()
    picture = dialog(desk).get_by_role("img", name=f"Dëshmia e pagesës që e dërgoi klienti për kërkesën {proved}")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("(image) => image.naturalWidth") == 64
    assert await faults(desk.page, axe) == []
    await dialog(desk).get_by_role("button", name="Madhësia e plotë").click()
    await desk.page.keyboard.press("Escape")
    await expect(dialog(desk)).to_have_count(0)

    await request.get_by_role("button", name=f"Konfirmo kërkesën {proved}").click()
    await expect(dialog(desk)).to_contain_text("Klientit i thuhet që pagesa u konfirmua")
    assert await faults(desk.page, axe) == []
    await dialog(desk).get_by_role("button", name="Konfirmo", exact=True).click()
    await expect(request).to_contain_text("e konfirmuar")
    await expect(request.get_by_role("button", name=re.compile("^(Konfirmo|Refuzo)"))).to_have_count(0)
    assert await faults(desk.page, axe) == []
    assert "proof_decided" in [entry.action for entry in await audited(gateway, SUSPENDED)]


async def test_a_rejection_is_read_by_the_customer(gateway: Gateway, desk: Console, axe: str) -> None:
    customer = await gateway.customer()
    reference = await file_request(gateway, customer)
    await hand_in(customer)
    panel = await found(desk, DemoKey.SUSPENDED)
    await panel.get_by_role("button", name=f"Refuzo kërkesën {reference}").click()
    reason = dialog(desk).get_by_label("Arsyeja për klientin")
    await reason.fill("X")
    await reason.press("Enter")
    await expect(dialog(desk).get_by_text("Shkruani arsyen me 3 deri në 299 shenja")).to_be_visible()
    assert await faults(desk.page, axe) == []
    await reason.fill("Dëshmia nuk lexohet")
    await reason.press("Enter")
    await expect(panel).to_contain_text("Klientit iu tha: Dëshmia nuk lexohet.")
    told = [event["text"] for event in await customer.events() if event["type"] == "reply"]
    assert "Dëshmia nuk lexohet." in told[-1]


async def test_of_two_agents_who_decide_the_second_is_told(
    desk: Console, open_console: OpenConsole, proved: str, axe: str
) -> None:
    besa = await open_console("besa", path="/console#accounts")
    theirs, mine = await found(besa, DemoKey.SUSPENDED), await found(desk, DemoKey.SUSPENDED)
    for console, panel in ((besa, theirs), (desk, mine)):
        await panel.get_by_role("button", name=f"Konfirmo kërkesën {proved}").click()
        await dialog(console).get_by_role("button", name="Konfirmo", exact=True).click()
        await expect(panel.get_by_role("article", name=re.compile(proved))).to_contain_text("nga besa")
    await expect(desk.alert("Kërkesa është mbyllur ndërkohë.")).to_be_visible()
    await expect(besa.alert("Kërkesa është mbyllur ndërkohë.")).to_have_count(0)
    assert await faults(desk.page, axe) == []


async def test_a_pdf_is_saved_and_never_opened_here(gateway: Gateway, desk: Console) -> None:
    customer = await gateway.customer()
    reference = await file_request(gateway, customer)
    await hand_in(customer, PDF)
    await found(desk, DemoKey.SUSPENDED)
    before = desk.page.url
    async with desk.page.expect_download() as saving:
        await desk.button(f"Ruaj si skedar dëshminë 1 të kërkesës {reference}").click()
    file = await saving.value
    assert file.suggested_filename == f"deshmia-{reference}.pdf"
    path = await file.path()
    assert path.read_bytes() == PDF
    assert (desk.page.url, len(desk.context.pages)) == (before, 1)
    await expect(desk.alert("Fshijeni skedarin pasi ta shihni.")).to_be_visible()


# --- beside a conversation ----------------------------------------------------------------------------------


async def test_the_account_of_a_verified_customer_stands_beside_the_conversation(
    gateway: Gateway, anita: Console, axe: str
) -> None:
    customer: Customer = await gateway.customer()
    await prove(gateway, customer, DemoKey.ACTIVE_BY_TOP_UP)
    gateway.engine.respond = None
    await customer.say("Fol me një agjent")
    await anita.open(customer)
    await expect(account(anita)).to_contain_text("Çdo shikim ruhet në ditarin e auditimit.")
    number = number_of(DemoKey.ACTIVE_BY_TOP_UP)
    assert "anita" not in [entry.actor_id for entry in await audited(gateway, number)], "nobody has looked yet"
    await anita.button("Merr bisedën").click()
    await expect(account(anita)).to_contain_text("044 ••• •05")
    await expect(account(anita)).to_contain_text("12,40 €")
    assert await faults(anita.page, axe) == []
    reads = [entry for entry in await audited(gateway, number) if entry.actor_id == "anita"]
    assert [(entry.action, entry.reason) for entry in reads] == [("account_read", customer.conversation_id)]


async def test_a_proof_that_comes_while_one_talks_is_there_to_be_decided(gateway: Gateway, anita: Console) -> None:
    customer = await gateway.customer()
    await prove(gateway, customer, DemoKey.SUSPENDED)
    gateway.engine.respond = None
    await customer.say("Fol me një agjent")
    await anita.take(customer)
    await expect(account(anita)).to_contain_text("kërkoni dëshminë e pagesës")
    reference = await file_request(gateway, customer)
    await hand_in(customer)
    await expect(account(anita)).to_contain_text(f"Dëshmia e pagesës pret vendim: kërkesa {reference}")
    await account(anita).get_by_role("button", name=f"Shih dëshminë 1 të kërkesës {reference}").click()
    await expect(dialog(anita).get_by_role("img", name=re.compile(reference))).to_be_visible()


async def test_a_proof_of_a_number_that_has_expired_opens_no_account(
    gateway: Gateway, anita: Console, axe: str
) -> None:
    customer = await gateway.customer()
    await prove(gateway, customer, DemoKey.ACTIVE_BY_TOP_UP)
    gateway.engine.respond = None
    await customer.say("Fol me një agjent")
    gateway.clock.advance(timedelta(minutes=16))
    await anita.open(customer)
    await anita.button("Hap llogarinë").click()
    await expect(account(anita).get_by_role("alert")).to_contain_text("verifikimi ka skaduar")
    await expect(account(anita).get_by_role("button")).to_have_count(0)
    assert await faults(anita.page, axe) == []


async def test_an_account_fits_a_narrow_or_magnified_page(desk: Console, proved: str) -> None:
    panel = await found(desk, DemoKey.SUSPENDED)
    await expect(panel.get_by_role("article", name=re.compile(proved))).to_be_visible()
    for width, height in ((800, 600), (320, 640)):
        await desk.page.set_viewport_size({"width": width, "height": height})
        assert await desk.page.evaluate(WIDER) == []


async def test_a_conversation_whose_customer_proved_nothing_has_no_account(anita: Console, waiting: Customer) -> None:
    await anita.take(waiting)
    await expect(account(anita)).to_have_count(0)
