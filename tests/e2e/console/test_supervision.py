"""A supervisor at the floor: sees it live, opens, takes over and whispers; an agent hears it at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Route, expect

from ndihma.staff.model import Role
from tests.integration.gateway.live_gateway import Customer, Gateway

from .conftest import Console, OpenConsole
from .faults import axe, faults

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]
__all__ = ["axe"]


async def at_the_floor(open_console: OpenConsole) -> Console:
    boss = await open_console("drita", Role.SUPERVISOR)
    await boss.page.keyboard.press("g")
    await boss.page.keyboard.press("m")
    await expect(boss.page.get_by_role("heading", name="Mbikëqyrja")).to_be_visible()
    await expect(boss.page.get_by_role("table", name="Agjentët")).to_be_visible()
    return boss


def count(boss: Console, key: str) -> Locator:
    return boss.page.locator(f"[data-count='{key}'] dd")


def row(boss: Console, customer: Customer) -> Locator:
    return boss.page.locator(f"[data-talk='{customer.conversation_id}']")


async def test_the_floor_is_live(
    gateway: Gateway, anita: Console, waiting: Customer, open_console: OpenConsole, axe: str
) -> None:
    boss = await at_the_floor(open_console)
    await expect(count(boss, "waiting")).to_have_text("1")
    await expect(row(boss, waiting)).to_contain_text("në radhë")
    await expect(boss.page.locator("[data-agent='anita']")).to_contain_text("Në dispozicion")
    assert await faults(boss.page, axe) == []
    await anita.take(waiting)
    await expect(row(boss, waiting)).to_contain_text("te Anita Krasniqi")
    await expect(count(boss, "waiting")).to_have_text("0")
    await anita.say("Mirëdita")
    await expect(boss.page.locator("[data-kind='first'] td").first).to_have_text("1")
    await waiting.say("alo")
    await expect(boss.page.locator("[data-agent='anita'] td").last).to_have_text("1")
    gateway.clock.advance(timedelta(minutes=6))
    await expect(boss.page.locator("[data-agent='anita']")).to_contain_text("1 me vonesë")
    await expect(boss.page.locator("[data-kind='next']")).to_contain_text("1 me vonesë")
    assert await faults(boss.page, axe) == []


async def test_a_whisper_reaches_its_agent_wherever_they_are_and_is_put_away(
    gateway: Gateway, anita: Console, waiting: Customer, open_console: OpenConsole, axe: str
) -> None:
    await anita.take(waiting)
    boss = await at_the_floor(open_console)
    await row(boss, waiting).get_by_role("button", name=re.compile("^Pëshpërit")).click()
    dialog = boss.page.get_by_role("dialog", name="Pëshpërit agjentit Anita Krasniqi")
    await expect(dialog.get_by_label("Çfarë t’i thoni agjentit")).to_be_focused()
    await dialog.get_by_role("button", name="Pëshpërit").click()
    await expect(dialog.get_by_text("Plotësoni këtë fushë.")).to_be_visible()
    assert await faults(boss.page, axe) == []
    await dialog.get_by_label("Çfarë t’i thoni agjentit").fill("Ofrojani dëshminë e pagesës.")
    await dialog.get_by_role("button", name="Pëshpërit").click()
    await expect(dialog).to_have_count(0)

    heard = anita.alert("Anita Krasniqi (mbikëqyrës) ju pëshpëriti")
    await expect(heard).to_contain_text("Ofrojani dëshminë e pagesës.")
    assert await faults(anita.page, axe) == []
    await anita.see("Pëshpëritje nga Anita Krasniqi (mbikëqyrës) për Anita Krasniqi")
    await heard.get_by_role("button", name="E lexova").click()
    await expect(heard).to_have_count(0)
    await row(boss, waiting).get_by_role("button", name=re.compile("^Hap")).click()
    await boss.see("e lexuar")
    assert "Ofrojani" not in str(await waiting.events())


async def test_by_keyboard_alone_a_conversation_is_whispered_about_taken_over_and_answered(
    gateway: Gateway, anita: Console, waiting: Customer, open_console: OpenConsole
) -> None:
    await anita.take(waiting)
    boss = await at_the_floor(open_console)
    await expect(row(boss, waiting)).to_be_visible()
    keys = boss.page.keyboard
    await keys.press("j")
    await keys.press("w")
    await expect(boss.page.get_by_role("dialog")).to_be_visible()
    await keys.type("Po e marr unë.")
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(boss.page.get_by_role("dialog")).to_have_count(0)
    await expect(anita.alert("Po e marr unë.")).to_be_visible()
    await expect(row(boss, waiting).get_by_role("button", name=re.compile("^Hap"))).to_be_focused()
    await keys.press("m")
    await expect(boss.state).to_contain_text("te ju")
    await boss.say("Mirëdita, jam Drita.")
    await expect(anita.state).not_to_contain_text("te ju")


async def test_who_is_overtaken_at_the_floor_is_told_and_sees_what_is(
    gateway: Gateway, anita: Console, waiting: Customer, open_console: OpenConsole, axe: str
) -> None:
    boss = await at_the_floor(open_console)

    async def slower(route: Route) -> None:
        await anita.take(waiting)
        await route.continue_()

    await boss.page.route("**/take", slower)
    await row(boss, waiting).get_by_role("button", name=re.compile("^Merr")).click()
    await expect(boss.alert("Biseda ka ndryshuar ndërkohë.")).to_be_visible()
    await expect(row(boss, waiting)).to_contain_text("te Anita Krasniqi")
    assert await faults(boss.page, axe) == []


async def test_the_floor_empty_loading_and_away_from_its_server(
    gateway: Gateway, open_console: OpenConsole, axe: str
) -> None:
    boss = await open_console("drita", Role.SUPERVISOR)
    await boss.page.route("**/supervision/changes", lambda route: route.abort())
    await boss.button("Mbikëqyrja").click()
    await expect(boss.page.get_by_text("Po ngarkohet…")).to_be_visible()
    await expect(boss.alert("Nuk ka lidhje me serverin.")).to_be_visible()
    assert await faults(boss.page, axe) == []
    await boss.page.unroute("**/supervision/changes")
    await expect(boss.page.get_by_text("Askush nuk pret dhe asnjë agjent nuk ka bisedë.")).to_be_visible()
    await expect(boss.alert("Nuk ka lidhje me serverin.")).to_have_count(0)
    assert await faults(boss.page, axe) == []


async def test_agents_see_no_floor(anita: Console) -> None:
    await expect(anita.button("Mbikëqyrja")).to_have_count(0)
    await anita.page.evaluate("location.hash = '#supervision'")
    await anita.page.reload()
    await expect(anita.view("Në pritje")).to_be_visible()
