"""The chat API of docs/api.md as the page sees it, with knobs: no engine, no database, everything in memory."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Failure", "FakeApi"]

STATIC: Final = Path(__file__).resolve().parents[3] / "ndihma" / "gateway" / "static"
ZONE: Final = ZoneInfo("Europe/Belgrade")
CODE: Final = "482913"
PUK: Final = "73915264"
_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)

GREETING: Final = "Mirë se vini! Jam Ndihma, asistenti i Valës. Shkruani pyetjen tuaj ose zgjidhni një temë."
TOPICS: Final = (
    ("c_price", "Çmimi i SIM kartelës"),
    ("c_status", "Statuset e numrit"),
    ("c_puk", "Kodi PUK"),
    ("c_reconnect", "Rikyçja pas mospagesës"),
    ("c_selfcare", "Portali Selfcare"),
    ("c_account", "Llogaria ime"),
)
SOURCE: Final = {"text": "Pyetjet e shpeshta, SIM kartela", "reviewed": "2026-11-22"}


@dataclass(frozen=True)
class Failure:
    """An answer to give instead of the right one."""

    status: int
    code: str
    message: str
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def response(self) -> Response:
        error = {"code": self.code, "message": self.message, **self.extra}
        return JSONResponse({"error": error}, self.status, headers=self.headers)


@dataclass
class Session:
    id: str
    token: str
    events: list[dict[str, Any]] = field(default_factory=list)
    by_client_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    tries_left: int = 5
    alive: bool = True


class FakeApi:
    """One server on loopback; ``async with FakeApi() as api`` and open ``api.url``."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.posts: list[dict[str, Any]] = []
        """Every body of POST messages, repeated ones too."""
        self.uploads: list[tuple[str, bytes]] = []
        self.claims: list[dict[str, str]] = []
        """The fields that came with each upload."""
        self.failures: dict[str, list[Failure]] = {}
        """By the name of a call (``messages``, ``sessions``, …): given instead of an answer, one after the other."""
        self.lose_answer_to: set[str] = set()
        """Names of calls that are carried out and whose answer is lost once."""
        self.stored_text: dict[str, str] = {}
        """What the server stores in place of a text (redaction)."""
        self.replies: dict[str, dict[str, Any]] = {}
        """A reply for an exact text."""
        self.mute: set[str] = set()
        """Texts that are accepted, typed at, and never answered."""
        self.development = True
        self.down = False
        """Every call gets a proxy's 503, which is not of the API's shape."""
        self.token_life_s = 900.0
        self.code_life_s = 300.0
        self.upload_delay_s = 0.0
        self.reveal_delay_s = 0.0
        self.redeemed: list[str] = []
        self.tokens_refreshed = 0
        self.outbox: list[dict[str, str]] = []
        self.stream_afters: list[int] = []
        self._news = asyncio.Event()
        self._drop = asyncio.Event()
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None
        self._answers: set[asyncio.Task[None]] = set()
        self.url = ""

    async def __aenter__(self) -> FakeApi:
        config = uvicorn.Config(
            self.app(),
            host="127.0.0.1",
            port=0,
            log_level="critical",
            ws="none",
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
            await asyncio.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._server is not None
        assert self._task is not None
        self.drop_streams()
        self._server.should_exit = True
        await self._task

    def app(self) -> ASGIApp:
        return self._guarded(Starlette(routes=self.routes(), exception_handlers={_RefusedError: _refused}))

    def routes(self) -> list[BaseRoute]:
        one = "/api/v1/sessions/{id}"
        return [
            Route("/", self._page("index.html")),
            Route("/outbox", self._page("outbox.html")),
            Route("/api/dev/outbox", self._outbox),
            Route("/api/v1/sessions", self._create, methods=["POST"]),
            Route(one, self._state, methods=["GET"]),
            Route(one, self._end, methods=["DELETE"]),
            Route(one + "/token", self._token, methods=["POST"]),
            Route(one + "/messages", self._message, methods=["POST"]),
            Route(one + "/history", self._history),
            Route(one + "/events", self._events),
            Route(one + "/verification", self._verify, methods=["POST"]),
            Route(one + "/verification", self._cancel, methods=["DELETE"]),
            Route(one + "/verification/code", self._code, methods=["POST"]),
            Route(one + "/attachments", self._attach, methods=["POST"]),
            Route(one + "/reveals/{reference}", self._reveal, methods=["POST"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    # Knobs

    @property
    def session(self) -> Session:
        """The newest session."""
        return list(self.sessions.values())[-1]

    def fail(self, call: str, *failures: Failure) -> None:
        self.failures.setdefault(call, []).extend(failures)

    def drop_streams(self) -> None:
        """End every open stream, as a restart or a proxy does."""
        self._drop.set()
        self._drop = asyncio.Event()
        self._wake()

    def kill_sessions(self) -> None:
        """As when the idle limit has passed."""
        for session in self.sessions.values():
            session.alive = False
        self.drop_streams()

    def store(self, session: Session, kind: str, **fields: Any) -> dict[str, Any]:
        event = {"cursor": len(session.events) + 1, "type": kind, "at": _now(), **fields}
        session.events.append(event)
        self._wake()
        return event

    def reply(self, session: Session, text: str, in_reply_to: str | None = None, **fields: Any) -> dict[str, Any]:
        buttons = fields.pop("buttons", [])
        session.choices.update({button["id"]: button["title"] for button in buttons})
        body = {
            "in_reply_to": in_reply_to,
            "text": text,
            "buttons": buttons,
            "source": None,
            "outcome": "answered",
            **fields,
        }
        return self.store(session, "reply", **body)

    def typing(self, session: Session, active: bool) -> None:
        session.events.append({"type": "typing", "active": active})
        self._wake()

    def verification(self, state: str, masked: str | None = None, seconds: float | None = None) -> None:
        expires = None if seconds is None else _now(seconds)
        self.store(self.session, "verification", state=state, masked=masked, expires_at=expires)

    def reveal(self, seconds: float = 120) -> None:
        """A covered PUK, to be opened for so many seconds."""
        self.store(self.session, "reveal", state="ready", reference="R" * 22, expires_at=_now(seconds))

    # Calls

    def _page(self, name: str) -> Any:
        async def page(_: Request) -> Response:
            return FileResponse(STATIC / name)

        return page

    async def _outbox(self, _: Request) -> Response:
        if not self.development:
            return Failure(404, "not_found", "Kjo faqe nuk ekziston.").response()
        return JSONResponse({"messages": self.outbox})

    async def _create(self, _: Request) -> Response:
        session = Session(id=secrets.token_hex(8), token=secrets.token_hex(16))
        self.sessions[session.id] = session
        buttons = [{"id": id_, "title": title} for id_, title in TOPICS]
        self.reply(session, GREETING, buttons=buttons)
        return JSONResponse(
            {"session_id": session.id, "conversation_id": "k" + session.id, **self._fresh(session)}, 201
        )

    def _fresh(self, session: Session) -> dict[str, str]:
        session.token = secrets.token_hex(16)
        return {"token": session.token, "token_expires_at": _now(self.token_life_s), "expires_at": _now(1800)}

    async def _state(self, request: Request) -> Response:
        session = self._session(request)
        steps = [event for event in session.events if event["type"] == "verification"]
        is_open = bool(steps) and steps[-1]["state"] not in ("verified", "cancelled")
        step = {name: steps[-1][name] for name in ("state", "masked", "expires_at")} if is_open else None
        times = {"expires_at": _now(1800), "token_expires_at": _now(self.token_life_s)}
        return JSONResponse({"session_id": session.id, "level": 0, "verification": step, **times})

    async def _token(self, request: Request) -> Response:
        session = self._session(request)
        self.tokens_refreshed += 1
        self.drop_streams()
        return JSONResponse(self._fresh(session))

    async def _end(self, request: Request) -> Response:
        self._session(request).alive = False
        self.drop_streams()
        return Response(status_code=204)

    async def _message(self, request: Request) -> Response:
        session = self._session(request)
        body = await request.json()
        self.posts.append(body)
        client_id = body["client_id"]
        known = session.by_client_id.get(client_id)
        if known is not None:
            return JSONResponse({"message_id": known["message_id"], "cursor": known["cursor"], "duplicate": True}, 202)
        if "choice" in body and body["choice"] not in session.choices:
            return Failure(422, "unknown_choice", "Ky buton nuk vlen më.").response()
        text = session.choices[body["choice"]] if "choice" in body else body["text"]
        message_id = "m" + secrets.token_hex(6)
        stored = self.stored_text.get(text, text)
        event = self.store(session, "message", message_id=message_id, client_id=client_id, text=stored)
        session.by_client_id[client_id] = event
        self._later(self._answer(session, text, message_id))
        return JSONResponse({"message_id": message_id, "cursor": event["cursor"], "duplicate": False}, 202)

    async def _answer(self, session: Session, text: str, message_id: str) -> None:
        self.typing(session, True)
        if text in self.mute:
            return
        await asyncio.sleep(0.05)
        known = self.replies.get(text, {"text": f"Përgjigje për: {text}"})
        self.reply(session, **{"in_reply_to": message_id, **known})
        self.store(session, "done", in_reply_to=message_id, intent=None, confidence=None)
        self.typing(session, False)

    async def _history(self, request: Request) -> Response:
        session = self._session(request)
        after, limit = int(request.query_params.get("after", 0)), 3  # small pages, so that paging is seen
        stored = [event for event in session.events if event.get("cursor", 0) > after]
        page = stored[:limit]
        cursor = page[-1]["cursor"] if page else after
        return JSONResponse({"events": page, "cursor": cursor, "more": len(stored) > limit})

    async def _events(self, request: Request) -> Response:
        session = self._session(request)
        after = int(request.query_params.get("after", 0))
        self.stream_afters.append(after)
        return StreamingResponse(self._stream(session, after), media_type="text/event-stream")

    async def _stream(self, session: Session, after: int) -> AsyncIterator[str]:
        drop, seen = self._drop, 0
        yield ": open\n\n"
        while session.alive and not drop.is_set():
            for event in session.events[seen:]:
                seen += 1
                if event["type"] == "typing":
                    if seen == len(session.events):
                        yield f"event: typing\ndata: {json.dumps({'active': event['active']})}\n\n"
                elif event["cursor"] > after:
                    # Twice and with CRLF: the page must count by cursor and read all line ends.
                    frame = f"id: {event['cursor']}\r\nevent: {event['type']}\r\ndata: {json.dumps(event)}\r\n\r\n"
                    yield frame + frame
            if not drop.is_set():
                await self._news.wait()

    async def _verify(self, request: Request) -> Response:
        session = self._session(request)
        msisdn = (await request.json())["msisdn"]
        digits = "".join(letter for letter in msisdn if letter.isdigit())
        masked = f"{digits[:3]} ••• •{digits[-2:]}"
        session.tries_left = 5
        self.outbox.append({"at": _now(), "to": masked, "text": f"Kodi juaj për Ndihmën: {CODE}. Vlen 5 minuta."})
        self.store(session, "verification", state="code_sent", masked=masked, expires_at=_now(self.code_life_s))
        return JSONResponse({"state": "code_sent"}, 202)

    async def _code(self, request: Request) -> Response:
        session = self._session(request)
        if (await request.json())["code"] != CODE:
            session.tries_left -= 1
            if session.tries_left == 0:
                self.store(session, "verification", state="locked", masked=None, expires_at=None)
                used_up = "Kodi nuk vlen më, sepse u provua shumë herë. Kërkoni një kod të ri."
                return Failure(429, "verification_locked", used_up).response()
            extra = {"tries_left": session.tries_left}
            return Failure(422, "wrong_code", "Kodi nuk është i saktë.", extra=extra).response()
        self.store(session, "verification", state="verified", masked="044 ••• •56", expires_at=_now(900))
        return JSONResponse({"verified": True, "level": 2, "expires_at": _now(900), **self._fresh(session)})

    async def _cancel(self, request: Request) -> Response:
        self.store(self._session(request), "verification", state="cancelled", masked=None, expires_at=None)
        return Response(status_code=204)

    async def _attach(self, request: Request) -> Response:
        session = self._session(request)
        async with request.form() as form:
            upload = form["file"]
            assert not isinstance(upload, str)
            self.uploads.append((upload.filename or "", await upload.read()))
            self.claims.append({name: value for name, value in form.items() if isinstance(value, str)})
        await asyncio.sleep(self.upload_delay_s)
        self.store(session, "attachment", state="received", reference="RK-2026-0417")
        return JSONResponse({"reference": "RK-2026-0417"}, 201)

    async def _reveal(self, request: Request) -> Response:
        session = self._session(request)
        self.redeemed.append(request.path_params["reference"])
        if self.redeemed.count(self.redeemed[-1]) > 1:
            return Failure(410, "reveal_over", "Kjo mundësi ka skaduar.").response()
        self.store(session, "reveal", state="shown", reference=None, expires_at=None)
        await asyncio.sleep(self.reveal_delay_s)
        shown = {"puk1": PUK, "puk2": None, "seconds": 60}
        return JSONResponse(shown, headers={"Cache-Control": "no-store"})

    # Plumbing

    def _session(self, request: Request) -> Session:
        session = self.sessions.get(request.path_params["id"])
        bearer = request.headers.get("authorization", "")
        if session is None or not session.alive or bearer != f"Bearer {session.token}":
            raise _RefusedError
        return session

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    def _guarded(self, app: ASGIApp) -> ASGIApp:
        """The page's policy on every answer; planned failures; lost answers."""

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            async def with_policy(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [
                        *message.get("headers", []),
                        (b"content-security-policy", _CSP.encode()),
                        (b"x-content-type-options", b"nosniff"),
                    ]
                await send(message)

            if scope["type"] != "http":
                return
            path = scope["path"]
            call = path.rsplit("/", 1)[-1] if path.startswith("/api/v1/") else ""
            if self.down and path.startswith("/api/"):
                await Response("upstream is gone", 503)(scope, receive, with_policy)
                return
            planned = self.failures.get(call, [])
            if planned:
                await planned.pop(0).response()(scope, receive, with_policy)
                return
            if call in self.lose_answer_to:
                self.lose_answer_to.discard(call)

                async def nowhere(_: Message) -> None:
                    return

                await app(scope, receive, nowhere)
                await Failure(502, "bad_gateway", "Shërbimi nuk u përgjigj.").response()(scope, receive, with_policy)
                return
            await app(scope, receive, with_policy)

        return guarded


class _RefusedError(Exception):
    """No such session, or not its token."""


async def _refused(_request: Request, _error: Exception) -> Response:
    return Failure(401, "session_expired", "Biseda ka skaduar.").response()


def _now(after_s: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(seconds=after_s)).astimezone(ZONE).isoformat()
