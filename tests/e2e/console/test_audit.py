"""An auditor at the console: lands at the trail, looks through it, saves it, sees whether it holds."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from ndihma.staff.model import Role
from tests.integration.gateway.console_support import Browser as StaffBrowser
from tests.integration.gateway.console_support import enrolled
from tests.integration.gateway.live_gateway import Customer, Gateway

from .conftest import Console, OpenConsole
from .faults import axe, faults

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]
__all__ = ["axe"]


async def at_the_trail(open_console: OpenConsole) -> Console:
    auditor = await open_console("agim", Role.AUDITOR)
    await expect(auditor.page.get_by_role("table", name="Shënimet")).to_be_visible()
    return auditor


async def test_an_auditor_lands_at_the_trail_and_sees_that_it_holds(
    gateway: Gateway, open_console: OpenConsole, axe: str
) -> None:
    auditor = await at_the_trail(open_console)
    await expect(auditor.page.get_by_role("heading", name="Auditimi")).to_be_visible()
    await expect(auditor.page.locator("[data-chain]")).to_contain_text("I paprekur: ")
    await expect(auditor.page.locator("[data-sequence]").first).to_contain_text("U kyç")
    await expect(auditor.page.get_by_label("Prania juaj")).to_have_count(0)
    assert await faults(auditor.page, axe) == []


async def test_by_keyboard_alone_the_trail_is_searched_and_narrowed_to_one_number(
    gateway: Gateway, anita: Console, waiting: Customer, open_console: OpenConsole, axe: str
) -> None:
    await anita.take(waiting)
    auditor = await at_the_trail(open_console)
    keys, rows = auditor.page.keyboard, auditor.page.locator("[data-sequence]")
    await keys.press("/")
    await expect(auditor.page.get_by_label("Kush", exact=True)).to_be_focused()
    await keys.type("anita")
    await keys.press("Tab")
    await keys.type("Mori")
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Mori bisedën")
    await expect(rows).to_contain_text(waiting.conversation_id)
    await auditor.page.get_by_label("Numri i klientit").fill("044 123 456")
    await keys.press("Enter")
    await expect(auditor.page.get_by_text("Vetëm numri 044 ••• •56")).to_be_visible()
    await expect(auditor.page.get_by_text("Asnjë shënim nuk u gjet.").first).to_be_visible()
    assert await faults(auditor.page, axe) == []
    await auditor.button("Pastro filtrat").click()
    await auditor.page.get_by_label("Veprimi").select_option("audit_read")
    await auditor.button("Kërko").click()
    await expect(rows).to_have_count(1)
    await rows.get_by_role("button").click()
    await expect(auditor.page.get_by_text(re.compile("^Vetëm kodi [0-9a-f]{12}$"))).to_be_visible()
    assert "123" not in await auditor.page.evaluate("location.href + JSON.stringify({...localStorage})")


async def test_what_was_found_is_saved_as_a_file_and_the_code_asked_for_after_a_pause(
    gateway: Gateway, open_console: OpenConsole, tmp_path: Path, axe: str
) -> None:
    person = await enrolled(gateway, "agim", Role.AUDITOR)
    auditor = await open_console()
    staff = await StaffBrowser.at(gateway).sign_in(person)
    for name, value in staff.http.cookies.items():
        await auditor.context.add_cookies([{"name": name, "value": value, "url": gateway.settings.origin}])
    await staff.http.aclose()
    await auditor.page.reload()
    await expect(auditor.page.get_by_role("table", name="Shënimet")).to_be_visible()
    async with auditor.page.expect_download() as saving:
        await auditor.button("JSON Lines").click()
    saved = await saving.value
    assert re.fullmatch(r"auditimi-\d{4}-\d\d-\d\d\.jsonl", saved.suggested_filename)
    await saved.save_as(tmp_path / "trail.jsonl")
    lines = (tmp_path / "trail.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["sequence"] for line in lines] == list(range(1, len(lines) + 1))

    gateway.clock.advance(timedelta(minutes=16))
    await auditor.button("CSV").click()
    dialog = auditor.page.get_by_role("dialog", name="Konfirmoni që jeni ju")
    await dialog.get_by_role("button", name="Konfirmo").click()
    await expect(dialog.get_by_text("Plotësoni këtë fushë.")).to_be_visible()
    assert await faults(auditor.page, axe) == []
    await dialog.get_by_label("Kodi i aplikacionit").fill(person.next_code())
    async with auditor.page.expect_download() as saving:
        await dialog.get_by_role("button", name="Konfirmo").click()
    assert (await saving.value).suggested_filename.endswith(".csv")
    await expect(dialog).to_have_count(0)


async def test_a_trail_that_is_broken_is_called_so_above_everything(
    gateway: Gateway, open_console: OpenConsole, axe: str
) -> None:
    auditor = await at_the_trail(open_console)

    async def broken(route: Route) -> None:
        answer = await (await route.fetch()).json()
        await route.fulfill(json={**answer, "running": False, "broken_at": 3, "problem": "an entry was changed"})

    await auditor.page.route("**/audit/chain", broken)
    await auditor.page.keyboard.press("v")
    await expect(auditor.alert("I PRISHUR te shënimi 3: një shënim është ndryshuar.")).to_be_visible()
    assert await faults(auditor.page, axe) == []


async def test_the_trail_away_from_its_server_and_loading(
    gateway: Gateway, open_console: OpenConsole, axe: str
) -> None:
    auditor = await at_the_trail(open_console)
    await auditor.page.route("**/audit/entries", lambda route: route.abort())
    await auditor.button("Kërko").click()
    await expect(auditor.alert("Serveri nuk u përgjigj.")).to_be_visible()
    assert await faults(auditor.page, axe) == []
    await auditor.page.unroute("**/audit/entries")
    await auditor.page.get_by_role("alert").get_by_role("button", name="Provo përsëri").click()
    await expect(auditor.page.locator("[data-sequence]").first).to_be_visible()
    await auditor.page.set_viewport_size({"width": 320, "height": 640})
    await expect(auditor.button("Kërko")).to_be_visible()
