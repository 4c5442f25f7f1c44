"""An engine that answers everything at once with one fixed FAQ reply: what is left is the gateway's own work.

``python -m bench.instant_engine PORT`` (loopback only). It answers the action server's health check too.
"""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

__all__ = ["application"]


async def _message(request: Request) -> Response:
    heard = await request.json()
    about = {"source": "FAQ 000", "reviewed": "2026-11-22"}
    said: dict[str, object] = {
        "text": f"SIM kartela kushton 7 €. ({heard['text']})",
        "buttons": [],
        "custom": None,
        "metadata": {"utter_action": "utter_ask_sim_price", "metadata": about},
    }
    return JSONResponse({"messages": [said], "nlu": {"intent": {"name": "ask_sim_price", "confidence": 0.97}}})


async def _healthy(_request: Request) -> Response:
    return JSONResponse({"model": True})


def application() -> Starlette:
    """The engine's channel and both health checks."""
    return Starlette(
        routes=[
            Route("/webhooks/gateway/message", _message, methods=["POST"]),
            Route("/webhooks/gateway/health", _healthy),
            Route("/health", _healthy),
        ]
    )


if __name__ == "__main__":
    uvicorn.run(application(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
