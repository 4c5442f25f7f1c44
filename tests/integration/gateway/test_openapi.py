"""The OpenAPI document describes the routes and the answers there are."""

from __future__ import annotations

import json
from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import validate
from starlette.routing import Mount, Route

from ndihma.accounts.demo import DemoKey
from ndihma.db import Database
from ndihma.desk.store import ConversationStore
from ndihma.gateway.widget import FILES

from .api_support import (
    PDF,
    ask_for_verification,
    code_sent,
    number_of,
    upload,
    want_proof,
)
from .live_gateway import Customer, Gateway


@pytest.fixture
async def document(gateway: Gateway) -> dict[str, Any]:
    response = await gateway.http.get("/api/v1/openapi.json")
    assert response.status_code == 200
    return dict(response.json())


async def test_the_document_is_valid_openapi(document):
    validate(document)


async def test_every_route_of_the_api_is_in_the_document(gateway, document):
    described = {(path, method.upper()) for path, item in document["paths"].items() for method in item}
    served = {
        (route.path, method)
        for route in gateway.app.routes
        if isinstance(route, Route)
        for method in route.methods or ()
    }
    pages = {"/", "/console", "/outbox", "/api/dev/outbox", "/api/v1/openapi.json", "/widget.json"} | {
        f"/{name}" for name in FILES
    }
    others = {path for path, _ in served if path in pages or path.startswith("/demo")}
    assert {(path, method) for path, method in served if path not in others} == described
    assert [route.path for route in gateway.app.routes if isinstance(route, Mount)] == ["/static", "/console"]


async def test_real_answers_are_as_described(gateway, customer, document):
    def check(response: httpx.Response, method: str, path: str) -> None:
        answers = document["paths"][path][method.lower()]["responses"]
        assert str(response.status_code) in answers, f"{method} {path} → {response.status_code}"
        content = answers[str(response.status_code)].get("content")
        if content is None:
            assert response.content == b""
            return
        schema = {**content["application/json"]["schema"], "components": document["components"]}
        jsonschema.validate(response.json(), schema, format_checker=jsonschema.FormatChecker())

    base = "/api/v1/sessions/{session_id}"
    check(await gateway.http.post("/api/v1/sessions"), "POST", "/api/v1/sessions")
    check(await gateway.http.get("/healthz"), "GET", "/healthz")
    check(await gateway.http.get("/readyz"), "GET", "/readyz")
    check(await customer.call("GET"), "GET", base)
    check(await customer.post("po"), "POST", f"{base}/messages")
    check(await customer.post(""), "POST", f"{base}/messages")
    check(await customer.call("POST", "/messages", content=b"{"), "POST", f"{base}/messages")
    await ask_for_verification(gateway, customer)
    number = number_of(DemoKey.ACTIVE_BY_TOP_UP)
    check(await customer.call("POST", "/verification", json={"msisdn": number}), "POST", f"{base}/verification")
    check(await customer.call("POST", "/verification", json={"msisdn": "x"}), "POST", f"{base}/verification")
    check(await customer.call("GET"), "GET", base)
    code = await code_sent(gateway)
    path = f"{base}/verification/code"
    check(await customer.call("POST", "/verification/code", json={"code": "abcdef"}), "POST", path)
    response = await customer.call("POST", "/verification/code", json={"code": code})
    check(response, "POST", path)
    customer.token = response.json()["token"]
    await want_proof(gateway, customer)
    check(await upload(customer, PDF), "POST", f"{base}/attachments")
    check(await upload(customer, b"x"), "POST", f"{base}/attachments")
    check(await customer.call("GET", "/history"), "GET", f"{base}/history")
    check(await customer.call("GET", "/history?after=x"), "GET", f"{base}/history")
    check(await customer.call("DELETE", "/verification"), "DELETE", f"{base}/verification")
    response = await customer.call("POST", "/token")
    check(response, "POST", f"{base}/token")
    check(await customer.call("GET"), "GET", base)
    customer.token = response.json()["token"]
    for rating in ({"score": 5, "comment": "Mirë."}, {"score": 4}, {"score": 9}):
        check(await customer.call("POST", "/rating", json=rating), "POST", f"{base}/rating")
    for _ in range(2):
        check(await customer.call("POST", "/end"), "POST", f"{base}/end")
    check(await customer.post("po"), "POST", f"{base}/messages")
    check(await customer.call("POST", "/verification", json={"msisdn": number}), "POST", f"{base}/verification")
    check(await customer.call("GET", "/history"), "GET", f"{base}/history")
    check(await customer.call("DELETE"), "DELETE", base)
    kinds = {event["type"] for event in json.loads(await _history_text(gateway, customer))}
    assert kinds == {"reply", "message", "done", "verification", "attachment", "ended"}


async def _history_text(gateway: Gateway, customer: Customer) -> str:
    database = Database(gateway.settings.sqlalchemy_url)
    page = await ConversationStore(database).events(customer.conversation_id, 0, 200)
    await database.close()
    return json.dumps([event.model_dump(mode="json") for event in page.events])
