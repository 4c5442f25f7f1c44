"""The engine client against a real HTTP server that misbehaves in every way."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ndihma.desk.ports import EngineButton, EngineMessage, EngineUnavailable
from ndihma.engine_client import HttpEngine

GOOD: dict[str, Any] = {
    "messages": [
        {
            "text": "7 €",
            "buttons": [{"title": "Po", "payload": "/affirm"}],
            "custom": None,
            "metadata": {
                "utter_action": "utter_ask_sim_price",
                "metadata": {"title": "Çmimi", "source": "FAQ 000", "reviewed": "2026-11-22", "offer": "account"},
            },
        },
        {"text": None, "buttons": [], "custom": {"kind": "cancel_verification"}, "metadata": {}},
    ],
    "nlu": {"intent": {"name": "ask_sim_price", "confidence": 0.9}, "ranking": [{"name": "x", "confidence": 0.9}]},
}


@asynccontextmanager
async def serving(respond: Callable[[bytes], Awaitable[bytes]]) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that reads one request and writes whatever bytes it is given."""
    heard: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            heard.append(head + await reader.readexactly(length))
            writer.write(await respond(heard[-1]))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", heard


def http(status: int, body: bytes, content_type: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def always(answer: bytes) -> Callable[[bytes], Awaitable[bytes]]:
    async def respond(_request: bytes) -> bytes:
        return answer

    return respond


async def test_a_good_answer_is_read_with_source_offer_and_intent():
    async with (
        serving(always(http(200, json.dumps(GOOD).encode()))) as (url, heard),
        HttpEngine(url, "geheim", timeout_s=2) as engine,
    ):
        turn = await engine.send("c.0", "sa kushton")
    assert turn.messages == (
        EngineMessage("7 €", (EngineButton("Po", "/affirm"),), source="FAQ 000", reviewed="2026-11-22", offers=True),
        EngineMessage(custom={"kind": "cancel_verification"}),
    )
    assert (turn.intent, turn.confidence) == ("ask_sim_price", 0.9)
    head, _, body = heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /webhooks/gateway/message ")
    assert b"x-ndihma-token: geheim" in head.lower()
    assert json.loads(body) == {"sender": "c.0", "text": "sa kushton"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http(500, b"Traceback: fjala"), "failed"),
        (http(401, b"{}"), "refused"),
        (http(302, b"{}"), "failed"),
        (http(200, b"{"), "broken"),
        (http(200, b"[]"), "broken"),
        (http(200, b"\xff\xfe"), "broken"),
        (http(200, b'{"messages": "x"}'), "broken"),
        (http(200, b'{"messages": [{"text": 5}]}'), "broken"),
        (http(200, b'{"messages": [{"buttons": [{"title": "Po"}]}]}'), "broken"),
        (http(200, json.dumps({"messages": [{"text": "a"}] * 50}).encode()), "broken"),
        (http(200, json.dumps({"messages": [{"text": "a" * 300_000}]}).encode()), "broken"),
        (b"not http at all\r\n\r\n", "dead"),
        (b"", "dead"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{", "dead"),
    ],
)
async def test_a_bad_answer_is_named_without_its_content(answer, reason):
    async with serving(always(answer)) as (url, _), HttpEngine(url, "t", timeout_s=2) as engine:
        with pytest.raises(EngineUnavailable) as caught:
            await engine.send("c.0", "fjala")
    assert caught.value.reason == reason
    assert "fjala" not in repr(caught.value)


async def test_an_empty_answer_is_an_empty_turn():
    async with (
        serving(always(http(200, b'{"messages": [], "nlu": {"intent": null, "ranking": []}}'))) as (
            url,
            _,
        ),
        HttpEngine(url, "t", timeout_s=2) as engine,
    ):
        turn = await engine.send("c.0", "po")
    assert (turn.messages, turn.intent, turn.confidence) == ((), None, None)


async def test_a_late_answer_is_not_waited_for_also_when_it_drips():
    async def respond(_request: bytes) -> bytes:
        await asyncio.sleep(1)
        return b""

    async with serving(respond) as (url, _), HttpEngine(url, "t", timeout_s=0.2) as engine:
        began = asyncio.get_running_loop().time()
        with pytest.raises(EngineUnavailable, match="late"):
            await engine.send("c.0", "po")
        assert asyncio.get_running_loop().time() - began < 1


async def test_a_dead_engine_is_noticed_at_once():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with HttpEngine(f"http://127.0.0.1:{unused.getsockname()[1]}", "t", timeout_s=5) as engine:
            with pytest.raises(EngineUnavailable, match="dead"):
                await engine.send("c.0", "po")
