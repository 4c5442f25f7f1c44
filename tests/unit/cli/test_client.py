"""The client of our own chat API against a gateway of fixed answers, and the terminal conversation on top of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from ndihma import terminal_chat
from ndihma.client import ApiProblem, ChatClient, Unreachable

Event = dict[str, Any]


def reply(text: str, *, buttons: list[dict[str, str]] | None = None, outcome: str = "answered") -> Event:
    return {"type": "reply", "text": text, "buttons": buttons or [], "source": None, "outcome": outcome}


class FakeGateway(httpx.BaseTransport):
    """Answers messages with the events that ``script`` holds for them; ``*`` is any other text."""

    def __init__(self, script: dict[str, list[Event]]) -> None:
        self.script = script
        self.events: list[Event] = [{**reply("Mirë se vini!"), "cursor": 1, "in_reply_to": None}]
        self.received: list[str] = []
        self.tokens_given = 1
        self.refuse: list[tuple[int, str, str]] = []
        self.ended = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization", f"Bearer t{self.tokens_given}") != f"Bearer t{self.tokens_given}":
            return httpx.Response(401, json={"error": {"code": "unauthorized", "message": "Jo."}})
        path, body = request.url.path.removeprefix("/api/v1/sessions"), json.loads(request.read() or b"{}")
        if self.refuse and path not in ("", "/s/token") and request.method != "DELETE":
            status, code, message = self.refuse.pop(0)
            return httpx.Response(status, json={"error": {"code": code, "message": message, "tries_left": 2}})
        answer: Callable[[Any], httpx.Response] = {
            ("POST", ""): self._open,
            ("POST", "/s/token"): self._renew,
            ("POST", "/s/messages"): self._message,
            ("POST", "/s/verification"): lambda _: httpx.Response(202, json={"masked": "044 ••• •56"}),
            ("POST", "/s/verification/code"): self._code,
            ("DELETE", "/s/verification"): lambda _: httpx.Response(204),
            ("DELETE", "/s"): self._end,
            ("GET", "/s/history"): lambda _: self._history(int(request.url.params["after"])),
            ("GET", "/s/events"): lambda _: self._stream(int(request.url.params["after"])),
        }[request.method, path]
        return answer(body)

    def _open(self, _body: object) -> httpx.Response:
        return httpx.Response(201, json={"session_id": "s", "token": "t1", "conversation_id": "c"})

    def _renew(self, _body: object) -> httpx.Response:
        self.tokens_given += 1
        return httpx.Response(200, json={"token": f"t{self.tokens_given}"})

    def _message(self, body: dict[str, str]) -> httpx.Response:
        text = body.get("text", body.get("choice", ""))
        self.received.append(text)
        cursor = len(self.events) + 1
        message_id = f"m{cursor}"
        self._store({"type": "message"}, message_id)
        for event in self.script.get(text, self.script.get("*", [])):
            self._store(event, message_id)
        self._store({"type": "done", "intent": "ask_sim_price", "confidence": 0.9}, message_id)
        return httpx.Response(202, json={"message_id": message_id, "cursor": cursor, "duplicate": False})

    def _code(self, body: dict[str, str]) -> httpx.Response:
        self.received.append(f"code {body['code']}")
        self._store(reply("Kredia juaj është 5 €."), "m")
        self._store({"type": "done", "intent": "check_account", "confidence": 1.0}, "m")
        self.tokens_given += 1
        return httpx.Response(200, json={"token": f"t{self.tokens_given}", "verified": True})

    def _end(self, _body: object) -> httpx.Response:
        self.ended = True
        return httpx.Response(204)

    def _store(self, event: Event, message_id: str) -> None:
        self.events.append({**event, "cursor": len(self.events) + 1, "in_reply_to": message_id})

    def _history(self, after: int) -> httpx.Response:
        page = self.events[after : after + 2]
        cursor = page[-1]["cursor"] if page else after
        return httpx.Response(200, json={"events": page, "cursor": cursor, "more": cursor < len(self.events)})

    def _stream(self, after: int) -> httpx.Response:
        lines = [": alive", "", 'event: typing\ndata: {"active": true}', ""]
        for event in self.events[after:]:
            lines += [
                f"id: {event['cursor']}",
                f"event: {event['type']}",
                f"data: {json.dumps(event, ensure_ascii=False)}",
                "",
            ]
        return httpx.Response(200, text="\n".join([*lines, ""]))


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway({"*": [reply("7 €."), reply("A doni më shumë?")]})


@pytest.fixture
def client(gateway: FakeGateway) -> Iterator[ChatClient]:
    with ChatClient("http://gateway", transport=gateway) as opened:
        yield opened


def test_an_exchange_holds_the_replies_to_its_message_and_not_the_greeting(client: ChatClient) -> None:
    exchange = client.ask("sa kushton?")
    assert exchange.text == "7 €.\n\nA doni më shumë?"
    assert (exchange.intent, exchange.confidence, exchange.is_answered) == ("ask_sim_price", 0.9, True)


def test_an_unavailable_reply_is_no_answer(client: ChatClient, gateway: FakeGateway) -> None:
    gateway.script = {"*": [reply("Sistemi nuk u përgjigj.", outcome="unavailable")]}
    assert not client.ask("a").is_answered
    gateway.script = {"*": []}
    assert not client.ask("a").is_answered


def test_a_line_separator_within_a_text_parts_no_event(client: ChatClient, gateway: FakeGateway) -> None:
    gateway.script = {"*": [reply("Rreshti i parë\u2028i dyti\u0085i treti")]}
    assert client.ask("a").text == "Rreshti i parë\u2028i dyti\u0085i treti"


def test_history_is_read_page_by_page_and_each_event_once(client: ChatClient) -> None:
    client.history()
    client.ask("a")
    assert client.history() == []


def test_an_expired_token_is_renewed_without_a_word(client: ChatClient, gateway: FakeGateway) -> None:
    gateway.refuse = [(401, "token_expired", "")]
    assert client.ask("a").is_answered
    assert gateway.received == ["a"]


def test_a_refusal_carries_its_sentence(client: ChatClient, gateway: FakeGateway) -> None:
    gateway.refuse = [(429, "rate_limited", "Shumë mesazhe.")]
    with pytest.raises(ApiProblem, match="Shumë mesazhe") as problem:
        client.ask("a")
    assert (problem.value.status, problem.value.code) == (429, "rate_limited")


def test_a_lone_surrogate_can_be_sent(client: ChatClient, gateway: FakeGateway) -> None:
    client.ask("a\udcffb")
    assert gateway.received == ["a\udcffb"]


def test_a_stream_that_ends_early_is_unreachable_and_not_an_empty_answer(
    client: ChatClient, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "_stream", lambda _after: httpx.Response(200, text=": alive\n\n"))
    with pytest.raises(Unreachable):
        client.ask("a")


def test_an_answer_that_is_no_json_is_a_problem_with_its_status(
    client: ChatClient, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "_message", lambda _body: httpx.Response(502, text="<html>"))
    with pytest.raises(ApiProblem, match="502"):
        client.ask("a")


def test_the_session_is_ended_with_the_conversation(gateway: FakeGateway) -> None:
    with ChatClient("http://gateway", transport=gateway):
        pass
    assert gateway.ended


# ---------------------------------------------------------------- the terminal


@pytest.fixture
def talk(
    gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Type these lines, then Ctrl-D; gives what was shown."""

    def run(*lines: str) -> str:
        typed = iter(lines)

        def read(_prompt: str = "") -> str:
            try:
                return next(typed)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", read)
        monkeypatch.setattr(terminal_chat, "_hidden", read)
        with ChatClient("http://gateway", transport=gateway) as opened:
            terminal_chat.run(opened)
        return capsys.readouterr().out

    return run


def test_a_conversation_shows_greeting_replies_and_numbered_buttons(
    talk: Callable[..., str], gateway: FakeGateway
) -> None:
    gateway.script = {"*": [reply("Zgjidhni.", buttons=[{"id": "c_1", "title": "Po"}, {"id": "c_2", "title": "Jo"}])]}
    shown = talk("tung", "2", "3", "")
    assert "Mirë se vini!" in shown
    assert "  2. Jo" in shown
    assert gateway.received == ["tung", "c_2", "3"]


def test_a_verification_asks_for_number_and_code_and_the_conversation_goes_on(
    talk: Callable[..., str], gateway: FakeGateway
) -> None:
    gateway.script = {"*": [reply("Verifikoni numrin."), {"type": "verification", "state": "number_needed"}]}
    shown = talk("gjendja ime", "044 123 456", "123456")
    assert "044 ••• •56" in shown
    assert "Kredia juaj është 5 €." in shown
    assert gateway.received == ["gjendja ime", "code 123456"]


def test_two_codes_are_asked_for_and_the_puk_is_left_to_the_page(
    talk: Callable[..., str], gateway: FakeGateway
) -> None:
    step = {"type": "verification", "state": "number_needed", "purpose": "puk"}
    gateway.script = {"*": [reply("Shkruani numrin."), step]}
    original = gateway._code

    def first(body: dict[str, str]) -> httpx.Response:
        gateway._code = last  # type: ignore[method-assign]
        gateway._store({**step, "state": "code_sent", "sent_to": "d•••@e•••.com"}, "m")
        gateway.tokens_given += 1
        return httpx.Response(202, json={"token": f"t{gateway.tokens_given}", "verified": False})

    def last(body: dict[str, str]) -> httpx.Response:
        gateway._store({"type": "reveal", "state": "ready", "reference": "R" * 22}, "m")
        return original(body)

    gateway._code = first  # type: ignore[method-assign]
    shown = talk("kodi puk", "044 123 456", "111111", "222222")
    assert "→ d•••@e•••.com" in shown
    assert "opens on the web page only" in shown
    assert "R" * 22 not in shown
    assert gateway.received == ["kodi puk", "code 222222"]


def test_an_empty_line_gives_the_verification_up(talk: Callable[..., str], gateway: FakeGateway) -> None:
    gateway.script = {"gjendja": [{"type": "verification", "state": "number_needed"}], "*": [reply("Tung!")]}
    assert "Tung!" in talk("gjendja", "", "tung")


def test_a_wrong_code_can_be_given_again(talk: Callable[..., str], gateway: FakeGateway) -> None:
    gateway.script = {"*": [{"type": "verification", "state": "code_sent"}]}
    original = gateway._code
    wrong = iter([httpx.Response(422, json={"error": {"code": "wrong_code", "message": "Kodi është gabim."}})])
    gateway._code = lambda body: next(wrong, None) or original(body)  # type: ignore[method-assign]
    shown = talk("gjendja", "111111", "123456")
    assert "! Kodi është gabim." in shown
    assert "Kredia" in shown


def test_a_refused_message_is_shown_and_the_conversation_goes_on(
    talk: Callable[..., str], gateway: FakeGateway
) -> None:
    original = gateway._message
    refusals = iter([httpx.Response(429, json={"error": {"code": "rate_limited", "message": "Shumë mesazhe."}})])
    gateway._message = lambda body: next(refusals, None) or original(body)  # type: ignore[method-assign]
    shown = talk("a", "b")
    assert "! Shumë mesazhe." in shown
    assert "7 €." in shown
