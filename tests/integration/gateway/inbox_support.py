"""Staff at the agents' inbox over HTTP, and what they do there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
from starlette.responses import JSONResponse, Response

from .api_support import read_events
from .console_support import Browser
from .live_gateway import Customer

__all__ = [
    "INBOX", "WITHIN_S", "StaffMade", "available", "engine_is_down", "listening", "move", "opened", "path_of", "until",
    "write",
]  # fmt: skip

INBOX = "/api/console/inbox"
WITHIN_S = 60.0
StaffMade = Callable[..., Awaitable[Browser]]


async def available(browser: Browser) -> None:
    answer = await browser.call("POST", f"{INBOX}/presence", json={"presence": "available"})
    assert (answer.status_code, answer.json()) == (200, {"presence": "available"})


async def engine_is_down(_body: dict[str, str]) -> Response:
    return JSONResponse({}, status_code=500)


def path_of(customer: Customer) -> str:
    return f"{INBOX}/conversations/{customer.conversation_id}"


async def opened(browser: Browser, customer: Customer) -> dict[str, Any]:
    answer = await browser.call("GET", path_of(customer))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def move(browser: Browser, customer: Customer, what: str, **more: Any) -> httpx.Response:
    version = (await opened(browser, customer))["handoff"]["version"]
    return await browser.call("POST", f"{path_of(customer)}/{what}", json={"version": version, **more})


async def write(
    browser: Browser, customer: Customer, text: str, client_id: str = "x1", to: str = "messages"
) -> httpx.Response:
    return await browser.call("POST", f"{path_of(customer)}/{to}", json={"client_id": client_id, "text": text})


class listening:  # noqa: N801  (used as a function)
    """The events of a stream of the console's."""

    def __init__(self, browser: Browser, path: str, headers: dict[str, str] | None = None) -> None:
        self._opening = browser.http.stream("GET", path, headers={**browser.extra, **(headers or {})})

    async def __aenter__(self) -> AsyncIterator[dict[str, Any]]:
        response = await self._opening.__aenter__()
        assert response.status_code == 200, await response.aread()
        return read_events(response)

    async def __aexit__(self, *reason: Any) -> None:
        await self._opening.__aexit__(*reason)


async def until(events: AsyncIterator[dict[str, Any]], condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    async with asyncio.timeout(WITHIN_S):
        async for event in events:
            if condition(event):
                return event
    raise AssertionError("the stream ended")
