"""The inbox's operations, for the gateway's table of routes."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from ndihma.console.inbox import InboxApi
from ndihma.console.inbox_schemas import (
    AgentList,
    AgentText,
    AgentTextStored,
    CallbackList,
    CallbackReason,
    CallbackShown,
    ConversationShown,
    HandoffShown,
    InboxPage,
    PresenceSaid,
    SeenVersion,
    SnoozeUntil,
    TeamList,
    TransferTo,
)
from ndihma.desk.errors import UnknownConversation
from ndihma.desk.handoff.callbacks import UnknownCallback
from ndihma.desk.handoff.whispers import UnknownWhisper
from ndihma.gateway.errors import ApiError
from ndihma.gateway.openapi import Operation, Parameter
from ndihma.gateway.schemas import HistoryPage
from ndihma.messages import ErrorCode

__all__ = ["CONVERSATION", "found", "inbox_operations"]

_INBOX: Final = "/api/console/inbox"
CONVERSATION: Final = f"{_INBOX}/conversations/{{conversation_id}}"
_READ: Final = (401, 403, 429, 503)
_WRITE: Final = (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)
_MAX_CURSOR: Final = 2**31 - 1
_AFTER: Final = Parameter("after", "query", "The cursor to go on after.", _MAX_CURSOR)
_Endpoint = Callable[[Request], Awaitable[Response]]


def inbox_operations(api: InboxApi) -> tuple[Operation, ...]:
    """Conversations, presence and call-back requests, for agents and supervisors."""
    return (
        Operation(
            "GET", f"{_INBOX}/views/{{view}}", "listInbox",
            "Conversations of a view: `waiting`, `mine`, `agents`, `snoozed`, `closed`, `bot`",
            api.page, {200: InboxPage}, scheme="staff", refuses=(401, 403, 404, 422, 429, 503),
            parameters=(
                Parameter("limit", "query", "At most so many, 1 to 100; 50 by default.", 100),
                Parameter("offset", "query", "How many to leave out.", _MAX_CURSOR),
            ),
        ),
        Operation(
            "GET", f"{_INBOX}/changes", "streamInbox", "The inbox as it changes",
            api.changes, {200: None}, scheme="staff", refuses=(401, 403, 422, 429, 503), streams=True,
            stream_of="Server-sent events: `event: conversation` with an `InboxItem` and an id to resume behind, "
            "`event: counters` with `InboxCounters`, `event: whispers` with `WhisperList`; a comment line in silence. "
            "Ends after 5 minutes: open it anew.",
            parameters=(Parameter("Last-Event-ID", "header", "The id of the last event that was read.", 10**10 - 1),),
        ),
        Operation(
            "GET", CONVERSATION, "openConversation", "One conversation: who has it, what was asked, notes",
            found(api.show), {200: ConversationShown}, scheme="staff", refuses=(401, 403, 404, 429, 503),
        ),
        Operation(
            "GET", f"{CONVERSATION}/history", "readConversation", "Stored events after a cursor",
            found(api.history), {200: HistoryPage}, scheme="staff", refuses=(401, 403, 422, 429, 503),
            parameters=(_AFTER, Parameter("limit", "query", "At most so many events, 1 to 200; 100 by default.", 200)),
        ),
        Operation(
            "GET", f"{CONVERSATION}/events", "streamConversation", "Events as they happen, after a cursor",
            api.conversation_events, {200: None}, scheme="staff", refuses=(401, 403, 422, 429, 503), streams=True,
            parameters=(_AFTER, Parameter("Last-Event-ID", "header", "As `after`, and stronger.", _MAX_CURSOR)),
        ),
        _move("take", "takeConversation", "Take it, from the queue, the assistant or (supervisors) an agent",
              api.take, SeenVersion),
        _move("hand-back", "handBack", "Give it back to the assistant", api.hand_back, SeenVersion),
        _move("transfer", "transferConversation", "Give it to an agent on duty, to a team's queue or to everybody's",
              api.transfer, TransferTo),
        _move("snooze", "snoozeConversation", "Put it aside until a moment, or until the customer writes",
              api.snooze, SnoozeUntil),
        _move("close", "closeConversation", "Done, until the customer writes again", api.close, SeenVersion),
        _move("reopen", "reopenConversation", "Back into the queue", api.reopen, SeenVersion),
        Operation(
            "POST", f"{CONVERSATION}/messages", "sendAsAgent", "Say something to the customer",
            found(api.say), {202: AgentTextStored}, takes=(AgentText,), scheme="staff", refuses=_WRITE,
        ),
        Operation(
            "POST", f"{CONVERSATION}/notes", "noteForStaff", "Note something that the customer never sees",
            found(api.note), {202: AgentTextStored}, takes=(AgentText,), scheme="staff", refuses=_WRITE,
        ),
        Operation(
            "POST", f"{_INBOX}/whispers/{{whisper}}/read", "whisperRead", "What a supervisor whispered was read",
            found(api.whisper_read), {204: None}, scheme="staff", refuses=(401, 403, 404, 429, 503),
        ),
        Operation(
            "GET", f"{_INBOX}/presence", "beat", "One's own presence; reading it says that the console is alive",
            api.heartbeat, {200: PresenceSaid}, scheme="staff", refuses=_READ,
        ),
        Operation(
            "POST", f"{_INBOX}/presence", "sayPresence", "Be available, busy or away",
            api.say_presence, {200: PresenceSaid}, takes=(PresenceSaid,), scheme="staff",
            refuses=(400, 401, 403, 408, 413, 415, 422, 429, 503),
        ),
        Operation(
            "GET", f"{_INBOX}/agents", "listAgents", "The agents who are there",
            api.agents, {200: AgentList}, scheme="staff", refuses=_READ,
        ),
        Operation(
            "GET", f"{_INBOX}/teams", "listTeams", "The teams a conversation can be transferred to",
            api.teams, {200: TeamList}, scheme="staff", refuses=_READ,
        ),
        Operation(
            "GET", f"{_INBOX}/callbacks", "listCallbacks", "Call-back requests that wait, numbers masked",
            api.callbacks, {200: CallbackList}, scheme="staff", refuses=_READ,
        ),
        Operation(
            "POST", f"{_INBOX}/callbacks/{{reference}}/number", "showCallback",
            "The number in clear, for a reason that is recorded",
            found(api.show_callback), {200: CallbackShown}, takes=(CallbackReason,), scheme="staff",
            refuses=(400, 401, 403, 404, 408, 413, 415, 422, 429, 503),
        ),
        Operation(
            "POST", f"{_INBOX}/callbacks/{{reference}}/done", "callbackDone", "The customer was called",
            found(api.callback_done), {204: None}, scheme="staff", refuses=(401, 403, 404, 429, 503),
        ),
    )  # fmt: skip


def _move(path: str, name: str, summary: str, endpoint: _Endpoint, takes: type[BaseModel]) -> Operation:
    return Operation(
        "POST",
        f"{CONVERSATION}/{path}",
        name,
        summary,
        found(endpoint),
        {200: HandoffShown},
        takes=(takes,),
        scheme="staff",
        refuses=_WRITE,
    )


def found(endpoint: _Endpoint) -> _Endpoint:
    """What is not there is 404 in the console; for customers an unknown conversation is a matter of their token."""

    @functools.wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except UnknownConversation:
            raise ApiError(404, ErrorCode.NO_CONVERSATION) from None
        except UnknownCallback:
            raise ApiError(404, ErrorCode.NO_CALLBACK) from None
        except UnknownWhisper:
            raise ApiError(404, ErrorCode.NOT_FOUND) from None

    return answer
