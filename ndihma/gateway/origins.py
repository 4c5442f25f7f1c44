"""Which pages may call the API (S13): our own and the sites of NDIHMA_WIDGET_ORIGINS with the widget.

Each session only from the Origin that opened it.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from ndihma.config import Mode, Settings
from ndihma.gateway.errors import ApiError
from ndihma.messages import ErrorCode

__all__ = ["OriginPolicy"]

_OWN_SITES: Final = frozenset({"same-origin", "none"})
_READING: Final = frozenset({"GET", "HEAD"})


class OriginPolicy:
    """Compares Origin with a fixed list. The Host header is no evidence: another name can point at our address."""

    def __init__(self, own: frozenset[str], sites: frozenset[str] = frozenset()) -> None:
        """``sites`` are other Origins whose pages hold the widget."""
        self._own = own
        self._allowed = own | sites
        self._sites = sites

    @classmethod
    def of(cls, settings: Settings) -> OriginPolicy:
        """The public origin; in development also the names this machine has for itself."""
        own = {settings.origin.rstrip("/")}
        if settings.mode is Mode.DEVELOPMENT:
            own |= {f"http://{name}:{settings.gateway_port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        return cls(frozenset(own), frozenset(settings.widget_origins))

    @property
    def crossing(self) -> frozenset[str]:
        """The Origins that call from another site, whose browsers ask for permission first."""
        return self._sites

    def opening(self, request: Request) -> str | None:
        """The Origin a new session is bound to; None for a client that is no browser. Raises ApiError 403."""
        self._check_site(request)
        origin = request.headers.get("origin")
        if origin is not None and origin not in self._allowed:
            raise ApiError(403, ErrorCode.ORIGIN_REFUSED)
        return origin

    def using(self, request: Request, bound_to: str | None) -> None:
        """A session may be used from the Origin it is bound to and from nowhere else. Raises ApiError 403.

        Browsers leave Origin out of same-origin GET requests only.
        """
        self._check_site(request)
        origin = request.headers.get("origin")
        if origin is None and (bound_to is None or request.method in _READING):
            return
        if origin is None or origin != bound_to or origin not in self._allowed:
            raise ApiError(403, ErrorCode.ORIGIN_REFUSED)

    def own(self, request: Request) -> None:
        """Only from our own pages, for what a cookie opens; without an Origin one may read. Raises ApiError 403."""
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
        from_us = origin in self._own or (origin is None and request.method in _READING)
        if not from_us or (site is not None and site not in _OWN_SITES):
            raise ApiError(403, ErrorCode.ORIGIN_REFUSED)

    def _check_site(self, request: Request) -> None:
        site = request.headers.get("sec-fetch-site")
        if site is not None and site not in _OWN_SITES and request.headers.get("origin") not in self._sites:
            raise ApiError(403, ErrorCode.ORIGIN_REFUSED)
