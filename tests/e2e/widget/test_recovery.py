"""Never loses a word: no network, a server that dies, a reload, a second tab, a session that ends, a sleep."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from .conftest import OpenWidget, Widget, until
from .fake_api import FakeApi
from .fake_session import Failure

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]

EXPIRED = "Biseda e mëparshme skadoi, prandaj filluam një të re."


async def test_what_is_written_without_network_waits_and_goes_in_order_when_it_is_back(
    api: FakeApi, widget: Widget
) -> None:
    await widget.context.set_offline(True)
    await expect(widget.banner).to_contain_text("Pa lidhje.")
    await expect(widget.page.get_by_role("alert")).to_contain_text("Pa lidhje")
    await widget.say("një")
    await widget.say("dy")
    await expect(widget.mine.first).to_contain_text("pret lidhjen")
    await expect(widget.mine.last).to_contain_text("pret lidhjen")
    await widget.context.set_offline(False)
    await expect(widget.replies.last).to_contain_text("Përgjigje për: dy")
    await expect(widget.banner).to_have_count(0)
    assert [post["text"] for post in api.posts] == ["një", "dy"]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", post["client_id"]) for post in api.posts)
    await expect(widget.page.get_by_role("status").filter(has_text="Lidhja u rikthye.")).to_be_attached()


async def test_a_message_that_waits_can_be_tried_at_once(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(clock=True)
    await widget.page.clock.pause_at(
        datetime.now(UTC) + timedelta(seconds=30)
    )  # nothing is tried by itself from here on
    api.down = True
    await widget.say("ende?")
    await until(lambda: api.requests.count(f"POST /api/v1/sessions/{api.session.id}/messages") == 1)
    while "pret lidhjen" not in await widget.mine.last.inner_text():
        await widget.page.clock.run_for(200)
    api.down = False
    await widget.mine.last.get_by_role("button", name="Provo përsëri").click()
    await expect(widget.replies.last).to_contain_text("Përgjigje për: ende?")
    assert len(api.posts) == 1


async def test_a_lost_answer_is_asked_for_again_and_nothing_is_stored_twice(api: FakeApi, widget: Widget) -> None:
    api.lose_answer_to.add("messages")
    await widget.ask("a arriti?")
    await until(lambda: len(api.posts) >= 1)
    assert len({post["client_id"] for post in api.posts}) == 1
    assert sum(event["type"] == "message" for event in api.session.events) == 1
    await expect(widget.mine).to_have_count(1)


async def test_a_server_that_dies_in_the_middle_of_an_answer_is_waited_for(api: FakeApi, widget: Widget) -> None:
    api.mute.add("sa kushton?")
    await widget.say("sa kushton?")
    await expect(widget.page.get_by_text("Ndihma po shkruan…")).to_be_visible()
    api.down = True
    api.drop_streams()
    await expect(widget.banner).to_be_visible()
    await expect(widget.page.get_by_text("Ndihma po shkruan…")).to_have_count(0)
    api.reply(api.session, "7 €.")
    api.down = False
    await widget.button("Provo tani").click()
    await expect(widget.replies.last).to_contain_text("7 €.")
    await expect(widget.banner).to_have_count(0)
    assert await widget.mine.count() == 1


async def test_a_server_that_is_down_at_the_start_is_waited_for(api: FakeApi, open_widget: OpenWidget) -> None:
    api.down = True
    widget = await open_widget(wait=False)
    await widget.launcher.click()
    await expect(widget.page.locator("#problem")).to_contain_text("080010000")
    await widget.say("u lodha duke pritur")
    await expect(widget.mine.last).to_contain_text("pret lidhjen")
    api.down = False
    await widget.button("Provo tani").click()
    await expect(widget.replies.last).to_contain_text("Përgjigje për: u lodha duke pritur")
    await expect(widget.page.locator("#problem")).to_have_count(0)


async def test_a_refusal_to_open_a_session_is_told_in_the_servers_words(api: FakeApi, open_widget: OpenWidget) -> None:
    api.fail("sessions", Failure(429, "rate_limited", "Shumë biseda nga kjo adresë.", {"Retry-After": "1"}))
    widget = await open_widget(wait=False)
    await widget.launcher.click()
    await expect(widget.page.locator("#problem")).to_have_text("Shumë biseda nga kjo adresë.")
    await widget.ready()


async def test_the_next_page_of_the_site_has_the_conversation_and_the_panel_as_they_were(
    api: FakeApi, widget: Widget
) -> None:
    await widget.ask("një")
    await widget.page.get_by_role("link", name="Tjetër").click()
    await expect(widget.replies.last).to_contain_text("Përgjigje për: një")
    await expect(widget.panel).to_be_visible()
    await widget.ask("dy")
    await expect(widget.mine).to_have_count(2)
    assert len(api.sessions) == 1


async def test_what_is_unsent_or_half_written_outlives_a_reload(api: FakeApi, widget: Widget) -> None:
    await widget.ask("një")
    api.down = True
    await widget.say("dy")
    await widget.field.fill("gjysma e një")
    widget.page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await widget.page.reload()
    await expect(widget.mine.last).to_contain_text("dy")
    await expect(widget.field).to_have_value("gjysma e një")
    api.down = False
    await widget.button("Provo tani").click()
    await expect(widget.replies.last).to_contain_text("Përgjigje për: dy")
    texts = await widget.mine.locator(".bubble p").all_inner_texts()
    assert texts == ["një", "dy"]
    assert await widget.field.input_value() == "gjysma e një"


async def test_a_message_that_was_stored_before_the_reload_is_not_sent_again(api: FakeApi, widget: Widget) -> None:
    await widget.ask("një")
    key = f"ndihma {api.url} outbox"
    kept = json.dumps([{"message": {"client_id": api.posts[0]["client_id"], "text": "një"}, "refused": False}])
    await widget.page.evaluate("([key, kept]) => sessionStorage.setItem(key, kept)", [key, kept])
    widget.page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await widget.page.reload()
    await widget.ask("dy")
    await expect(widget.mine).to_have_count(2)
    assert sum(event["type"] == "message" for event in api.session.events) == 2


async def test_a_token_that_ended_in_sleep_is_renewed(api: FakeApi, widget: Widget) -> None:
    api.fail("messages", Failure(401, "token_expired", "Qasja në bisedë ka skaduar."))
    await widget.ask("pas gjumit")
    assert api.tokens_refreshed == 1
    assert len(api.sessions) == 1


async def test_the_stream_goes_on_after_its_cursor(api: FakeApi, widget: Widget) -> None:
    await widget.ask("një")
    stored = max(event.get("cursor", 0) for event in api.session.events)
    api.drop_streams()
    api.reply(api.session, "Erdhi gjatë ndërprerjes.")
    await expect(widget.replies.last).to_contain_text("Erdhi gjatë ndërprerjes.")
    assert api.stream_afters[-1] == stored
    await expect(widget.banner).to_have_count(0)


async def test_a_silent_stream_counts_as_dead(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(clock=True)
    before = len(api.stream_afters)
    await widget.page.clock.fast_forward(41_000)
    await widget.page.clock.run_for(1_000)
    await widget.ask("prapë këtu")
    assert len(api.stream_afters) > before


async def test_a_session_that_ended_is_followed_by_a_new_one_as_soon_as_somebody_goes_on(
    api: FakeApi, widget: Widget
) -> None:
    await widget.ask("më parë")
    api.kill_sessions()
    await expect(widget.log).to_contain_text("Biseda skadoi. E reja fillon sapo të vazhdoni.")
    assert len(api.sessions) == 1
    await widget.ask("më pas")
    assert len(api.sessions) == 2
    await expect(widget.log).to_contain_text(EXPIRED)
    await expect(widget.log).to_contain_text("Përgjigje për: më parë")
    await expect(widget.log).not_to_contain_text("E reja fillon")


async def test_a_message_to_a_session_that_ended_reaches_the_next_one(api: FakeApi, widget: Widget) -> None:
    api.session.alive = False
    await widget.say("a më dëgjoni?")
    await expect(widget.replies.last).to_contain_text("Përgjigje për: a më dëgjoni?")
    assert len(api.sessions) == 2
    assert len(api.posts) == 1


async def test_a_reload_into_a_session_that_ended_starts_a_new_one(api: FakeApi, widget: Widget) -> None:
    await widget.ask("më parë")
    api.session.alive = False
    await widget.page.reload()
    await expect(widget.log).to_contain_text(EXPIRED)
    await widget.ask("më pas")
    assert len(api.sessions) == 2


async def test_a_session_that_ended_is_not_replaced_behind_a_closed_panel(api: FakeApi, widget: Widget) -> None:
    await widget.button("Mbyll").click()
    api.session.alive = False
    await widget.page.reload()
    await expect(widget.launcher).to_be_visible()
    await widget.page.wait_for_load_state("networkidle")
    assert len(api.sessions) == 1


async def test_only_id_and_token_outlive_the_tab_and_nothing_said_is_kept(api: FakeApi, widget: Widget) -> None:
    await widget.ask("numri im është 044 123 456")
    kept = await widget.page.evaluate(
        "({session: {...sessionStorage}, local: {...localStorage}, cookie: document.cookie})"
    )
    assert kept["cookie"] == ""
    assert list(kept["local"]) == [f"ndihma {api.url}"]
    assert json.loads(kept["local"][f"ndihma {api.url}"]) == {"id": api.session.id, "token": api.session.token}
    assert kept["session"] == {f"ndihma {api.url} open": "true"}


async def test_a_site_that_forbids_storage_still_has_a_conversation(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(wait=False)
    await widget.context.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"])
             Object.defineProperty(window, name, {get() { throw new Error("no"); }});"""
    )
    await widget.page.reload()
    await widget.open()
    await widget.ask("pa kujtesë")
    await widget.ask("edhe një")
    assert len(api.sessions) == 1


async def test_what_was_too_much_for_the_server_goes_by_itself_after_the_wait(api: FakeApi, widget: Widget) -> None:
    busy = Failure(429, "rate_limited", "Keni dërguar shumë mesazhe.", {"Retry-After": "1"})
    api.fail("messages", busy, busy)
    await widget.ask("a më dëgjoni?")
    await expect(widget.mine).to_have_count(1)
    await expect(widget.mine.last).to_contain_text("u dërgua")
    assert len(api.posts) == 1


async def test_a_used_topic_is_still_marked_after_a_reload(api: FakeApi, widget: Widget) -> None:
    await widget.button("Kodi PUK").click()
    await expect(widget.replies.last).to_contain_text("Përgjigje për: Kodi PUK")
    await widget.page.reload()
    await expect(widget.button("Kodi PUK (e zgjedhur)")).to_be_disabled()
    await widget.ask("edhe diçka")
    assert len(api.sessions) == 1
