"""The supervisor's view over HTTP: the floor as it is and as it changes, whispers to agents (docs/api.md)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.clock import Clock
from ndihma.config import Settings
from ndihma.console.auth import signed_in, staff_of
from ndihma.console.inbox_schemas import AgentTextStored
from ndihma.console.inbox_showing import agent_of
from ndihma.console.streams import stream_owner, stream_until
from ndihma.console.supervision_schemas import (
    AgentShown,
    FloorCountsShown,
    FloorShown,
    OpenShown,
    ReplyTimesShown,
    WhisperText,
)
from ndihma.desk.handoff.desk import HandoffDesk
from ndihma.desk.handoff.floor import AgentLoad, FloorView, OpenConversation
from ndihma.desk.hub import Closed, EventHub, Subscription
from ndihma.gateway.live import ALIVE, HubStream, wire_event
from ndihma.gateway.reading import read_json, validated
from ndihma.staff.model import Role

__all__ = ["SupervisionApi"]

_LOOK_EVERY_S: Final = 2.0
_ALIVE_EVERY_S: Final = 15.0
_FLOOR: Final = "*floor"
"""No conversation's id: under it the hub counts these streams and ends them."""


class SupervisionApi:
    """The endpoints; all for supervisors alone."""

    def __init__(self, settings: Settings, clock: Clock, handoff: HandoffDesk, hub: EventHub) -> None:
        self._settings = settings
        self._clock = clock
        self._handoff = handoff
        self._hub = hub

    async def floor(self, request: Request) -> Response:
        await staff_of(request, Role.SUPERVISOR)
        return JSONResponse((await self._floor()).model_dump(mode="json"))

    async def changes(self, request: Request) -> Response:
        """The whole floor, first as it is and then each time when it is another."""
        session = await signed_in(request, Role.SUPERVISOR)
        return FloorStream(
            self._hub,
            stream_owner(self._hub, session),
            look=self._floor,
            clock=self._clock,
            until=stream_until(self._clock, session),
        )

    async def whisper(self, request: Request) -> Response:
        member = await staff_of(request, Role.SUPERVISOR)
        written = validated(WhisperText, await read_json(request, self._settings.max_body_bytes))
        sent = await self._handoff.service.whisper(
            request.path_params["conversation_id"], agent_of(member), written.client_id, written.text, written.to
        )
        stored = AgentTextStored(cursor=None, duplicate=sent.duplicate)
        return JSONResponse(stored.model_dump(mode="json"), status_code=202)

    async def _floor(self) -> FloorShown:
        return _shown(await self._handoff.floor.view())


class FloorStream(HubStream):
    """Sends the floor until the client leaves, the session ends or the process stops."""

    def __init__(
        self, hub: EventHub, owner: str, *, look: Callable[[], Awaitable[FloorShown]], clock: Clock, until: datetime
    ) -> None:
        super().__init__(hub, _FLOOR, owner)
        self._look = look
        self._clock = clock
        self._until = until

    async def events(self, subscription: Subscription) -> AsyncIterator[bytes]:
        sent: FloorShown | None = None
        silent_s = 0.0
        while self._clock.now() < self._until:
            # Shielded: a client that leaves must not tear the database's connection down with it.
            floor = await asyncio.shield(self._look())
            if floor != sent:
                sent, silent_s = floor, 0.0
                yield wire_event("floor", floor)
            elif silent_s >= _ALIVE_EVERY_S:
                silent_s = 0.0
                yield ALIVE
            silent_s += _LOOK_EVERY_S
            if isinstance(await subscription.next(_LOOK_EVERY_S), Closed):
                return


def _shown(view: FloorView) -> FloorShown:
    return FloorShown(
        day=view.day,
        counts=FloorCountsShown(**asdict(view.counts)),
        first=ReplyTimesShown(**asdict(view.first)),
        next=ReplyTimesShown(**asdict(view.next)),
        agents=[_agent(each) for each in view.agents],
        open=[_open(each) for each in view.open],
    )


def _agent(each: AgentLoad) -> AgentShown:
    return AgentShown(
        agent=each.agent.id,
        name=each.agent.name,
        team=each.agent.team,
        presence=each.presence,
        since=each.since,
        conversations=each.conversations,
        unanswered=each.unanswered,
        late=each.late,
    )


def _open(each: OpenConversation) -> OpenShown:
    return OpenShown(
        conversation_id=each.conversation_id,
        state=each.state,
        version=each.version,
        agent=each.agent.id if each.agent else None,
        agent_name=each.agent.name if each.agent else None,
        team=each.team,
        kind=each.kind,
        since=each.since,
        due=each.due,
        late=each.late,
    )
