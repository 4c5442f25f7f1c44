"""Anybody can use it: axe-core in every state, keyboard alone, narrow, dark, zoomed, low and forced-colour screens."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from .conftest import OpenWidget, Widget
from .fake_api import FakeApi
from .host_site import HostSite
from .states import OVERFLOW, SMALL_TARGETS, STATES, axe, reach, violations

__all__ = ["axe"]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(api: FakeApi, open_widget: OpenWidget, axe: str, state: str, scheme: str) -> None:
    widget = await open_widget(wait=False, color_scheme=scheme)
    await reach(state, api, widget)
    assert await violations(widget.page, axe) == []


@pytest.mark.parametrize("state", ["open", "everything", "verification", "proof", "ended"])
async def test_axe_finds_nothing_where_the_panel_fills_the_screen(
    api: FakeApi, open_widget: OpenWidget, axe: str, state: str
) -> None:
    widget = await open_widget(wait=False, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    await reach(state, api, widget)
    assert await violations(widget.page, axe) == []


@pytest.mark.parametrize("width", [320, 390, 640, 1280])
@pytest.mark.parametrize("state", ["open", "everything", "verification", "proof", "error", "ended"])
async def test_nothing_is_wider_than_the_screen_or_too_small_to_hit(
    api: FakeApi, open_widget: OpenWidget, width: int, state: str
) -> None:
    widget = await open_widget(wait=False, viewport={"width": width, "height": 640})
    await reach(state, api, widget)
    assert await widget.page.evaluate(OVERFLOW) == []
    assert await widget.page.evaluate(SMALL_TARGETS) == []


async def test_at_twice_the_size_everything_can_be_reached(
    api: FakeApi, open_widget: OpenWidget, site: HostSite
) -> None:
    widget = await open_widget(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    await expect(widget.field).to_be_in_viewport()
    await expect(widget.button("Fol me një agjent")).to_be_in_viewport()
    await widget.ask("një")
    await expect(widget.replies.last).to_be_in_viewport()


async def test_the_keyboard_alone_does_everything_and_the_focus_returns(api: FakeApi, open_widget: OpenWidget) -> None:
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


async def test_where_the_panel_fills_the_screen_the_focus_stays_in_it(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(viewport={"width": 390, "height": 844})
    for _ in range(40):
        await widget.page.keyboard.press("Tab")
        assert await widget.page.evaluate("document.activeElement.localName") in ("ndihma-chat", "body")
    await widget.page.keyboard.press("Escape")
    await expect(widget.panel).to_be_hidden()
    await expect(widget.launcher).to_be_focused()


async def test_the_panel_says_what_it_is(api: FakeApi, widget: Widget) -> None:
    assert await widget.page.locator("ndihma-chat").get_attribute("lang") == "sq"
    await expect(widget.panel).to_be_visible()
    await expect(widget.log).to_have_attribute("aria-live", "polite")
    await expect(widget.page.get_by_role("heading", level=2, name="Ndihma")).to_be_visible()
    await widget.ask("një")
    assert await widget.mine.last.inner_text() != ""
    assert (await widget.mine.last.locator(".bubble").text_content() or "").startswith("Ju: ")
    assert (await widget.replies.last.locator(".bubble").text_content() or "").startswith("Asistenti Ndihma: ")


async def test_with_reduced_motion_nothing_moves(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(reduced_motion="reduce")
    api.typing(api.session, True)
    await expect(widget.page.locator(".typing")).to_be_visible()
    moving = "document.querySelector('ndihma-chat').shadowRoot.getAnimations().length"
    assert await widget.page.evaluate(moving) == 0


async def test_with_forced_colours_what_is_one_thing_has_an_edge(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(forced_colors="active")
    await widget.ask("një")
    for place in (".launcher", ".mine .bubble", ".theirs .bubble", ".send"):
        style = await widget.page.locator(place).last.evaluate("node => getComputedStyle(node).borderTopStyle")
        assert style == "solid", place


async def test_over_a_keyboard_on_the_screen_the_composer_stays_visible(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    await widget.field.tap()
    await widget.page.set_viewport_size({"width": 390, "height": 420})  # what a keyboard leaves
    await expect(widget.field).to_be_in_viewport(ratio=1)
    box = await widget.panel.bounding_box()
    assert box is not None
    assert box["height"] <= 420


async def test_a_reply_longer_than_the_window_is_shown_from_its_beginning(api: FakeApi, widget: Widget) -> None:
    api.replies["gjatë"] = {"text": "Fillimi. " + "Një fjali mjaft e gjatë për këtë dritare. " * 60}
    await widget.say("gjatë")
    await expect(widget.replies).to_have_count(2)
    top = await widget.replies.last.evaluate("node => node.getBoundingClientRect().top")
    header = await widget.page.locator("header").evaluate("node => node.getBoundingClientRect().bottom")
    assert header <= top < header + 40


async def test_who_reads_above_is_not_moved_and_is_told_of_what_is_new(api: FakeApi, widget: Widget) -> None:
    for text in ("një", "dy", "tri", "katër"):
        await widget.ask(text)
    scroller = widget.page.locator("#scroller")
    await scroller.evaluate("node => { node.scrollTop = 0; }")
    api.reply(api.session, "Diçka e re.")
    await widget.button("Mesazhet e reja").click()
    await expect(widget.replies.last).to_be_in_viewport()
    await expect(widget.button("Mesazhet e reja")).to_have_count(0)
