"""Signing in to the console in a real browser (S14): both steps, what goes wrong in them, an invitation, the end."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from playwright.async_api import Page, expect

from ndihma.staff.model import Role
from tests.integration.gateway.console_support import enrolled, invited
from tests.integration.gateway.live_gateway import Gateway
from tests.support.staff import PASSWORD

from .conftest import Console, OpenConsole

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]


async def give_password(page: Page, password: str = PASSWORD) -> None:
    await page.get_by_label("Emri i përdoruesit").fill("anita")
    await page.get_by_label("Fjalëkalimi").fill(password)
    await page.keyboard.press("Enter")


async def at_the_code(console: Console) -> None:
    await give_password(console.page)
    await expect(console.page.get_by_label("Kodi i aplikacionit")).to_be_focused()


async def test_s14_somebody_signs_in_with_password_and_code_and_out_again(
    gateway: Gateway, open_console: OpenConsole
) -> None:
    person = await enrolled(gateway)
    console = await open_console()
    await expect(console.page.get_by_label("Emri i përdoruesit")).to_be_focused()
    await at_the_code(console)
    await console.page.get_by_label("Kodi i aplikacionit").fill(person.next_code())
    await console.button("Kyçu").click()
    await expect(console.page.get_by_role("heading", name="Në pritje")).to_be_visible()
    await expect(console.page.get_by_text("Anita Krasniqi (agjent)")).to_be_visible()
    await console.page.reload()
    await expect(console.page.get_by_role("heading", name="Në pritje")).to_be_visible()
    await console.button("Çkyçu").click()
    await expect(console.alert("Jeni çkyçur.")).to_be_visible()
    await console.page.reload()
    await expect(console.page.get_by_label("Fjalëkalimi")).to_be_visible()


async def test_empty_fields_are_named_where_they_are(gateway: Gateway, open_console: OpenConsole) -> None:
    console = await open_console()
    await console.button("Vazhdo").click()
    await expect(console.page.get_by_label("Emri i përdoruesit")).to_be_focused()
    await expect(console.page.get_by_label("Emri i përdoruesit")).to_have_attribute("aria-invalid", "true")
    await expect(console.page.get_by_text("Plotësoni këtë fushë.")).to_have_count(1)


async def test_a_wrong_password_is_told_and_the_field_is_ready_again(
    gateway: Gateway, open_console: OpenConsole
) -> None:
    await enrolled(gateway)
    console = await open_console()
    await give_password(console.page, "gabim fare 1")
    await expect(console.alert("Emri i përdoruesit ose fjalëkalimi nuk është i saktë.")).to_be_visible()
    await expect(console.page.get_by_label("Fjalëkalimi")).to_be_focused()
    await expect(console.page.get_by_label("Fjalëkalimi")).to_have_value("")
    await expect(console.page.get_by_label("Emri i përdoruesit")).to_have_value("anita")


async def test_a_wrong_code_is_told_and_one_that_comes_too_late_begins_anew(
    gateway: Gateway, open_console: OpenConsole
) -> None:
    person = await enrolled(gateway)
    console = await open_console()
    await at_the_code(console)
    field = console.page.get_by_label("Kodi i aplikacionit")
    await field.fill(person.code())  # it was used when the account was set up
    await field.press("Enter")
    await expect(console.alert("Kodi nuk është i saktë ose është përdorur.")).to_be_visible()
    await expect(field).to_be_focused()
    await expect(field).to_have_value("")
    gateway.clock.advance(timedelta(minutes=6))
    await field.fill(person.next_code())
    await field.press("Enter")
    await expect(console.alert("Koha për kodin kaloi.")).to_be_visible()
    await expect(console.page.get_by_label("Emri i përdoruesit")).to_be_focused()


async def test_s14_after_many_wrong_tries_it_is_told_when_to_come_back(
    gateway: Gateway, open_console: OpenConsole
) -> None:
    await enrolled(gateway)
    console = await open_console()
    locked = console.alert(re.compile(r"Kyçja është ndalur përkohësisht.*në orën \d\d:\d\d\."))
    for _ in range(12):
        async with console.page.expect_response(re.compile("/api/console/session$")) as answered:
            await give_password(console.page, "gabim fare 1")
        if (await answered.value).status == 429:
            break
        await expect(console.page.get_by_label("Fjalëkalimi")).to_have_value("")
        await expect(console.button("Vazhdo")).to_have_attribute("aria-disabled", "false")
    await expect(locked).to_be_visible()


async def test_s14_an_invitation_sets_the_account_up_and_shows_recovery_codes_once(
    gateway: Gateway, open_console: OpenConsole
) -> None:
    token = await invited(gateway)
    console = await open_console(path=f"/console/setup#{token}")
    page = console.page
    await expect(page.get_by_text("Mirë se vini, Anita Krasniqi.")).to_be_visible()
    assert token not in page.url
    await expect(page.get_by_role("img", name="Kodi QR për aplikacionin e vërtetimit")).to_be_visible()
    secret = (await page.locator(".secret").inner_text()).replace(" ", "")
    await page.get_by_label("Fjalëkalimi").fill("shkurt")
    await page.get_by_label("Kodi i aplikacionit").fill(pyotp.TOTP(secret).at(gateway.clock.now()))
    await console.button("Hap llogarinë").click()
    await expect(page.get_by_text("Fjalëkalimi është tepër i shkurtër.")).to_be_visible()
    await expect(page.get_by_label("Fjalëkalimi")).to_be_focused()
    await page.get_by_label("Fjalëkalimi").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Kodet rezervë")).to_be_focused()
    await expect(page.get_by_role("listitem")).to_have_count(10)
    recovery = await page.get_by_role("listitem").first.inner_text()
    await expect(console.button("Vazhdo te bisedat")).to_be_disabled()
    await page.get_by_label("I kam ruajtur kodet rezervë").check()
    await console.button("Vazhdo te bisedat").click()
    await expect(page.get_by_role("heading", name="Në pritje")).to_be_visible()

    other = await open_console()
    await at_the_code(other)
    await other.page.get_by_label("Kodi i aplikacionit").fill(recovery)
    await other.page.keyboard.press("Enter")
    await expect(other.page.get_by_role("heading", name="Në pritje")).to_be_visible()

    used = await open_console(path=f"/console/setup#{token}")
    await expect(used.alert("Kjo ftesë nuk vlen më.")).to_be_visible()


async def test_an_invitation_that_was_cut_is_told(gateway: Gateway, open_console: OpenConsole) -> None:
    console = await open_console(path="/console/setup")
    await expect(console.alert("Lidhja e ftesës nuk është e plotë.")).to_be_visible()


async def test_a_session_that_ends_leads_to_signing_in_and_keeps_what_was_written(
    gateway: Gateway, open_console: OpenConsole
) -> None:
    person = await enrolled(gateway)
    console = await open_console()
    await at_the_code(console)
    await console.page.get_by_label("Kodi i aplikacionit").fill(person.next_code())
    await console.page.keyboard.press("Enter")
    await console.available()
    customer = await gateway.customer()
    await customer.say("Fol me një agjent")
    await console.take(customer)
    await console.reply.fill("Një fjali e gjatë që nuk duhet humbur.")
    await console.context.clear_cookies()
    await console.reply.press("Enter")
    await expect(console.alert("Kyçja juaj ka përfunduar.")).to_be_visible()
    await at_the_code(console)
    await console.page.get_by_label("Kodi i aplikacionit").fill(person.next_code())
    await console.page.keyboard.press("Enter")
    await expect(console.reply).to_have_value("Një fjali e gjatë që nuk duhet humbur.")


async def test_an_auditor_lands_at_the_trail_and_sees_no_conversations(
    gateway: Gateway, open_console: OpenConsole
) -> None:
    console = await open_console("drita", Role.AUDITOR, path="/console#mine")
    await expect(console.page.get_by_role("heading", name="Auditimi")).to_be_visible()
    await expect(console.page.get_by_role("navigation", name="Pamjet")).to_have_count(0)
    await console.button("Çkyçu").click()
    await expect(console.alert("Jeni çkyçur.")).to_be_visible()


async def test_without_the_server_it_is_told_and_can_be_tried_again(
    gateway: Gateway, open_console: OpenConsole
) -> None:
    console = await open_console("anita")
    await console.page.route("**/api/console/session", lambda route: route.abort())
    await console.page.reload()
    await expect(console.alert("Serveri nuk u përgjigj.")).to_be_visible()
    await console.page.unroute("**/api/console/session")
    await console.button("Provo përsëri").click()
    await expect(console.page.get_by_role("heading", name="Në pritje")).to_be_visible()
