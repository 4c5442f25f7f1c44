"""A real Chromium on the page, against a fake of the chat API on loopback."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from .fake_server import FakeApi

CHROMIUM: Final = "/usr/bin/chromium"
ARGS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH_POLICY: Final = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""

expect.set_options(timeout=6_000)


@dataclass
class Chat:
    """What a customer sees and does, by role and name as assistive technology does."""

    page: Page
    context: BrowserContext

    @property
    def field(self) -> Locator:
        return self.page.get_by_label("Mesazhi juaj")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def replies(self) -> Locator:
        return self.log.locator(".item--them")

    @property
    def mine(self) -> Locator:
        return self.log.locator(".item--me")

    @property
    def last_mine(self) -> Locator:
        return self.mine.last

    @property
    def typing(self) -> Locator:
        return self.page.get_by_text("Ndihma po shkruan…")

    def button(self, name: str | re.Pattern[str], *, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    async def ready(self) -> None:
        await expect(self.replies.first).to_contain_text("Mirë se vini")

    async def say(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def ask(self, text: str) -> None:
        """Say it and wait for the fake's answer."""
        await self.say(text)
        await expect(self.replies.last).to_contain_text(f"Përgjigje për: {text}")


OpenChat = Callable[..., Awaitable[Chat]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    executable = os.environ.get("CHROMIUM") or shutil.which(CHROMIUM) or shutil.which("chromium")
    if executable is None:
        reason = "Chromium is not installed (apt-get install chromium): the page was not tested in a browser"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=executable, args=ARGS)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def api() -> AsyncIterator[FakeApi]:
    async with FakeApi() as fake:
        yield fake


@pytest_asyncio.fixture(loop_scope="session")
async def open_chat(api: FakeApi, browser: Browser) -> AsyncIterator[OpenChat]:
    """Opens the page; at the end nothing may have broken the policy, thrown, or gone to another host."""
    errors: list[str] = []
    foreign: list[str] = []
    pages: list[Page] = []

    def seen(url: str) -> None:
        if not url.startswith((api.url, "data:", "blob:")):
            foreign.append(url)

    async with AsyncExitStack() as stack:

        async def open_chat(*, wait: bool = True, clock: bool = False, path: str = "/", **options: Any) -> Chat:
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
            await page.goto(api.url + path)
            chat = Chat(page, context)
            if wait:
                await chat.ready()
            return chat

        yield open_chat
        violations = [await page.evaluate("window.violations") for page in pages if not page.is_closed()]

    assert not [found for found in violations if found]
    assert not errors
    assert not foreign


@pytest_asyncio.fixture(loop_scope="session")
async def chat(open_chat: OpenChat) -> Chat:
    return await open_chat()
