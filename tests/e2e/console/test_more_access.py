"""axe-core in what passes quickly or comes seldom: steps of signing in, dialogs, loading, being away, overtaken."""

from __future__ import annotations

import asyncio
import re

import pyotp
import pytest
from playwright.async_api import Route, expect

from tests.integration.gateway.console_support import enrolled, invited
from tests.integration.gateway.live_gateway import Customer, Gateway
from tests.support.staff import PASSWORD

from .conftest import Console, OpenConsole
from .faults import axe, faults
from .test_signing_in import at_the_code

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]
__all__ = ["axe"]


async def test_the_code_and_what_is_wrong_with_it(gateway: Gateway, open_console: OpenConsole, axe: str) -> None:
    await enrolled(gateway)
    console = await open_console()
    await at_the_code(console)
    assert await faults(console.page, axe) == []
    await console.page.get_by_label("Kodi i aplikacionit").fill("000000")
    await console.page.keyboard.press("Enter")
    await expect(console.page.get_by_role("alert").filter(has_text=re.compile("kod", re.IGNORECASE))).to_be_visible()
    assert await faults(console.page, axe) == []


async def test_the_recovery_codes(gateway: Gateway, open_console: OpenConsole, axe: str) -> None:
    console = await open_console(path=f"/console/setup#{await invited(gateway)}")
    secret = (await console.page.locator(".secret").inner_text()).replace(" ", "")
    await console.page.get_by_label("Fjalëkalimi").fill(PASSWORD)
    await console.page.get_by_label("Kodi i aplikacionit").fill(pyotp.TOTP(secret).at(gateway.clock.now()))
    await console.page.keyboard.press("Enter")
    await expect(console.page.get_by_role("heading", name="Kodet rezervë")).to_be_visible()
    assert await faults(console.page, axe) == []


async def test_the_dialogs_of_a_conversation_and_the_sheet(
    gateway: Gateway, anita: Console, waiting: Customer, axe: str
) -> None:
    await anita.take(waiting)
    await anita.button("Shtyje").click()
    await expect(anita.page.get_by_role("dialog", name="Shtyje bisedën")).to_be_visible()
    assert await faults(anita.page, axe) == []
    await anita.page.keyboard.press("Escape")
    await anita.page.keyboard.press("?")
    await expect(anita.page.get_by_role("dialog", name="Shkurtoret e tastierës")).to_be_visible()
    assert await faults(anita.page, axe) == []


async def test_the_dialog_of_a_number_to_call(gateway: Gateway, open_console: OpenConsole, axe: str) -> None:
    console = await open_console("anita")
    customer = await gateway.customer()
    offered = (await customer.say("Fol me një agjent"))[-2]
    pressed = await customer.call("POST", "/messages", json={"client_id": "b1", "choice": offered["buttons"][0]["id"]})
    await customer.until_done(pressed.json()["message_id"])
    await customer.say("044 765 432")
    await console.view("Për thirrje").click()
    await console.button("Shfaq numrin").click()
    dialog = console.page.get_by_role("dialog", name="Shfaq numrin e klientit")
    assert await faults(console.page, axe) == []
    await dialog.get_by_role("button", name="Shfaq numrin").click()
    await expect(dialog.get_by_text("Plotësoni këtë fushë.")).to_be_visible()
    assert await faults(console.page, axe) == []


async def test_a_list_and_a_conversation_that_are_loading(
    gateway: Gateway, anita: Console, waiting: Customer, axe: str
) -> None:
    held = asyncio.Event()

    async def later(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await anita.page.route("**/inbox/conversations/*", later)
    await anita.page.locator(f"[data-entry='{waiting.conversation_id}']").click()
    await expect(anita.page.locator("#pane").get_by_text("Po ngarkohet…")).to_be_visible()
    assert await faults(anita.page, axe) == []
    await anita.page.route("**/inbox/views/*", later)
    await anita.view("Të mbyllura").click()
    await expect(anita.page.get_by_role("region", name="Të mbyllura").get_by_text("Po ngarkohet…")).to_be_visible()
    assert await faults(anita.page, axe) == []
    held.set()
    await expect(anita.page.get_by_text("Asnjë bisedë e mbyllur.")).to_be_visible()


async def test_who_is_away_from_the_server(gateway: Gateway, open_console: OpenConsole, axe: str) -> None:
    console = await open_console("anita")
    await console.page.route("**/inbox/changes*", lambda route: route.abort())
    await console.page.reload()
    await expect(console.alert("Nuk ka lidhje me serverin.")).to_be_visible()
    assert await faults(console.page, axe) == []


async def test_who_was_overtaken(
    gateway: Gateway, anita: Console, waiting: Customer, open_console: OpenConsole, axe: str
) -> None:
    besa = await open_console("besa")
    await besa.open(waiting)

    async def slower(route: Route) -> None:
        await anita.take(waiting)
        await route.continue_()

    await besa.page.route("**/take", slower)
    await besa.button("Merr bisedën").click()
    await expect(besa.alert("para jush.")).to_be_visible()
    assert await faults(besa.page, axe) == []
