"""What the tests of the chat API share: refusals, streams, a verification under way, a wanted proof."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pikepdf
from starlette.responses import Response

from ndihma.accounts.demo import DemoKey, demo_customers
from ndihma.accounts.msisdn import Msisdn
from ndihma.db import Database
from ndihma.desk.pdf import clean_pdf
from ndihma.desk.reconnections import ReconnectionRequests

from .live_gateway import Customer, Gateway, said
from .scripted_desk import NOW, eventually


def pdf_of(side: float) -> bytes:
    """A PDF of one empty page, as it is kept: nothing is left to strip. ``side`` in points makes it one of its own."""
    saved = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(side, side))
        pdf.save(saved)
    return clean_pdf(saved.getvalue())


PDF = pdf_of(200)


def number_of(key: DemoKey) -> str:
    return next(c.line.msisdn.national for c in demo_customers(NOW) if c.key is key)


def assert_error(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"].endswith(".")
    assert "Traceback" not in response.text
    return dict(error)


@asynccontextmanager
async def streaming(customer: Customer, **options: Any) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    headers = {**customer.headers, **options.pop("headers", {})}
    async with customer.http.stream("GET", customer.path + "/events", headers=headers, **options) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield read_events(response)


async def read_events(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    event: dict[str, Any] = {}
    async for line in response.aiter_lines():
        if not line:
            if "data" in event:
                yield {**event, "data": json.loads(event["data"])}
            event = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            event[name] = value


async def collect(events: AsyncIterator[dict[str, Any]], until: str) -> list[dict[str, Any]]:
    collected: list[dict[str, Any]] = []
    async with asyncio.timeout(5):
        async for event in events:
            collected.append(event)
            if event["event"] == until:
                break
    return collected


async def ask_for_verification(gateway: Gateway, customer: Customer) -> None:
    async def respond(body: dict[str, str]) -> Response:
        if body["text"] == "/check_account":
            return said("Gjendja: 5 €.")
        return said("Verifikoni numrin.", custom={"kind": "verify", "resume_intent": "check_account"})

    gateway.engine.respond = respond
    events = await customer.say("sa kredi kam")
    assert events[-2]["type"] == "verification"
    assert events[-2]["state"] == "number_needed"


async def code_sent(gateway: Gateway) -> str:
    async def outbox() -> list[dict[str, str]]:
        return list((await gateway.http.get("/api/dev/outbox")).json()["messages"])

    sent = await eventually(outbox)
    return next(word.strip(".") for word in sent[-1]["text"].split() if word.strip(".").isdigit() and len(word) > 5)


async def want_proof(gateway: Gateway, customer: Customer) -> str:
    database = Database(gateway.settings.sqlalchemy_url)
    request = await ReconnectionRequests(database).file(customer.conversation_id, Msisdn("+38344123456"), NOW)
    await database.close()

    async def respond(_body: dict[str, str]) -> Response:
        return said("Ngarkoni.", custom={"kind": "attach_proof", "request_reference": request.reference})

    gateway.engine.respond = respond
    await customer.say("kam paguar")
    return request.reference


async def upload(customer: Customer, content: bytes, field: str = "file", name: str = "../../x.html") -> httpx.Response:
    return await customer.call("POST", "/attachments", files={field: (name, content, "text/html")})
