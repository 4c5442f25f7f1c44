"""Proofs of payment over HTTP."""

from __future__ import annotations

from .api_support import (
    PDF,
    assert_error,
    upload,
    want_proof,
)


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
    for _ in range(2):
        assert (await upload(customer, PDF)).status_code == 201
    assert_error(await upload(customer, PDF), 409, "too_many_attachments")


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
