"""Signing in through the identity provider: the way there and the way back.

Both are navigations, so what went wrong is told to a page, by an error code behind ``#``:
``/console/sign-in#provider_refused``. The way back comes from another site, where a cookie with SameSite=Strict is not
sent: the flow's own cookie is Lax, lives ten minutes and opens nothing by itself.
"""

from __future__ import annotations

import logging
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ndihma.clock import Clock
from ndihma.console.auth import ConsoleAuth
from ndihma.console.schemas import SignInWays
from ndihma.messages import ErrorCode
from ndihma.staff.oidc.flow import FLOW_LIFE, begin, resume
from ndihma.staff.oidc.model import IdentityRefused, ProviderUnavailable
from ndihma.staff.oidc.service import CALLBACK_PATH, FederatedSignIn
from ndihma.staff.vault import StaffVault

__all__ = ["OidcApi"]

_START_PATH: Final = "/api/console/oidc"
_HOME: Final = "/console"
_FAILED: Final = "/console/sign-in"
_COOKIE: Final = "ndihma_oidc"
_LONGEST: Final = 4096
_SEE_OTHER: Final = 303

_log = logging.getLogger(__name__)


class OidcApi:
    """The two navigations, where a provider is set; and which ways of signing in there are."""

    def __init__(self, auth: ConsoleAuth, federated: FederatedSignIn | None, vault: StaffVault, clock: Clock) -> None:
        self._auth = auth
        self._federated = federated
        self._vault = vault
        self._clock = clock

    async def ways(self, _request: Request) -> Response:
        """Which ways of signing in there are."""
        return JSONResponse(SignInWays(oidc=self._federated is not None).model_dump())

    def routes(self) -> list[Route]:
        """None without a provider."""
        if self._federated is None:
            return []
        federated = self._federated

        async def start_federated_sign_in(request: Request) -> Response:
            self._auth.limit(request)
            flow, carried = begin(self._vault, self._clock.now())
            try:
                url = await federated.provider.authorization_url(flow)
            except ProviderUnavailable as error:
                return self._failed(error, ErrorCode.PROVIDER_UNAVAILABLE)
            # Now, while the cookie comes along: on the way back from another site a strict one does not.
            await self._auth.forget_earlier(request)
            answer = RedirectResponse(url, status_code=_SEE_OTHER)
            self._set_flow(answer, carried, int(FLOW_LIFE.total_seconds()))
            return answer

        async def finish_federated_sign_in(request: Request) -> Response:
            self._auth.limit(request)
            query = request.query_params
            carried, state = request.cookies.get(_COOKIE, ""), query.get("state", "")
            flow = resume(self._vault, carried, state[:_LONGEST], self._clock.now())
            code, issuer = query.get("code", ""), query.get("iss", federated.provider.issuer)
            try:
                if flow is None:
                    raise IdentityRefused("nobody began this sign-in in this browser, or too long ago")
                if not code or len(code) > _LONGEST or "error" in query or issuer != federated.provider.issuer:
                    raise IdentityRefused("the provider sent nobody back with a code")
                opened = await federated.federation.sign_in(await federated.provider.identity(code, flow))
            except ProviderUnavailable as error:
                return self._failed(error, ErrorCode.PROVIDER_UNAVAILABLE)
            except IdentityRefused as error:
                return self._failed(error, ErrorCode.PROVIDER_REFUSED)
            answer = RedirectResponse(_HOME, status_code=_SEE_OTHER)
            self._auth.set_cookie(answer, opened)
            self._set_flow(answer, "", 0)
            return answer

        return [
            Route(_START_PATH, start_federated_sign_in, methods=["GET"]),
            Route(CALLBACK_PATH, finish_federated_sign_in, methods=["GET"]),
        ]

    def _failed(self, error: Exception, code: ErrorCode) -> Response:
        _log.warning("sign-in through the provider failed", extra={"reason": str(error)})
        answer = RedirectResponse(f"{_FAILED}#{code.value}", status_code=_SEE_OTHER)
        self._set_flow(answer, "", 0)
        return answer

    def _set_flow(self, answer: Response, carried: str, max_age_s: int) -> None:
        """The flow's cookie; with an age of 0 it is taken back."""
        answer.set_cookie(
            _COOKIE,
            carried,
            max_age=max_age_s,
            path=_START_PATH,
            secure=self._auth.secure,
            httponly=True,
            samesite="lax",
        )
