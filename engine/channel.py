"""The engine's one input channel: it serves the gateway, and nobody without the shared token (S1).

``POST /webhooks/gateway/message`` with ``{"sender": …, "text": …}`` answers with every reply *and its metadata*
(Rasa's REST channel drops it) and with what was understood (:mod:`engine.turn`). ``sender`` is
``<conversation>.<epoch>``: the gateway begins a new epoch, and with it a new tracker, before one grows long. A failure
is a 5xx, never an empty 200, so that the gateway can tell the two apart.

``POST /webhooks/gateway/read`` with ``{"text": …}`` only tells what the text asks (:mod:`engine.alone`): no
conversation, no answer, nothing stored.
"""

from __future__ import annotations

import json
import logging
from hmac import compare_digest
from typing import Any, Awaitable, Callable, Dict, Mapping, Optional, Sequence, Text

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from engine.alone import read_alone
from engine.listening import LONGEST
from engine.turn import CHANNEL, Turn

__all__ = ["GatewayChannel"]

logger = logging.getLogger(__name__)

TOKEN_HEADER = "X-Ndihma-Token"  # noqa: S105  (a header's name)
_MAX_SENDER = 128


class GatewayChannel(InputChannel):  # type: ignore[misc]
    """See the module. ``token`` is the secret that gateway and engine share."""

    def __init__(self, token: Text) -> None:
        self._token = token.encode()

    @classmethod
    def name(cls) -> Text:
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> GatewayChannel:
        token = (credentials or {}).get("token") or ""
        if not token or "$" in token:
            raise RasaException("NDIHMA_ENGINE_TOKEN is not set: the engine does not start without its token.")
        return cls(token)

    def _allowed(self, request: Request) -> bool:
        return compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), self._token)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        webhook = Blueprint("gateway_webhook")

        @webhook.get("/")
        async def alive(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @webhook.get("/health")
        async def health(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            ready = bool(agent and agent.is_ready())
            return response.json({"model": ready}, status=200 if ready else 503)

        @webhook.post("/message")
        async def message(request: Request) -> HTTPResponse:
            async def answered(agent: Agent, body: Mapping[Text, Text]) -> Dict[Text, Any]:
                return await Turn(agent, body["sender"]).answer(body["text"])

            return await self._answer(request, ("sender", "text"), answered)

        @webhook.post("/read")
        async def read(request: Request) -> HTTPResponse:
            async def was_read(agent: Agent, body: Mapping[Text, Text]) -> Dict[Text, Any]:
                return await read_alone(agent, body["text"])

            return await self._answer(request, ("text",), was_read)

        return webhook

    async def _answer(
        self,
        request: Request,
        fields: Sequence[Text],
        work: Callable[[Agent, Mapping[Text, Text]], Awaitable[Dict[Text, Any]]],
    ) -> HTTPResponse:
        """What ``work`` makes of the body's fields, which are strings, if the token is shown."""
        if not self._allowed(request):
            return response.json({"error": "unauthorized"}, status=401)
        try:
            value = json.loads(request.body)
            body = {name: value[name] for name in fields}
        except (ValueError, KeyError, TypeError):
            return response.json({"error": "malformed"}, status=400)
        strings = all(isinstance(each, str) for each in body.values())
        if not strings or not 0 < len(body.get("sender", CHANNEL)) <= _MAX_SENDER:
            return response.json({"error": "malformed"}, status=400)
        if len(body["text"]) > LONGEST:
            return response.json({"error": "too_long"}, status=413)
        try:
            answer = await work(request.app.ctx.agent, body)
        except Exception as error:
            # The text and the frames' locals must not reach a log (S6): the type is all that is said.
            logger.error("a message could not be handled: %s", type(error).__name__)  # noqa: TRY400
            return response.json({"error": "engine_failure"}, status=500)
        return response.json(answer)
