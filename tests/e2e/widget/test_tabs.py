"""Two tabs of one site have one conversation: with Web Locks, and where there are none."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from playwright.async_api import expect

from .conftest import OpenWidget, until
from .fake_api import FakeApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]

NO_LOCKS: Final = "delete Navigator.prototype.locks;"
both_ways = pytest.mark.parametrize("script", [None, NO_LOCKS], ids=["locks", "no_locks"])


@both_ways
async def test_two_tabs_stay_in_step(api: FakeApi, open_widget: OpenWidget, script: str | None) -> None:
    widget = await open_widget(script=script)
    await widget.ask("nga e para")
    other = await open_widget(context=widget.context)
    await expect(other.replies.last).to_contain_text("Përgjigje për: nga e para")
    await other.ask("nga e dyta")
    await expect(widget.mine.last).to_contain_text("nga e dyta")
    await expect(widget.replies.last).to_contain_text("Përgjigje për: nga e dyta")
    assert len(api.sessions) == 1
    await other.menu("Përfundo bisedën")
    await other.button("Përfundo").click()
    await expect(widget.log).to_contain_text("Biseda përfundoi.")
    await other.button("Bisedë e re").click()
    await other.ask("e re")
    await expect(widget.replies.last).to_contain_text("Përgjigje për: e re")
    assert len(api.sessions) == 2


@both_ways
async def test_two_tabs_that_open_at_once_begin_one_conversation(
    api: FakeApi, open_widget: OpenWidget, script: str | None
) -> None:
    one = await open_widget(wait=False, script=script)
    other = await open_widget(wait=False, context=one.context)
    await asyncio.gather(one.launcher.click(), other.launcher.click())
    await one.ready()
    await other.ready()
    assert len(api.sessions) == 1
    await one.ask("këtu")
    await expect(other.replies.last).to_contain_text("Përgjigje për: këtu")


@both_ways
async def test_the_token_is_renewed_once_for_all_tabs_before_it_ends(
    api: FakeApi, open_widget: OpenWidget, script: str | None
) -> None:
    one = await open_widget(clock=True, script=script)
    other = await open_widget(context=one.context, clock=True)
    await other.ready()
    first = api.session.token
    await one.page.clock.fast_forward(785_000)
    await until(lambda: api.tokens_refreshed == 1)
    await one.ask("pas trembëdhjetë minutash")
    await other.ask("edhe këtu")
    assert api.session.token != first
    assert api.tokens_refreshed == 1
    assert len(api.sessions) == 1


@both_ways
async def test_what_is_read_in_one_tab_is_read_in_the_other(
    api: FakeApi, open_widget: OpenWidget, script: str | None
) -> None:
    one = await open_widget(script=script)
    await one.button("Mbyll").click()
    other = await open_widget(wait=False, context=one.context)
    for tab in (one, other):
        await expect(tab.launcher).to_be_visible()
    await until(lambda: len(api.stream_afters) > 1)
    api.reply(api.session, "Një lajm.")
    for tab in (one, other):
        await expect(tab.page.locator(".badge")).to_have_text("1")
    await other.launcher.click()
    await expect(one.page.locator(".badge")).to_have_count(0)


async def test_without_locks_nothing_but_the_session_stays_in_the_storage(
    api: FakeApi, open_widget: OpenWidget
) -> None:
    widget = await open_widget(script=NO_LOCKS)
    assert not await widget.page.evaluate("'locks' in navigator")
    await widget.ask("një")
    await widget.ask("dy")
    name = f"ndihma {api.url}"
    await widget.page.wait_for_function("Object.keys(localStorage).length === 1")
    assert await widget.page.evaluate("Object.keys(localStorage)") == [name]


async def test_the_lock_of_a_tab_that_was_closed_at_its_work_ends_by_itself(
    api: FakeApi, open_widget: OpenWidget
) -> None:
    widget = await open_widget(script=NO_LOCKS, clock=True)
    await widget.page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=30))
    lease = "([key, life]) => localStorage.setItem(key, JSON.stringify({by: 'gone', until: Date.now() + life}))"
    await widget.page.evaluate(lease, [f"ndihma {api.url} send", 19_000])
    await widget.say("a pret dikush?")
    await widget.page.clock.run_for(2_000)
    assert api.posts == []
    await widget.page.clock.fast_forward(20_000)
    await widget.page.clock.run_for(1_000)
    await expect(widget.replies.last).to_contain_text("Përgjigje për: a pret dikush?")


async def test_a_lock_that_a_wrong_clock_left_far_ahead_is_not_waited_for(
    api: FakeApi, open_widget: OpenWidget
) -> None:
    widget = await open_widget(script=NO_LOCKS)
    kept = json.dumps({"by": "gone", "until": 4_102_444_800_000})
    await widget.page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [f"ndihma {api.url} send", kept])
    await widget.ask("vazhdojmë")


async def test_a_full_storage_costs_the_lock_and_not_the_message(api: FakeApi, open_widget: OpenWidget) -> None:
    full = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
    widget = await open_widget(script=NO_LOCKS + full)
    await widget.ask("pa vend")
    await widget.ask("edhe një")
    assert len(api.sessions) == 1
