"""A client of the project's own chat API (docs/api.md), for the command line, tests and benchmarks."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final

import httpx

__all__ = ["ApiProblem", "ChatClient", "Exchange", "Unreachable", "is_gateway"]

_CONNECT_S: Final = 3.0
_STREAM_SILENCE_S: Final = 40.0
"""The server sends at least a comment every 15 seconds."""


class Unreachable(Exception):
    """The gateway does not answer, or stopped in the middle."""


class ApiProblem(Exception):
    """The gateway refused; ``str()`` is its sentence for a person."""

    def __init__(self, status: int, code: str, message: str, detail: dict[str, Any]) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Exchange:
    """One message and everything that came back for it."""

    events: tuple[dict[str, Any], ...]

    @property
    def replies(self) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == "reply"]

    @property
    def text(self) -> str:
        """What the customer reads, a paragraph for each reply."""
        return "\n\n".join(reply["text"] for reply in self.replies)

    @property
    def is_answered(self) -> bool:
        return bool(self.replies) and all(reply["outcome"] == "answered" for reply in self.replies)

    @property
    def intent(self) -> str | None:
        return self._done().get("intent")

    @property
    def confidence(self) -> float | None:
        return self._done().get("confidence")

    def _done(self) -> dict[str, Any]:
        return next((event for event in self.events if event["type"] == "done"), {})


class ChatClient:
    """One conversation. A context manager; the session ends with it. Raises Unreachable and ApiProblem."""

    def __init__(self, base_url: str, *, transport: httpx.BaseTransport | None = None) -> None:
        timeout = httpx.Timeout(_STREAM_SILENCE_S, connect=_CONNECT_S)
        # trust_env=False: the gateway is called directly, a proxy setting is not for it.
        self._http = httpx.Client(base_url=base_url, timeout=timeout, transport=transport, trust_env=False)
        self._session = ""
        self._token = ""
        self._cursor = 0
        self.conversation_id = ""

    def __enter__(self) -> ChatClient:
        try:
            created = self._send("POST", "/api/v1/sessions")
        except BaseException:
            self._http.close()
            raise
        self._session, self._token = created["session_id"], created["token"]
        self.conversation_id = created["conversation_id"]
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        try:
            self._call("DELETE", "")
        except (Unreachable, ApiProblem):
            pass  # it ends by itself
        finally:
            self._http.close()

    def opening(self) -> list[dict[str, Any]]:
        """The events the conversation opened with: its greeting."""
        return self.history()

    def history(self) -> list[dict[str, Any]]:
        """All events so far that have not been handed out."""
        events: list[dict[str, Any]] = []
        while True:
            page = self._call("GET", f"/history?after={self._cursor}")
            events += page["events"]
            self._cursor = page["cursor"] if not page["events"] else page["events"][-1]["cursor"]
            if not page["more"]:
                return events

    def ask(self, text: str) -> Exchange:
        """Send a message and wait until it is done with."""
        return self._exchange({"text": text})

    def choose(self, choice: str) -> Exchange:
        """Press the button with this id and wait until it is done with."""
        return self._exchange({"choice": choice})

    def give_number(self, msisdn: str) -> dict[str, Any]:
        """Name the number to verify; the answer says where the code went, masked."""
        return self._call("POST", "/verification", {"msisdn": msisdn})

    def give_code(self, code: str) -> Exchange:
        """Confirm the one-time code; what was interrupted goes on, or a second code is on its way (for a PUK)."""
        confirmed = self._call("POST", "/verification/code", {"code": code})
        self._token = confirmed["token"]
        return Exchange(tuple(self._until_done(None) if confirmed["verified"] else self.history()))

    def attach(self, content: bytes, media_type: str) -> str:
        """Hand in a proof of payment for the request that is open; the request's reference."""
        try:
            response = self._http.post(
                f"/api/v1/sessions/{self._session}/attachments",
                files={"file": ("proof", content, media_type)},
                headers=self._headers(),
            )
        except httpx.HTTPError as error:
            raise Unreachable(str(error)) from error
        if response.is_error:
            raise _problem(response)
        return str(response.json()["reference"])

    def cancel_verification(self) -> None:
        self._call("DELETE", "/verification")

    # ------------------------------------------------------------------

    def _exchange(self, content: dict[str, str]) -> Exchange:
        accepted = self._call("POST", "/messages", {"client_id": uuid.uuid4().hex, **content})
        self._cursor = max(self._cursor, accepted["cursor"])  # what came before is no part of this exchange
        return Exchange(tuple(self._until_done(accepted["message_id"])))

    def _until_done(self, message_id: str | None) -> Iterator[dict[str, Any]]:
        """Events after the cursor up to ``done`` of the message (of any message when None)."""
        try:
            path = f"/api/v1/sessions/{self._session}/events?after={self._cursor}"
            with self._http.stream("GET", path, headers=self._headers()) as response:
                if response.is_error:
                    response.read()
                    raise _problem(response)
                for event in _stored_events(_lines(response.iter_text())):
                    self._cursor = event["cursor"]
                    yield event
                    if event["type"] == "done" and message_id in (None, event["in_reply_to"]):
                        return
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise Unreachable(str(error)) from error
        raise Unreachable("the stream of events ended early")

    def _call(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        try:
            return self._send(method, f"/api/v1/sessions/{self._session}{path}", body)
        except ApiProblem as problem:
            if problem.code != "token_expired":
                raise
        self._token = self._send("POST", f"/api/v1/sessions/{self._session}/token")["token"]
        return self._send(method, f"/api/v1/sessions/{self._session}{path}", body)

    def _send(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        # Lone surrogates (undecodable bytes of an argument) cannot be sent as UTF-8; escaped they can.
        content = None if body is None else json.dumps(body).encode("ascii")
        headers = self._headers() | ({} if body is None else {"Content-Type": "application/json"})
        try:
            response = self._http.request(method, path, content=content, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(str(error)) from error
        if response.is_error:
            raise _problem(response)
        answer: dict[str, Any] = response.json() if response.content else {}
        return answer

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}


def is_gateway(base_url: str) -> bool:
    """Whether a gateway of this project answers there."""
    try:
        response = httpx.get(f"{base_url}/healthz", timeout=_CONNECT_S, trust_env=False)
        return response.is_success and "status" in response.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError):
        return False


def _lines(pieces: Iterator[str]) -> Iterator[str]:
    """Lines as the server ends them: ``iter_lines`` would also part a text at a line separator within it."""
    rest = ""
    for piece in pieces:
        *whole, rest = (rest + piece).split("\n")
        yield from whole


def _stored_events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Events that have a cursor; ``typing`` notices and comments have none."""
    data: list[str] = []
    for line in lines:
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            event = json.loads("\n".join(data))
            data = []
            if isinstance(event, dict) and "cursor" in event:
                yield event


def _problem(response: httpx.Response) -> ApiProblem:
    try:
        error = dict(response.json()["error"])
        return ApiProblem(response.status_code, str(error.pop("code")), str(error.pop("message")), error)
    except (ValueError, KeyError, TypeError):
        return ApiProblem(response.status_code, "unknown", f"the gateway answered {response.status_code}", {})
