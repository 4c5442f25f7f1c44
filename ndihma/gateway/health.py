"""Is the gateway alive, and can the whole system answer? (``/healthz``, ``/readyz``)"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import Final, Literal

import httpx
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.db import Database
from ndihma.gateway.schemas import Live, Readiness

__all__ = ["Health"]

_TIMEOUT_S: Final = 1.5
_REMEMBERED_S: Final = 1.0
_ENGINE_PATH: Final = "/webhooks/gateway/health"
_ACTIONS_PATH: Final = "/health"


class Health:
    """Probes database, engine and actions; an answer is remembered for a second, so that asking costs little."""

    def __init__(self, *, database: Database, engine_url: str, actions_url: str) -> None:
        self._database = database
        self._engine_url = engine_url + _ENGINE_PATH
        self._actions_url = actions_url + _ACTIONS_PATH
        self._http = httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False)
        self._asked_at = float("-inf")
        self._answer: Readiness | None = None
        self._asking = asyncio.Lock()

    async def close(self) -> None:
        await self._http.aclose()

    async def live(self, _request: Request) -> Response:
        return JSONResponse(Live().model_dump())

    async def ready(self, _request: Request) -> Response:
        async with self._asking:
            if self._answer is None or time.monotonic() - self._asked_at > _REMEMBERED_S:
                self._answer = await self._probe()
                self._asked_at = time.monotonic()
            answer = self._answer
        return JSONResponse(answer.model_dump(), status_code=200 if answer.status == "ready" else 503)

    async def _probe(self) -> Readiness:
        database, engine, actions = await asyncio.gather(
            _state(self._ask_database()),
            _state(self._ask(self._engine_url)),
            _state(self._ask(self._actions_url)),
        )
        ready = database == engine == actions == "ok"
        return Readiness(status="ready" if ready else "not_ready", database=database, engine=engine, actions=actions)

    async def _ask_database(self) -> None:
        async with self._database.session() as session:
            await session.execute(text("SELECT 1"))

    async def _ask(self, url: str) -> None:
        (await self._http.get(url)).raise_for_status()


async def _state(probe: Awaitable[None]) -> Literal["ok", "unavailable"]:
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            await probe
    except Exception:  # whatever is wrong with it, it is not there
        return "unavailable"
    return "ok"
