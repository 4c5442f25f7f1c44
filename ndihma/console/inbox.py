"""The agents' inbox over HTTP: conversations, what agents do with them, presence, call-back requests (docs/api.md).

Every endpoint: who asks → what → do it. Nothing here needs the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.clock import Clock
from ndihma.config import Settings
from ndihma.console.auth import signed_in, staff_of
from ndihma.console.inbox_schemas import (
    AgentList,
    AgentText,
    AgentTextStored,
    CallbackList,
    CallbackReason,
    ConversationShown,
    InboxCounters,
    InboxItem,
    InboxPage,
    PresenceSaid,
    SeenVersion,
    SnoozeUntil,
    TransferTo,
    WhisperList,
)
from ndihma.console.inbox_showing import Showing, agent_of
from ndihma.console.inbox_stream import InboxStream, moment_of
from ndihma.console.streams import stream_owner, stream_until
from ndihma.desk.conversations import ConversationService
from ndihma.desk.handoff.desk import HandoffDesk
from ndihma.desk.handoff.inbox import MOST_LISTED, View
from ndihma.desk.handoff.model import Agent, Handoff
from ndihma.desk.hub import EventHub
from ndihma.gateway.errors import ApiError
from ndihma.gateway.reading import int_parameter, read_json, validated
from ndihma.gateway.schemas import HistoryPage
from ndihma.gateway.stream import EventStream
from ndihma.messages import ErrorCode
from ndihma.staff.directory import StaffDirectory
from ndihma.staff.model import Role, StaffMember

__all__ = ["InboxApi"]

_TALKING: Final = (Role.AGENT, Role.SUPERVISOR)
_DEFAULT_LISTED: Final = 50
_MOST_CHANGED: Final = 500
_LAST_EVENTS: Final = 100
_MAX_HISTORY: Final = 200
_MAX_ID: Final = 10**10 - 1
"""Seconds: the year 2286."""
_M = TypeVar("_M", bound=BaseModel)


class InboxApi:
    """The endpoints, with everything they use."""

    def __init__(
        self,
        *,
        settings: Settings,
        clock: Clock,
        handoff: HandoffDesk,
        conversations: ConversationService,
        hub: EventHub,
        titles: Mapping[str, str],
        staff: StaffDirectory,
    ) -> None:
        """``titles``: of topics, by intent."""
        self._settings = settings
        self._clock = clock
        self._handoff = handoff
        self._conversations = conversations
        self._hub = hub
        self._staff = staff
        self._showing = Showing(handoff.rules, titles)

    # --- looking --------------------------------------------------------------------------------------------

    async def page(self, request: Request) -> Response:
        member = await staff_of(request, *_TALKING)
        try:
            view = View(request.path_params["view"])
        except ValueError:
            raise ApiError(404, ErrorCode.NOT_FOUND) from None
        query = request.query_params
        limit = int_parameter(query.get("limit"), "limit", _DEFAULT_LISTED, least=1, most=MOST_LISTED)
        offset = int_parameter(query.get("offset"), "offset", 0)
        found = await self._handoff.inbox.listed(view, agent_of(member), limit + 1, offset)
        items = [self._showing.item(item, member) for item in found[:limit]]
        return _json(InboxPage(items=items, counters=await self._counters(member), more=len(found) > limit))

    async def show(self, request: Request) -> Response:
        member = await staff_of(request, *_TALKING)
        conversation_id = _conversation(request)
        opened = await self._handoff.inbox.opened(conversation_id)
        after = max(0, opened.item.last_cursor - _LAST_EVENTS)
        page = await self._conversations.history(conversation_id, after, _MAX_HISTORY)
        shown = ConversationShown(
            conversation_id=conversation_id,
            handoff=self._showing.handoff(opened.item.handoff, opened.item.place, member),
            ended=opened.ended,
            summary=self._showing.summary(opened.summary),
            notes=self._showing.notes(opened.notes),
            events=list(page.events),
            cursor=page.cursor,
        )
        return _json(shown)

    async def history(self, request: Request) -> Response:
        await staff_of(request, *_TALKING)
        after = int_parameter(request.query_params.get("after"), "after", 0)
        limit = int_parameter(request.query_params.get("limit"), "limit", _LAST_EVENTS, least=1, most=_MAX_HISTORY)
        page = await self._conversations.history(_conversation(request), after, limit)
        return _json(HistoryPage(events=list(page.events), cursor=page.cursor, more=page.more))

    async def conversation_events(self, request: Request) -> Response:
        """The events of one conversation, resumed after a cursor."""
        session = await signed_in(request, *_TALKING)
        resumed = request.headers.get("last-event-id") or request.query_params.get("after")
        after = int_parameter(resumed, "after", 0)
        return EventStream(
            hub=self._hub,
            conversations=self._conversations,
            clock=self._clock,
            conversation_id=_conversation(request),
            owner=stream_owner(self._hub, session),
            after=after,
            until=stream_until(self._clock, session),
        )

    async def changes(self, request: Request) -> Response:
        """What changes in the inbox, resumed behind a moment."""
        session = await signed_in(request, *_TALKING)
        member = session.member
        resumed = int_parameter(request.headers.get("last-event-id"), "Last-Event-ID", 0, most=_MAX_ID)

        async def counted() -> InboxCounters:
            return await self._counters(member)

        async def whispered() -> WhisperList:
            return self._showing.whispers(await self._handoff.whispers.unread(member.username))

        async def changed(since: datetime | None) -> list[InboxItem]:
            found = await self._handoff.inbox.changed(since, _MOST_CHANGED)
            return [self._showing.item(item, member) for item in found]

        return InboxStream(
            hub=self._hub,
            owner=stream_owner(self._hub, session),
            changed=changed,
            counted=counted,
            whispered=whispered,
            clock=self._clock,
            since=moment_of(resumed) if resumed else None,
            until=stream_until(self._clock, session),
        )

    # --- moving ---------------------------------------------------------------------------------------------

    async def take(self, request: Request) -> Response:
        member, seen = await self._asked(request, SeenVersion)
        await self._is_there(member)
        return self._moved(await self._handoff.service.take(*_who(request, member), seen.version), member)

    async def hand_back(self, request: Request) -> Response:
        member, seen = await self._asked(request, SeenVersion)
        return self._moved(await self._handoff.service.hand_back(*_who(request, member), seen.version), member)

    async def transfer(self, request: Request) -> Response:
        member, seen = await self._asked(request, TransferTo)
        if seen.team is not None and seen.team not in await self._staff.teams():
            raise ApiError(422, ErrorCode.INVALID_FIELD, field="team")
        after = await self._handoff.service.transfer(*_who(request, member), seen.version, seen.to, seen.team)
        return self._moved(after, member)

    async def snooze(self, request: Request) -> Response:
        member, seen = await self._asked(request, SnoozeUntil)
        after = await self._handoff.service.snooze(*_who(request, member), seen.version, seen.until)
        return self._moved(after, member)

    async def close(self, request: Request) -> Response:
        member, seen = await self._asked(request, SeenVersion)
        return self._moved(await self._handoff.service.close(*_who(request, member), seen.version), member)

    async def reopen(self, request: Request) -> Response:
        member, seen = await self._asked(request, SeenVersion)
        return self._moved(await self._handoff.service.reopen(*_who(request, member), seen.version), member)

    # --- writing --------------------------------------------------------------------------------------------

    async def say(self, request: Request) -> Response:
        member, written = await self._asked(request, AgentText)
        await self._is_there(member)
        sent = await self._handoff.service.say(*_who(request, member), written.client_id, written.text)
        return _json(AgentTextStored(cursor=sent.cursor, duplicate=sent.duplicate), 202)

    async def note(self, request: Request) -> Response:
        member, written = await self._asked(request, AgentText)
        sent = await self._handoff.service.note(*_who(request, member), written.client_id, written.text)
        return _json(AgentTextStored(cursor=None, duplicate=sent.duplicate), 202)

    # --- being there ----------------------------------------------------------------------------------------

    async def heartbeat(self, request: Request) -> Response:
        """Reading one's own presence says that the console is alive; it is no activity of its person."""
        member = await staff_of(request, *_TALKING)
        return _json(PresenceSaid(presence=await self._handoff.presence.beat(agent_of(member))))

    async def say_presence(self, request: Request) -> Response:
        member, said = await self._asked(request, PresenceSaid)
        return _json(PresenceSaid(presence=await self._handoff.presence.beat(agent_of(member), said.presence)))

    async def agents(self, request: Request) -> Response:
        await staff_of(request, *_TALKING)
        return _json(AgentList(agents=self._showing.agents(await self._handoff.presence.there())))

    async def teams(self, request: Request) -> Response:
        await staff_of(request, *_TALKING)
        there = await self._handoff.presence.there()
        return _json(self._showing.teams(await self._staff.teams(), there))

    # --- call-back requests ---------------------------------------------------------------------------------

    async def callbacks(self, request: Request) -> Response:
        await staff_of(request, *_TALKING)
        waiting = await self._handoff.callbacks.open_ones()
        return _json(CallbackList(callbacks=[self._showing.callback(each, masked=True) for each in waiting]))

    async def show_callback(self, request: Request) -> Response:
        """The number in clear, with a reason, audited; not after 15 idle minutes (S14)."""
        member = await staff_of(request, *_TALKING, recent=True)
        given = validated(CallbackReason, await read_json(request, self._settings.max_body_bytes))
        shown = await self._handoff.callbacks.show(request.path_params["reference"], member.actor, given.reason)
        return _json(self._showing.callback(shown, masked=False))

    async def whisper_read(self, request: Request) -> Response:
        """Who it was told has read it."""
        member = await staff_of(request, *_TALKING)
        await self._handoff.whispers.read(request.path_params["whisper"], member.username)
        return Response(status_code=204)

    async def callback_done(self, request: Request) -> Response:
        member = await staff_of(request, *_TALKING)
        await self._handoff.callbacks.done(request.path_params["reference"], member.username)
        return Response(status_code=204)

    # --- what they share ------------------------------------------------------------------------------------

    async def _asked(self, request: Request, model: type[_M]) -> tuple[StaffMember, _M]:
        member = await staff_of(request, *_TALKING)
        return member, validated(model, await read_json(request, self._settings.max_body_bytes))

    async def _is_there(self, member: StaffMember) -> None:
        """Whose console was silent and who takes or answers before its next heartbeat has not abandoned anybody."""
        await self._handoff.presence.beat(agent_of(member))

    async def _counters(self, member: StaffMember) -> InboxCounters:
        return self._showing.counters(await self._handoff.inbox.counters(member.username))

    def _moved(self, after: Handoff, member: StaffMember) -> Response:
        return _json(self._showing.handoff(after, None, member))


def _conversation(request: Request) -> str:
    return str(request.path_params["conversation_id"])


def _who(request: Request, member: StaffMember) -> tuple[str, Agent]:
    return _conversation(request), agent_of(member)


def _json(model: BaseModel, status: int = 200) -> Response:
    return JSONResponse(model.model_dump(mode="json"), status_code=status)
