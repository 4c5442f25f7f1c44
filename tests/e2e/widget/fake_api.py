"""The chat API of docs/api.md as the widget sees it, with knobs: no engine, no database, everything in memory."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from ndihma.gateway.pages import chat_page
from ndihma.gateway.widget import BUILT_WIDGET

from .fake_edge import Edge
from .fake_session import CODE, GREETING, PUK, TOPICS, Failure, Session, moment
from .serving import served

__all__ = ["FakeApi"]


class FakeApi(Edge):
    """One server on loopback; ``async with FakeApi() as api`` and open ``api.url`` for the page."""

    def __init__(self) -> None:
        super().__init__()
        self.sessions: dict[str, Session] = {}
        self.posts: list[dict[str, Any]] = []
        """Every body of POST messages, repeated ones too."""
        self.uploads: list[tuple[str, bytes]] = []
        self.claims: list[dict[str, str]] = []
        """The fields that came with each upload."""
        self.stored_text: dict[str, str] = {}
        """What the server stores in place of a text (redaction)."""
        self.replies: dict[str, dict[str, Any]] = {}
        """A reply for an exact text."""
        self.mute: set[str] = set()
        """Texts that are accepted, typed at, and never answered."""
        self.ratings: dict[str, dict[str, Any]] = {}
        self.ended: set[str] = set()
        """Sessions whose conversation takes no more messages."""
        self.development = True
        self.telegram_link: str | None = None
        """Where a conversation goes on in Telegram; None when there is no bot."""
        self.token_life_s = 900.0
        self.code_life_s = 300.0
        self.upload_delay_s = 0.0
        self.redeemed: list[str] = []
        self.tokens_refreshed = 0
        self.outbox: list[dict[str, str]] = []
        self.stream_afters: list[int] = []
        self.streams_open = 0
        self.url = ""
        self._news = asyncio.Event()
        self._drop = asyncio.Event()
        self._answers: set[asyncio.Task[None]] = set()
        self._server = AsyncExitStack()

    async def __aenter__(self) -> FakeApi:
        app = self.around(Starlette(routes=self.routes(), exception_handlers={_RefusedError: _refused}))
        self.url = f"http://127.0.0.1:{await self._server.enter_async_context(served(app))}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.release()
        self.drop_streams()
        await self._server.aclose()

    def routes(self) -> list[BaseRoute]:
        one = "/api/v1/sessions/{id}"
        return [
            Route("/", self._page),
            Route("/outbox", _file("outbox.html")),
            Route("/widget.js", _file("widget.js")),
            Route("/api/dev/outbox", self._outbox),
            Route("/api/v1/sessions", self._create, methods=["POST"]),
            Route(one, self._state, methods=["GET"]),
            Route(one, self._delete, methods=["DELETE"]),
            Route(one + "/token", self._token, methods=["POST"]),
            Route(one + "/messages", self._message, methods=["POST"]),
            Route(one + "/history", self._history),
            Route(one + "/events", self._events),
            Route(one + "/verification", self._verify, methods=["POST"]),
            Route(one + "/verification", self._cancel, methods=["DELETE"]),
            Route(one + "/verification/code", self._code, methods=["POST"]),
            Route(one + "/attachments", self._attach, methods=["POST"]),
            Route(one + "/reveals/{reference}", self._reveal, methods=["POST"]),
            Route(one + "/end", self._finish, methods=["POST"]),
            Route(one + "/rating", self._rate, methods=["POST"]),
            Route(one + "/telegram-link", self._telegram, methods=["POST"]),
            Mount("/static", StaticFiles(directory=BUILT_WIDGET)),
        ]

    # Knobs

    @property
    def session(self) -> Session:
        """The newest session."""
        return list(self.sessions.values())[-1]

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
        event = {"cursor": len(session.events) + 1, "type": kind, "at": moment(), **fields}
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
        expires = None if seconds is None else moment(seconds)
        self.store(self.session, "verification", state=state, masked=masked, expires_at=expires)

    def reveal(self, seconds: float = 120) -> None:
        """A covered PUK, to be opened for so many seconds."""
        self.store(self.session, "reveal", state="ready", reference="R" * 22, expires_at=moment(seconds))

    def handoff(self, state: str, *, position: int | None = None, agent: str | None = None) -> None:
        self.store(self.session, "handoff", state=state, position=position, agent=agent)

    def agent_says(self, text: str, name: str | None = "Arta") -> None:
        self.reply(self.session, text, author={"kind": "agent", "name": name})

    def end(self, by: str, session: Session | None = None) -> None:
        session = session or self.session
        self.ended.add(session.id)
        self.store(session, "ended", by=by)

    # Calls

    async def _page(self, _: Request) -> Response:
        return HTMLResponse(chat_page(with_outbox=self.development))

    async def _outbox(self, _: Request) -> Response:
        if not self.development:
            return Failure(404, "not_found", "Kjo faqe nuk ekziston.").response()
        return JSONResponse({"messages": self.outbox})

    async def _create(self, _: Request) -> Response:
        session = Session(id=secrets.token_hex(8))
        self.sessions[session.id] = session
        session.rotate(None)
        buttons = [{"id": id_, "title": title} for id_, title in TOPICS]
        self.reply(session, GREETING, buttons=buttons)
        about = {"session_id": session.id, "conversation_id": "k" + session.id, "telegram": bool(self.telegram_link)}
        return JSONResponse({**about, "expires_at": moment(1800), **self._fresh(session)}, 201)

    def _fresh(self, session: Session) -> dict[str, str]:
        return {"token": session.token, "token_expires_at": moment(self.token_life_s)}

    async def _state(self, request: Request) -> Response:
        session = self._session(request)
        steps = [event for event in session.events if event["type"] == "verification"]
        is_open = bool(steps) and steps[-1]["state"] not in ("verified", "cancelled")
        state = {
            "session_id": session.id,
            "level": session.level,
            "verification": {name: steps[-1][name] for name in ("state", "masked", "expires_at")} if is_open else None,
            "ended": session.id in self.ended,
            "rating": self.ratings.get(session.id),
            "telegram": bool(self.telegram_link),
            "expires_at": moment(1800),
            "token_expires_at": moment(self.token_life_s),
        }
        return JSONResponse(state)

    async def _token(self, request: Request) -> Response:
        session = self._session(request)
        self.tokens_refreshed += 1
        session.rotate(session.previous or session.token)
        self.drop_streams()
        return JSONResponse(self._fresh(session))

    async def _delete(self, request: Request) -> Response:
        self._session(request).alive = False
        self.drop_streams()
        return Response(status_code=204)

    async def _finish(self, request: Request) -> Response:
        session = self._session(request)
        if session.id not in self.ended:
            self.end("customer", session)
        return JSONResponse({"ended_at": session.events[-1]["at"]})

    async def _rate(self, request: Request) -> Response:
        session = self._session(request)
        body = await request.json()
        known = session.id in self.ratings
        self.ratings[session.id] = body
        return JSONResponse(body, 200 if known else 201)

    async def _telegram(self, request: Request) -> Response:
        self._session(request)
        if self.telegram_link is None:
            return Failure(404, "not_found", "Faqja nuk u gjet.").response()
        return JSONResponse({"url": self.telegram_link, "expires_at": moment(600)}, 201)

    async def _message(self, request: Request) -> Response:
        session = self._session(request)
        if session.id in self.ended:
            return Failure(409, "conversation_ended", "Kjo bisedë ka përfunduar.").response()
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
        self.streams_open += 1
        try:
            async for frame in self._frames(session, after):
                yield frame
        finally:
            self.streams_open -= 1

    async def _frames(self, session: Session, after: int) -> AsyncIterator[str]:
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
        self.outbox.append({"at": moment(), "to": masked, "text": f"Kodi juaj për Ndihmën: {CODE}. Vlen 5 minuta."})
        self.store(session, "verification", state="code_sent", masked=masked, expires_at=moment(self.code_life_s))
        return JSONResponse({"state": "code_sent"}, 202)

    async def _code(self, request: Request) -> Response:
        session = self._session(request)
        given = await request.json()
        if given["code"] != CODE:
            session.tries_left -= 1
            if session.tries_left == 0:
                self.store(session, "verification", state="locked", masked=None, expires_at=None)
                used_up = "Kodi nuk vlen më, sepse u provua shumë herë. Kërkoni një kod të ri."
                return Failure(429, "verification_locked", used_up).response()
            extra = {"tries_left": session.tries_left}
            return Failure(422, "wrong_code", "Kodi nuk është i saktë.", extra=extra).response()
        # The token first, as in the gateway: whoever held the old one does not read what follows.
        session.rotate(given.get("spare_token"))
        self.drop_streams()
        session.level = 2
        self.store(session, "verification", state="verified", masked="044 ••• •56", expires_at=moment(900))
        return JSONResponse({"verified": True, "level": 2, "expires_at": moment(900), **self._fresh(session)})

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
        shown = {"puk1": PUK, "puk2": None, "seconds": 60}
        return JSONResponse(shown, headers={"Cache-Control": "no-store"})

    # Plumbing

    def _session(self, request: Request) -> Session:
        session = self.sessions.get(request.path_params["id"])
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if session is None or not session.opens(token):
            raise _RefusedError
        return session

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)


class _RefusedError(Exception):
    """No such session, or not its token."""


async def _refused(_request: Request, _error: Exception) -> Response:
    return Failure(401, "session_expired", "Biseda ka skaduar.").response()


def _file(name: str) -> Any:
    async def file(_: Request) -> Response:
        return FileResponse(BUILT_WIDGET / name)

    return file
