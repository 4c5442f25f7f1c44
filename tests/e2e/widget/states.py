"""Every state the widget can be in, how to get there, and what is looked at in each."""

from __future__ import annotations

import json
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.web.npm import widget_tools

from .conftest import Widget
from .fake_api import FakeApi
from .fake_session import SOURCE, Failure

__all__ = ["OVERFLOW", "SMALL_TARGETS", "STATES", "WHOLE_STATES", "axe", "reach", "violations"]

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STATES: Final = (
    "closed",
    "unread",
    "open",
    "everything",
    "verification",
    "proof",
    "error",
    "offline",
    "agent",
    "menu",
    "confirm",
    "ended",
)
WHOLE_STATES: Final = STATES[2:]
"""Those of the page that it fills, where nothing can be closed."""
SMALL_TARGETS: Final = """
() => [...document.querySelector("ndihma-chat").shadowRoot
    .querySelectorAll("button, input, textarea, label, .small a, .menu a")]
  .filter((node) => node.checkVisibility() && !node.matches(".hidden, label:not(.button, .star label)"))
  .map((node) => [node.textContent || node.id, node.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([name, box]) => `${name} ${box.width}x${box.height}`)
"""
SETTLED: Final = """
() => Promise.all(document.querySelector("ndihma-chat").shadowRoot.getAnimations()
  .filter((animation) => animation.effect.getTiming().iterations !== Infinity)
  .map((animation) => animation.finished.catch(() => null)))
"""
OVERFLOW: Final = """
() => [document.documentElement, ...document.querySelector("ndihma-chat").shadowRoot
    .querySelectorAll(".panel, .scroller, .bubble, .card, .footer, .header, .banner")]
  .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.className || node.tagName)
"""


@pytest.fixture(scope="session")
def axe() -> str:
    return (widget_tools() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


async def violations(page: Page, axe: str) -> list[str]:
    await page.evaluate(SETTLED)
    await page.evaluate(axe)
    found = await page.evaluate(
        "(tags) => axe.run(document, {runOnly: tags}).then((result) => result.violations)", RULES
    )
    return [f"{each['id']}: {json.dumps([node['html'] for node in each['nodes']])}" for each in found]


async def everything(api: FakeApi, widget: Widget) -> None:
    """One of each: answer, source, links, buttons, redacted and refused messages, notices, typing, an agent."""
    buttons = [{"id": "c_a", "title": "Po, shiko llogarinë"}, {"id": "c_b", "title": "Jo"}]
    text = "Hapni kosovotelecom.com/selfcare.php ose telefononi 080010000. " + "Shumëgjatësia" * 12
    api.replies["një"] = {"text": text, "source": SOURCE, "buttons": buttons}
    api.replies["dy"] = {"text": "Sistemi nuk përgjigjet.", "outcome": "unavailable"}
    await widget.say("një")
    await expect(widget.log).to_contain_text("Burimi")
    await widget.button("Jo").click()
    api.stored_text["numri 044123456"] = "numri <msisdn>"
    await widget.say("numri 044123456")
    await widget.say("dy")
    await expect(widget.log).to_contain_text("Sistemi nuk përgjigjet.")
    api.fail("messages", Failure(422, "text_too_long", "Mesazhi është tepër i gjatë."))
    await widget.say("tri")
    await expect(widget.mine.last).to_contain_text("nuk u dërgua")
    api.verification("locked", None, 60)
    api.verification("verified", "044 ••• •56", 900)
    api.handoff("agent", agent="Arta")
    api.agent_says("Mirëdita, jam Arta.")
    api.replies["katër"] = {"text": "Cilën?", "buttons": buttons}
    api.typing(api.session, True)
    await expect(widget.page.locator(".typing")).to_be_visible()


async def reach(state: str, api: FakeApi, widget: Widget) -> None:
    if state != "closed" and not await widget.log.count():
        await widget.open()
    if state == "unread":
        await widget.page.locator("#close").click()
        api.reply(api.session, "Një lajm.")
        await expect(widget.page.locator(".badge")).to_have_text("1")
    elif state == "everything":
        await everything(api, widget)
    elif state == "verification":
        api.verification("code_sent", "044 ••• •56", 300)
        api.reveal()
        api.store(api.session, "attachment", state="wanted", reference="RK-1")
        await expect(widget.page.get_by_label("Kodi me 6 shifra")).to_be_visible()
        await expect(widget.button("Shfaq kodin")).to_be_visible()
    elif state == "proof":
        api.store(api.session, "attachment", state="wanted", reference="RK-1")
        buffer = b"%PDF-1.4"
        await widget.page.locator("#proof").set_input_files(
            {"name": "pagesa.pdf", "mimeType": "application/pdf", "buffer": buffer}
        )
        await widget.page.get_by_label("Data e pagesës").fill("2026-11-05")
        await widget.page.get_by_label("Shuma e paguar (€)").fill("njëzet")
        await widget.button("Dërgo dëshminë").click()
        await expect(widget.page.locator("#amount-error")).to_be_visible()
    elif state == "error":
        api.verification("number_needed")
        await widget.page.get_by_label("Numri i telefonit").press("Enter")
        await expect(widget.page.locator("#proving-error")).to_be_visible()
        await widget.field.fill("a" * 1001)
    elif state == "offline":
        await widget.context.set_offline(True)
        await widget.say("ndërkohë")
        await expect(widget.banner).to_be_visible()
        await expect(widget.mine.last).to_contain_text("pret lidhjen")
    elif state == "agent":
        api.handoff("agent", agent="Arta")
        api.agent_says("Mirëdita, jam Arta.")
        api.handoff("waiting", position=2)
        await expect(widget.page.locator(".strip")).to_be_visible()
    elif state == "menu":
        await widget.button("Veprimet e bisedës").click()
        await expect(widget.button("Shkarko bisedën")).to_be_focused()
    elif state == "confirm":
        await widget.menu("Përfundo bisedën")
        await expect(widget.page.get_by_role("dialog", name="Ta përfundojmë")).to_be_visible()
    elif state == "ended":
        api.end("agent")
        await widget.page.locator("label[for=score-4]").click()
