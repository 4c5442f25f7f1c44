"""The auditor's view over HTTP: who may see it, what is found, handed out and verified, and that this is recorded."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import timedelta
from typing import Any

import jsonschema
import pytest

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry
from ndihma.audit.trail import SqlAuditTrail
from ndihma.console import audit as view
from ndihma.console.audit_export import harmless
from ndihma.db import Database
from ndihma.secrets import audit_key
from ndihma.staff.model import Role

from .api_support import assert_error
from .console_support import Browser
from .inbox_support import StaffMade
from .live_gateway import Gateway

AUDIT = "/api/console/audit"
NUMBER = "044 123 456"


@pytest.fixture
async def auditor(staff: StaffMade) -> Browser:
    return await staff("agim", Role.AUDITOR)


async def record(gateway: Gateway, *entries: AuditEntry) -> None:
    database = Database(gateway.settings.sqlalchemy_url)
    try:
        await SqlAuditTrail(database, gateway.clock, audit_key(gateway.settings)).record(*entries)
    finally:
        await database.close()


def revealed(reason: str, number: str = NUMBER, who: str = "besa") -> AuditEntry:
    actor = Actor(ActorKind.AGENT, who)
    return AuditEntry(actor, AuditAction.FIELD_REVEALED, Msisdn.parse(number), ("callback.msisdn",), reason)


async def search(auditor: Browser, **wanted: Any) -> dict[str, Any]:
    answer = await auditor.call("POST", f"{AUDIT}/entries", json=wanted)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_s14_the_trail_is_for_auditors_alone(gateway: Gateway, staff: StaffMade, auditor: Browser) -> None:
    others = [await staff("anita"), await staff("drita", Role.SUPERVISOR)]
    for method, path in (("POST", "entries"), ("POST", "export"), ("GET", "chain"), ("POST", "chain")):
        for browser in others:
            assert_error(await browser.call(method, f"{AUDIT}/{path}", json={}), 403, "role_refused")
        stranger = await gateway.http.request(method, f"{AUDIT}/{path}", headers={"Origin": gateway.settings.origin})
        assert_error(stranger, 401, "not_signed_in")
    auditor.csrf = "x"
    for path in ("entries", "export", "chain"):
        assert_error(await auditor.call("POST", f"{AUDIT}/{path}", json={}), 403, "csrf_refused")


async def test_entries_are_found_and_nothing_is_unmasked(gateway: Gateway, auditor: Browser) -> None:
    await record(gateway, revealed("thirrje te 044 123 456"), revealed("tjetër", "045 200 300"))
    page = await search(auditor, action="field_revealed")
    assert [entry["sequence"] for entry in page["entries"]] == sorted(
        (entry["sequence"] for entry in page["entries"]), reverse=True
    )
    other, one = page["entries"]
    assert (one["actor"], one["reason"]) == ({"kind": "agent", "id": "besa"}, "thirrje te <msisdn>")
    assert (len(one["subject"]), one["subject"] == other["subject"], page["masked"]) == (12, False, None)
    assert [each["sequence"] for each in (await search(auditor, subject=one["subject"]))["entries"]] == [
        one["sequence"]
    ]
    by_number = await search(auditor, number=NUMBER, action="field_revealed")
    assert (by_number["masked"], [each["sequence"] for each in by_number["entries"]]) == (
        "044 ••• •56",
        [one["sequence"]],
    )
    assert "123456" not in json.dumps(by_number) + json.dumps(page)
    first = await search(auditor, limit=1)
    assert (len(first["entries"]), first["more"]) == (1, True)
    second = await search(auditor, limit=1, before=first["entries"][0]["sequence"])
    assert second["entries"][0]["sequence"] == first["entries"][0]["sequence"] - 1


async def test_what_cannot_be_searched_for_is_refused(auditor: Browser) -> None:
    for wanted, code, field in (
        ({"number": "12"}, "invalid_msisdn", "number"),
        ({"action": "everything"}, "invalid_field", "action"),
        ({"since": "yesterday"}, "invalid_field", "since"),
        ({"subject": "%"}, "invalid_field", "subject"),
        ({"limit": 201}, "invalid_field", "limit"),
    ):
        answer = await auditor.call("POST", f"{AUDIT}/entries", json=wanted)
        assert assert_error(answer, 422, code)["field"] == field


async def test_s10_searching_for_a_number_is_recorded_once_for_all_its_pages(
    gateway: Gateway, auditor: Browser
) -> None:
    await record(gateway, revealed("a"), revealed("b"))
    page = await search(auditor, number=NUMBER, limit=1)
    await search(auditor, number=NUMBER, limit=1, before=page["entries"][0]["sequence"])
    await search(auditor)
    [recorded] = (await search(auditor, action="audit_read"))["entries"]
    assert recorded["actor"] == {"kind": "agent", "id": "agim"}
    assert recorded["subject"] == page["entries"][0]["subject"]


async def test_days_are_kosovos_and_both_included(gateway: Gateway, auditor: Browser) -> None:
    today = gateway.clock.now().date()
    assert (await search(auditor, since=today.isoformat(), until=today.isoformat()))["entries"]
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert (await search(auditor, since=tomorrow))["entries"] == []
    assert (await search(auditor, until=(today - timedelta(days=1)).isoformat()))["entries"] == []


async def test_s10_a_file_holds_what_was_chosen_and_is_itself_recorded(gateway: Gateway, auditor: Browser) -> None:
    await record(gateway, revealed('=HYPERLINK("http://evil.example"), "klient"'), revealed("+383", who="drin"))
    wanted = {"action": "field_revealed", "actor": "besa"}
    answer = await auditor.call("POST", f"{AUDIT}/export", json={**wanted, "format": "csv"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    day = gateway.clock.now().date().isoformat()
    assert answer.headers["content-disposition"] == f'attachment; filename="auditimi-{day}.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["reason"].startswith("'=HYPERLINK(")
    assert (row["actor"], row["fields"], len(row["subject"])) == ("besa", "callback.msisdn", 12)

    lines = await auditor.call("POST", f"{AUDIT}/export", json={"format": "jsonl", "number": NUMBER})
    entries = [json.loads(line) for line in lines.text.splitlines()]
    assert [entry["actor"]["id"] for entry in entries] == ["besa", "drin"]
    assert "123456" not in lines.text + answer.text
    recorded = (await search(auditor, action="audit_exported"))["entries"]
    assert [entry["fields"] for entry in recorded] == [
        ["jsonl", "entries:2"],
        ["csv", "entries:1", "actor:besa", "action:field_revealed"],
    ]
    assert recorded[0]["subject"] == entries[0]["subject"]


async def test_a_file_that_would_be_too_large_is_refused_and_not_recorded(
    gateway: Gateway, auditor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "MOST_EXPORTED", 1)
    await record(gateway, revealed("a"), revealed("b"))
    refused = await auditor.call("POST", f"{AUDIT}/export", json={"format": "csv", "action": "field_revealed"})
    assert_error(refused, 422, "export_too_large")
    assert (await search(auditor, action="audit_exported"))["entries"] == []


async def test_s14_no_file_after_fifteen_idle_minutes(gateway: Gateway, auditor: Browser) -> None:
    gateway.clock.advance(timedelta(minutes=16))
    assert_error(await auditor.call("POST", f"{AUDIT}/export", json={"format": "csv"}), 403, "confirmation_needed")


async def test_the_chain_is_verified_beside_everything_else(gateway: Gateway, auditor: Browser) -> None:
    before = (await auditor.call("GET", f"{AUDIT}/chain")).json()
    assert (before["checked_at"], before["running"]) == (None, False)
    assert (await auditor.call("POST", f"{AUDIT}/chain")).status_code == 202
    async with asyncio.timeout(60):
        while (chain := (await auditor.call("GET", f"{AUDIT}/chain")).json())["running"]:  # noqa: ASYNC110  (the gateway is asked)
            await asyncio.sleep(0.01)
    assert chain["checked_at"] is not None
    assert (chain["broken_at"], chain["problem"], chain["failed"]) == (None, None, False)
    assert chain["last"].startswith(f"{chain['entries']}:")
    document = (await gateway.http.get("/api/v1/openapi.json")).json()
    for path, shown in (("chain", chain), ("entries", await search(auditor))):
        method = "get" if path == "chain" else "post"
        answer = document["paths"][f"{AUDIT}/{path}"][method]["responses"]["200"]
        schema = answer["content"]["application/json"]["schema"]
        jsonschema.validate(shown, {**schema, "components": document["components"]})
    assert set(document["paths"][f"{AUDIT}/export"]["post"]["responses"]["200"]["content"]) == {
        "text/csv",
        "application/jsonl",
    }


@pytest.mark.parametrize("cell", ["=1+1", "+383", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_a_cell_is_no_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "thirrje", "044 ••• •56", "a=b", "2026-11-22"])
def test_what_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell
