"""Anybody can use it: axe-core in every state, in both schemes; nothing is cut off or too small to hit."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.integration.gateway.console_support import invited
from tests.integration.gateway.live_gateway import Customer, Gateway

from .conftest import Console, OpenConsole
from .faults import WIDER, faults

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]


async def test_the_pages_before_one_is_in(gateway: Gateway, open_console: OpenConsole, axe: str) -> None:
    console = await open_console()
    await console.button("Vazhdo").click()
    await expect(console.page.get_by_text("Plotësoni këtë fushë.")).to_be_visible()
    assert await faults(console.page, axe) == []
    setup = await open_console(path=f"/console/setup#{await invited(gateway)}")
    await setup.button("Hap llogarinë").click()
    await expect(setup.page.get_by_text("Plotësoni këtë fushë.")).to_be_visible()
    assert await faults(setup.page, axe) == []
    cut = await open_console(path="/console/setup")
    await expect(cut.alert("Lidhja e ftesës")).to_be_visible()
    assert await faults(cut.page, axe) == []


async def test_the_inbox_empty_and_away_from_its_server(gateway: Gateway, anita: Console, axe: str) -> None:
    await expect(anita.page.get_by_text("Askush nuk pret.")).to_be_visible()
    assert await faults(anita.page, axe) == []
    await anita.view("Për thirrje").click()
    await expect(anita.page.get_by_text("Askush nuk pret thirrje.")).to_be_visible()
    assert await faults(anita.page, axe) == []
    await anita.page.route("**/api/console/inbox/**", lambda route: route.abort())
    await anita.view("Të mbyllura").click()
    await expect(anita.alert("Serveri nuk u përgjigj.")).to_be_visible()
    assert await faults(anita.page, axe) == []


async def test_a_conversation_with_everything_in_it(
    gateway: Gateway, anita: Console, waiting: Customer, axe: str
) -> None:
    await anita.open(waiting)
    assert await faults(anita.page, axe) == []
    await anita.button("Merr bisedën").click()
    await anita.say("Mirëdita, jam Anita. Po e shikoj tani.")
    await waiting.say("Shumëgjatësia" * 12)
    await anita.see("ShumëgjatësiaShumëgjatësia")
    await anita.page.get_by_label("Shënim", exact=True).check()
    await anita.page.get_by_label("Shënimi i brendshëm").fill("Thirret nesër.")
    await anita.page.keyboard.press("Enter")
    await anita.see("Thirret nesër.")
    assert await faults(anita.page, axe) == []
    await anita.button("Transfero").click()
    await expect(anita.page.get_by_role("dialog").get_by_label("Radha e pritjes")).to_be_focused()
    assert await faults(anita.page, axe) == []
    await anita.page.keyboard.press("Escape")
    await anita.button("Shkurtoret e tastierës").click()
    await expect(anita.page.get_by_role("dialog")).to_be_visible()
    assert await faults(anita.page, axe) == []
    await anita.page.keyboard.press("Escape")
    for width, height in ((800, 600), (320, 640)):
        await anita.page.set_viewport_size({"width": width, "height": height})
        assert await anita.page.evaluate(WIDER) == []
