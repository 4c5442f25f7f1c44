"""Real Chromium at the console of a real gateway, whose engine is scripted; customers over HTTP."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from ndihma.staff.model import Role
from tests.e2e.console.faults import axe
from tests.e2e.widget.conftest import WATCH_POLICY, browser
from tests.integration.conftest import databases
from tests.integration.gateway.console_support import Browser as StaffBrowser
from tests.integration.gateway.console_support import enrolled
from tests.integration.gateway.live_gateway import Customer, Gateway
from tests.integration.gateway.running import gateways, migrated_with_demo
from tests.support.databases import Databases

__all__ = ["axe", "browser", "databases"]

LIMIT_MS: Final = 30_000


@dataclass
class Console:
    """What an agent sees and does, by role and name as assistive technology does."""

    page: Page
    context: BrowserContext
    gateway: Gateway

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def lines(self) -> Locator:
        return self.log.locator(".line")

    @property
    def state(self) -> Locator:
        return self.page.locator("[data-state]")

    @property
    def entries(self) -> Locator:
        return self.page.locator("[data-entry]")

    @property
    def reply(self) -> Locator:
        return self.page.get_by_label("Përgjigjja për klientin")

    def alert(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("alert").filter(has_text=text)

    def button(self, name: str | re.Pattern[str], *, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    def view(self, name: str) -> Locator:
        return self.page.get_by_role("navigation").get_by_role("button", name=re.compile(f"^{name}"))

    async def see(self, text: str) -> None:
        await expect(self.log).to_contain_text(text, timeout=LIMIT_MS)

    async def open(self, customer: Customer) -> None:
        await self.page.locator(f"[data-entry='{customer.conversation_id}']").click()
        await expect(self.log).to_be_visible(timeout=LIMIT_MS)

    async def take(self, customer: Customer) -> None:
        await self.open(customer)
        await self.button("Merr bisedën").click()
        await expect(self.state).to_contain_text("te ju")

    async def say(self, text: str) -> None:
        await self.reply.fill(text)
        await self.reply.press("Enter")
        await self.see(text)

    async def available(self) -> None:
        chosen = self.page.get_by_label("Prania juaj")
        async with self.page.expect_response(lambda answer: answer.url.endswith("/presence") and answer.ok):
            await chosen.select_option("available")
        await expect(chosen).to_have_value("available")


OpenConsole = Callable[..., Awaitable[Console]]


@pytest.fixture(scope="session")
def migrated(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated_with_demo(databases, tmp_path_factory.mktemp("template"))


@pytest_asyncio.fixture(loop_scope="session")
async def gateway(tmp_path: Path, migrated: Path) -> AsyncIterator[Gateway]:
    expect.set_options(timeout=LIMIT_MS)
    async with gateways(tmp_path, migrated) as make:
        yield await make()


@pytest_asyncio.fixture(loop_scope="session")
async def open_console(gateway: Gateway, browser: Browser) -> AsyncIterator[OpenConsole]:
    """Opens the console, signed in or not; nothing may break the policy, throw or go elsewhere."""
    errors: list[str] = []
    foreign: list[str] = []
    pages: list[Page] = []

    def seen(url: str) -> None:
        if not url.startswith((gateway.settings.origin, "data:", "blob:")):
            foreign.append(url)

    async with AsyncExitStack() as stack:

        async def open_console(
            username: str | None = None,
            role: Role = Role.AGENT,
            *,
            name: str = "Anita Krasniqi",
            path: str = "/console",
            **options: Any,
        ) -> Console:
            options = {"locale": "sq", "viewport": {"width": 1280, "height": 720}, **options}
            context = await browser.new_context(**options)
            stack.push_async_callback(context.close)
            await context.add_init_script(WATCH_POLICY)
            context.on("request", lambda request: seen(request.url))
            if username is not None:
                await signed_in(gateway, context, username, role, name)
            page = await context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            pages.append(page)
            await page.goto(gateway.settings.origin + path)
            console = Console(page, context, gateway)
            if username is not None and role is not Role.AUDITOR:
                await expect(page.get_by_label("Prania juaj")).to_be_enabled(timeout=LIMIT_MS)
            return console

        yield open_console
        violations = [await page.evaluate("window.violations") for page in pages if not page.is_closed()]

    assert not [found for found in violations if found]
    assert not errors
    assert not foreign


async def signed_in(
    gateway: Gateway, context: BrowserContext, username: str, role: Role, name: str = "Anita Krasniqi"
) -> None:
    """Gives the browser the cookie of a session of its own."""
    staff = await StaffBrowser.at(gateway).sign_in(await enrolled(gateway, username, role, name=name))
    for cookie, value in staff.http.cookies.items():
        await context.add_cookies([{"name": cookie, "value": value, "url": gateway.settings.origin}])
    await staff.http.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def anita(open_console: OpenConsole) -> Console:
    """An agent who is available."""
    console = await open_console("anita")
    await console.available()
    return console


@pytest_asyncio.fixture(loop_scope="session")
async def waiting(gateway: Gateway, anita: Console) -> Customer:
    """A customer who asked the assistant something, then for a person."""
    customer = await gateway.customer()
    await customer.say("sa kushton SIM kartela?")
    await customer.say("Fol me një agjent")
    return customer
