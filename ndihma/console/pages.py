"""The console's web application as it was built: its files, and its page for every address that is no file."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ndihma.gateway.middleware import PAGE_POLICY

__all__ = ["BUILT_CONSOLE", "ConsolePages"]

BUILT_CONSOLE: Final = Path(__file__).parent / "static"
"""What web/console is built into; without it every address answers 404."""
_PAGE: Final = "index.html"
_NOT_FOUND: Final = 404
_HEADERS: Final = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache"}


class ConsolePages(StaticFiles):
    """Files with the policy of S13, in which no frame may hold them."""

    def __init__(self, folder: Path = BUILT_CONSOLE) -> None:
        super().__init__(directory=folder, check_dir=False)
        self.config_checked = True  # the folder may be built while the gateway runs

    def routes(self) -> list[Route | Mount]:
        return [Route("/console", self._page, methods=["GET"]), Mount("/console", self)]

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != _NOT_FOUND or PurePosixPath(path).suffix:
                raise
            return await super().get_response(_PAGE, scope)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(_HEADERS)
        return response

    async def _page(self, request: Request) -> Response:
        return await self.get_response(_PAGE, request.scope)
