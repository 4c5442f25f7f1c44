"""The action server's HTTP face: the token, the bounds, and what an error says (nothing)."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
import pytest

from actions.replies import reply
from actions.server import create_app, make_executor
from actions.topics import DialogueAction

TOKEN = "a-token-of-the-test"
SECRET = "044 123 456 kodi 739201"


class Answers(DialogueAction):
    action_name = "action_answers"

    async def replies(self, conversation: Any) -> Any:
        return (reply("utter_greet", name="Arta"),)


class Breaks(DialogueAction):
    action_name = "action_breaks"

    async def replies(self, conversation: Any) -> Any:
        raise RuntimeError(f"cannot handle {conversation.tracker.latest_message['text']}")


def call(action: str) -> dict[str, Any]:
    tracker = {"sender_id": "c.0", "latest_message": {"text": SECRET}, "events": []}
    return {"next_action": action, "sender_id": "c.0", "tracker": tracker, "version": "3.6.21"}


@pytest.fixture
async def server():
    executor = make_executor([Answers(None), Breaks(None)])  # type: ignore[arg-type]
    app = create_app(executor, TOKEN, max_body_bytes=2000)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://actions") as client:
        yield client


async def test_an_action_answers_without_a_domain_in_the_call(server):
    response = await server.post("/webhook", params={"token": TOKEN}, json=call("action_answers"))
    assert response.status_code == 200
    answer = response.json()
    assert answer["events"] == []
    assert [(r["response"], r["name"]) for r in answer["responses"]] == [("utter_greet", "Arta")]


async def test_health_needs_no_token(server):
    assert (await server.get("/health")).json() == {"status": "ok"}


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN + "x", "ë", "\ud800"])
async def test_without_the_token_nothing_runs_s1(server, token):
    query = {} if token is None else {"token": token.encode("utf-8", "surrogatepass")}
    response = await server.post("/webhook", params=query, json=call("action_answers"))
    assert response.status_code == 401
    assert response.json() == {"error": "unauthorized"}


@pytest.mark.parametrize("path", ["/", "/actions", "/webhook/x", "/docs"])
async def test_there_is_nothing_else(server, path):
    assert (await server.get(path, params={"token": TOKEN})).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b'{"next_action": 1}',
        b'{"next_action": "action_answers"}',
        b'{"next_action": "action_answers", "tracker": []}',
        b'{"next_action": "action_answers", "tracker": {}}',
    ],
)
async def test_a_malformed_call_is_refused(server, body):
    response = await server.post("/webhook", params={"token": TOKEN}, content=body)
    assert response.status_code == 422
    assert response.json() == {"error": "malformed_request"}


async def test_a_large_body_is_refused(server):
    response = await server.post("/webhook", params={"token": TOKEN}, content=b" " * 2001)
    assert response.status_code == 413


async def test_deep_nesting_is_refused(server):
    body = b"[" * 1900
    assert (await server.post("/webhook", params={"token": TOKEN}, content=body)).status_code == 422


async def test_an_unknown_action(server):
    response = await server.post("/webhook", params={"token": TOKEN}, json=call("action_of_nobody"))
    assert response.status_code == 404
    assert response.json() == {"error": "unknown_action"}


async def test_an_uncaught_exception_tells_nothing_of_the_conversation_s6_s10(server, caplog):
    with caplog.at_level(logging.DEBUG):
        response = await server.post("/webhook", params={"token": TOKEN}, json=call("action_breaks"))
    assert response.status_code == 500
    assert response.json() == {"error": "action_failed"}
    ours = [record for record in caplog.records if record.name == "ndihma.actions"]
    assert len(ours) == 1
    assert "RuntimeError at tests/unit/actions/test_server.py:" in ours[0].getMessage()
    everything = json.dumps([record.getMessage() for record in caplog.records])
    assert "739201" not in everything
    assert "123 456" not in everything
    assert all(record.exc_info is None for record in ours)
