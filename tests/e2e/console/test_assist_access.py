"""Anybody can use the assist area, suggestions and canned replies: axe-core in every state, in both schemes."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from ndihma.accounts.demo import DemoKey
from ndihma.staff.model import Role
from tests.integration.gateway.api_support import number_of
from tests.integration.gateway.live_gateway import Customer, Gateway

from .conftest import Console, OpenConsole
from .faults import WIDER, faults
from .test_assist import assisting, says, suggestions
from .test_canned import HELLO, kept, options

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]
LONG = "Shumëgjatësia" * 12


async def test_beside_a_call(gateway: Gateway, anita: Console, axe: str) -> None:
    gateway.engine.rankings = [{"ask_sim_price": 0.9, "ask_puk_code": 0.6, "ask_reconnection": 0.5}]
    await assisting(anita)
    assert await faults(anita.page, axe) == []
    await anita.page.get_by_label("Numri i klientit").fill(number_of(DemoKey.SUSPENDED))
    await anita.button("Shiko llogarinë").click()
    await expect(anita.page.get_by_role("region", name="Llogaria e klientit")).to_contain_text("mospagesë")
    assert await faults(anita.page, axe) == []
    await anita.button("Mbyll llogarinë").click()
    await says(anita).fill(f"sa kushton {LONG}")
    await expect(suggestions(anita)).to_have_count(3)
    await anita.page.get_by_label("Kërko te përgjigjet").fill("sim")
    await expect(anita.page.locator("[data-found]").first).to_be_visible()
    await suggestions(anita).nth(1).click()
    assert await faults(anita.page, axe) == []
    await anita.button("E gabuar: Çmimi i SIM kartelës").click()
    await expect(anita.page.get_by_role("dialog").get_by_role("radio")).not_to_have_count(1)
    assert await faults(anita.page, axe) == []
    await anita.page.keyboard.press("Escape")
    gateway.engine.rankings = [{"ask_sim_price": 0.05}]
    await says(anita).fill("moti")
    await expect(anita.page.locator(".none").first).to_contain_text("Nuk ka përgjigje të sigurt.")
    await anita.page.get_by_label("Kërko te përgjigjet").fill("xyzxyz")
    await expect(anita.page.locator(".none")).to_have_count(2)
    await anita.button("Ruaj shënimin").click()
    await expect(anita.alert("Shkruani çfarë u bisedua.")).to_be_visible()
    assert await faults(anita.page, axe) == []
    await anita.page.route("**/api/assist/**", lambda route: route.abort())
    await says(anita).fill("puk")
    await anita.page.get_by_label("Kërko te përgjigjet").fill("puk")
    await expect(anita.alert("Serveri nuk u përgjigj.")).to_have_count(2)
    assert await faults(anita.page, axe) == []
    for width, height in ((800, 600), (320, 640)):
        await anita.page.set_viewport_size({"width": width, "height": height})
        assert await anita.page.evaluate(WIDER) == []


async def test_what_supervisors_keep(gateway: Gateway, open_console: OpenConsole, axe: str) -> None:
    drita = await assisting(await open_console("drita", Role.SUPERVISOR))
    await drita.button("Thirrjet e shënuara").click()
    await expect(drita.page.get_by_text("Asnjë thirrje nuk ka lënë punë.")).to_be_visible()
    assert await faults(drita.page, axe) == []
    await drita.button("Thirrja").click()
    await drita.page.get_by_label("Çfarë u bisedua").fill(f"Do të thirret. {LONG}")
    await drita.page.get_by_label("Numri i klientit").fill("044 123 456")
    await drita.page.get_by_label("Do të thirret", exact=True).check()
    await drita.button("Ruaj shënimin").click()
    await expect(drita.page.get_by_text("Shënimi u ruajt").first).to_be_visible()
    await drita.button("Thirrjet e shënuara").click()
    await drita.button("Shfaq numrin", exact=False).click()
    await expect(drita.page.get_by_role("dialog")).to_be_visible()
    assert await faults(drita.page, axe) == []
    await drita.page.keyboard.press("Escape")
    assert await faults(drita.page, axe) == []
    await kept(gateway, HELLO, {**HELLO, "shortcut": "gjatë", "title": LONG[:80], "text": LONG, "team": "Prishtinë"})
    await drita.button("Përgjigjet e gatshme").click()
    await expect(drita.page.locator(".noted li")).to_have_count(2)
    assert await faults(drita.page, axe) == []
    await drita.button("Shto përgjigje").click()
    await drita.page.get_by_role("dialog").get_by_role("button", name="Ruaj").click()
    await expect(drita.page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Plotësoni këtë fushë.")
    assert await faults(drita.page, axe) == []
    await drita.page.keyboard.press("Escape")
    await drita.button("Fshi: Përshëndetja").click()
    await expect(drita.page.get_by_role("dialog")).to_be_visible()
    assert await faults(drita.page, axe) == []
    await drita.page.keyboard.press("Escape")
    await drita.page.route("**/api/console/c*", lambda route: route.abort())
    for tab in ("Thirrjet e shënuara", "Përgjigjet e gatshme"):
        await drita.button(tab).click()
        await expect(drita.alert("Serveri nuk u përgjigj.")).to_be_visible()
        assert await faults(drita.page, axe) == []


async def test_in_a_conversation(gateway: Gateway, anita: Console, waiting: Customer, axe: str) -> None:
    await kept(gateway, HELLO)
    await anita.take(waiting)
    await expect(suggestions(anita)).to_have_count(1)
    assert await faults(anita.page, axe) == []
    await anita.reply.press("/")
    await expect(options(anita)).to_have_count(2)
    assert await faults(anita.page, axe) == []
    await anita.page.keyboard.type("xyz")
    await expect(anita.page.get_by_text("Asgjë nuk përputhet.")).to_be_visible()
    assert await faults(anita.page, axe) == []
