"""Canned replies: supervisors keep them, agents put them into a reply behind a slash."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, expect

from ndihma.staff.model import Role
from tests.integration.gateway.console_support import staff_member
from tests.integration.gateway.live_gateway import Customer, Gateway

from .conftest import Console, OpenConsole
from .test_inbox import agents_words

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]
HELLO: dict[str, Any] = {"shortcut": "mirëdita", "title": "Përshëndetja", "text": "Mirëdita, jam {emri_i_agjentit}."}
NUMBER: dict[str, Any] = {"shortcut": "numri", "title": "Numri juaj", "text": "Numri juaj është {numri_i_maskuar}."}


def picker(console: Console) -> Locator:
    return console.page.get_by_role("group", name="Sugjerimet dhe përgjigjet e gatshme")


def options(console: Console) -> Locator:
    return picker(console).get_by_role("option")


async def kept(gateway: Gateway, *replies: dict[str, Any]) -> None:
    """Replies that a supervisor has written before."""
    boss = await staff_member(gateway, "shefi", Role.SUPERVISOR)
    for reply in replies:
        assert (await boss.call("POST", "/api/console/canned", json=reply)).status_code == 201
    await boss.http.aclose()


async def test_a_supervisor_writes_changes_and_removes_one(gateway: Gateway, open_console: OpenConsole) -> None:
    drita = await open_console("drita", Role.SUPERVISOR)
    await drita.page.get_by_role("button", name="Asistenca").click()
    await drita.button("Përgjigjet e gatshme").click()
    await expect(drita.page.get_by_text("Ende nuk ka përgjigje të gatshme.")).to_be_visible()
    await drita.button("Shto përgjigje").click()
    dialog = drita.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Ruaj").click()
    await expect(dialog.get_by_label("Shkurtorja")).to_be_focused()
    await dialog.get_by_label("Shkurtorja").fill("mirëdita")
    await dialog.get_by_label("Titulli").fill("Përshëndetja")
    await dialog.get_by_label("Teksti").fill("Mirëdita, jam {emri}.")
    await dialog.get_by_role("button", name="Ruaj").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Nuk njihet: „emri“.")
    await expect(dialog.get_by_label("Teksti")).to_be_focused()
    await dialog.get_by_label("Teksti").fill("Mirëdita, jam ")
    await dialog.get_by_role("button", name="Fut {emri_i_agjentit}").click()
    await expect(dialog.get_by_label("Teksti")).to_have_value("Mirëdita, jam {emri_i_agjentit}")
    await dialog.get_by_role("button", name="Ruaj").click()
    await expect(drita.page.locator(".noted li")).to_contain_text("/mirëdita · Përshëndetja")
    await drita.button("Ndrysho: Përshëndetja").click()
    await dialog.get_by_role("textbox", name="Ekipi").fill("Pejë")
    await dialog.get_by_role("button", name="Ruaj").click()
    await expect(drita.page.locator(".noted li")).to_contain_text("Pejë")
    await drita.button("Fshi: Përshëndetja").click()
    await dialog.get_by_role("button", name="Fshi").click()
    await expect(drita.page.get_by_text("Ende nuk ka përgjigje të gatshme.")).to_be_visible()


async def test_who_comes_second_is_told_and_keeps_their_text(gateway: Gateway, open_console: OpenConsole) -> None:
    await kept(gateway, HELLO)
    pages = []
    for name in ("drita", "linda"):
        console = await open_console(name, Role.SUPERVISOR)
        await console.page.get_by_role("button", name="Asistenca").click()
        await console.button("Përgjigjet e gatshme").click()
        await console.button("Ndrysho: Përshëndetja").click()
        await console.page.get_by_role("dialog").get_by_label("Titulli").fill(f"Nga {name}")
        pages.append(console)
    for console in pages:
        await console.page.get_by_role("dialog").get_by_role("button", name="Ruaj").click()
        if console is pages[0]:
            await expect(console.page.get_by_role("dialog")).to_have_count(0)
    dialog = pages[1].page.get_by_role("dialog")
    await expect(dialog.get_by_role("alert")).to_contain_text("Dikush e ndryshoi")
    await expect(dialog.get_by_label("Titulli")).to_have_value("Nga linda")


async def test_a_slash_in_the_reply_offers_them_and_the_keyboard_puts_one_in(
    gateway: Gateway, anita: Console, waiting: Customer
) -> None:
    await kept(gateway, HELLO, NUMBER)
    await anita.take(waiting)
    await expect(anita.reply).to_be_focused()
    keyboard = anita.page.keyboard
    await keyboard.press("/")
    field = picker(anita).get_by_role("combobox", name="Kërko te sugjerimet dhe përgjigjet e gatshme")
    await expect(field).to_be_focused()
    await expect(options(anita)).to_have_count(3)  # with the suggestion for the last message
    await expect(options(anita).first).to_have_attribute("aria-selected", "true")
    await keyboard.press("ArrowDown")
    await expect(options(anita).nth(1)).to_have_attribute("aria-selected", "true")
    selected = await options(anita).nth(1).get_attribute("id")
    await expect(field).to_have_attribute("aria-activedescendant", selected or "")
    await keyboard.type("mired")
    await expect(options(anita)).to_have_count(1)
    await keyboard.press("Enter")
    await expect(anita.reply).to_be_focused()
    await expect(anita.reply).to_have_value("Mirëdita, jam Anita Krasniqi.")
    await keyboard.press("Enter")
    await anita.see("Mirëdita, jam Anita Krasniqi.")
    assert await agents_words(waiting) == ["Mirëdita, jam Anita Krasniqi."]


async def test_what_has_no_value_is_filled_in_before_it_goes_out(
    gateway: Gateway, anita: Console, waiting: Customer
) -> None:
    await kept(gateway, NUMBER)
    await anita.take(waiting)
    await anita.reply.press("/")
    await anita.page.keyboard.type("numri")
    await expect(options(anita)).to_have_count(1)
    await anita.page.keyboard.press("Enter")
    await expect(anita.reply).to_have_value("Numri juaj është {numri_i_maskuar}.")
    await anita.reply.press("Enter")
    await expect(anita.alert("Plotësoni para se të dërgoni: {numri_i_maskuar}.")).to_be_visible()
    assert await agents_words(waiting) == []
    await anita.say("Numri juaj është i saktë.")


async def test_the_list_is_left_without_choosing_and_a_slash_can_be_written(
    gateway: Gateway, anita: Console, waiting: Customer
) -> None:
    await anita.take(waiting)
    field = picker(anita).get_by_role("combobox")
    await anita.reply.press("/")
    await expect(field).to_be_focused()
    await field.press("Escape")
    await expect(anita.reply).to_be_focused()
    await expect(anita.reply).to_have_value("")
    await anita.reply.press("/")
    await field.press("/")
    await expect(anita.reply).to_have_value("/")
    await anita.page.keyboard.type("a/b")
    await expect(anita.reply).to_have_value("/a/b")
    await expect(field).to_have_count(0)


async def test_replies_that_cannot_be_read_are_told_and_read_again(
    gateway: Gateway, anita: Console, waiting: Customer
) -> None:
    await kept(gateway, HELLO)
    await anita.take(waiting)
    await anita.page.route("**/api/console/canned", lambda route: route.abort())
    await anita.reply.press("/")
    await expect(anita.alert("Serveri nuk u përgjigj.")).to_be_visible()
    await anita.page.unroute("**/api/console/canned")
    await anita.button("Provo përsëri").click()
    await expect(options(anita).filter(has_text="Përshëndetja")).to_be_visible()
