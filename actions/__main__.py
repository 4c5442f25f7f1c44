"""``python -m actions``: the action server on 127.0.0.1, for the engine on the same machine only (S1)."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ndihma.config import Settings
from ndihma.logging_setup import configure_logging

if TYPE_CHECKING:
    from starlette.applications import Starlette

_SERVICE = "actions"


def main() -> int:
    """Serve until a signal; 2 when the configuration is wrong, with one line that says what."""
    try:
        settings = Settings()
    except ValidationError as error:
        problems = "; ".join(str(problem["msg"]) for problem in error.errors(include_input=False, include_url=False))
        return _refuse(problems)
    if settings.engine_token is None:
        return _refuse("NDIHMA_ENGINE_TOKEN is not set: the action server does not start without its token")
    configure_logging(_SERVICE, level=logging.getLevelNamesMapping()[settings.log_level.upper()])
    for chatty in ("alembic", "rasa_sdk"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return asyncio.run(_serve(settings, settings.engine_token.get_secret_value()))


async def _serve(settings: Settings, token: str) -> int:
    from actions.catalogue import build_actions
    from actions.server import create_app, make_executor
    from actions.wiring import open_context
    from ndihma.accounts.ports import InvalidAccountSettings
    from ndihma.content import InvalidContent
    from ndihma.secrets import SecretError

    try:
        async with open_context(settings) as context:
            await _listen(create_app(make_executor(build_actions(context)), token), settings.actions_port)
    except (InvalidContent, InvalidAccountSettings, SecretError) as error:
        return _refuse(str(error))
    return 0


async def _listen(app: Starlette, port: int) -> None:
    import uvicorn

    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        access_log=False,  # a request's address holds the token
        log_config=None,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=3,
    )
    await uvicorn.Server(config).serve()


def _refuse(problem: str) -> int:
    print(f"{_SERVICE}: {problem}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
