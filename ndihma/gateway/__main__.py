"""``python -m ndihma.gateway``: the gateway under uvicorn, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import logging
import socket
import sys
from typing import Final

import uvicorn
from pydantic import ValidationError
from starlette.applications import Starlette

from ndihma.config import Settings
from ndihma.gateway.app import create_app
from ndihma.logging_setup import configure_logging

_GRACE_S: Final = 3
_CONNECTIONS: Final = 4000
_BACKLOG: Final = 512
_KEEP_ALIVE_S: Final = 15
_MAX_HEADER_BYTES: Final = 32 * 1024

_log = logging.getLogger("ndihma.gateway")


class Server(uvicorn.Server):
    """Ends the event streams before it waits for open answers; otherwise they would use up the whole grace."""

    def __init__(self, app: Starlette, settings: Settings) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.gateway_host,
                port=settings.gateway_port,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # ``reading.client_address`` decides whom to believe
                ws="none",
                limit_concurrency=_CONNECTIONS,
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


def main() -> int:
    configure_logging("gateway")
    try:
        settings = Settings()
    except ValidationError as error:
        names = ", ".join("NDIHMA_" + "_".join(map(str, e["loc"])).upper() or "settings" for e in error.errors())
        _log.error("invalid configuration: %s", names)
        return 2
    server = Server(create_app(settings), settings)
    try:
        server.run()
    except KeyboardInterrupt:  # uvicorn raises the signal again after its own shutdown
        return 0
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
