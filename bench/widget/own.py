"""Our side of the comparison: the real gateway with one bare page, and an engine that takes three seconds to answer.

``python -m bench.widget.own engine PORT``, ``python -m bench.widget.own gateway PORT POLICY`` (settings: environment)
"""

from __future__ import annotations

import asyncio
import sys
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ndihma.config import Settings
from ndihma.db import Database, migrate
from ndihma.gateway.app import create_app

_ANSWER_S: Final = 3.0
_PAGE: Final = (
    '<!doctype html><html lang="sq"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>Krahasim</title><link rel="icon" href="/static/icon.svg">'
    '<script type="module" src="/widget.js" data-gateway="/"></script></head>'
    "<body><main><h1>Krahasim</h1></main></body></html>"
)


def _engine() -> Starlette:
    asked: dict[str, int] = {}

    async def message(request: Request) -> Response:
        """The same message gets the same number, also when it is asked again after a crash."""
        heard = await request.json()
        number = asked.setdefault(heard["text"], len(asked) + 1)
        await asyncio.sleep(_ANSWER_S)
        said: dict[str, object] = {
            "text": f"Përgjigjja {number} e plotë.",
            "buttons": [],
            "custom": None,
            "metadata": {},
        }
        return JSONResponse({"messages": [said], "nlu": {"intent": {"name": "ask_sim_price", "confidence": 0.97}}})

    async def healthy(_request: Request) -> Response:
        return JSONResponse({"model": True})

    return Starlette(
        routes=[
            Route("/webhooks/gateway/message", message, methods=["POST"]),
            Route("/webhooks/gateway/health", healthy),
            Route("/health", healthy),
        ]
    )


def _with_page(app: ASGIApp, policy: str) -> ASGIApp:
    headers = {"Content-Security-Policy": policy} if policy else {}

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/page/ndihma":
            await HTMLResponse(_PAGE, headers=headers)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return both


async def _migrated(settings: Settings) -> None:
    database = Database(settings.sqlalchemy_url)
    await migrate(database)
    await database.close()


def main() -> None:
    kind, port = sys.argv[1], int(sys.argv[2])
    if kind == "engine":
        app: ASGIApp = _engine()
    else:
        settings = Settings()
        asyncio.run(_migrated(settings))
        app = _with_page(create_app(settings), sys.argv[3])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    main()
