"""The engine client against a real HTTP server that misbehaves in every way."""

from __future__ import annotations

import asyncio
import itertools
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


@asynccontextmanager
async def keeping(answers: list[bytes]) -> AsyncIterator[tuple[str, list[int]]]:
    """A server that gives one answer a request; which connection each request came on, counted from 0."""
    came_on: list[int] = []
    connections = itertools.count()
    left = iter(answers)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = next(connections)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
                came_on.append(number)
                answer = next(left)
                writer.write(answer)
                if b"connection: close" in answer.lower():
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", came_on


ANSWER = http(200, json.dumps(GOOD).encode())
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (
    len(json.dumps(GOOD).encode()),
    json.dumps(GOOD).encode(),
)
CLOSING = ANSWER.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)


@pytest.mark.parametrize("answer", [ANSWER, CHUNKED])
async def test_calls_one_after_another_share_a_connection(answer):
    async with keeping([answer] * 3) as (url, came_on), HttpEngine(url, "t", timeout_s=2) as engine:
        turns = [await engine.send("c.0", "po") for _ in range(3)]
    assert [turn.intent for turn in turns] == ["ask_sim_price"] * 3
    assert came_on == [0, 0, 0]


async def test_a_connection_that_the_engine_closed_is_not_used_again():
    async with keeping([CLOSING, ANSWER]) as (url, came_on), HttpEngine(url, "t", timeout_s=2) as engine:
        for _ in range(2):
            assert (await engine.send("c.0", "po")).intent == "ask_sim_price"
    assert came_on == [0, 1]


@pytest.mark.parametrize("bad", [http(500, b"{}"), http(200, b"{"), b"nonsense\r\n\r\n"])
async def test_a_call_that_failed_leaves_nothing_for_the_next_one(bad):
    async with keeping([bad, ANSWER]) as (url, _), HttpEngine(url, "t", timeout_s=2) as engine:
        with pytest.raises(EngineUnavailable):
            await engine.send("c.0", "po")
        assert (await engine.send("c.0", "po")).intent == "ask_sim_price"


async def test_a_call_given_up_does_not_get_its_answer_to_the_next_caller():
    first = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
                if json.loads(body)["text"] == "vonë":
                    await first.wait()
                said = {"messages": [{"text": json.loads(body)["text"]}]}
                writer.write(http(200, json.dumps(said).encode()))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, HttpEngine(url, "t", timeout_s=0.3) as engine:
        assert (await engine.send("c.0", "para")).messages[0].text == "para"
        with pytest.raises(EngineUnavailable, match="late"):
            await engine.send("c.0", "vonë")
        first.set()
        for _ in range(3):
            assert (await engine.send("c.0", "pas")).messages[0].text == "pas"


READ = {"questions": [[{"name": "ask_sim_price", "confidence": 0.9}, {"name": "", "confidence": 0.1}], []]}


async def test_what_a_text_asks_is_read_without_a_conversation():
    async with (
        serving(always(http(200, json.dumps(READ).encode()))) as (url, heard),
        HttpEngine(url, "geheim", timeout_s=2) as engine,
    ):
        questions = await engine.read("sa kushton")
    assert [question.ranking for question in questions] == [(("ask_sim_price", 0.9),), ()]
    head, _, body = heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /webhooks/gateway/read ")
    assert b"x-ndihma-token: geheim" in head.lower()
    assert json.loads(body) == {"text": "sa kushton"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http(500, b"{}"), "failed"),
        (http(401, b"{}"), "refused"),
        (http(404, b"{}"), "failed"),
        (http(200, b'{"questions": []}'), "broken"),
        (http(200, b'{"questions": [[{"name": "x", "confidence": 2}]]}'), "broken"),
        (http(200, b'{"questions": [[{"name": "x", "confidence": NaN}]]}'), "broken"),
        (http(200, b'{"questions": [[{"name": 7, "confidence": 0.5}]]}'), "broken"),
        (http(200, b'{"messages": []}'), "broken"),
        (b"", "dead"),
    ],
)
async def test_a_bad_reading_is_named_without_its_content(answer, reason):
    async with serving(always(answer)) as (url, _), HttpEngine(url, "t", timeout_s=2) as engine:
        with pytest.raises(EngineUnavailable) as caught:
            await engine.read("fjala")
    assert caught.value.reason == reason
    assert "fjala" not in repr(caught.value)


async def test_a_reading_has_a_deadline_of_its_own():
    async def respond(_request: bytes) -> bytes:
        await asyncio.sleep(60)
        return b""

    async with serving(respond) as (url, _), HttpEngine(url, "t", timeout_s=50, read_timeout_s=0.2) as engine:
        with pytest.raises(EngineUnavailable, match="late"):
            await asyncio.wait_for(engine.read("po"), 30)
