"""A sound and a notification of the browser: only when the customer asked, only for what comes while nobody looks."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.async_api import expect

from .conftest import OpenWidget, Widget, until
from .fake_api import FakeApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]

WATCHED: Final = """
window.beeps = 0;
window.asked = 0;
window.shown = [];
window.permission = "granted";
const start = AudioScheduledSourceNode.prototype.start;
AudioScheduledSourceNode.prototype.start = function (...when) { window.beeps += 1; return start.apply(this, when); };
window.Notification = class {
  constructor(title, options) { window.shown.push({ title, ...options }); window.notification = this; }
  static async requestPermission() { window.asked += 1; return window.permission; }
};
Object.defineProperty(Document.prototype, "hidden", { get: () => window.away === true });
window.look = (away) => { window.away = away; document.dispatchEvent(new Event("visibilitychange")); };
"""
SOUND: Final = "Zë për mesazh të ri"
NOTIFICATION: Final = "Njoftim nga shfletuesi"


async def seen(widget: Widget, name: str) -> object:
    return await widget.page.evaluate(f"window.{name}")


async def closed(widget: Widget) -> None:
    await widget.page.locator("#close").click()
    await expect(widget.panel).to_be_hidden()


async def news(api: FakeApi, widget: Widget, count: int) -> None:
    """Something comes and is counted on the launcher."""
    api.reply(api.session, "Gjendja juaj: 5 €.")
    await expect(widget.page.locator(".badge")).to_have_text(str(count))


async def test_unasked_nothing_sounds_and_no_permission_is_asked_for(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(script=WATCHED)
    await widget.ask("një")
    await closed(widget)
    await news(api, widget, 1)
    await widget.page.evaluate("look(true)")
    await widget.page.evaluate("look(false)")
    api.reply(api.session, "Edhe një.")
    await expect(widget.page.locator(".badge")).to_have_text("2")
    assert (await seen(widget, "beeps"), await seen(widget, "asked"), await seen(widget, "shown")) == (0, 0, [])


async def test_a_sound_is_made_for_what_comes_behind_the_closed_panel(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(script=WATCHED)
    await widget.menu(SOUND)
    await expect(widget.button(SOUND)).to_have_attribute("aria-pressed", "true")
    assert await seen(widget, "beeps") == 1  # so it sounds
    await widget.page.keyboard.press("Escape")
    await widget.ask("para syve")
    assert await seen(widget, "beeps") == 1
    await closed(widget)
    await news(api, widget, 1)
    assert await seen(widget, "beeps") == 2
    await widget.launcher.click()
    await widget.menu(SOUND)
    await expect(widget.button(SOUND)).to_have_attribute("aria-pressed", "false")
    await widget.page.keyboard.press("Escape")
    await closed(widget)
    await news(api, widget, 1)
    assert (await seen(widget, "beeps"), await seen(widget, "asked")) == (2, 0)


async def test_a_notification_tells_that_something_came_and_not_what_and_leads_back(
    api: FakeApi, open_widget: OpenWidget
) -> None:
    widget = await open_widget(script=WATCHED)
    await widget.menu(NOTIFICATION)
    await expect(widget.button(NOTIFICATION)).to_have_attribute("aria-pressed", "true")
    assert await seen(widget, "asked") == 1
    await widget.page.keyboard.press("Escape")
    await closed(widget)
    await news(api, widget, 1)
    assert await seen(widget, "shown") == []  # the page is seen, and the launcher with its count
    await widget.page.evaluate("look(true)")
    await news(api, widget, 2)
    assert await seen(widget, "shown") == [{"title": "Ndihma", "body": "Keni një mesazh të ri.", "tag": "ndihma"}]
    await widget.page.evaluate("notification.onclick()")
    await expect(widget.panel).to_be_visible()
    api.agent_says("Edhe diçka.")
    await expect(widget.replies.last).to_contain_text("Edhe diçka.")
    assert len(await seen(widget, "shown")) == 2  # open, but the tab is still behind another


async def test_a_notification_that_the_browser_forbids_stays_off_and_says_so(
    api: FakeApi, open_widget: OpenWidget
) -> None:
    widget = await open_widget(script=WATCHED + 'window.permission = "denied";')
    await widget.menu(NOTIFICATION)
    await expect(widget.page.locator("#problem")).to_have_text("Shfletuesi nuk i lejoi njoftimet.")
    await expect(widget.button(NOTIFICATION)).to_have_attribute("aria-pressed", "false")
    await widget.page.evaluate("look(true)")
    await widget.page.evaluate("look(false)")
    await widget.page.keyboard.press("Escape")
    await widget.ask("vazhdojmë")
    assert await seen(widget, "shown") == []


async def test_a_browser_that_knows_no_notifications_says_so_too(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(script="delete window.Notification;")
    await widget.menu(NOTIFICATION)
    await expect(widget.page.locator("#problem")).to_have_text("Shfletuesi nuk i lejoi njoftimet.")


async def test_a_tab_that_nobody_sees_gives_its_stream_back_and_catches_up(
    api: FakeApi, open_widget: OpenWidget
) -> None:
    widget = await open_widget(script=WATCHED)
    await widget.ask("një")
    streams = len(api.stream_afters)
    await until(lambda: api.streams_open == 1)
    await widget.page.evaluate("look(true)")
    await until(lambda: api.streams_open == 0)
    api.reply(api.session, "Ndërkohë.")
    await widget.page.evaluate("look(false)")
    await expect(widget.replies.last).to_contain_text("Ndërkohë.")
    assert len(api.stream_afters) == streams + 1


async def test_who_asked_for_a_sound_keeps_the_stream_of_an_unseen_tab(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(script=WATCHED)
    await widget.menu(SOUND)
    await until(lambda: api.streams_open == 1)
    await widget.page.evaluate("look(true)")
    api.reply(api.session, "Ndërkohë.")
    await expect(widget.replies.last).to_contain_text("Ndërkohë.")
    assert api.streams_open == 1
    assert await seen(widget, "beeps") == 2


@pytest.mark.parametrize("state", ["waiting", "agent"])
async def test_who_waits_for_an_agent_keeps_the_stream_of_an_unseen_tab(
    api: FakeApi, open_widget: OpenWidget, state: str
) -> None:
    """It keeps the session, and with it the place in the queue."""
    widget = await open_widget(script=WATCHED)
    api.handoff("waiting", position=1)
    await expect(widget.page.locator(".strip")).to_contain_text("radhë: 1")
    if state == "agent":
        api.handoff("agent", agent="Arta")
        await expect(widget.log).to_contain_text("Agjenti u kyç në bisedë: Arta.")
    await widget.page.evaluate("look(true)")
    api.agent_says("Mirëdita.")
    await expect(widget.replies.last).to_contain_text("Mirëdita.")
    assert api.streams_open == 1
