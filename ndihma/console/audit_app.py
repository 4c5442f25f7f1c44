"""The auditor's operations, for the gateway's table of routes."""

from __future__ import annotations

from typing import Final

from ndihma.console.audit import AuditApi
from ndihma.console.audit_schemas import AuditPage, ChainShown, ExportWanted, PageWanted
from ndihma.gateway.openapi import Operation

__all__ = ["audit_operations"]

_AUDIT: Final = "/api/console/audit"


def audit_operations(api: AuditApi) -> tuple[Operation, ...]:
    """Looking through the trail, handing it out, verifying it; a number stands in bodies, never in an address."""
    return (
        Operation(
            "POST", f"{_AUDIT}/entries", "searchAudit", "Entries of the audit trail, the newest first",
            api.entries, {200: AuditPage}, takes=(PageWanted,), scheme="staff",
            refuses=(400, 401, 403, 408, 413, 415, 422, 429, 503),
        ),
        Operation(
            "POST", f"{_AUDIT}/export", "exportAudit", "Entries of the audit trail as a file; recorded there itself",
            api.export, {200: None}, takes=(ExportWanted,), scheme="staff",
            gives=("text/csv", "application/jsonl"), refuses=(400, 401, 403, 408, 413, 415, 422, 429, 503),
        ),
        Operation(
            "GET", f"{_AUDIT}/chain", "readChain", "Whether the trail is as it was written, as far as it was verified",
            api.chain, {200: ChainShown}, scheme="staff", refuses=(401, 403, 429, 503),
        ),
        Operation(
            "POST", f"{_AUDIT}/chain", "verifyChain", "Begin to verify the whole trail",
            api.verify, {202: ChainShown}, scheme="staff", refuses=(401, 403, 429, 503),
        ),
    )  # fmt: skip
