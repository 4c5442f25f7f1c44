"""The session behind the page: reload, loss of the network, renewal, expiry, a new conversation."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from playwright.async_api import expect

from .conftest import Chat, OpenChat
from .fake_server import Failure, FakeApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]

EXPIRED = "Biseda e mëparshme skadoi, prandaj filluam një të re."


async def test_a_reload_restores_the_conversation(api: FakeApi, chat: Chat) -> None:
    await chat.ask("një")
    await chat.button("Kodi PUK").is_disabled()
    await chat.ask("dy")
    await chat.page.reload()
    await expect(chat.replies).to_have_count(3)
    await expect(chat.mine).to_have_count(2)
    await expect(chat.button("Kodi PUK")).to_be_disabled()
    await chat.ask("tre")
    assert len(api.sessions) == 1


async def test_a_used_topic_is_still_marked_after_a_reload(api: FakeApi, chat: Chat) -> None:
    await chat.button("Kodi PUK").click()
    await expect(chat.replies.last).to_contain_text("Përgjigje për: Kodi PUK")
    await chat.page.reload()
    await expect(chat.button("Kodi PUK (e zgjedhur)")).to_be_disabled()


async def test_only_id_token_and_cursor_are_kept(api: FakeApi, chat: Chat) -> None:
    await chat.ask("numri im është 044 123 456")
    kept = await chat.page.evaluate(
        "({session: {...sessionStorage}, local: {...localStorage}, cookie: document.cookie})"
    )
    assert kept["local"] == {}
    assert kept["cookie"] == ""
    assert list(kept["session"]) == ["ndihma.session"]
    cursor = max(event.get("cursor", 0) for event in api.session.events)
    stored = json.loads(kept["session"]["ndihma.session"])
    assert stored == {"id": api.session.id, "token": api.session.token, "cursor": cursor}


async def test_two_tabs_are_two_conversations(api: FakeApi, open_chat: OpenChat) -> None:
    one, other = await open_chat(), await open_chat()
    await one.ask("nga e para")
    await expect(other.mine).to_have_count(0)
    assert len(api.sessions) == 2


async def test_the_stream_goes_on_after_its_cursor(api: FakeApi, chat: Chat) -> None:
    await chat.ask("një")
    stored = max(event.get("cursor", 0) for event in api.session.events)
    api.drop_streams()
    api.reply(api.session, "Erdhi gjatë ndërprerjes.")
    await expect(chat.replies.last).to_contain_text("Erdhi gjatë ndërprerjes.")
    assert api.stream_afters[-1] == stored
    await expect(chat.replies).to_have_count(3)
    await expect(chat.page.locator("#banner")).to_be_hidden()


async def test_without_network_a_banner_says_so_and_goes_when_it_is_back(api: FakeApi, chat: Chat) -> None:
    await chat.context.set_offline(True)
    banner = chat.page.locator("#banner")
    await expect(banner).to_contain_text("Pa lidhje.")
    await expect(chat.page.get_by_role("alert")).to_contain_text("Pa lidhje")
    api.reply(api.session, "Ndërkohë.")
    await chat.context.set_offline(False)
    await expect(banner).to_be_hidden()
    await expect(chat.replies.last).to_contain_text("Ndërkohë.")


async def test_a_server_that_is_down_is_tried_again_and_can_be_tried_now(api: FakeApi, chat: Chat) -> None:
    api.down = True
    api.drop_streams()
    banner = chat.page.locator("#banner")
    await expect(banner).to_be_visible()
    await chat.say("ende?")
    await expect(chat.last_mine).to_contain_text("Shërbimi nuk është në dispozicion për momentin.")
    api.down = False
    await chat.button("Provo tani").click()
    await expect(banner).to_be_hidden()
    await chat.button("Provo përsëri").click()
    await expect(chat.replies.last).to_contain_text("Përgjigje për: ende?")


async def test_a_server_that_is_down_at_the_start_is_waited_for(api: FakeApi, open_chat: OpenChat) -> None:
    api.down = True
    chat = await open_chat(wait=False)
    await expect(chat.page.locator("#start-problem")).to_be_visible()
    await chat.say("u lodha duke pritur")
    await expect(chat.last_mine).to_contain_text("po dërgohet…")
    api.down = False
    await chat.button("Provo tani").click()
    await expect(chat.page.locator("#start-problem")).to_be_hidden()
    await expect(chat.replies.last).to_contain_text("Përgjigje për: u lodha duke pritur")


async def test_a_refusal_to_open_a_session_is_shown_in_the_servers_words(api: FakeApi, open_chat: OpenChat) -> None:
    api.fail("sessions", Failure(429, "rate_limited", "Shumë biseda nga kjo adresë.", {"Retry-After": "1"}))
    chat = await open_chat(wait=False)
    await expect(chat.page.locator("#start-problem")).to_have_text("Shumë biseda nga kjo adresë.")
    await chat.ready()
    await expect(chat.page.locator("#start-problem")).to_be_hidden()


async def test_a_silent_stream_counts_as_dead(api: FakeApi, open_chat: OpenChat) -> None:
    chat = await open_chat(clock=True)
    before = len(api.stream_afters)
    await chat.page.clock.fast_forward(41_000)
    await chat.page.clock.run_for(1_000)
    await chat.ask("prapë këtu")
    assert len(api.stream_afters) > before


async def test_the_token_is_renewed_before_it_ends(api: FakeApi, open_chat: OpenChat) -> None:
    chat = await open_chat(clock=True)
    first = api.session.token
    await chat.page.clock.fast_forward(785_000)
    async with asyncio.timeout(5):
        while api.tokens_refreshed == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await chat.ask("pas trembëdhjetë minutash")
    assert api.tokens_refreshed == 1
    assert api.session.token != first
    assert len(api.sessions) == 1


async def test_a_token_that_ended_in_sleep_is_renewed(api: FakeApi, chat: Chat) -> None:
    api.fail("messages", Failure(401, "token_expired", "Qasja në bisedë ka skaduar."))
    await chat.ask("pas gjumit")
    assert api.tokens_refreshed == 1
    assert len(api.sessions) == 1
    await expect(chat.log).not_to_contain_text(EXPIRED)


async def test_an_expired_session_is_followed_by_a_new_one_with_a_notice(api: FakeApi, chat: Chat) -> None:
    await chat.ask("më parë")
    api.kill_sessions()
    await expect(chat.log).to_contain_text(EXPIRED)
    await expect(chat.log).to_contain_text("Përgjigje për: më parë")
    await chat.ask("më pas")
    assert len(api.sessions) == 2


async def test_a_message_to_an_expired_session_reaches_the_next_one(api: FakeApi, chat: Chat) -> None:
    api.session.alive = False
    await chat.say("a më dëgjoni?")
    await expect(chat.replies.last).to_contain_text("Përgjigje për: a më dëgjoni?")
    await expect(chat.log).to_contain_text(EXPIRED)
    assert len(api.sessions) == 2
    assert len(api.posts) == 1


async def test_a_reload_into_an_expired_session_starts_a_new_one(api: FakeApi, chat: Chat) -> None:
    await chat.ask("më parë")
    api.session.alive = False
    await chat.page.reload()
    await expect(chat.log).to_contain_text(EXPIRED)
    await chat.ask("më pas")
    assert len(api.sessions) == 2


async def test_an_empty_chair_gets_a_new_session_only_on_coming_back(api: FakeApi, open_chat: OpenChat) -> None:
    chat = await open_chat(clock=True)
    await chat.page.clock.fast_forward(301_000)
    await expect(chat.page.locator("#banner")).to_be_hidden()
    api.kill_sessions()
    await chat.page.clock.run_for(2_000)
    await expect(chat.log).to_contain_text("Biseda skadoi. E reja fillon sapo të vazhdoni.")
    assert len(api.sessions) == 1
    await chat.ask("u ktheva")
    assert len(api.sessions) == 2


async def test_a_new_conversation_is_confirmed_and_clears_the_old_one(api: FakeApi, chat: Chat) -> None:
    await chat.ask("e vjetër")
    await chat.button("Bisedë e re").click()
    dialog = chat.page.get_by_role("dialog", name="Të fillojmë një bisedë të re?")
    await expect(dialog).to_be_visible()
    await chat.button("Anulo").click()
    await expect(dialog).to_be_hidden()
    await expect(chat.button("Bisedë e re")).to_be_focused()
    await chat.button("Bisedë e re").click()
    await chat.button("Fillo").click()
    await expect(chat.mine).to_have_count(0)
    await chat.ready()
    old, new = api.sessions.values()
    assert not old.alive
    assert new.alive
    await chat.ask("e re")


async def test_the_transcript_can_be_copied_and_downloaded(api: FakeApi, chat: Chat) -> None:
    await chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await chat.ask("sa kushton?")
    await chat.button("Kopjo bisedën").click()
    await expect(chat.page.locator("#toast")).to_have_text("Biseda u kopjua.")
    copied = await chat.page.evaluate("navigator.clipboard.readText()")
    assert "Ju: sa kushton?" in copied
    assert "Ndihma: Përgjigje për: sa kushton?" in copied
    async with chat.page.expect_download() as download:
        await chat.button("Shkarko bisedën").click()
    file = await download.value
    assert file.suggested_filename.startswith("ndihma-")
    stored = await asyncio.to_thread(Path(await file.path()).read_text, "utf-8")
    assert stored == copied
