"""The gateway's own page, which the chat fills: what is there before its script, focus, width, axe-core."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from .cards import choose, day, in_days, want_proof
from .conftest import OpenWidget, Widget
from .fake_api import FakeApi
from .states import OVERFLOW, SMALL_TARGETS, WHOLE_STATES, axe, reach, violations

__all__ = ["axe"]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]


async def test_the_page_says_what_it_is(whole: Widget) -> None:
    assert await whole.page.locator("html").get_attribute("lang") == "sq"
    assert await whole.page.title() == "Ndihma — asistenti i Valës"
    await expect(whole.page.get_by_role("heading", level=1)).to_have_text("Ndihma — asistenti i Valës")
    await expect(whole.page.get_by_role("heading", level=2, name="Ndihma")).to_be_visible()
    await expect(whole.page.get_by_role("main").get_by_role("log")).to_have_attribute("aria-live", "polite")
    names = await whole.page.get_by_role("button").evaluate_all(
        "nodes => nodes.map(n => n.ariaLabel || n.textContent.trim())"
    )
    assert all(names)


async def test_a_question_is_answered_and_a_reload_finds_it_again(api: FakeApi, whole: Widget) -> None:
    await expect(whole.launcher).to_have_count(0)
    await expect(whole.page.get_by_role("button", name="Mbyll")).to_have_count(0)
    await whole.ask("sa kushton?")
    await whole.page.keyboard.press("Escape")
    await expect(whole.field).to_be_visible()
    await whole.page.reload()
    await expect(whole.replies.last).to_contain_text("Përgjigje për: sa kushton?")
    assert len(api.sessions) == 1


async def test_who_has_a_keyboard_can_write_at_once(whole: Widget) -> None:
    await expect(whole.field).to_be_focused()


async def test_on_a_telephone_no_keyboard_covers_the_page_unasked(open_widget: OpenWidget) -> None:
    page = await open_widget(whole=True, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    await expect(page.field).not_to_be_focused()


async def test_the_keyboard_reaches_everything_in_a_sensible_order(api: FakeApi, whole: Widget) -> None:
    await expect(whole.field).to_be_focused()
    keyboard = whole.page.keyboard
    order: list[str] = []
    topics = [button["title"] for button in api.session.events[0]["buttons"]]
    for _ in range(len(topics) + 3):
        await keyboard.press("Shift+Tab")
        order.append(await whole.focused())
    assert order == [*reversed(topics), "scroller", "more", "Kalo te mesazhi"]
    await expect(whole.page.get_by_role("link", name="Kalo te mesazhi")).to_be_in_viewport(ratio=1)
    await keyboard.press("Enter")
    await expect(whole.field).to_be_focused()


@pytest.mark.parametrize("state", WHOLE_STATES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(api: FakeApi, open_widget: OpenWidget, axe: str, state: str, scheme: str) -> None:
    page = await open_widget(whole=True, color_scheme=scheme)
    await reach(state, api, page)
    assert await violations(page.page, axe) == []


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("state", ["open", "everything", "verification", "proof", "menu", "ended"])
async def test_nothing_is_wider_than_the_screen_or_too_small_to_hit(
    api: FakeApi, open_widget: OpenWidget, width: int, state: str
) -> None:
    page = await open_widget(whole=True, viewport={"width": width, "height": 640})
    await reach(state, api, page)
    assert await page.page.evaluate(OVERFLOW) == []
    assert await page.page.evaluate(SMALL_TARGETS) == []


async def test_the_page_itself_never_scrolls(api: FakeApi, open_widget: OpenWidget) -> None:
    """The file's own field is invisible and stands in the scrolled list: the focus on it must not move the frame."""
    page = await open_widget(whole=True, viewport={"width": 390, "height": 640})
    for number in range(6):
        await page.ask(f"pyetja {number}")
    await want_proof(api, page)
    await page.button("Dërgo dëshminë").click()
    await expect(page.page.locator("#proof-error")).not_to_be_empty()
    await choose(page)
    await day(page).fill(in_days(2))
    await page.button("Dërgo dëshminë").click()
    await expect(page.page.locator("#paid_on-error")).not_to_be_empty()
    moved = await page.page.evaluate(
        "[scrollX, scrollY, document.querySelector('ndihma-chat').shadowRoot.querySelector('.panel').scrollTop]"
    )
    assert moved == [0, 0, 0]
    assert await page.page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
