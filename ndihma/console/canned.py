"""Canned replies over HTTP: agents use them, supervisors keep them (docs/api.md)."""

from __future__ import annotations

from typing import Final, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.assist.canned import CannedReplies, CannedReply, NewCanned
from ndihma.assist.canned_variables import Variable, expand
from ndihma.clock import Clock, local_date
from ndihma.config import Settings
from ndihma.console.auth import staff_of
from ndihma.console.canned_schemas import (
    CannedChange,
    CannedExpanded,
    CannedList,
    CannedShown,
    CannedUse,
    CannedWritten,
)
from ndihma.desk.errors import UnknownConversation
from ndihma.desk.handoff.inbox import InboxReader
from ndihma.formatting import format_day
from ndihma.gateway.errors import ApiError
from ndihma.gateway.openapi import Operation
from ndihma.gateway.reading import read_json, validated
from ndihma.messages import ErrorCode
from ndihma.staff.model import Role, StaffMember

__all__ = ["CannedApi", "canned_operations"]

_USING: Final = (Role.AGENT, Role.SUPERVISOR)
_SHORT_ID: Final = 5
"""As many of a conversation's id as the inbox shows."""
_WRITE: Final = (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)
_M = TypeVar("_M", bound=BaseModel)


class CannedApi:
    """The endpoints."""

    def __init__(self, settings: Settings, clock: Clock, replies: CannedReplies, inbox: InboxReader) -> None:
        self._settings = settings
        self._clock = clock
        self._replies = replies
        self._inbox = inbox

    async def listed(self, request: Request) -> Response:
        """Of an agent what their team uses, of a supervisor every team's."""
        member = await staff_of(request, *_USING)
        is_supervisor = member.role is Role.SUPERVISOR
        found = await self._replies.all() if is_supervisor else await self._replies.of(member.team)
        return _json(CannedList(replies=[_shown(each) for each in found], variables=list(Variable)))

    async def use(self, request: Request) -> Response:
        member = await staff_of(request, *_USING)
        used = await self._read(request, CannedUse)
        any_team = member.role is Role.SUPERVISOR
        reply = await self._replies.find(request.path_params["canned_id"], member.team, any_team=any_team)
        expanded = expand(reply.text, await self._values(member, used.conversation_id))
        return _json(CannedExpanded(text=expanded.text, missing=list(expanded.missing)))

    async def add(self, request: Request) -> Response:
        member = await staff_of(request, Role.SUPERVISOR)
        written = await self._read(request, CannedWritten)
        return _json(_shown(await self._replies.add(_new(written), member.actor)), 201)

    async def change(self, request: Request) -> Response:
        member = await staff_of(request, Role.SUPERVISOR)
        written = await self._read(request, CannedChange)
        canned_id = request.path_params["canned_id"]
        return _json(_shown(await self._replies.change(canned_id, written.version, _new(written), member.actor)))

    async def remove(self, request: Request) -> Response:
        member = await staff_of(request, Role.SUPERVISOR)
        await self._replies.remove(request.path_params["canned_id"], member.actor)
        return Response(status_code=204)

    async def _values(self, member: StaffMember, conversation_id: str | None) -> dict[Variable, str]:
        """What the variables stand for here. Raises ApiError 404 for a conversation that is not there."""
        now = self._clock.now()
        values = {
            Variable.AGENT: member.name,
            Variable.TEAM: member.team or "",
            Variable.TODAY: format_day(local_date(now)),
            Variable.CLOCK: f"{now:%H:%M}",
        }
        if conversation_id is not None:
            try:
                opened = await self._inbox.opened(conversation_id)
            except UnknownConversation:
                raise ApiError(404, ErrorCode.NO_CONVERSATION) from None
            values[Variable.CONVERSATION] = conversation_id[-_SHORT_ID:].upper()
            values[Variable.NUMBER] = opened.summary.verified or ""
        return values

    async def _read(self, request: Request, model: type[_M]) -> _M:
        return validated(model, await read_json(request, self._settings.max_body_bytes))


def canned_operations(api: CannedApi) -> tuple[Operation, ...]:
    """Canned replies, for the gateway's table of routes."""
    replies = "/api/console/canned"
    return (
        Operation(
            "GET", replies, "listCannedReplies", "Canned replies: of an agent's team and everybody's; supervisors: all",
            api.listed, {200: CannedList}, scheme="staff", refuses=(401, 403, 429, 503),
        ),
        Operation(
            "POST", f"{replies}/{{canned_id}}/use", "useCannedReply", "One with its variables filled in",
            api.use, {200: CannedExpanded}, takes=(CannedUse,), scheme="staff",
            refuses=(400, 401, 403, 404, 408, 413, 415, 422, 429, 503),
        ),
        Operation(
            "POST", replies, "addCannedReply", "Add one (supervisors)",
            api.add, {201: CannedShown}, takes=(CannedWritten,), scheme="staff",
            refuses=(400, 401, 403, 408, 409, 413, 415, 422, 429, 503),
        ),
        Operation(
            "POST", f"{replies}/{{canned_id}}", "changeCannedReply", "Change one that was read (supervisors)",
            api.change, {200: CannedShown}, takes=(CannedChange,), scheme="staff", refuses=_WRITE,
        ),
        Operation(
            "DELETE", f"{replies}/{{canned_id}}", "removeCannedReply", "Remove one (supervisors)",
            api.remove, {204: None}, scheme="staff", refuses=(401, 403, 404, 429, 503),
        ),
    )  # fmt: skip


def _new(written: CannedWritten) -> NewCanned:
    return NewCanned(written.shortcut, written.title, written.text, written.team)


def _shown(reply: CannedReply) -> CannedShown:
    return CannedShown(
        id=reply.id,
        shortcut=reply.shortcut,
        title=reply.title,
        text=reply.text,
        team=reply.team,
        variables=list(reply.variables),
        version=reply.version,
        changed_at=reply.changed_at,
        changed_by=reply.changed_by,
    )


def _json(model: BaseModel, status: int = 200) -> Response:
    return JSONResponse(model.model_dump(mode="json"), status_code=status)
