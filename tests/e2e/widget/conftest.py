"""A real Chromium on a site of another origin that has the widget, or on the page that it fills; a fake of the API."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from tests.e2e.browsing import ARGS, chromium

from .fake_api import FakeApi
from .host_site import HostSite

WATCH_POLICY: Final = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""

expect.set_options(timeout=30_000)


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
    def host(self) -> Locator:
        return self.page.locator("ndihma-chat")

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


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


OpenWidget = Callable[..., Awaitable[Widget]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    executable = chromium()
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=executable, args=ARGS)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def api() -> AsyncIterator[FakeApi]:
    async with FakeApi() as fake:
        yield fake


@pytest_asyncio.fixture(loop_scope="session")
async def site(api: FakeApi) -> AsyncIterator[HostSite]:
    async with HostSite(api.url) as host:
        api.allowed_origin = host.url
        yield host


@pytest_asyncio.fixture(loop_scope="session")
async def open_widget(api: FakeApi, site: HostSite, browser: Browser) -> AsyncIterator[OpenWidget]:
    """Opens the site, or with ``whole`` the gateway's page; at the end nothing broke the policy or threw."""
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
            whole: bool = False,
            clock: bool = False,
            script: str | None = None,
            path: str = "/",
            context: BrowserContext | None = None,
            **options: Any,
        ) -> Widget:
            if context is None:
                options = {"locale": "sq", "viewport": {"width": 1280, "height": 800}, **options}
                context = await browser.new_context(**options)
                stack.push_async_callback(context.close)
                await context.add_init_script(WATCH_POLICY)
                if script is not None:
                    await context.add_init_script(script)
                context.on("request", lambda request: seen(request.url))
            page = await context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            pages.append(page)
            if clock:
                await page.clock.install()
            await page.goto((api.url if whole else site.url) + path)
            widget = Widget(page, context)
            if wait:
                await (widget.ready() if whole else widget.open())
            return widget

        yield open_widget
        violations = [await page.evaluate("window.violations") for page in pages if not page.is_closed()]

    assert not [found for found in violations if found]
    assert not errors
    assert not foreign


@pytest_asyncio.fixture(loop_scope="session")
async def widget(open_widget: OpenWidget) -> Widget:
    return await open_widget()


@pytest_asyncio.fixture(loop_scope="session")
async def whole(open_widget: OpenWidget) -> Widget:
    """The page that the chat fills."""
    return await open_widget(whole=True)
