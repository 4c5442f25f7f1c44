"""Proofs of payment over HTTP."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pydantic import SecretStr

from ndihma.audit.trail import SqlAuditTrail
from ndihma.db import Database
from ndihma.desk.tickets import TicketService
from ndihma.messages import INVALID_FIELDS

from .api_support import PDF, assert_error, collect, pdf_of, streaming, upload, want_proof
from .scripted_desk import eventually


async def test_a_proof_is_taken_for_the_open_request(gateway, customer):
    assert_error(await upload(customer, PDF), 409, "no_open_request")
    reference = await want_proof(gateway, customer)
    response = await upload(customer, PDF)
    assert response.status_code == 201, response.text
    assert response.json() == {"reference": reference}
    event = (await customer.events())[-1]
    assert (event["type"], event["state"], event["reference"]) == ("attachment", "received", reference)
    (file,) = (gateway.settings.var / "uploads").iterdir()
    assert file.read_bytes() == PDF
    assert "x.html" not in file.name
    for side in (201, 202):
        assert (await upload(customer, pdf_of(side))).status_code == 201
    assert_error(await upload(customer, pdf_of(203)), 409, "too_many_attachments")
    again = await upload(customer, PDF)
    assert (again.status_code, again.json()) == (201, {"reference": reference})
    assert len(list((gateway.settings.var / "uploads").iterdir())) == 3


async def test_amount_and_day_come_with_the_file_and_the_mail_tells_them(gateway, customer):
    reference = await want_proof(gateway, customer)
    response = await customer.call(
        "POST",
        "/attachments",
        files={"file": ("x.pdf", PDF, "application/pdf")},
        data={"amount": "23,40 €", "paid_on": "2026-11-21"},
    )
    assert response.status_code == 201, response.text
    folder = gateway.settings.var / "outbox-mail"

    async def mailed() -> list[Path]:
        return list(folder.glob("*.eml"))

    (path,) = await eventually(mailed)
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert reference in mail["Subject"]
    text = mail.get_body().get_content()
    assert "Shuma sipas klientit: 23,40 €" in text
    assert "21 nëntor 2026" in text
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content() == PDF


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "njëzet"),
        ("amount", "0"),
        ("amount", "10000,01"),
        ("amount", "-5"),
        ("amount", "1" * 65),
        ("amount", b"\xff"),
        ("paid_on", "22.11.2026"),
        ("paid_on", "2026-11-23"),
        ("paid_on", "2025-11-20"),
    ],
)
async def test_an_amount_or_day_that_cannot_be_is_refused_and_nothing_stored(gateway, customer, field, value):
    await want_proof(gateway, customer)
    files = {"file": ("x.pdf", PDF, "application/pdf")}
    response = await customer.call("POST", "/attachments", files=files, data={field: value})
    error = assert_error(response, 422, "invalid_field")
    assert error["field"] == field
    assert error["message"] == INVALID_FIELDS[field]
    assert not (gateway.settings.var / "uploads").exists()


async def test_a_decision_made_in_another_process_comes_on_the_open_stream(gateway, customer):
    reference = await want_proof(gateway, customer)
    assert (await upload(customer, PDF)).status_code == 201
    after = (await customer.events())[-1]["cursor"]
    async with streaming(customer, params={"after": after}) as events:
        database = Database(gateway.settings.sqlalchemy_url)
        audit = SqlAuditTrail(database, gateway.clock, SecretStr("a" * 64))
        await TicketService(database, gateway.clock, audit).confirm(reference, "arta")
        await database.close()
        (told,) = await collect(events, "reply")
    assert told["data"]["in_reply_to"] is None
    assert reference in told["data"]["text"]
    assert (await customer.events())[-1]["cursor"] == told["data"]["cursor"] == after + 1
    assert_error(await upload(customer, pdf_of(201)), 409, "no_open_request")


async def test_bad_uploads_are_refused(gateway, customer):
    await want_proof(gateway, customer)
    assert_error(await upload(customer, b"<html>"), 415, "attachment_type")
    assert_error(await upload(customer, b""), 422, "invalid_field")
    assert_error(await upload(customer, PDF, field="other"), 422, "invalid_field")
    assert_error(await upload(customer, PDF + bytes(6 * 1024 * 1024)), 413, "attachment_too_large")
    for content_type, content, status, code in [
        ("application/json", b"{}", 415, "wrong_content_type"),
        ("multipart/form-data", b"x", 400, "malformed_request"),
        ("multipart/form-data; boundary=b", b"not multipart", 400, "malformed_request"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx", 422, "invalid_field"),
    ]:
        response = await customer.call("POST", "/attachments", content=content, headers={"Content-Type": content_type})
        assert response.status_code in (status, 400)
        assert response.json()["error"]["code"] in (code, "malformed_request")
    assert not (gateway.settings.var / "uploads").exists()
