"""``python -m ndihma.gateway``: the gateway under uvicorn, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

import uvicorn
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette

from ndihma.accounts.ports import InvalidAccountSettings
from ndihma.config import Settings
from ndihma.gateway.app import create_app
from ndihma.gateway.protocol import EdgeProtocol, connections_at_most
from ndihma.logging_setup import configure_logging
from ndihma.secrets import SecretError

__all__ = ["Server", "main"]

_GRACE_S: Final = 3
_CONNECTIONS: Final = 4000
_BACKLOG: Final = 512
_KEEP_ALIVE_S: Final = 15
_MAX_HEADER_BYTES: Final = 32 * 1024
_WRONG_CONFIGURATION: Final = 2

_log = logging.getLogger("ndihma.gateway")


class Server(uvicorn.Server):
    """Ends the event streams before it waits for open answers; otherwise they would use up the whole grace."""

    def __init__(self, app: Starlette, settings: Settings, lifespan: Literal["on", "off"] = "on") -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.gateway_host,
                port=settings.gateway_port,
                lifespan=lifespan,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # ``reading.client_address`` decides whom to believe
                http=EdgeProtocol,  # on h11, the one with a bound on headers
                ws="none",
                limit_concurrency=connections_at_most(_CONNECTIONS),
                backlog=_BACKLOG,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_GRACE_S,
                h11_max_incomplete_event_size=_MAX_HEADER_BYTES,
            )
        )
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.close_streams()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but a signal that was obeyed is not raised again: the services close after the server."""
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(signum, self.handle_exit, signum, None)
        try:
            yield
        finally:
            for signum in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(signum)


def main() -> int:
    """Serve until a signal; 1 when the gateway cannot start, 2 when its configuration is wrong, with one line why."""
    configure_logging("gateway")
    for chatty in ("alembic", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        settings = Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"{_variable(problem['loc'])}{problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False, include_context=False)
        )
        _log.error("wrong configuration: %s", problems)
        return _WRONG_CONFIGURATION
    configure_logging("gateway", level=logging.getLevelNamesMapping()[settings.log_level.upper()])
    app = create_app(settings)
    server = Server(app, settings, lifespan="off")
    try:
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(_serve(server, app))
    except (InvalidAccountSettings, SecretError) as error:
        _log.error("wrong configuration: %s", error)
        return _WRONG_CONFIGURATION
    except SQLAlchemyError as error:
        _log.error("the database cannot be used (%s); is it migrated?", type(error).__name__)
        return 1
    except KeyboardInterrupt:  # before the server took the signal over
        return 0
    return 0 if server.started else 1


async def _serve(server: Server, app: Starlette) -> None:
    """The services outlive the server: what it still answers while it stops needs them."""
    async with app.router.lifespan_context(app):
        _log.info("listening on port %s", server.config.port)
        await server.serve()


def _variable(location: tuple[int | str, ...]) -> str:
    return f"NDIHMA_{'_'.join(map(str, location)).upper()}: " if location else ""


if __name__ == "__main__":
    sys.exit(main())
