"""The Bot API over HTTP, on a loopback socket and in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from aiohttp import web

from tests.support.telegram.cloud import Cloud
from tests.support.telegram.errors import ApiError, conflict
from tests.support.telegram.faults import Call, Fault
from tests.support.telegram.specification import specification
from tests.support.telegram.uploads import Upload
from tests.support.telegram.validation import check, values_of
from tests.support.telegram.webhook import Pusher

__all__ = ["Server"]

_MAX_REQUEST_BYTES: Final = 60 * 1024 * 1024
_MAX_POLL_S: Final = 50
_TERMINATED: Final = "terminated by other getUpdates request; make sure that only one bot instance is running"


class Server:
    """``base_url`` stays the same over ``down`` and ``up``."""

    def __init__(self, cloud: Cloud, token: str) -> None:
        self.cloud = cloud
        self.token = token
        self.pusher = Pusher(cloud, self._perform)
        self._port = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poll: asyncio.Future[ApiError | None] | None = None
        """Of the long poll that waits: done with None when there is something to look at, or with why it ends."""
        self._thread: threading.Thread | None = None
        self._ended: asyncio.Event | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @contextmanager
    def running(self) -> Iterator[None]:
        self.up()
        try:
            yield
        finally:
            self.down()

    def up(self) -> None:
        """Listen."""
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), name="bot-api", daemon=True)
        self._thread.start()
        assert ready.wait(30), "the Bot API did not start"

    def down(self) -> None:
        """Stop listening and cut every connection; what was sent and queued stays."""
        if self._thread is not None and self._loop is not None and self._ended is not None:
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join(30)
        self._thread = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody listens meanwhile."""
        self.down()
        try:
            yield
        finally:
            self.up()

    def wake(self) -> None:
        """There may be something for a waiting poll or the webhook."""
        self._from_outside(lambda: self._end_poll(None), self.pusher.wake)

    def end_poll(self, error: ApiError) -> None:
        """The poll that waits ends with this error."""
        self._from_outside(lambda: self._end_poll(error))

    def _from_outside(self, *steps: Any) -> None:
        if self._thread is not None and self._loop is not None:
            for step in steps:
                self._loop.call_soon_threadsafe(step)

    async def _serve(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        app = web.Application(client_max_size=_MAX_REQUEST_BYTES)
        app.router.add_route("*", "/bot{token:[^/]*}/{method}", self._call)
        app.router.add_get("/file/bot{token:[^/]*}/{path:.+}", self._download)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        listener = socket.create_server(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        await web.SockSite(runner, listener).start()
        pushing = asyncio.create_task(self.pusher.run())
        ready.set()
        await self._ended.wait()
        pushing.cancel()
        await asyncio.gather(pushing, return_exceptions=True)
        await runner.cleanup()

    # --- requests -----------------------------------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if self.cloud.faults.unreachable:
            return _cut(request)
        method = request.match_info["method"]
        refused = self._bad_token(request.match_info["token"])
        if refused is not None:
            return _answer(refused.code, refused.document())
        try:
            raw = await _raw(request)
        except (ValueError, web.HTTPException):
            return _answer(400, ApiError(400, "Bad Request: can't parse the request").document())
        fault = self.cloud.faults.next(method)
        status, document, call = await self._handled(method, raw, fault)
        if fault is not None and fault.broken:
            call.status = 502
            return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
        if (fault is not None and fault.drop) or self.cloud.faults.unreachable:
            return _cut(request)
        call.status = status
        return _answer(status, document)

    async def _handled(self, method: str, raw: dict[str, Any], fault: Fault | None) -> tuple[int, dict[str, Any], Call]:
        """Status and body of the answer, and the note of the call."""
        call = Call(method, raw, self.cloud.now())
        self.cloud.calls.append(call)
        try:
            try:
                call.values = values_of(specification(), method, raw)
                check(specification(), method, call.values)
                if method not in self.cloud.methods:
                    raise ApiError(404, "Not Found: method not found")
            except ApiError as error:
                self.cloud.complaints.append(f"{method}: {error.description}")
                raise
            if fault is not None:
                await asyncio.sleep(fault.delay_s)
                if fault.error is not None:
                    raise fault.error
                if fault.drop and not fault.after:
                    return 0, {}, call
            gate = self.cloud.faults.gates.get(method)
            if gate is not None and gate.only(call.values):
                await gate.passed()
            result = await self._perform(method, call.values)
        except ApiError as error:
            call.description = error.description
            return error.code, error.document(), call
        return 200, {"ok": True, "result": result}, call

    async def _perform(self, method: str, values: dict[str, Any]) -> Any:
        if method == "getUpdates":
            return await self._get_updates(values)
        result = self.cloud.perform(method, values)
        if method in {"setWebhook", "deleteWebhook"}:
            if self.cloud.webhook is not None:
                self._end_poll(conflict("terminated by setWebhook request"))
            self.pusher.wake()
        return result

    def _bad_token(self, token: str) -> ApiError | None:
        if token == self.token:
            return None
        number, _, secret = token.partition(":")
        return ApiError(401, "Unauthorized") if number.isdigit() and len(secret) >= 8 else ApiError(404, "Not Found")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if self.cloud.faults.unreachable:
            return _cut(request)
        refused = self._bad_token(request.match_info["token"])
        if refused is not None:
            return _answer(refused.code, refused.document())
        fault = self.cloud.faults.next("download")
        if fault is not None:
            await asyncio.sleep(fault.delay_s)
            if fault.drop:
                return _cut(request)
            if fault.error is not None:
                return _answer(fault.error.code, fault.error.document())
        for path, file in self.cloud.chats.files.values():
            if path == request.match_info["path"]:
                return web.Response(body=file.content, content_type="application/octet-stream")
        return _answer(404, ApiError(404, "Not Found").document())

    # --- long poll ----------------------------------------------------------------------------------------------

    async def _get_updates(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        if self.cloud.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self._end_poll(conflict(_TERMINATED))
        loop = asyncio.get_running_loop()
        until = loop.time() + min(values.get("timeout", 0), _MAX_POLL_S)
        with self.cloud.lock:
            self.cloud.updates.allow(values.get("allowed_updates"))
            if "offset" in values:
                self.cloud.updates.confirm(values["offset"])
        while True:
            with self.cloud.lock:
                batch = self.cloud.updates.take(min(max(values.get("limit", 100), 1), 100))
            if batch or loop.time() >= until:
                return batch
            waiting = self._poll = loop.create_future()
            try:
                ended = await asyncio.wait_for(waiting, until - loop.time())
            except TimeoutError:
                continue
            finally:
                if self._poll is waiting:
                    self._poll = None
            if ended is not None:
                raise ended

    def _end_poll(self, error: ApiError | None) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(error)


async def _raw(request: web.Request) -> dict[str, Any]:
    """The parameters as they came: query, JSON, form. Raises ValueError."""
    raw: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = json.loads(await request.text() or "{}")
        if not isinstance(body, dict):
            raise ValueError("not an object")
        return raw | {name: value for name, value in body.items() if value is not None}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            raw[name] = Upload(value.filename, value.file.read(), value.content_type)
        else:
            raw[name] = value
    return raw


def _answer(status: int, document: dict[str, Any]) -> web.Response:
    return web.json_response(document, status=status)


def _cut(request: web.Request) -> web.Response:
    """The connection ends without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
