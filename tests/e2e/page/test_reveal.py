"""S8: the cover over a PUK: opened once, shown for a while, wiped; under the page's strict policy."""

from __future__ import annotations

import json
import re

import pytest
from playwright.async_api import expect

from .conftest import Chat, OpenChat
from .fake_server import PUK, Failure, FakeApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]


async def everything(chat: Chat) -> str:
    """The whole document, and all that the page keeps."""
    kept = await chat.page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}, history.state])")
    return await chat.page.content() + json.dumps(kept)


async def test_s8_the_code_shows_on_a_click_and_is_wiped_when_its_time_is_over(api: FakeApi, chat: Chat) -> None:
    await chat.page.clock.install()
    api.reveal()
    show = chat.button("Shfaq kodin")
    await expect(show).to_be_focused()
    assert PUK not in await everything(chat)
    await show.press("Enter")
    code = chat.page.locator(".puk")
    await expect(code).to_have_text(f"PUK: {PUK}")
    await expect(code).to_be_focused()
    await expect(code).to_have_css("user-select", "none")
    await expect(chat.page.get_by_role("timer")).to_have_text(re.compile(r"Kodi fshihet pas \d+ s\."))
    await expect(chat.log).to_contain_text("Kodi PUK u shfaq.")
    await chat.page.clock.run_for(30_000)
    await expect(code).to_have_count(1)
    await chat.page.clock.run_for(31_000)
    await expect(code).to_have_count(0)
    assert PUK not in await everything(chat)
    assert api.redeemed == ["R" * 22]


async def test_s8_closing_wipes_the_code_at_once_and_a_reload_does_not_bring_it_back(api: FakeApi, chat: Chat) -> None:
    api.reveal()
    await chat.button("Shfaq kodin").click()
    await expect(chat.page.locator(".puk")).to_have_count(1)
    await chat.page.keyboard.press("Escape")
    await expect(chat.page.locator(".puk")).to_have_count(0)
    assert PUK not in await everything(chat)
    await chat.page.reload()
    await expect(chat.log).to_contain_text("Kodi PUK u shfaq.")
    assert PUK not in await everything(chat)
    await expect(chat.button("Shfaq kodin")).to_have_count(0)


async def test_s8_a_cover_closes_when_another_window_has_shown_the_code(api: FakeApi, chat: Chat) -> None:
    api.reveal()
    await expect(chat.button("Shfaq kodin")).to_be_focused()
    api.store(api.session, "reveal", state="shown", reference=None, expires_at=None)
    await expect(chat.log).to_contain_text("Kodi PUK u shfaq.")
    await expect(chat.button("Shfaq kodin")).to_have_count(0)


async def test_s8_a_code_whose_answer_comes_after_its_event_is_shown_all_the_same(api: FakeApi, chat: Chat) -> None:
    api.reveal_delay_s = 1
    api.reveal()
    await chat.button("Shfaq kodin").click()
    await expect(chat.log).to_contain_text("Kodi PUK u shfaq.")
    await expect(chat.page.locator(".puk")).to_have_text(f"PUK: {PUK}")


async def test_the_code_is_not_in_the_copied_conversation(api: FakeApi, chat: Chat) -> None:
    api.reveal()
    await chat.button("Shfaq kodin").click()
    await expect(chat.page.locator(".puk")).to_have_count(1)
    assert PUK not in await chat.log.inner_text()
    announced = await chat.page.locator("#say, #say-now").all_inner_texts()
    assert PUK not in "".join(announced)


async def test_a_refusal_is_told_on_the_cover(api: FakeApi, chat: Chat) -> None:
    api.fail("R" * 22, Failure(409, "reveal_refused", "Kodi PUK nuk mund të tregohet tani."))
    api.reveal()
    await chat.button("Shfaq kodin").click()
    await expect(chat.page.locator("#reveal")).to_contain_text("Kodi PUK nuk mund të tregohet tani.")
    await expect(chat.page.locator(".puk")).to_have_count(0)


async def test_a_cover_whose_time_is_over_does_not_open(api: FakeApi, chat: Chat) -> None:
    api.reveal(seconds=-1)
    api.verification("number_needed")
    await expect(chat.page.get_by_label("Numri i telefonit")).to_have_count(1)
    await expect(chat.page.locator("#reveal")).to_be_hidden()


async def test_who_waits_for_a_code_for_the_puk_is_told_where_it_can_go(api: FakeApi, open_chat: OpenChat) -> None:
    chat = await open_chat(clock=True)
    step = {"masked": "044 ••• •56", "expires_at": "2100-01-01T00:00:00+01:00", "purpose": "puk", "sent_to": None}
    api.store(api.session, "verification", state="code_sent", **step)
    await expect(chat.page.get_by_label("Kodi me 6 shifra")).to_be_visible()
    await chat.page.clock.run_for(31_000)
    await expect(chat.page.locator("#no-code")).to_contain_text("te kontaktet e regjistruara para më shumë se 72 orësh")


async def test_s8_the_second_code_has_a_field_of_its_own_and_says_where_it_went(api: FakeApi, chat: Chat) -> None:
    step = {"masked": None, "expires_at": None, "purpose": "puk", "sent_to": None}
    api.store(api.session, "verification", state="number_needed", **step)
    form = chat.page.get_by_role("form")
    await expect(form.filter(has_text="kontaktet tuaja të regjistruara")).to_have_count(1)
    sent = step | {"masked": "044 ••• •56", "expires_at": "2100-01-01T00:00:00+01:00"}
    api.store(api.session, "verification", state="code_sent", **sent)
    await expect(form.filter(has_text="Nëse nuk vjen, kërkoni kod të ri")).to_have_count(1)
    api.store(api.session, "verification", state="code_sent", **sent | {"sent_to": "d•••@e•••.com"})
    await expect(form.filter(has_text="Kodi i dytë po dërgohet te kontakti d•••@e•••.com")).to_have_count(1)
