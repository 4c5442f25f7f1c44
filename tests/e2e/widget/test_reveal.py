"""S8: the cover over a PUK: opened once, shown for a while, wiped."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from .conftest import OpenWidget, Widget
from .fake_api import FakeApi
from .fake_session import PUK, Failure

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]


async def everything(widget: Widget) -> str:
    """The whole document with its shadow trees, and all that the page keeps."""
    return str(
        await widget.page.evaluate(
            """() => document.documentElement.outerHTML
              + document.querySelector('ndihma-chat').shadowRoot.innerHTML
              + JSON.stringify([{...sessionStorage}, {...localStorage}, history.state])"""
        )
    )


async def test_s8_the_code_shows_once_on_a_click_and_is_wiped_when_its_time_is_over(
    api: FakeApi, open_widget: OpenWidget
) -> None:
    widget = await open_widget(clock=True)
    api.reveal()
    show = widget.button("Shfaq kodin")
    await expect(show).to_be_focused()
    assert PUK not in await everything(widget)
    await show.press("Enter")
    code = widget.page.locator(".puk")
    await expect(code).to_have_text(f"PUK: {PUK}")
    await expect(code).to_be_focused()
    await expect(code).to_have_css("user-select", "none")
    await expect(widget.page.get_by_role("timer")).to_have_text(re.compile(r"Kodi fshihet pas \d+ s\."))
    assert PUK not in await widget.log.inner_text()
    assert PUK not in "".join(await widget.page.locator("#say, #say-now").all_inner_texts())
    await widget.page.clock.run_for(30_000)
    await expect(code).to_have_count(1)
    await widget.page.clock.run_for(31_000)
    await expect(code).to_have_count(0)
    assert PUK not in await everything(widget)
    assert api.redeemed == ["R" * 22]


async def test_s8_closing_the_panel_or_leaving_the_page_wipes_the_code(api: FakeApi, widget: Widget) -> None:
    api.reveal()
    await widget.button("Shfaq kodin").click()
    await expect(widget.page.locator(".puk")).to_have_count(1)
    await widget.page.locator("#close").click()
    assert PUK not in await everything(widget)
    await widget.launcher.click()
    await expect(widget.page.locator(".puk")).to_have_count(0)
    await widget.page.reload()
    await expect(widget.log).to_contain_text("Kodi PUK u shfaq.")
    assert PUK not in await everything(widget)


async def test_s8_a_cover_whose_time_is_over_does_not_open_and_a_refusal_is_told(api: FakeApi, widget: Widget) -> None:
    api.reveal(seconds=-1)
    await expect(widget.button("Shfaq kodin")).to_have_count(0)
    api.fail("R" * 22, Failure(409, "reveal_refused", "Kodi PUK nuk mund të tregohet tani."))
    api.reveal()
    await widget.button("Shfaq kodin").click()
    await expect(widget.page.get_by_role("region", name="Kodi PUK")).to_contain_text(
        "Kodi PUK nuk mund të tregohet tani."
    )
    await expect(widget.page.locator(".puk")).to_have_count(0)


async def test_s8_a_cover_closes_when_another_window_has_shown_the_code(api: FakeApi, widget: Widget) -> None:
    api.reveal()
    await expect(widget.button("Shfaq kodin")).to_be_focused()
    api.store(api.session, "reveal", state="shown", reference=None, expires_at=None)
    await expect(widget.log).to_contain_text("Kodi PUK u shfaq.")
    await expect(widget.button("Shfaq kodin")).to_have_count(0)


async def test_s8_a_code_whose_answer_comes_after_its_event_is_shown_all_the_same(api: FakeApi, widget: Widget) -> None:
    api.hold_answer_to("R" * 22)
    api.reveal()
    await widget.button("Shfaq kodin").click()
    await expect(widget.log).to_contain_text("Kodi PUK u shfaq.")
    api.release()
    await expect(widget.page.locator(".puk")).to_have_text(f"PUK: {PUK}")


async def test_s8_escape_wipes_the_code_at_once_and_a_reload_does_not_bring_it_back(
    api: FakeApi, widget: Widget
) -> None:
    api.reveal()
    await widget.button("Shfaq kodin").click()
    await expect(widget.page.locator(".puk")).to_have_count(1)
    await widget.page.keyboard.press("Escape")
    await expect(widget.page.locator(".puk")).to_have_count(0)
    await expect(widget.panel).to_be_visible()
    assert PUK not in await everything(widget)
    await widget.page.reload()
    await expect(widget.log).to_contain_text("Kodi PUK u shfaq.")
    await expect(widget.button("Shfaq kodin")).to_have_count(0)
    assert PUK not in await everything(widget)
