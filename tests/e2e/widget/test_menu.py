"""What the menu offers: the end with its rating, a new conversation, the transcript, Telegram."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from .conftest import OpenWidget, Widget, until
from .fake_api import FakeApi
from .fake_session import Failure

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]


async def test_the_end_is_confirmed_and_rated_once_or_changed(api: FakeApi, widget: Widget) -> None:
    await widget.ask("një")
    await widget.menu("Përfundo bisedën")
    dialog = widget.page.get_by_role("dialog", name="Ta përfundojmë bisedën?")
    await expect(dialog).to_be_visible()
    await widget.button("Anulo").click()
    await expect(dialog).to_be_hidden()
    assert not api.ended
    await widget.menu("Përfundo bisedën")
    await widget.button("Përfundo").click()
    await expect(widget.log).to_contain_text("Biseda përfundoi.")
    await expect(widget.field).to_have_count(0)
    await widget.button("Dërgo vlerësimin").click()
    await expect(widget.page.get_by_role("alert")).to_contain_text("Zgjidhni një vlerësim nga 1 deri në 5.")
    await widget.page.locator("label[for=score-4]").click()
    await widget.page.get_by_label("Koment").fill("Shpejt dhe mirë.")
    await widget.button("Dërgo vlerësimin").click()
    await expect(widget.page.locator(".notice.good")).to_contain_text("Faleminderit për vlerësimin.")
    assert api.ratings[api.session.id] == {"score": 4, "comment": "Shpejt dhe mirë."}
    await widget.page.locator("label[for=score-5]").click()
    await widget.button("Dërgo vlerësimin").click()
    await widget.page.reload()
    await expect(widget.log).to_contain_text("Biseda përfundoi.")
    await expect(widget.page.locator(".notice.good")).to_contain_text("Faleminderit për vlerësimin.")
    assert api.ratings[api.session.id]["score"] == 5
    await widget.button("Bisedë e re").click()
    await expect(widget.mine).to_have_count(0)
    await widget.ask("e re")
    assert len(api.sessions) == 2


async def test_the_transcript_is_downloaded_as_text(api: FakeApi, widget: Widget) -> None:
    await widget.ask("sa kushton?")
    async with widget.page.expect_download() as download:
        await widget.menu("Shkarko bisedën")
    file = await download.value
    assert file.suggested_filename.startswith("ndihma-")
    text = await asyncio.to_thread(Path(await file.path()).read_text, "utf-8")
    assert "Ju: sa kushton?" in text
    assert "Asistenti Ndihma: Përgjigje për: sa kushton?" in text


async def test_a_new_conversation_is_confirmed_and_clears_the_old_one(api: FakeApi, widget: Widget) -> None:
    await widget.ask("e vjetër")
    await widget.menu("Bisedë e re")
    dialog = widget.page.get_by_role("dialog", name="Të fillojmë një bisedë të re?")
    await expect(dialog).to_be_visible()
    await widget.button("Anulo").click()
    await expect(dialog).to_be_hidden()
    await expect(widget.page.locator("#more")).to_be_focused()
    assert len(api.sessions) == 1
    await widget.menu("Bisedë e re")
    await dialog.get_by_role("button", name="Bisedë e re").click()
    await expect(widget.mine).to_have_count(0)
    await widget.ready()
    old, new = api.sessions.values()
    assert not old.alive
    assert new.alive
    await expect(widget.field).to_be_focused()
    await widget.ask("e re")
    assert len(api.sessions) == 2


async def test_a_conversation_in_which_nothing_was_said_is_replaced_without_a_question(
    api: FakeApi, widget: Widget
) -> None:
    await widget.menu("Bisedë e re")
    await until(lambda: len(api.sessions) == 2)
    await expect(widget.page.get_by_role("dialog", name="Të fillojmë")).to_have_count(0)
    await widget.ask("e re")


async def test_after_the_end_the_menu_begins_the_next_conversation_at_once(api: FakeApi, widget: Widget) -> None:
    await widget.ask("e vjetër")
    api.end("agent")
    await expect(widget.log).to_contain_text("Agjenti e përfundoi bisedën.")
    await widget.button("Veprimet e bisedës").click()
    await widget.page.locator("#menu").get_by_role("button", name="Bisedë e re").click()
    await expect(widget.mine).to_have_count(0)
    await widget.ask("e re")
    assert len(api.sessions) == 2


async def test_the_transcript_can_be_copied(api: FakeApi, widget: Widget) -> None:
    await widget.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await widget.ask("sa kushton?")
    await widget.menu("Kopjo bisedën")
    await expect(widget.button("Biseda u kopjua.")).to_be_focused()
    await expect(widget.page.get_by_role("status").filter(has_text="Biseda u kopjua.")).to_be_attached()
    copied = await widget.page.evaluate("navigator.clipboard.readText()")
    assert "Ju: sa kushton?" in copied
    assert "Asistenti Ndihma: Përgjigje për: sa kushton?" in copied


async def test_telegram_is_offered_only_by_a_gateway_that_has_a_bot(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget()
    await widget.button("Veprimet e bisedës").click()
    await expect(widget.button("Shkarko bisedën")).to_be_visible()
    await expect(widget.button("Vazhdo në Telegram")).to_have_count(0)
    api.telegram_link = "https://t.me/ndihma_bot?start=njehere"
    other = await open_widget()
    for _ in range(2):  # a conversation that began here, and one that was found again
        await other.menu("Vazhdo në Telegram")
        link = other.page.get_by_role("link", name="Hap Telegramin")
        await expect(link).to_be_focused()
        await expect(link).to_have_attribute("href", api.telegram_link)
        await expect(link).to_have_attribute("rel", "noopener noreferrer")
        await other.page.keyboard.press("Escape")
        await other.page.reload()
        await other.ready()


async def test_a_link_that_leads_elsewhere_is_not_shown_and_a_refusal_is_told(api: FakeApi, widget: Widget) -> None:
    api.telegram_link = "https://t.me.evil.example/"
    await widget.page.reload()
    await widget.ready()
    await widget.menu("Vazhdo në Telegram")
    await until(lambda: any(call.endswith("/telegram-link") for call in api.requests))
    await expect(widget.page.get_by_role("link", name="Hap Telegramin")).to_have_count(0)
    api.fail("telegram-link", Failure(429, "rate_limited", "Prisni pak dhe provoni përsëri."))
    await widget.button("Vazhdo në Telegram").click()
    await expect(widget.page.locator("#problem")).to_have_text("Prisni pak dhe provoni përsëri.")


async def test_a_browser_that_forbids_copying_gives_the_transcript_as_a_file(
    api: FakeApi, open_widget: OpenWidget
) -> None:
    forbidden = "Clipboard.prototype.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'));"
    widget = await open_widget(script=forbidden)
    await widget.ask("sa kushton?")
    async with widget.page.expect_download() as download:
        await widget.menu("Kopjo bisedën")
    assert (await download.value).suggested_filename.startswith("ndihma-")
