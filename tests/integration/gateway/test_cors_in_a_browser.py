"""A real browser keeps the rules of ``test_cors``: a listed site talks to the gateway, its neighbour does not."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from .live_gateway import Gateway, plain_server, served

CHROMIUM = "/usr/bin/chromium"
TALK = """async (gateway) => {
  const api = `${gateway}/api/v1/sessions`;
  const opened = await fetch(api, { method: "POST", mode: "cors", credentials: "omit" });
  const { session_id: id, token } = await opened.json();
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const post = (path, body) => fetch(`${api}/${id}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const sent = await post("/messages", { client_id: "m1", text: "po" });
  const refused = await post("/messages", { client_id: "m2", text: "" });
  const stream = await fetch(`${api}/${id}/events`, { headers: { ...headers, "Last-Event-ID": "0" } });
  const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  while (!heard.includes("event: done")) heard += (await reader.read()).value;
  await reader.cancel();
  const ended = await fetch(`${api}/${id}`, { method: "DELETE", headers });
  return { statuses: [opened.status, sent.status, refused.status, ended.status],
           refusal: (await refused.json()).error.code, cookies: document.cookie };
}"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if shutil.which(CHROMIUM) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"Chromium is required in CI ({CHROMIUM})")
        pytest.skip(f"no Chromium at {CHROMIUM}")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        await launched.close()


@pytest.fixture
async def site() -> AsyncIterator[int]:
    """A site of somebody's own, at another port of this machine; under two names, two Origins."""

    async def page(_request: Request) -> Response:
        return HTMLResponse("<!doctype html><html lang=sq><title>Faqe</title><h1>Faqe</h1></html>")

    async with served(plain_server(Starlette(routes=[Route("/", page)]))) as port:
        yield port


async def open_at(browser: Browser, address: str) -> Page:
    page = await browser.new_page()
    await page.goto(address)
    return page


async def test_a_listed_site_talks_to_the_gateway_and_its_neighbour_does_not(browser, site, make_gateway):
    listed, neighbour = f"http://127.0.0.1:{site}", f"http://localhost:{site}"
    gateway: Gateway = await make_gateway(widget_origins=(listed,))
    address = f"http://127.0.0.1:{gateway.settings.gateway_port}"
    page = await open_at(browser, listed)
    talked = await page.evaluate(TALK, address)
    assert talked == {"statuses": [201, 202, 422, 204], "refusal": "empty_text", "cookies": ""}
    stranger = await open_at(browser, neighbour)
    tried = (
        "(gateway) => fetch(`${gateway}/api/v1/sessions`, {method: 'POST'}).then(() => 'read', () => 'kept from it')"
    )
    assert await stranger.evaluate(tried, address) == "kept from it"
    asked = "(gateway) => fetch(`${gateway}/healthz`).then(() => 'read', () => 'kept from it')"
    assert await page.evaluate(asked, address) == "kept from it"
