"""Anybody can use it: axe-core in every state, keyboard alone, narrow, dark, zoomed, low and forced-colour screens."""

from __future__ import annotations

import json
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.e2e.page.fake_server import SOURCE, Failure
from tests.web.npm import widget_tools

from .conftest import OpenWidget, Widget
from .fake_gateway import HostSite, WidgetApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]

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
SMALL_TARGETS: Final = """
() => [...document.querySelector("ndihma-chat").shadowRoot.querySelectorAll("button, input, textarea, label, .small a")]
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


async def everything(api: WidgetApi, widget: Widget) -> None:
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


async def reach(state: str, api: WidgetApi, widget: Widget) -> None:
    if state != "closed":
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


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(api: WidgetApi, open_widget: OpenWidget, axe: str, state: str, scheme: str) -> None:
    widget = await open_widget(wait=False, color_scheme=scheme)
    await reach(state, api, widget)
    assert await violations(widget.page, axe) == []


@pytest.mark.parametrize("state", ["open", "everything", "verification", "proof", "ended"])
async def test_axe_finds_nothing_where_the_panel_fills_the_screen(
    api: WidgetApi, open_widget: OpenWidget, axe: str, state: str
) -> None:
    widget = await open_widget(wait=False, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    await reach(state, api, widget)
    assert await violations(widget.page, axe) == []


async def test_axe_finds_nothing_where_it_is_the_page(
    api: WidgetApi, site: HostSite, open_widget: OpenWidget, axe: str
) -> None:
    site.tag_data = 'data-mode="page"'
    site.body = ""
    widget = await open_widget(wait=False)
    await widget.ready()
    found = await violations(widget.page, axe)
    assert [each for each in found if not each.startswith(("landmark-one-main", "page-has-heading"))] == []


@pytest.mark.parametrize("width", [320, 390, 640, 1280])
@pytest.mark.parametrize("state", ["open", "everything", "verification", "proof", "error", "ended"])
async def test_nothing_is_wider_than_the_screen_or_too_small_to_hit(
    api: WidgetApi, open_widget: OpenWidget, width: int, state: str
) -> None:
    widget = await open_widget(wait=False, viewport={"width": width, "height": 640})
    await reach(state, api, widget)
    assert await widget.page.evaluate(OVERFLOW) == []
    assert await widget.page.evaluate(SMALL_TARGETS) == []


async def test_at_twice_the_size_everything_can_be_reached(
    api: WidgetApi, open_widget: OpenWidget, site: HostSite
) -> None:
    widget = await open_widget(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    await expect(widget.field).to_be_in_viewport()
    await expect(widget.button("Fol me një agjent")).to_be_in_viewport()
    await widget.ask("një")
    await expect(widget.replies.last).to_be_in_viewport()


async def test_the_keyboard_alone_does_everything_and_the_focus_returns(
    api: WidgetApi, open_widget: OpenWidget
) -> None:
    widget = await open_widget(wait=False)
    keyboard = widget.page.keyboard
    await keyboard.press("Tab")  # the page's own link
    await keyboard.press("Tab")
    await expect(widget.launcher).to_be_focused()
    await keyboard.press("Enter")
    await widget.ready()
    await expect(widget.field).to_be_focused()
    order = []
    for _ in range(14):
        await keyboard.press("Shift+Tab")
        order.append(await widget.focused())
    topics = [button["title"] for button in api.session.events[0]["buttons"]]
    assert order[: len(topics) + 3] == [*reversed(topics), "scroller", "close", "more"]
    await widget.field.focus()
    await keyboard.type("sa kushton?")
    await keyboard.press("Enter")
    await expect(widget.replies.last).to_contain_text("Përgjigje për: sa kushton?")
    await widget.page.locator("#more").focus()
    await keyboard.press("Enter")
    await expect(widget.button("Shkarko bisedën")).to_be_focused()
    await keyboard.press("Escape")
    await expect(widget.page.locator("#more")).to_be_focused()
    await keyboard.press("Escape")
    await expect(widget.panel).to_be_hidden()
    await expect(widget.launcher).to_be_focused()


async def test_where_the_panel_fills_the_screen_the_focus_stays_in_it(api: WidgetApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(viewport={"width": 390, "height": 844})
    for _ in range(40):
        await widget.page.keyboard.press("Tab")
        assert await widget.page.evaluate("document.activeElement.localName") in ("ndihma-chat", "body")
    await widget.page.keyboard.press("Escape")
    await expect(widget.panel).to_be_hidden()
    await expect(widget.launcher).to_be_focused()


async def test_the_panel_says_what_it_is(api: WidgetApi, widget: Widget) -> None:
    assert await widget.page.locator("ndihma-chat").get_attribute("lang") == "sq"
    await expect(widget.panel).to_be_visible()
    await expect(widget.log).to_have_attribute("aria-live", "polite")
    await expect(widget.page.get_by_role("heading", level=2, name="Ndihma")).to_be_visible()
    await widget.ask("një")
    assert await widget.mine.last.inner_text() != ""
    assert (await widget.mine.last.locator(".bubble").text_content() or "").startswith("Ju: ")
    assert (await widget.replies.last.locator(".bubble").text_content() or "").startswith("Asistenti Ndihma: ")


async def test_with_reduced_motion_nothing_moves(api: WidgetApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(reduced_motion="reduce")
    api.typing(api.session, True)
    await expect(widget.page.locator(".typing")).to_be_visible()
    moving = "document.querySelector('ndihma-chat').shadowRoot.getAnimations().length"
    assert await widget.page.evaluate(moving) == 0


async def test_with_forced_colours_what_is_one_thing_has_an_edge(api: WidgetApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(forced_colors="active")
    await widget.ask("një")
    for place in (".launcher", ".mine .bubble", ".theirs .bubble", ".send"):
        style = await widget.page.locator(place).last.evaluate("node => getComputedStyle(node).borderTopStyle")
        assert style == "solid", place


async def test_over_a_keyboard_on_the_screen_the_composer_stays_visible(
    api: WidgetApi, open_widget: OpenWidget
) -> None:
    widget = await open_widget(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    await widget.field.tap()
    await widget.page.set_viewport_size({"width": 390, "height": 420})  # what a keyboard leaves
    await expect(widget.field).to_be_in_viewport(ratio=1)
    box = await widget.panel.bounding_box()
    assert box is not None
    assert box["height"] <= 420


async def test_a_reply_longer_than_the_window_is_shown_from_its_beginning(api: WidgetApi, widget: Widget) -> None:
    api.replies["gjatë"] = {"text": "Fillimi. " + "Një fjali mjaft e gjatë për këtë dritare. " * 60}
    await widget.say("gjatë")
    await expect(widget.replies).to_have_count(2)
    top = await widget.replies.last.evaluate("node => node.getBoundingClientRect().top")
    header = await widget.page.locator("header").evaluate("node => node.getBoundingClientRect().bottom")
    assert header <= top < header + 40


async def test_who_reads_above_is_not_moved_and_is_told_of_what_is_new(api: WidgetApi, widget: Widget) -> None:
    for text in ("një", "dy", "tri", "katër"):
        await widget.ask(text)
    scroller = widget.page.locator("#scroller")
    await scroller.evaluate("node => { node.scrollTop = 0; }")
    api.reply(api.session, "Diçka e re.")
    await widget.button("Mesazhet e reja").click()
    await expect(widget.replies.last).to_be_in_viewport()
    await expect(widget.button("Mesazhet e reja")).to_have_count(0)
