"""A real Chromium on a site of another origin that has the widget, against a fake of the chat API."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.page.conftest import WATCH_POLICY, browser

from .fake_gateway import HostSite, WidgetApi

__all__ = ["browser"]


@dataclass
class Widget:
    """What a customer sees and does, by role and name as assistive technology does."""

    page: Page
    context: BrowserContext

    @property
    def launcher(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile("^Hap bisedën"))

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog", name="Ndihma, Asistenti i Valës")

    @property
    def field(self) -> Locator:
        return self.page.get_by_label("Mesazhi juaj")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def replies(self) -> Locator:
        return self.log.locator(".theirs")

    @property
    def mine(self) -> Locator:
        return self.log.locator(".mine")

    @property
    def banner(self) -> Locator:
        return self.page.locator(".banner")

    def button(self, name: str | re.Pattern[str], *, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    async def open(self) -> None:
        await self.launcher.click()
        await self.ready()

    async def ready(self) -> None:
        await expect(self.replies.first).to_contain_text("Mirë se vini")

    async def say(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def ask(self, text: str) -> None:
        """Say it and wait for the fake's answer."""
        await self.say(text)
        await expect(self.replies.last).to_contain_text(f"Përgjigje për: {text}")

    async def menu(self, item: str) -> None:
        await self.button("Veprimet e bisedës").click()
        await self.button(item).click()

    async def focused(self) -> str:
        """The element that has the focus, inside the widget or outside."""
        found: str = await self.page.evaluate(
            """() => {
              let node = document.activeElement;
              while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
              return node?.id || node?.getAttribute("aria-label") || node?.textContent?.trim() || node?.tagName || "";
            }"""
        )
        return found


OpenWidget = Callable[..., Awaitable[Widget]]


@pytest_asyncio.fixture(loop_scope="session")
async def api() -> AsyncIterator[WidgetApi]:
    async with WidgetApi() as fake:
        yield fake


@pytest_asyncio.fixture(loop_scope="session")
async def site(api: WidgetApi) -> AsyncIterator[HostSite]:
    async with HostSite(api.url) as host:
        api.allowed_origin = host.url
        yield host


@pytest_asyncio.fixture(loop_scope="session")
async def open_widget(api: WidgetApi, site: HostSite, browser: Browser) -> AsyncIterator[OpenWidget]:
    """Opens the site; at the end nothing may have broken the policy, thrown, or gone to a third host."""
    errors: list[str] = []
    foreign: list[str] = []
    pages: list[Page] = []

    def seen(url: str) -> None:
        if not url.startswith((api.url, site.url, "data:", "blob:")):
            foreign.append(url)

    async with AsyncExitStack() as stack:

        async def open_widget(
            *,
            wait: bool = True,
            clock: bool = False,
            path: str = "/",
            context: BrowserContext | None = None,
            **options: Any,
        ) -> Widget:
            if context is None:
                options = {"locale": "sq", "viewport": {"width": 1280, "height": 800}, **options}
                context = await browser.new_context(**options)
                stack.push_async_callback(context.close)
                await context.add_init_script(WATCH_POLICY)
                context.on("request", lambda request: seen(request.url))
            page = await context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            pages.append(page)
            if clock:
                await page.clock.install()
            await page.goto(site.url + path)
            widget = Widget(page, context)
            if wait:
                await widget.open()
            return widget

        yield open_widget
        violations = [await page.evaluate("window.violations") for page in pages if not page.is_closed()]

    assert not [found for found in violations if found]
    assert not errors
    assert not foreign


@pytest_asyncio.fixture(loop_scope="session")
async def widget(open_widget: OpenWidget) -> Widget:
    return await open_widget()
