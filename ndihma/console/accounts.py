"""The account panel over HTTP: finding an account, revealing a field, the PUK, proofs and decisions (docs/api.md).

For agents and supervisors. Everything is a POST: a number, a key and a reason belong into no address, and all of it is
an action of a person.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.accounts.ports import AccountsUnavailable
from ndihma.audit.model import ActorKind
from ndihma.clock import Clock
from ndihma.config import Settings
from ndihma.console import messages
from ndihma.console.account_asked import (
    AccountAgain,
    AccountOfConversation,
    AccountSearch,
    FieldAsked,
    ProofAsked,
    PukAsked,
    RequestConfirmed,
    RequestRejected,
)
from ndihma.console.account_desk import REVEALABLE, AccountDesk, FieldGone
from ndihma.console.account_keys import AccountKeyOver, AccountKeys
from ndihma.console.account_schemas import FieldShown, PukToAgent
from ndihma.console.account_showing import AccountShowing
from ndihma.console.auth import signed_in
from ndihma.desk.errors import UnknownConversation
from ndihma.desk.images import MediaType
from ndihma.desk.proof_reading import UnknownProof
from ndihma.desk.reconnections import UnknownRequest
from ndihma.desk.tickets import InvalidDecision, ProofCameLater
from ndihma.gateway.errors import ApiError
from ndihma.gateway.limits import SlidingWindow
from ndihma.gateway.reading import read_json, validated
from ndihma.messages import ErrorCode
from ndihma.puk.cipher import CodeUnreadable
from ndihma.puk.model import PukRefused
from ndihma.puk.reveals import ReasonMissing
from ndihma.staff.model import Role
from ndihma.staff.sessions import SignedIn
from ndihma.staff.vault import StaffVault

__all__ = ["AccountsApi"]

_log = logging.getLogger(__name__)
_ROLES: Final = (Role.AGENT, Role.SUPERVISOR)
_READS_PER_MINUTE: Final = 60
"""Accounts read by one person: far above any talk, far below copying the customers off (ours)."""
_RETRY_S: Final = 5
_ENDINGS: Final = {MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.PDF: "pdf"}
_FILE_POLICY: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"
_M = TypeVar("_M", bound=BaseModel)


class AccountsApi:
    """The endpoints."""

    def __init__(self, settings: Settings, clock: Clock, desk: AccountDesk, vault: StaffVault) -> None:
        self._settings = settings
        self._desk = desk
        self._keys = AccountKeys(vault, clock)
        self._showing = AccountShowing(vault)
        self._reads = SlidingWindow(clock, _READS_PER_MINUTE)

    # --- looking --------------------------------------------------------------------------------------------

    async def search(self, request: Request) -> Response:
        session, asked = await self._asked(request, AccountSearch)
        try:
            msisdn = Msisdn.parse(asked.number.get_secret_value())
        except InvalidMsisdn:
            raise ApiError(422, ErrorCode.INVALID_MSISDN, field="number") from None
        return await self._account(session, msisdn, asked.conversation_id)

    async def of_conversation(self, request: Request) -> Response:
        session, asked = await self._asked(request, AccountOfConversation)
        with _told():
            msisdn = await self._desk.verified_in(asked.conversation_id)
        if msisdn is None:
            raise ApiError(404, ErrorCode.NO_VERIFIED_NUMBER)
        return await self._account(session, msisdn, asked.conversation_id)

    async def again(self, request: Request) -> Response:
        session, asked = await self._asked(request, AccountAgain)
        return await self._account(session, self._number(asked.account, session), asked.conversation_id)

    async def _account(self, session: SignedIn, msisdn: Msisdn, conversation_id: str | None) -> Response:
        decision = self._reads.take(session.member.username)
        if not decision.allowed:
            raise ApiError(429, ErrorCode.RATE_LIMITED, retry_after=decision.retry_after)
        with _told():
            account = await self._desk.read(msisdn, session.member, conversation_id)
        if account is None:
            raise ApiError(404, ErrorCode.NO_ACCOUNT)
        key = self._keys.of(msisdn, session.id)
        return _json(self._showing.account(account, key, session.member.role))

    # --- revealing ------------------------------------------------------------------------------------------

    async def reveal(self, request: Request) -> Response:
        """One masked field in clear, with a reason, audited; not after 15 idle minutes (S14)."""
        session, asked = await self._asked(request, FieldAsked, recent=True)
        if asked.field not in REVEALABLE[session.member.role]:
            raise ApiError(403, ErrorCode.ROLE_REFUSED)
        msisdn = self._number(asked.account, session)
        with _told():
            value = await self._desk.reveal(msisdn, asked.field, asked.contact, session.member, _reason(asked.reason))
        return _json(FieldShown(field=asked.field, value=value))

    async def puk(self, request: Request) -> Response:
        """The PUK within the limits of S8; every refusal says why."""
        session, asked = await self._asked(request, PukAsked, recent=True)
        msisdn = self._number(asked.account, session)
        with _told():
            outcome = await self._desk.puk(msisdn, session.member, _reason(asked.reason))
        if isinstance(outcome, PukRefused):
            message = messages.puk_refused(outcome)
            raise ApiError(409, ErrorCode.REVEAL_REFUSED, message=message)
        puk2 = outcome.codes.puk2
        shown = PukToAgent(
            puk1=outcome.codes.puk1.get_secret_value(),
            puk2=puk2.get_secret_value() if puk2 else None,
            seconds=outcome.seconds,
        )
        return _json(shown)

    async def proof(self, request: Request) -> Response:
        """The file, never to be shown as a page of ours: a download by its headers, whatever a script makes of it."""
        session, asked = await self._asked(request, ProofAsked, recent=True)
        msisdn = self._number(asked.account, session)
        reason = asked.conversation_id or messages.CALL
        with _told():
            file = await self._desk.proof(msisdn, asked.proof, session.member, reason)
        name = f"deshmia-{file.reference}.{_ENDINGS[file.media_type]}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": _FILE_POLICY}
        return Response(file.content, media_type=file.media_type, headers=headers)

    # --- deciding -------------------------------------------------------------------------------------------

    async def confirm(self, request: Request) -> Response:
        session, asked = await self._asked(request, RequestConfirmed)
        reference = await self._of_account(request, asked.account, session)
        with _told():
            await self._desk.tickets.confirm(reference, session.member.username, kind=ActorKind.AGENT)
        return Response(status_code=204)

    async def reject(self, request: Request) -> Response:
        session, asked = await self._asked(request, RequestRejected)
        reference = await self._of_account(request, asked.account, session)
        by = session.member.username
        with _told():
            await self._desk.tickets.reject(reference, by, asked.reason, kind=ActorKind.AGENT, decided_at=asked.seen)
        return Response(status_code=204)

    async def _of_account(self, request: Request, key: str, session: SignedIn) -> str:
        """The reference of the address, if the request is of the account of the key."""
        msisdn, reference = self._number(key, session), str(request.path_params["reference"])
        known = await self._desk.tickets.of_line(msisdn)
        if all(ticket.request.reference != reference for ticket in known):
            raise ApiError(404, ErrorCode.NOT_FOUND)
        return reference

    # --- what they share ------------------------------------------------------------------------------------

    async def _asked(self, request: Request, model: type[_M], *, recent: bool = False) -> tuple[SignedIn, _M]:
        session = await signed_in(request, *_ROLES, recent=recent)
        return session, validated(model, await read_json(request, self._settings.max_body_bytes))

    def _number(self, key: str, session: SignedIn) -> Msisdn:
        try:
            return self._keys.read(key, session.id)
        except AccountKeyOver:
            raise ApiError(410, ErrorCode.ACCOUNT_OVER) from None


def _json(model: BaseModel) -> Response:
    return JSONResponse(model.model_dump(mode="json"))


def _reason(given: str) -> str:
    """Raises ApiError 422 for one that says nothing."""
    if not given.strip():
        raise ApiError(422, ErrorCode.INVALID_FIELD, field="reason")
    return given.strip()


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong, as a refusal that says so."""
    try:
        yield
    except UnknownConversation:
        raise ApiError(404, ErrorCode.NO_CONVERSATION) from None
    except (AccountsUnavailable, CodeUnreadable) as error:
        _log.warning("an account could not be read", extra={"error": type(error).__name__})
        raise ApiError(503, ErrorCode.ACCOUNTS_UNAVAILABLE, retry_after=_RETRY_S) from None
    except FieldGone:
        raise ApiError(404, ErrorCode.FIELD_GONE) from None
    except UnknownProof:
        raise ApiError(404, ErrorCode.PROOF_GONE) from None
    except ReasonMissing:
        raise ApiError(422, ErrorCode.INVALID_FIELD, field="reason", message=messages.PUK_REASON) from None
    except InvalidDecision:
        raise ApiError(422, ErrorCode.INVALID_FIELD, field="reason", message=messages.REJECTION_REASON) from None
    except UnknownRequest:
        raise ApiError(409, ErrorCode.REQUEST_DECIDED) from None
    except ProofCameLater:
        raise ApiError(409, ErrorCode.PROOF_CAME_LATER) from None
