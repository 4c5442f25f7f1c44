"""Webhooks of hand-off: queued with the move, signed, tried until they are taken, told apart when they come twice."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ndihma.config import Settings
from ndihma.desk.errors import HandoffChanged
from ndihma.desk.handoff.notices import NoticeWorker
from ndihma.desk.handoff.tables import HandoffNoticeRow, NoticeState
from ndihma.webhooks import HandoffWebhook
from tests.integration.gateway.live_gateway import plain_server, served

from .floor import ARTA, BESA, Floor, refused

SECRET = SecretStr("w" * 32)


@dataclass
class Receiver:
    """The operator's own system; answers with ``status``."""

    status: int = 204
    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.got.append((dict(request.headers), await request.body()))
        return Response(status_code=self.status, headers={"Location": "/elsewhere"})

    @property
    def told(self) -> list[dict[str, object]]:
        return [json.loads(body) for _, body in self.got]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        app = Starlette(routes=[Route("/hook", self.take, methods=["POST"]), Route("/elsewhere", self.take)])
        async with served(plain_server(app)) as port:
            self.url = f"http://127.0.0.1:{port}/hook"
            yield


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    async with made.listening():
        yield made


@pytest.fixture
def floor(make_floor) -> Floor:
    return make_floor(notices=True)


@asynccontextmanager
async def working(floor: Floor, url: str) -> AsyncIterator[NoticeWorker]:
    async with HandoffWebhook(url, SECRET, floor.clock, timeout_s=30) as way:
        yield NoticeWorker(floor.database, floor.clock, way)


async def rows(floor: Floor) -> list[HandoffNoticeRow]:
    async with floor.database.session() as session:
        return list(await session.scalars(select(HandoffNoticeRow).order_by(HandoffNoticeRow.version)))


async def test_each_move_is_told_once_signed_and_without_words(floor: Floor, receiver: Receiver) -> None:
    conversation, handoff = await floor.taken()
    await floor.service.say(conversation, "m1", "fjalë të klientit")
    await floor.agents.hand_back(conversation, ARTA, handoff.version)
    async with working(floor, receiver.url) as worker:
        assert await worker.deliver_due() == 3
        assert await worker.deliver_due() == 0
    told = {str(each["version"]): each for each in receiver.told}
    assert [(told[n]["type"], told[n]["before"], told[n]["agent"]) for n in ("1", "2", "3")] == [
        ("handoff.waiting", "bot", None),
        ("handoff.agent", "waiting", "a1"),
        ("handoff.bot", "agent", None),
    ]
    assert {each["conversation_id"] for each in receiver.told} == {conversation}
    for headers, body in receiver.got:
        at, signed = (part.partition("=")[2] for part in headers["x-ndihma-signature"].split(","))
        expected = hmac.new(SECRET.get_secret_value().encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(signed, expected)
        assert int(at) == int(floor.clock.now().timestamp())
        assert headers["x-ndihma-delivery"] == json.loads(body)["id"]
        assert "fjalë" not in body.decode()


async def test_a_move_that_is_not_made_is_not_told(floor: Floor) -> None:
    conversation, handoff = await floor.taken()
    assert await refused(floor.agents.take(conversation, BESA, handoff.version - 1), HandoffChanged)
    assert [row.version for row in await rows(floor)] == [1, 2]


@pytest.mark.parametrize("status", [500, 503, 429, 408])
async def test_what_is_not_taken_now_is_tried_again_with_the_same_id(
    floor: Floor, receiver: Receiver, status: int
) -> None:
    await floor.on_duty(ARTA)
    await floor.waiting()
    receiver.status = status
    async with working(floor, receiver.url) as worker:
        assert await worker.deliver_due() == 0
        (row,) = await rows(floor)
        assert (row.state, row.attempts, row.lease, row.last_error) == (NoticeState.QUEUED, 1, None, f"status {status}")
        assert await worker.deliver_due() == 0
        receiver.status = 200
        floor.clock.advance(timedelta(minutes=2))
        assert await worker.deliver_due() == 1
    assert len({each["id"] for each in receiver.told}) == 1
    assert len(receiver.got) == 2
    (row,) = await rows(floor)
    assert (row.state, row.last_error) == (NoticeState.SENT, None)


@pytest.mark.parametrize("status", [301, 307, 400, 401, 404, 410])
async def test_what_is_refused_is_given_up_and_no_redirect_is_followed(
    floor: Floor, receiver: Receiver, status: int
) -> None:
    await floor.on_duty(ARTA)
    await floor.waiting()
    receiver.status = status
    async with working(floor, receiver.url) as worker:
        await worker.deliver_due()
    (row,) = await rows(floor)
    assert (row.state, row.last_error) == (NoticeState.FAILED, f"status {status}")
    assert len(receiver.got) == 1


async def test_a_receiver_that_is_away_is_asked_for_days_and_then_given_up(floor: Floor) -> None:
    await floor.on_duty(ARTA)
    await floor.waiting()
    async with working(floor, "http://127.0.0.1:9/hook") as worker:
        for _ in range(28):
            await worker.deliver_due()
            floor.clock.advance(timedelta(hours=8))
    (row,) = await rows(floor)
    assert (row.state, row.attempts, row.last_error) == (NoticeState.FAILED, 28, "ConnectError")


async def test_without_a_receiver_nothing_is_queued(make_floor) -> None:
    floor = make_floor()
    await floor.taken()
    assert await rows(floor) == []


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"handoff_webhook_url": "https://crm.example.com/hook"}, "NDIHMA_HANDOFF_WEBHOOK_SECRET"),
        ({"handoff_webhook_url": "https://crm.example.com/hook", "handoff_webhook_secret": "short"}, "32 characters"),
        ({"handoff_webhook_url": "http://crm.example.com/hook"}, "https"),
        ({"agent_hours": "always"}, "mon-fri 08:00-20:00"),
        ({"link_hosts": "https://kosovotelecom.com"}, "entry 1 must be a host"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, str], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Settings.model_validate(settings)


def test_settings_are_read() -> None:
    made = Settings.model_validate({"link_hosts": " A.example , b.example,", "agent_hours": "mon 08:00-09:00"})
    assert made.link_hosts == ("a.example", "b.example")
