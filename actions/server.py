"""The action server's HTTP face: rasa_sdk's executor behind a small Starlette application.

rasa_sdk's own server (Sanic) answers an exception with the whole request, allows every origin, has no token
and no limit on bodies; the protocol is one POST, so it is served here by the same stack as the gateway.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from hmac import compare_digest
from pathlib import Path
from typing import Any, Final

from rasa_sdk.executor import ActionExecutor  # type: ignore[import-untyped]
from rasa_sdk.interfaces import ActionNotFoundException  # type: ignore[import-untyped]
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from actions.topics import DialogueAction

__all__ = ["create_app", "make_executor"]

logger = logging.getLogger("ndihma.actions")

_MAX_BODY_BYTES: Final = 4 * 1024 * 1024
"""The engine posts the whole tracker; the gateway bounds its turns, this bounds the rest."""
_ROOT: Final = Path(__file__).resolve().parent.parent


class _Executor(ActionExecutor):  # type: ignore[misc]  # rasa_sdk has no types
    """Does without the domain: Rasa 3.6 sends no digest of it, and our actions do not ask for it."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:  # noqa: ARG002
        return {}


class _BodyTooLarge(Exception):
    pass


def make_executor(actions: Iterable[DialogueAction]) -> ActionExecutor:
    """An executor that runs exactly these actions."""
    executor = _Executor()
    for action in actions:
        executor.register_action(action)
    return executor


def create_app(executor: ActionExecutor, token: str, *, max_body_bytes: int = _MAX_BODY_BYTES) -> Starlette:
    """``POST /webhook?token=…`` runs an action (401 without the token), ``GET /health`` says that the server is up.

    No answer ever holds anything of the request, and no log line holds text of a conversation.
    """
    expected = token.encode()

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def webhook(request: Request) -> JSONResponse:
        given = request.query_params.get("token", "")
        if not compare_digest(given.encode(), expected):
            return _refuse(401, "unauthorized")
        try:
            call = json.loads(await _read(request, max_body_bytes))
        except _BodyTooLarge:
            return _refuse(413, "body_too_large")
        except (ValueError, RecursionError):
            return _refuse(422, "malformed_request")
        if not _is_action_call(call):
            return _refuse(422, "malformed_request")
        return await _run(executor, call)

    return Starlette(
        routes=[Route("/health", health, methods=["GET"]), Route("/webhook", webhook, methods=["POST"])],
    )


async def _run(executor: ActionExecutor, call: dict[str, Any]) -> JSONResponse:
    try:
        result = await executor.run(call)
    except ActionNotFoundException:
        return _refuse(404, "unknown_action")
    except Exception as error:
        logger.error("an action failed: %s at %s", type(error).__name__, _where(error))  # noqa: TRY400  (S10: no locals)
        return _refuse(500, "action_failed")
    return JSONResponse(result.model_dump())


def _is_action_call(call: object) -> bool:
    if not isinstance(call, dict):
        return False
    tracker = call.get("tracker")
    return isinstance(call.get("next_action"), str) and isinstance(tracker, dict) and "sender_id" in tracker


async def _read(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _BodyTooLarge
    return bytes(body)


def _refuse(status: int, code: str) -> JSONResponse:
    # Status 400 and an "action_name" would make Rasa try another action; so that key is never sent.
    return JSONResponse({"error": code}, status_code=status)


def _where(error: BaseException) -> str:
    """File and line of the innermost frame of our own code, for the log."""
    place, trace = "?", error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(_ROOT) and ".venv" not in path.parts:
            place = f"{path.relative_to(_ROOT)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
