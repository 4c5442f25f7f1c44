"""Who may use the console's API: ``staff_of``, and the endpoints of signing in (S14).

Every endpoint of the console begins with ``await staff_of(request, Role.…)``. What names no role is allowed to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.clock import Clock
from ndihma.config import Mode, Settings
from ndihma.console.schemas import (
    CodeAwaited,
    CodeShown,
    InvitationShown,
    PasswordShown,
    SetupDone,
    SetupOffered,
    SetupShown,
    StaffSession,
)
from ndihma.gateway.errors import ApiError
from ndihma.gateway.limits import SlidingWindow, address_key
from ndihma.gateway.openapi import STAFF_COOKIE
from ndihma.gateway.origins import OriginPolicy
from ndihma.gateway.reading import client_address, read_json, validated
from ndihma.messages import ErrorCode
from ndihma.staff.model import NotSignedIn, Role, StaffMember
from ndihma.staff.service import StaffService
from ndihma.staff.sessions import OpenedStaffSession, SignedIn

__all__ = ["ConsoleAuth", "signed_in", "staff_of"]

CSRF_HEADER: Final = "x-csrf-token"
_M = TypeVar("_M", bound=BaseModel)
_READING: Final = frozenset({"GET", "HEAD"})
_SIGN_INS_PER_MINUTE: Final = 60
"""From one address (S4): a shift begins at one moment behind one. Failures are counted by ``staff.attempts``."""
_CALLS_PER_MINUTE: Final = 1200
"""Of one session: an agent who types has suggestions asked for several times a second."""


async def staff_of(request: Request, *roles: Role, recent: bool = False) -> StaffMember:
    """The signed-in person of a request, if their role is among ``roles``; with none named, nobody's is.

    All but reading needs the session's CSRF token and our own Origin, and counts as activity. ``recent``: only within
    15 minutes of the last action, for what reveals something (S14).
    Raises NotSignedIn, ApiError 403 (role, Origin, CSRF token, confirmation needed), 429.
    """
    auth: ConsoleAuth = request.app.state.console_auth
    return (await auth.admitted(request, roles, recent=recent)).member


async def signed_in(request: Request, *roles: Role, recent: bool = False) -> SignedIn:
    """As ``staff_of``, with the session: for what ends with it."""
    auth: ConsoleAuth = request.app.state.console_auth
    return await auth.admitted(request, roles, recent=recent)


@dataclass(frozen=True, slots=True)
class ConsoleLimits:
    """Rate limits of the console (S4); one instance per process."""

    sign_ins: SlidingWindow
    calls: SlidingWindow

    @classmethod
    def of(cls, clock: Clock) -> ConsoleLimits:
        return cls(SlidingWindow(clock, _SIGN_INS_PER_MINUTE), SlidingWindow(clock, _CALLS_PER_MINUTE))


class ConsoleAuth:
    """The endpoints of signing in, and what guards all others."""

    def __init__(self, settings: Settings, clock: Clock, staff: StaffService, origins: OriginPolicy) -> None:
        self._settings = settings
        self._clock = clock
        self._staff = staff
        self._origins = origins
        self._limits = ConsoleLimits.of(clock)
        self.secure = settings.mode is Mode.PRODUCTION or settings.origin.startswith("https://")
        self.cookie = f"__Host-{STAFF_COOKIE}" if self.secure else STAFF_COOKIE

    # --- guarding -------------------------------------------------------------------------------------------

    async def admitted(self, request: Request, roles: tuple[Role, ...], *, recent: bool = False) -> SignedIn:
        """See ``staff_of``."""
        session = await self._session(request)
        if session.member.role not in roles:
            raise ApiError(403, ErrorCode.ROLE_REFUSED)
        if recent and not session.recently_active(self._clock.now()):
            raise ApiError(403, ErrorCode.CONFIRMATION_NEEDED)
        if request.method not in _READING:
            await self._staff.sessions.acted(session)
        return session

    async def _session(self, request: Request) -> SignedIn:
        self._origins.own(request)
        session = await self._staff.sessions.check(self._token(request))
        if request.method not in _READING and not self._staff.vault.is_csrf_token(
            request.headers.get(CSRF_HEADER, ""), session.id
        ):
            raise ApiError(403, ErrorCode.CSRF_REFUSED)
        self._take(self._limits.calls, session.id)
        return session

    # --- signing in and out ---------------------------------------------------------------------------------

    async def sign_in(self, request: Request) -> Response:
        shown = await self._read(request, PasswordShown)
        opened = await self._staff.signing_in.password(
            shown.username, shown.password.get_secret_value(), self._address(request)
        )
        await self.forget_earlier(request)
        return self._with_cookie(CodeAwaited(expires_at=opened.session.expires_at).model_dump(mode="json"), opened)

    async def show_code(self, request: Request) -> Response:
        """The second step; in a session that is signed in, the proof that its person is still there."""
        shown = await self._read(request, CodeShown)
        token, typed, address = self._token(request), shown.code.get_secret_value(), self._address(request)
        try:
            session = await self._session(request)
        except NotSignedIn:
            opened = await self._staff.signing_in.code(token, typed, address)
            return self._with_cookie(self._described(opened.session).model_dump(mode="json"), opened)
        await self._staff.signing_in.confirm(session, typed, address)
        return JSONResponse(self._described(await self._staff.sessions.check(token)).model_dump(mode="json"))

    async def who(self, request: Request) -> Response:
        session = await self.admitted(request, tuple(Role))
        return JSONResponse(self._described(session).model_dump(mode="json"))

    async def sign_out(self, request: Request) -> Response:
        await self._staff.sessions.end(await self.admitted(request, tuple(Role)))
        return self._without_cookie()

    async def sign_out_everywhere(self, request: Request) -> Response:
        await self._staff.sessions.end_all(await self.admitted(request, tuple(Role)))
        return self._without_cookie()

    # --- setting an account up ------------------------------------------------------------------------------

    async def look_at_invitation(self, request: Request) -> Response:
        shown = await self._read(request, InvitationShown)
        offer = await self._staff.setting_up.offer(shown.token.get_secret_value())
        offered = SetupOffered(
            username=offer.member.username,
            name=offer.member.name,
            secret=offer.secret,
            otpauth_uri=offer.otpauth_uri,
            expires_at=offer.expires_at,
        )
        return JSONResponse(offered.model_dump(mode="json"))

    async def set_up(self, request: Request) -> Response:
        shown = await self._read(request, SetupShown)
        opened, codes = await self._staff.setting_up.complete(
            shown.token.get_secret_value(), shown.password.get_secret_value(), shown.code.get_secret_value()
        )
        await self.forget_earlier(request)
        done = SetupDone(recovery_codes=list(codes), session=self._described(opened.session))
        return self._with_cookie(done.model_dump(mode="json"), opened, status=201)

    # --- what they share ------------------------------------------------------------------------------------

    async def _read(self, request: Request, model: type[_M]) -> _M:
        """What somebody shows who is not signed in yet: from our own pages only, and not too often."""
        self._origins.own(request)
        self.limit(request)
        return validated(model, await read_json(request, self._settings.max_body_bytes))

    async def forget_earlier(self, request: Request) -> None:
        """The session that this browser had before ends: a sign-in never continues one (OWASP ASVS 5.0, 7.2.4)."""
        try:
            earlier = await self._staff.sessions.check(self._token(request))
        except NotSignedIn:
            return
        await self._staff.sessions.end(earlier)

    def limit(self, request: Request) -> None:
        """Count a sign-in of the client's address. Raises ApiError 429."""
        self._take(self._limits.sign_ins, self._address(request))

    def _described(self, session: SignedIn) -> StaffSession:
        member = session.member
        return StaffSession(
            username=member.username,
            name=member.name,
            role=member.role,
            team=member.team,
            csrf_token=self._staff.vault.csrf_token(session.id),
            expires_at=session.expires_at,
            recently_active=session.recently_active(self._clock.now()),
        )

    def set_cookie(self, answer: Response, opened: OpenedStaffSession) -> None:
        """Without Max-Age: the cookie ends with the browser, at the latest with its session."""
        answer.set_cookie(self.cookie, opened.token, path="/", secure=self.secure, httponly=True, samesite="strict")

    def _with_cookie(self, body: dict[str, object], opened: OpenedStaffSession, status: int = 200) -> Response:
        answer = JSONResponse(body, status_code=status)
        self.set_cookie(answer, opened)
        return answer

    def _without_cookie(self) -> Response:
        answer = Response(status_code=204)
        answer.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="strict")
        return answer

    def _token(self, request: Request) -> str:
        return request.cookies.get(self.cookie, "")

    def _take(self, window: SlidingWindow, key: str) -> None:
        decision = window.take(key)
        if not decision.allowed:
            raise ApiError(429, ErrorCode.RATE_LIMITED, retry_after=decision.retry_after)

    def _address(self, request: Request) -> str:
        return address_key(client_address(request, trust_forwarded_for=self._settings.trust_forwarded_for))
