"""Notes of telephone calls over HTTP: agents write them, supervisors see them all (docs/api.md)."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.config import Settings
from ndihma.console.auth import staff_of
from ndihma.console.calls_schemas import CallNoted, CallReason, CallShown, CallsListed, CallWritten
from ndihma.console.inbox_showing import agent_of
from ndihma.desk.calls.notes import CallNote, CallNotes, NewCallNote
from ndihma.gateway.errors import ApiError
from ndihma.gateway.openapi import Operation, Parameter
from ndihma.gateway.reading import int_parameter, read_json, validated
from ndihma.messages import ErrorCode
from ndihma.staff.model import Role

__all__ = ["CallsApi", "call_operations"]

_NOTING: Final = (Role.AGENT, Role.SUPERVISOR)
_MAX_BODY_BYTES: Final = 32 * 1024
"""4,000 characters (S3), escaped, with what stands around them."""


class CallsApi:
    """The endpoints."""

    def __init__(self, settings: Settings, notes: CallNotes) -> None:
        self._settings = settings
        self._notes = notes

    async def note(self, request: Request) -> Response:
        member = await staff_of(request, *_NOTING)
        written = validated(CallWritten, await read_json(request, _MAX_BODY_BYTES))
        new = NewCallNote(written.client_id, written.disposition, written.text, _number(written.msisdn))
        note = await self._notes.note(agent_of(member), new)
        return _json(CallNoted(reference=note.reference, duplicate=note.duplicate), 201)

    async def listed(self, request: Request) -> Response:
        await staff_of(request, Role.SUPERVISOR)
        done_too = int_parameter(request.query_params.get("done"), "done", 0, most=1) == 1
        found = await self._notes.listed(done_too=done_too)
        return _json(CallsListed(calls=[_shown(each, masked=True) for each in found]))

    async def show_number(self, request: Request) -> Response:
        """The number in clear, with a reason, audited; not after 15 idle minutes (S14)."""
        member = await staff_of(request, Role.SUPERVISOR, recent=True)
        given = validated(CallReason, await read_json(request, self._settings.max_body_bytes))
        shown = await self._notes.show(request.path_params["reference"], agent_of(member), given.reason)
        return _json(_shown(shown, masked=False))

    async def done(self, request: Request) -> Response:
        member = await staff_of(request, Role.SUPERVISOR)
        await self._notes.done(request.path_params["reference"], agent_of(member))
        return Response(status_code=204)


def call_operations(api: CallsApi) -> tuple[Operation, ...]:
    """Noted calls, for the gateway's table of routes."""
    calls = "/api/console/calls"
    return (
        Operation(
            "POST", calls, "noteCall", "Note a telephone call and how it ended",
            api.note, {201: CallNoted}, takes=(CallWritten,), scheme="staff",
            refuses=(400, 401, 403, 408, 413, 415, 422, 429, 503),
        ),
        Operation(
            "GET", calls, "listCalls", "Noted calls that leave something to do, numbers masked (supervisors)",
            api.listed, {200: CallsListed}, scheme="staff", refuses=(401, 403, 422, 429, 503),
            parameters=(Parameter("done", "query", "1: also those that are done, the latest first.", 1),),
        ),
        Operation(
            "POST", f"{calls}/{{reference}}/number", "showCallersNumber",
            "The number in clear, for a reason that is recorded (supervisors)",
            api.show_number, {200: CallShown}, takes=(CallReason,), scheme="staff",
            refuses=(400, 401, 403, 404, 408, 413, 415, 422, 429, 503),
        ),
        Operation(
            "POST", f"{calls}/{{reference}}/done", "callDone", "What the call left to do is done (supervisors)",
            api.done, {204: None}, scheme="staff", refuses=(401, 403, 404, 429, 503),
        ),
    )  # fmt: skip


def _number(typed: str | None) -> Msisdn | None:
    if typed is None or not typed.strip():
        return None
    try:
        return Msisdn.parse(typed)
    except InvalidMsisdn:
        raise ApiError(422, ErrorCode.INVALID_MSISDN, field="msisdn") from None


def _shown(note: CallNote, *, masked: bool) -> CallShown:
    number = None if note.msisdn is None else note.msisdn.masked if masked else note.msisdn.national
    return CallShown(
        reference=note.reference,
        agent=note.agent_id,
        agent_name=note.agent_name,
        disposition=note.disposition,
        text=note.text,
        number=number,
        state=note.state,
        noted_at=note.noted_at,
        ticket=None if note.ticket is None else note.ticket.state,
    )


def _json(model: BaseModel, status: int = 200) -> Response:
    return JSONResponse(model.model_dump(mode="json"), status_code=status)
