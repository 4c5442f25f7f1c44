"""The gateway's ASGI application: the table of operations, the pages, what wraps them, and their life."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from ndihma.bootstrap import GatewayServices, open_gateway
from ndihma.config import Mode, Settings
from ndihma.console.accounts import AccountsApi
from ndihma.console.accounts_app import account_operations
from ndihma.console.app import assist_operations, signing_in_operations
from ndihma.console.assist import AssistApi
from ndihma.console.audit import AuditApi
from ndihma.console.audit_app import audit_operations
from ndihma.console.auth import ConsoleAuth
from ndihma.console.calls import CallsApi, call_operations
from ndihma.console.canned import CannedApi, canned_operations
from ndihma.console.errors import CONSOLE_EXCEPTION_HANDLERS
from ndihma.console.inbox import InboxApi
from ndihma.console.inbox_app import inbox_operations
from ndihma.console.oidc import OidcApi
from ndihma.console.pages import BUILT_CONSOLE, ConsolePages
from ndihma.console.supervision import SupervisionApi
from ndihma.console.supervision_app import supervision_operations
from ndihma.gateway.api import ChatApi, EdgeLimits
from ndihma.gateway.closing import ClosingApi
from ndihma.gateway.cors import ApiCors
from ndihma.gateway.demo import demo_routes
from ndihma.gateway.errors import EXCEPTION_HANDLERS
from ndihma.gateway.health import Health
from ndihma.gateway.language import AskedLanguage
from ndihma.gateway.middleware import LastResort, SecurityHeaders
from ndihma.gateway.openapi import Operation, Parameter, document
from ndihma.gateway.origins import OriginPolicy
from ndihma.gateway.pages import PageFiles, Pages
from ndihma.gateway.proofs import ProofApi
from ndihma.gateway.reveals import RevealApi
from ndihma.gateway.schemas import (
    AttachmentReceived,
    ChoiceMessage,
    CodeGiven,
    CodeUnderWay,
    ConversationOver,
    HistoryPage,
    Live,
    MessageAccepted,
    NumberGiven,
    PukRevealed,
    RatingGiven,
    RatingStored,
    Readiness,
    SecondCodeUnderWay,
    SessionCreated,
    SessionState,
    TelegramLink,
    TextMessage,
    TokenIssued,
    Verified,
)
from ndihma.gateway.telegram import TelegramLinkApi, TelegramWebhook
from ndihma.gateway.widget import BUILT_WIDGET, WidgetFiles
from ndihma.telegram.opening import OpenedBot

__all__ = ["OPENAPI_PATH", "create_app", "operations"]

OPENAPI_PATH: Final = "/api/v1/openapi.json"
_SESSION: Final = "/api/v1/sessions/{session_id}"
_WIDGET_AGE_S: Final = 600
_MAX_CURSOR: Final = 2**31 - 1
_AFTER: Final = Parameter("after", "query", "The cursor to go on after.", _MAX_CURSOR)

Open = Callable[[Settings], AbstractAsyncContextManager[GatewayServices]]


def create_app(
    settings: Settings,
    *,
    open_services: Open = open_gateway,
    widget: Path = BUILT_WIDGET,
    console: Path = BUILT_CONSOLE,
) -> Starlette:
    """The application; nothing is opened before its lifespan begins. ``widget``, ``console``: folders of built files.

    ``app.state.close_streams()`` ends every event stream; the server calls it when it is told to stop, because
    an open stream would otherwise hold it up.
    """
    app = Starlette(
        routes=[],
        middleware=[
            Middleware(AskedLanguage),
            Middleware(SecurityHeaders, https=settings.origin.startswith("https://")),
            Middleware(ApiCors, origins=OriginPolicy.of(settings).crossing),  # outside, so that a 500 can be read too
            Middleware(LastResort),
        ],
        exception_handlers={**EXCEPTION_HANDLERS, **CONSOLE_EXCEPTION_HANDLERS},
        lifespan=lambda app: _life(app, settings, open_services, widget, console),
    )
    # A redirect would be built from the Host header, and nobody needs one.
    app.router.redirect_slashes = False
    app.state.close_streams = lambda: None
    return app


@asynccontextmanager
async def _life(
    app: Starlette, settings: Settings, open_services: Open, widget: Path, console: Path
) -> AsyncIterator[None]:
    async with open_services(settings) as services:
        api = ChatApi(
            settings=settings,
            clock=services.clock,
            sessions=services.sessions,
            conversations=services.conversations,
            verification=services.verification,
            assurance=services.assurance,
            ratings=services.ratings,
            hub=services.hub,
            origins=OriginPolicy.of(settings),
            limits=EdgeLimits(settings, services.clock),
            telegram=services.telegram,
        )
        health = Health(database=services.database, engine_url=settings.engine_url, actions_url=settings.actions_url)
        auth = ConsoleAuth(settings, services.clock, services.staff, OriginPolicy.of(settings))
        oidc = OidcApi(auth, services.federated, services.staff.vault, services.clock)
        inbox = InboxApi(
            settings=settings,
            clock=services.clock,
            handoff=services.handoff,
            conversations=services.conversations,
            hub=services.hub,
            titles=services.titles,
            staff=services.staff.directory,
        )
        table = (
            *operations(
                api, ProofApi(api, services.attachments), RevealApi(api, services.reveals), ClosingApi(api), health
            ),
            *signing_in_operations(auth, oidc),
            *inbox_operations(inbox),
            *account_operations(AccountsApi(settings, services.clock, services.accounts, services.staff.vault)),
            *audit_operations(AuditApi(settings, services.clock, services.audit)),
            *supervision_operations(SupervisionApi(settings, services.clock, services.handoff, services.hub)),
            *assist_operations(AssistApi(settings, services.clock, services.assist, services.staff.tokens)),
            *canned_operations(CannedApi(settings, services.clock, services.assist.canned, services.handoff.inbox)),
            *call_operations(CallsApi(settings, services.calls.notes)),
        )
        app.state.console_auth = auth
        app.router.routes[:] = [
            *(_route(operation) for operation in table),
            _openapi(document(table, settings.origin)),
            *_pages(Pages(settings, services.outbox)),
            *_for_other_pages(settings, widget),
            *oidc.routes(),
            *ConsolePages(console).routes(),
            *_webhook(settings, services.telegram),
        ]
        app.state.close_streams = services.hub.close
        try:
            yield
        finally:
            services.hub.close()
            await services.audit.watch.close()
            await health.close()


def operations(
    api: ChatApi, proofs: ProofApi, reveals: RevealApi, closing: ClosingApi, health: Health
) -> tuple[Operation, ...]:
    """Everything the API does: routes and OpenAPI document are made from this table."""
    return (
        Operation(
            "POST", "/api/v1/sessions", "createSession", "Open a session with a new conversation",
            api.create_session, {201: SessionCreated}, refuses=(403, 429, 503), secured=False,
        ),
        Operation(
            "GET", _SESSION, "readSession", "Where the session stands",
            api.read_session, {200: SessionState}, refuses=(401, 403, 429, 503),
        ),
        Operation(
            "POST", f"{_SESSION}/token", "renewToken",
            "Replace the token; one past its 15 minutes is accepted here while its session lives",
            api.renew_token, {200: TokenIssued}, refuses=(401, 403, 429, 503),
        ),
        Operation(
            "DELETE", _SESSION, "endSession", "End the session",
            api.end_session, {204: None}, refuses=(401, 403, 503),
        ),
        Operation(
            "POST", f"{_SESSION}/messages", "sendMessage", "Say something or press a button",
            api.send_message, {202: MessageAccepted}, takes=(TextMessage, ChoiceMessage),
            refuses=(400, 401, 403, 408, 409, 413, 415, 422, 429, 503),
        ),
        Operation(
            "GET", f"{_SESSION}/history", "readHistory", "Stored events after a cursor",
            api.read_history, {200: HistoryPage}, refuses=(401, 403, 422, 429, 503),
            parameters=(_AFTER, Parameter("limit", "query", "At most so many events, 1 to 200; 100 by default.", 200)),
        ),
        Operation(
            "GET", f"{_SESSION}/events", "streamEvents", "Events as they happen, after a cursor",
            api.stream_events, {200: None}, refuses=(401, 403, 422, 429, 503), streams=True,
            parameters=(
                _AFTER,
                Parameter("Last-Event-ID", "header", "As `after`, and stronger.", _MAX_CURSOR),
            ),
        ),
        Operation(
            "POST", f"{_SESSION}/verification", "startVerification", "Have a one-time code sent to a number",
            api.start_verification, {202: CodeUnderWay}, takes=(NumberGiven,),
            refuses=(400, 401, 403, 408, 409, 413, 415, 422, 429, 503),
        ),
        Operation(
            "POST", f"{_SESSION}/verification/code", "confirmCode", "Prove the number with the code",
            api.confirm_code, {200: Verified, 202: SecondCodeUnderWay}, takes=(CodeGiven,),
            refuses=(400, 401, 403, 408, 409, 410, 413, 415, 422, 429, 503),
        ),
        Operation(
            "DELETE", f"{_SESSION}/verification", "cancelVerification", "Give up the verification step",
            api.cancel_verification, {204: None}, refuses=(401, 403, 503),
        ),
        Operation(
            "POST", f"{_SESSION}/attachments", "addAttachment", "Hand in a proof of payment",
            proofs.add, {201: AttachmentReceived}, takes_file=True,
            refuses=(400, 401, 403, 408, 409, 413, 415, 422, 429, 503),
        ),
        Operation(
            "POST", f"{_SESSION}/reveals/{{reference}}", "revealPuk", "Open a covered PUK, once",
            reveals.redeem, {200: PukRevealed}, refuses=(401, 403, 409, 410, 429, 503),
        ),
        Operation(
            "POST", f"{_SESSION}/end", "endConversation", "End the conversation; its session goes on",
            closing.end, {200: ConversationOver}, refuses=(401, 403, 429, 503),
        ),
        Operation(
            "POST", f"{_SESSION}/rating", "rateConversation", "Rate the conversation, before its end or after",
            closing.rate, {201: RatingStored, 200: RatingStored}, takes=(RatingGiven,),
            refuses=(400, 401, 403, 408, 413, 415, 422, 429, 503),
        ),
        Operation(
            "POST", f"{_SESSION}/telegram-link", "createTelegramLink",
            "A one-time link with which the conversation goes on in Telegram; there its session ends",
            TelegramLinkApi(api).issue, {201: TelegramLink}, refuses=(401, 403, 404, 409, 429, 503),
        ),
        Operation(
            "GET", "/healthz", "live", "The gateway is alive", health.live, {200: Live}, secured=False,
        ),
        Operation(
            "GET", "/readyz", "ready", "Whether every part of the system answers",
            health.ready, {200: Readiness, 503: Readiness}, secured=False,
        ),
    )  # fmt: skip


def _route(operation: Operation) -> Route:
    route = Route(operation.path, operation.endpoint, methods=[operation.method], name=operation.name)
    if route.methods is not None:
        route.methods.discard("HEAD")  # added by itself; a HEAD of an event stream would never end
    return route


def _openapi(described: dict[str, object]) -> Route:
    async def openapi(_request: Request) -> Response:
        return JSONResponse(described)

    return Route(OPENAPI_PATH, openapi, methods=["GET"])


def _pages(pages: Pages) -> list[Route | Mount]:
    routes: list[Route | Mount] = [
        Route("/", pages.chat, methods=["GET"]),
        Mount("/static", PageFiles(with_outbox=pages.with_outbox)),
    ]
    if pages.with_outbox:
        routes += [
            Route("/outbox", pages.outbox_page, methods=["GET"]),
            Route("/api/dev/outbox", pages.outbox_messages, methods=["GET"]),
        ]
    return routes


def _webhook(settings: Settings, telegram: OpenedBot | None) -> list[Route]:
    """Where Telegram pushes updates to, when it is told to."""
    if telegram is None or telegram.webhook is None:
        return []
    webhook = TelegramWebhook(telegram, telegram.webhook, settings.trust_forwarded_for)
    return [Route(telegram.webhook.path, webhook.receive, methods=["POST"])]


def _for_other_pages(settings: Settings, widget: Path) -> list[Route]:
    """The widget; in development also an operator's site that holds it."""
    development = settings.mode is Mode.DEVELOPMENT
    files = WidgetFiles(widget, max_age_s=0 if development else _WIDGET_AGE_S)
    return [*files.routes(), *(demo_routes() if development else [])]
