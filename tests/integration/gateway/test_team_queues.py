"""A conversation is transferred to a team: its members see it first, and it stands by when its customer asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from ndihma.audit.trail import SqlAuditTrail
from ndihma.db import Database
from ndihma.secrets import audit_key, staff_key
from ndihma.staff.model import Role
from ndihma.staff.service import StaffService
from tests.support.staff import BOSS

from .api_support import assert_error
from .console_support import Browser
from .inbox_support import INBOX, StaffMade, available, move, opened
from .live_gateway import Customer, Gateway

InTeam = Callable[..., Awaitable[Browser]]


@pytest.fixture
def in_team(gateway: Gateway, staff: StaffMade) -> InTeam:
    """Somebody of a team, available unless said otherwise."""

    async def make(username: str, team: str, *, there: bool = True) -> Browser:
        browser = await staff(username)
        database = Database(gateway.settings.sqlalchemy_url)
        try:
            audit = SqlAuditTrail(database, gateway.clock, audit_key(gateway.settings))
            service = StaffService.on(
                database=database, clock=gateway.clock, audit=audit, key=staff_key(gateway.settings)
            )
            await service.directory.change(username, team=team, by=BOSS)
        finally:
            await database.close()
        if there:
            await available(browser)
        return browser

    return make


async def queue(browser: Browser) -> list[tuple[str, str | None]]:
    items = (await browser.call("GET", f"{INBOX}/views/waiting")).json()["items"]
    return [(item["conversation_id"], item["handoff"]["team"]) for item in items]


async def test_members_see_it_first_and_others_by_its_time(
    gateway: Gateway, waiting: Customer, anita: Browser, in_team: InTeam
) -> None:
    besa = await in_team("besa", "Faturat")
    gateway.clock.advance(timedelta(seconds=20))
    second = await gateway.customer()
    await second.say("Fol me një agjent")
    gateway.clock.advance(timedelta(seconds=20))
    third = await gateway.customer()
    await third.say("Fol me një agjent")
    await move(anita, second, "take")
    gateway.clock.advance(timedelta(seconds=20))

    moved = await move(anita, second, "transfer", to=None, team="Faturat")
    assert {"state": "waiting", "team": "Faturat", "agent": None}.items() <= moved.json().items()
    first, mine, last = waiting.conversation_id, second.conversation_id, third.conversation_id
    assert await queue(besa) == [(mine, "Faturat"), (first, None), (last, None)]
    assert await queue(anita) == [(first, None), (mine, "Faturat"), (last, None)]
    handoff = (await opened(besa, second))["handoff"]
    assert (handoff["waiting_since"], handoff["place"]) == (handoff["asked_at"], 2)
    told = [event for event in await second.events() if event["type"] in {"reply", "handoff"}][-2:]
    assert told[0]["text"].startswith("Agjenti ia kaloi bisedën një ekipi tjetër.")
    assert (told[1]["state"], told[1]["position"]) == ("waiting", 2)
    assert "Faturat" not in str(await second.events())

    assert (await move(besa, second, "take")).json()["team"] == "Faturat"
    stale = await anita.call(
        "POST", f"{INBOX}/conversations/{mine}/transfer", json={"version": 2, "to": None, "team": "Faturat"}
    )
    assert_error(stale, 409, "handoff_changed")


async def test_the_teams_there_are_and_who_is_on_duty(anita: Browser, in_team: InTeam, staff: StaffMade) -> None:
    await in_team("besa", "Faturat")
    await in_team("arta", "Biznes", there=False)
    assert (await anita.call("GET", f"{INBOX}/teams")).json() == {
        "teams": [
            {"team": "Biznes", "on_duty": 0},
            {"team": "Faturat", "on_duty": 1},
            {"team": "Prishtinë", "on_duty": 1},
        ]
    }
    auditor = await staff("agim", Role.AUDITOR)
    assert_error(await auditor.call("GET", f"{INBOX}/teams"), 403, "role_refused")


async def test_a_team_that_is_none_and_two_targets_are_refused(
    waiting: Customer, anita: Browser, in_team: InTeam
) -> None:
    await in_team("besa", "Faturat")
    await move(anita, waiting, "take")
    assert_error(await move(anita, waiting, "transfer", to=None, team="Nata"), 422, "invalid_field")
    assert_error(await move(anita, waiting, "transfer", to="besa", team="Faturat"), 409, "handoff_not_possible")
    assert (await opened(anita, waiting))["handoff"]["mine"] is True
