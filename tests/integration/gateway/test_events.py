"""The event stream over HTTP: nothing missed, nothing twice, and its end."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest
from starlette.responses import Response

from .api_support import (
    assert_error,
    collect,
    streaming,
)
from .live_gateway import Customer, said
from .scripted_desk import eventually


async def test_the_stream_tells_history_then_what_happens(customer):
    async with streaming(customer) as events:
        greeting = await collect(events, "reply")
        await customer.post("sa kushton")
        rest = await collect(events, "done")
    stored = [event for event in greeting + rest if event["event"] != "typing"]
    assert [event["id"] for event in stored] == ["1", "2", "3", "4"]
    assert [event["event"] for event in stored] == ["reply", "message", "reply", "done"]
    assert [event["data"] for event in stored] == await customer.events()
    typing = [event for event in rest if event["event"] == "typing"]
    assert typing[0] == {"event": "typing", "data": {"active": True}}


@pytest.mark.parametrize("how", [{"params": {"after": 2}}, {"headers": {"Last-Event-ID": "2"}}])
async def test_a_stream_resumes_after_a_cursor(customer, how):
    await customer.say("sa kushton")
    async with streaming(customer, **how) as events:
        assert [event["id"] for event in await collect(events, "done")] == ["3", "4"]


async def test_a_stream_that_is_cut_again_and_again_misses_nothing(customer):
    seen: list[int] = []
    sending = asyncio.create_task(_say_many(customer, 12))
    async with asyncio.timeout(20):
        while len(seen) < 1 + 12 * 3:
            async with streaming(customer, params={"after": seen[-1] if seen else 0}) as events:
                async for event in events:
                    if "id" in event:
                        seen.append(int(event["id"]))
                        if len(seen) % 4 == 0 or len(seen) == 37:
                            break
    await sending
    assert seen == list(range(1, 38))


async def _say_many(customer: Customer, count: int) -> None:
    for number in range(count):
        assert (await customer.post(f"pyetja {number}")).status_code == 202
        if number % 4 == 3:
            await asyncio.sleep(0.1)


async def test_streams_of_a_session_are_counted_and_released(gateway, customer):
    opened = [streaming(customer) for _ in range(5)]
    held = [await stream.__aenter__() for stream in opened]
    for events in held:
        await collect(events, "reply")
    response = await customer.call("GET", "/events")
    assert_error(response, 429, "too_many_streams")
    for stream in opened:
        await stream.__aexit__(None, None, None)
    await eventually(partial(_stream_opens, customer))


async def _stream_opens(customer: Customer) -> bool:
    async with customer.http.stream("GET", customer.path + "/events", headers=customer.headers) as response:
        return response.status_code == 200


@pytest.mark.parametrize("call", [("POST", "/token"), ("DELETE", "")])
async def test_a_stream_ends_with_its_token(customer, call):
    async with streaming(customer) as events:
        await collect(events, "reply")
        assert (await customer.call(*call)).is_success
        async with asyncio.timeout(2):
            assert [event async for event in events] == []


async def test_a_stream_opened_with_an_old_token_ends_when_the_new_one_is_first_used(customer):
    new = (await customer.call("POST", "/token")).json()["token"]
    async with streaming(customer) as events:
        await collect(events, "reply")
        customer.token = new
        assert (await customer.call("GET")).status_code == 200
        async with asyncio.timeout(2):
            assert [event async for event in events] == []
    async with streaming(customer) as events:  # the new token's own stream stays
        await collect(events, "reply")
        await customer.say("sa kushton")
        assert (await collect(events, "done"))[-1]["event"] == "done"


async def test_typing_goes_on_until_the_last_of_several_messages_is_answered(gateway, customer):
    hang = asyncio.Event()

    async def respond(body: dict[str, str]) -> Response:
        await hang.wait()
        return said(body["text"])

    gateway.engine.respond = respond
    async with streaming(customer) as events:
        await collect(events, "reply")
        for number in range(3):
            assert (await customer.post(f"pyetja {number}")).status_code == 202
        hang.set()
        seen: list[dict[str, Any]] = []
        while [event["event"] for event in seen].count("done") < 3:
            seen += await collect(events, "done")
        seen += await collect(events, "typing")
    told = [event["data"]["active"] for event in seen if event["event"] == "typing"]
    assert told == [True, True, True, False]


async def test_shutdown_ends_streams_at_once_and_pending_messages_are_answered_after_the_restart(
    make_gateway, tmp_path
):
    gateway = await make_gateway(var_dir=tmp_path / "shared", engine_timeout_s=20.0)
    customer = await gateway.customer()

    async def hangs(_body: dict[str, str]) -> Response:
        await asyncio.sleep(8)
        return said("tepër vonë")

    gateway.engine.respond = hangs
    async with streaming(customer) as events:
        await collect(events, "reply")
        response = await customer.post("sa kushton")
        message_id = response.json()["message_id"]
        began = asyncio.get_running_loop().time()
        gateway.server.should_exit = True
        async with asyncio.timeout(5):
            async for _ in events:
                pass
        await gateway.server.lifespan.shutdown_event.wait()
        assert asyncio.get_running_loop().time() - began < 5
    again = await make_gateway(var_dir=tmp_path / "shared", clock=gateway.clock)
    customer.http = again.http
    events = await customer.until_done(message_id)
    assert [event["type"] for event in events] == ["reply", "message", "reply", "done"]
    assert events[2]["text"] == "Përgjigje: sa kushton"
