"""A conversation is given to a team, whose members see at once that it is theirs."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from ndihma.staff.model import Role
from tests.integration.gateway.live_gateway import Customer, Gateway

from .conftest import Console, OpenConsole
from .faults import axe, faults

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]
__all__ = ["axe"]


async def test_by_keyboard_a_conversation_goes_to_a_teams_queue(
    gateway: Gateway, anita: Console, waiting: Customer, open_console: OpenConsole, axe: str
) -> None:
    besa = await open_console("besa")
    boss = await open_console("drita", Role.SUPERVISOR)
    await boss.button("Mbikëqyrja").click()
    await anita.take(waiting)
    await expect(anita.reply).to_be_focused()
    await anita.page.keyboard.press("Escape")
    await anita.page.keyboard.press("t")
    dialog = anita.page.get_by_role("dialog", name="Transfero bisedën")
    team = dialog.get_by_label(re.compile("Ekipi Prishtinë"))
    await expect(team).to_be_visible()
    assert await faults(anita.page, axe) == []
    await anita.page.keyboard.press("ArrowDown")
    await expect(team).to_be_checked()
    await anita.page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(anita.state).to_contain_text("për ekipin tuaj")
    await expect(besa.entries).to_contain_text("për ekipin tuaj")
    assert await faults(besa.page, axe) == []
    await expect(boss.page.locator("[data-talk]")).to_contain_text("në radhën e ekipit Prishtinë")
    await besa.take(waiting)
    await besa.say("Mirëdita, jam nga ekipi i faturave.")
