"""The pictures of docs/console.md: `NDIHMA_UPDATE_SCREENSHOTS=1` writes what the browser showed to docs/images."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from ndihma.accounts.demo import DemoKey
from ndihma.staff.model import Role
from tests.integration.gateway.live_gateway import Customer, Gateway

from .conftest import Console, OpenConsole
from .test_accounts import found
from .test_assist import assisting, says, suggestions

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]

IMAGES = Path(__file__).parents[3] / "docs" / "images"
DOCUMENT = (Path(__file__).parents[3] / "docs" / "console.md").read_text(encoding="utf-8")


async def at(page: Page, gateway: Gateway) -> None:
    """The page's clock says what the gateway's says, from its next loading on."""
    await page.clock.set_fixed_time(gateway.clock.now())
    await page.reload()


async def shot(page: Page, name: str, folder: Path) -> None:
    """A picture that the document shows."""
    assert f"images/{name}.png" in DOCUMENT
    await page.screenshot(path=folder / f"{name}.png")
    if os.environ.get("NDIHMA_UPDATE_SCREENSHOTS"):
        await page.screenshot(path=IMAGES / f"{name}.png")


async def test_inbox_floor_and_trail(
    gateway: Gateway, anita: Console, waiting: Customer, open_console: OpenConsole, tmp_path: Path
) -> None:
    await anita.take(waiting)
    await anita.say("Mirëdita, jam Anita. Si mund t’ju ndihmoj?")
    await waiting.say("Ma keni ndal numrin e e kam pagu faturën.")
    await anita.see("Ma keni ndal")
    for _ in range(2):
        customer = await gateway.customer()
        await customer.say("qysh rikyçem")
        await customer.say("Fol me një agjent")
    await anita.view("Të miat").click()
    await at(anita.page, gateway)
    await expect(anita.entries).to_have_count(1)
    await anita.see("Ma keni ndal")
    await shot(anita.page, "console-inbox", tmp_path)

    boss = await open_console("drita", Role.SUPERVISOR)
    await boss.button("Mbikëqyrja").click()
    await at(boss.page, gateway)
    await expect(boss.page.locator("[data-talk]")).to_have_count(3)
    await shot(boss.page, "console-supervision", tmp_path)

    auditor = await open_console("agim", Role.AUDITOR)
    await expect(auditor.page.locator("[data-chain]")).to_contain_text("I paprekur")
    await shot(auditor.page, "console-audit", tmp_path)


async def test_an_account_and_a_call(gateway: Gateway, anita: Console, tmp_path: Path) -> None:
    await anita.button("Llogaritë").click()
    await at(anita.page, gateway)
    await found(anita, DemoKey.SUSPENDED)
    await shot(anita.page, "console-accounts", tmp_path)

    await assisting(anita)
    await says(anita).press_sequentially("sa kushton kartela")
    await expect(suggestions(anita)).to_have_count(1)
    await shot(anita.page, "console-assist", tmp_path)
