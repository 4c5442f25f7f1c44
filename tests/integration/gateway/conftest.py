"""A desk on a real database with a scripted engine and step; the whole gateway on loopback with a fake engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.desk.conversations import ConversationLimits, ConversationService
from ndihma.desk.hub import EventHub
from ndihma.desk.ports import PlainAnswer
from ndihma.desk.store import ConversationStore
from ndihma.gateway.intake import TextIntake
from ndihma.staff.model import Role
from tests.support.databases import Databases

from .console_support import Browser, staff_member
from .inbox_support import StaffMade, available, engine_is_down
from .live_gateway import Customer, Gateway
from .running import MakeGateway, gateways, migrated_with_demo
from .scripted_desk import NOW, Desk, ScriptedEngine, ScriptedSteps


@pytest.fixture
async def make_desk(database: Database) -> AsyncIterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(**limits: object) -> Desk:
        clock, engine, steps, hub = FixedClock(NOW), ScriptedEngine(), ScriptedSteps(), EventHub()
        store = ConversationStore(database)
        service = ConversationService(
            store=store,
            hub=hub,
            engine=engine,
            steps=steps,
            intake=TextIntake(1000),
            clock=clock,
            limits=ConversationLimits(**{"stop_grace_s": 0.05, **limits}),  # type: ignore[arg-type]
            plain_answers={"ask_puk_code": PlainAnswer("Në kartelën e madhe.", "FAQ 002 · PUK", "2026-11-22")},
        )
        made.append(Desk(database, clock, engine, steps, hub, store, service))
        return made[-1]

    yield make
    for desk in made:
        await desk.service.stop()


@pytest.fixture
async def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture(scope="session")
def migrated(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated_with_demo(databases, tmp_path_factory.mktemp("template"))


@pytest.fixture
async def make_gateway(tmp_path: Path, migrated: Path) -> AsyncIterator[MakeGateway]:
    async with gateways(tmp_path, migrated) as make:
        yield make


@pytest.fixture
async def gateway(make_gateway: MakeGateway) -> Gateway:
    return await make_gateway()


@pytest.fixture
async def customer(gateway: Gateway) -> Customer:
    return await gateway.customer()


@pytest.fixture
async def staff(gateway: Gateway) -> AsyncIterator[StaffMade]:
    """Signs somebody in, who is available at once when they talk with customers."""
    browsers: list[Browser] = []

    async def make(username: str, role: Role = Role.AGENT) -> Browser:
        browsers.append(await staff_member(gateway, username, role))
        return browsers[-1]

    yield make
    for browser in browsers:
        await browser.http.aclose()


@pytest.fixture
async def anita(staff: StaffMade) -> Browser:
    browser = await staff("anita")
    await available(browser)
    return browser


@pytest.fixture
async def drita(staff: StaffMade) -> Browser:
    """A supervisor."""
    return await staff("drita", Role.SUPERVISOR)


@pytest.fixture
async def waiting(gateway: Gateway, anita: Browser, customer: Customer) -> Customer:
    """A customer in the queue, with the engine down."""
    gateway.engine.respond = engine_is_down
    events = await customer.say("Fol me një agjent")
    assert [event["type"] for event in events][-3:] == ["reply", "handoff", "done"]
    return customer
