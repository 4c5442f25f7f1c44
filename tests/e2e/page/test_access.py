"""Anybody can use it: keyboard alone, narrow and dark screens, contrast, target sizes, names for screen readers."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.async_api import Page, expect

from .conftest import Chat, OpenChat
from .fake_server import SOURCE, FakeApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]

# Every visible text against the background it stands on, by WCAG's formula.
CONTRASTS: Final = """
() => {
  const rgb = (css) => (css.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [x, y, z] = [r, g, b].map((v) => linear(v / 255));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest(".visually-hidden, .skip")) continue;
    const [one, other] = [rgb(getComputedStyle(node).color), behind(node)].map(light).sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) poor.push(`${walker.currentNode.data.trim()} ${ratio.toFixed(2)}`);
  }
  return poor;
}
"""
SMALL_TARGETS: Final = """
() => [...document.querySelectorAll("button, input, textarea, summary, .small a")]
  .filter((node) => node.checkVisibility() && !node.classList.contains("visually-hidden"))
  .map((node) => [node.textContent || node.id, node.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([name, box]) => `${name} ${box.width}x${box.height}`)
"""
OVERFLOW: Final = """
() => [...document.querySelectorAll("html, body, #scroller, .bubble, .card, .bottom, .top__inner")]
  .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.className || node.tagName)
"""


async def everything(api: FakeApi, chat: Chat) -> None:
    """A page with one of each: answer, source, links, buttons, failed message, notices, card with an error."""
    buttons = [{"id": "c_a", "title": "Po, shiko llogarinë"}, {"id": "c_b", "title": "Jo"}]
    text = "Hapni kosovotelecom.com/selfcare.php ose telefononi 080010000. " + "Shumëgjatësia" * 12
    api.replies["një"] = {"text": text, "source": SOURCE, "buttons": buttons}
    api.replies["dy"] = {"text": "Sistemi nuk përgjigjet.", "outcome": "unavailable", "buttons": buttons}
    await chat.say("një")
    await expect(chat.log).to_contain_text("Burimi")
    await chat.say("dy")
    await expect(chat.button("Pyet përsëri")).to_be_visible()
    await chat.context.set_offline(True)
    await chat.say("tre")
    await expect(chat.last_mine).to_contain_text("nuk u dërgua")
    await chat.context.set_offline(False)
    await expect(chat.page.locator("#banner")).to_be_hidden()
    api.verification("locked", None, 60)
    api.verification("verified", "044 ••• •56", 900)
    api.store(api.session, "attachment", state="wanted", reference="RK-1")
    await chat.page.get_by_label("Shuma e paguar").fill("njëzet euro")
    await chat.page.locator("#proof").set_input_files({"name": "f.png", "mimeType": "image/png", "buffer": b"\x89PNG"})
    await chat.button("Dërgo dëshminë").click()
    await expect(chat.page.locator("#paid-amount-error")).to_be_visible()
    api.verification("code_sent", "044 ••• •56", 300)
    code = chat.page.get_by_label("Kodi me 6 shifra")
    await code.press("Enter")
    await expect(chat.page.locator("#card-error")).to_be_visible()
    await expect(chat.page.get_by_role("link", name="Zhvillim")).to_be_visible()
    await chat.field.fill("a" * 950)


async def settled(page: Page) -> None:
    await page.evaluate("() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => null)))")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_has_contrast(api: FakeApi, open_chat: OpenChat, scheme: str) -> None:
    chat = await open_chat(color_scheme=scheme)
    assert await chat.page.evaluate(CONTRASTS) == []
    await everything(api, chat)
    await settled(chat.page)
    assert await chat.page.evaluate(CONTRASTS) == []


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_is_wider_than_the_screen_or_too_small_to_hit(
    api: FakeApi, open_chat: OpenChat, width: int
) -> None:
    chat = await open_chat(viewport={"width": width, "height": 640})
    await everything(api, chat)
    assert await chat.page.evaluate(OVERFLOW) == []
    assert await chat.page.evaluate(SMALL_TARGETS) == []


async def test_with_reduced_motion_nothing_moves(api: FakeApi, open_chat: OpenChat) -> None:
    chat = await open_chat(reduced_motion="reduce")
    api.typing(api.session, True)
    await expect(chat.typing).to_be_visible()
    assert await chat.page.evaluate("document.getAnimations().length") == 0


async def test_the_keyboard_reaches_everything_in_a_sensible_order(api: FakeApi, chat: Chat) -> None:
    await expect(chat.field).to_be_focused()
    order: list[str] = []
    for _ in range(20):  # once round, past the end of the page
        await chat.page.keyboard.press("Tab")
        order.append(
            await chat.page.evaluate("(document.activeElement.ariaLabel || document.activeElement.textContent).trim()")
        )
    titles = [button["title"] for button in api.session.events[0]["buttons"]]
    head = ["Kopjo bisedën", "Shkarko bisedën", "Bisedë e re", "Biseda", *titles]
    start = order.index("Kopjo bisedën")
    assert order[start - 1] == "Kalo te mesazhi"
    assert order[start : start + len(head)] == head
    await chat.page.get_by_role("button", name=titles[0]).focus()
    await chat.page.keyboard.press("Enter")
    await expect(chat.replies.last).to_contain_text(f"Përgjigje për: {titles[0]}")
    await expect(chat.field).to_be_focused()


async def test_the_page_says_what_it_is(chat: Chat) -> None:
    assert await chat.page.locator("html").get_attribute("lang") == "sq"
    assert await chat.page.title() == "Ndihma — asistenti i Valës"
    await expect(chat.page.get_by_role("heading", level=1)).to_have_text("Ndihma — asistenti i Valës")
    await expect(chat.log).to_have_attribute("aria-live", "polite")
    names = await chat.page.get_by_role("button").evaluate_all(
        "nodes => nodes.map(n => n.ariaLabel || n.textContent.trim())"
    )
    assert all(names)


async def test_a_reply_longer_than_the_window_is_shown_from_its_beginning(api: FakeApi, open_chat: OpenChat) -> None:
    chat = await open_chat(viewport={"width": 320, "height": 480})
    await expect(chat.page.get_by_text("Mirë se vini!")).to_be_in_viewport()
    api.replies["gjatë"] = {"text": "Fillimi. " + "Një fjali mjaft e gjatë për këtë dritare. " * 40}
    await chat.say("gjatë")
    await expect(chat.replies).to_have_count(2)
    top = await chat.replies.last.evaluate("node => node.getBoundingClientRect().top")
    header = await chat.page.locator("header").evaluate("node => node.getBoundingClientRect().bottom")
    assert header <= top < header + 40
