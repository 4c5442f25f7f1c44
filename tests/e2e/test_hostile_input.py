"""Bad input: a clear error or a polite sentence, never a 500, never a traceback."""

from __future__ import annotations

import httpx
import pytest

from tests.e2e.conftest import Conversation, System, replies

pytestmark = pytest.mark.e2e

POLITE = [
    "🙂🙂🙂",
    "<script>alert(1)</script>",
    "/restart",
    '/intent{"x":1}',
    "/ask_puk_code",
    "jo, /restart",
    'jo, /check_account{"amount": "x"}',
    "mut /foo{",
    "／restart",
    "\u202e/restart",
    "....",
    "?" * 900,
]
REFUSED = ["", "   \n\t ", "a" * 10_000, "\u200b\u200b"]


@pytest.mark.parametrize("text", POLITE)
def test_strange_text_gets_a_polite_sentence(conversation: Conversation, text: str) -> None:
    events = conversation.say(text)
    assert replies(events)
    assert all(e["outcome"] == "answered" for e in events if e["type"] == "reply")


def test_a_command_is_text(conversation: Conversation) -> None:
    """S3: `/ask_sim_price` typed by a customer is no command; only a button can be one."""
    conversation.say("sa kredi kam")
    assert conversation.state()["verification"]
    conversation.say("/restart")
    assert conversation.state()["verification"]


@pytest.mark.parametrize("text", REFUSED)
def test_empty_or_endless_text_is_refused_in_albanian(conversation: Conversation, text: str) -> None:
    response = conversation.post({"client_id": "x1", "text": text})
    assert response.status_code in {413, 422}
    assert response.json()["error"]["message"]
    assert not conversation.read()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{", "application/json"),
        (b"\xff\xfe\x00", "application/json"),
        (b'{"client_id":"a","text":"x\\ud800y"', "application/json"),
        (b"[" * 5000, "application/json"),
        (b'{"client_id":"a","text":5}', "application/json"),
        (b'{"client_id":"a"}', "application/json"),
        (b'{"client_id":"a","text":"x"}', "text/plain"),
        (b"\x00" * 20_000, "application/octet-stream"),
    ],
)
def test_a_malformed_request_is_a_client_error(conversation: Conversation, content: bytes, kind: str) -> None:
    response = conversation.client.post(
        f"{conversation.path}/messages", content=content, headers={**conversation.headers, "Content-Type": kind}
    )
    assert 400 <= response.status_code < 500
    assert response.json()["error"]["code"]


def test_a_lone_surrogate_is_answered(conversation: Conversation) -> None:
    response = conversation.client.post(
        f"{conversation.path}/messages",
        content=b'{"client_id":"s1","text":"sa kushton \\ud800 kartela"}',
        headers={**conversation.headers, "Content-Type": "application/json"},
    )
    assert response.status_code in {202, 422}


def test_an_unknown_session_is_not_found_or_not_allowed(system: System) -> None:
    response = httpx.post(
        f"{system.base}/api/v1/sessions/nobody/messages",
        json={"client_id": "a", "text": "x"},
        headers={"Authorization": "Bearer nothing"},
    )
    assert response.status_code in {401, 404}
    assert response.json()["error"]["message"]


def test_a_message_sent_twice_is_answered_once(conversation: Conversation) -> None:
    body = {"client_id": "same", "text": "sa kushton sim kartela"}
    first, second = conversation.post(body).json(), conversation.post(body).json()
    assert first["message_id"] == second["message_id"]
    assert second["duplicate"]
    events = conversation.until("done", in_reply_to=first["message_id"])
    assert len([e for e in events if e["type"] == "message"]) == 1
    assert len([e for e in events if e["type"] == "reply"]) == 1


def test_s4_too_many_messages_are_told_when_to_come_back(system: System) -> None:
    conversation = Conversation.start(system)
    for _ in range(20):
        conversation.say("po")
    refused = conversation.post({"client_id": "one-more", "text": "po"})
    assert refused.status_code == 429
    assert refused.json()["error"] == {"code": "rate_limited", "message": refused.json()["error"]["message"]}
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_s1_engine_and_actions_do_not_answer_without_their_token(system: System) -> None:
    engine = f"http://127.0.0.1:{system.ports['ENGINE']}"
    actions = f"http://127.0.0.1:{system.ports['ACTIONS']}"
    body = {"sender": "a", "text": "x"}
    for route in ("message", "read"):
        assert httpx.post(f"{engine}/webhooks/gateway/{route}", json=body).status_code == 401
    assert httpx.post(f"{actions}/webhook", json={"next_action": "action_check_account"}).status_code == 401
    for route in (
        "/model",
        "/model/parse",
        "/conversations/a/tracker",
        "/conversations/a/messages",
        "/webhooks/rest/webhook",
    ):
        assert httpx.post(f"{engine}{route}", json=body).status_code == 404, route


def test_s6_a_planted_number_reaches_no_file(system: System) -> None:
    """A number and codes, in digits and in words; then every file below var/ is searched: databases, tracker, logs.

    The words are ones that look the same in a file however it writes ë.
    """
    conversation = Conversation.start(system)
    conversation.say("numri im eshte 049 765 432, a jam aktiv")
    conversation.say("kodi im 918273 edhe puk 73645182 leternjoftimi 1234509876")
    conversation.say(
        "numri jem zero dyzet e nante shtateqind e gjashtedhet e pes katerqind e tridhet e dy, kur mdel afati"
    )
    conversation.say("kodi nante nji tet dy shtat tri edhe puku: shtat tre gjasht kater pes nji tet dy, a vlejnë")
    in_words = ["shtateqind e gjashtedhet", "katerqind e tridhet", "nante nji tet", "shtat tre gjasht", "pes nji tet"]
    in_digits = ["049765432", "049 765 432", "49765432", "918273", "73645182", "1234509876"]
    hits = [
        (path.name, needle)
        for path in system.var.rglob("*")
        if path.is_file()
        for needle in in_words + in_digits
        if needle.encode() in path.read_bytes()
    ]
    assert hits == []
