"""The card that proves a number; and the development outbox."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from .conftest import Chat, OpenChat
from .fake_server import CODE, Failure, FakeApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]


async def to_code(api: FakeApi, chat: Chat) -> None:
    api.verification("number_needed")
    number = chat.page.get_by_label("Numri i telefonit")
    await expect(number).to_be_focused()
    await number.fill("044 123 456")
    await number.press("Enter")
    await expect(chat.page.get_by_label("Kodi me 6 shifra")).to_be_focused()


async def test_a_number_is_verified_by_keyboard_alone(api: FakeApi, chat: Chat) -> None:
    await to_code(api, chat)
    code = chat.page.get_by_label("Kodi me 6 shifra")
    await expect(chat.page.get_by_role("form", name="Shkruani kodin")).to_contain_text(
        "Nëse numri 044 ••• •56 është i Valës"
    )
    before = api.session.token
    await code.press_sequentially(CODE)
    await code.press("Enter")
    await expect(chat.log).to_contain_text(re.compile(r"Numri 044 ••• •56 u verifikua\. Vlen deri në orën \d\d:\d\d\."))
    await expect(code).to_have_count(0)
    await expect(chat.field).to_be_focused()
    assert api.session.token != before
    await chat.ask("me shenjën e re")


async def test_the_fields_are_made_for_telephones(api: FakeApi, chat: Chat) -> None:
    api.verification("number_needed")
    number = chat.page.get_by_label("Numri i telefonit")
    await expect(number).to_have_attribute("inputmode", "tel")
    await expect(number).to_have_attribute("autocomplete", "tel")
    api.verification("code_sent", "044 ••• •56", 300)
    code = chat.page.get_by_label("Kodi me 6 shifra")
    await expect(code).to_have_attribute("inputmode", "numeric")
    await expect(code).to_have_attribute("autocomplete", "one-time-code")
    await expect(code).to_have_attribute("maxlength", "6")


async def test_an_impossible_number_is_not_sent(api: FakeApi, chat: Chat) -> None:
    api.verification("number_needed")
    number = chat.page.get_by_label("Numri i telefonit")
    await number.fill("044")
    await number.press("Enter")
    await expect(chat.page.get_by_role("alert")).to_contain_text("Shkruani numrin e plotë")
    await expect(number).to_have_attribute("aria-invalid", "true")
    assert api.outbox == []


async def test_a_refused_number_shows_the_servers_sentence(api: FakeApi, chat: Chat) -> None:
    api.fail("verification", Failure(429, "too_many_codes", "Keni kërkuar shumë kode. Provoni pas 15 minutash."))
    api.verification("number_needed")
    number = chat.page.get_by_label("Numri i telefonit")
    await number.fill("044 123 456")
    await number.press("Enter")
    await expect(chat.page.locator("#card-error")).to_have_text("Keni kërkuar shumë kode. Provoni pas 15 minutash.")


async def test_a_wrong_code_tells_how_many_tries_are_left(api: FakeApi, chat: Chat) -> None:
    await to_code(api, chat)
    code = chat.page.get_by_label("Kodi me 6 shifra")
    await code.fill("000000")
    await code.press("Enter")
    await expect(chat.page.locator("#card-error")).to_have_text("Kodi nuk është i saktë. Ju mbeten 4 përpjekje.")
    await expect(chat.page.get_by_role("alert")).to_contain_text("Ju mbeten 4 përpjekje.")
    await expect(code).to_be_focused()
    for left in ("Ju mbeten 3 përpjekje.", "Ju mbeten 2 përpjekje.", "Ju mbetet 1 përpjekje."):
        await code.fill("000000")
        await code.press("Enter")
        await expect(chat.page.locator("#card-error")).to_contain_text(left)
    await code.fill("000000")
    await code.press("Enter")
    # The code is used up, the step is not: another may be asked for.
    await expect(chat.page.locator("#card-error")).to_contain_text("Kodi nuk vlen më")
    await expect(chat.page.get_by_label("Numri i telefonit")).to_have_value("044 123 456")
    await chat.button("Dërgo kodin").click()
    await expect(code).to_be_focused()


async def test_a_locked_number_ends_the_step(api: FakeApi, chat: Chat) -> None:
    await to_code(api, chat)
    api.verification("locked", "044 ••• •56", 86_400)
    await expect(chat.log).to_contain_text(
        re.compile(r"u ndal pas shumë përpjekjeve të gabuara\. Provoni pas datës \d+ \w+ \d{4}, \d\d:\d\d ose thirrni")
    )
    await expect(chat.page.get_by_label("Kodi me 6 shifra")).to_have_count(0)


async def test_a_short_code_is_not_sent(api: FakeApi, chat: Chat) -> None:
    await to_code(api, chat)
    code = chat.page.get_by_label("Kodi me 6 shifra")
    await code.press_sequentially("12a3")
    await expect(code).to_have_value("123")
    await code.press("Enter")
    await expect(chat.page.locator("#card-error")).to_have_text("Kodi ka 6 shifra.")
    assert api.session.tries_left == 5


@pytest.mark.parametrize("pasted", ["482913", "482 913", "Kodi juaj për Ndihmën: 482913. Vlen 5 minuta."])
async def test_a_code_is_found_in_what_is_pasted(api: FakeApi, chat: Chat, pasted: str) -> None:
    await to_code(api, chat)
    await chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await chat.page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
    code = chat.page.get_by_label("Kodi me 6 shifra")
    await code.press("Control+v")
    await expect(code).to_have_value(CODE)


async def test_a_new_code_can_be_had_after_thirty_seconds(api: FakeApi, open_chat: OpenChat) -> None:
    chat = await open_chat(clock=True)
    await to_code(api, chat)
    countdown = chat.page.get_by_role("timer")
    await expect(countdown).to_contain_text(re.compile(r"Kodi vlen edhe (5:00|4:5\d)"))
    resend = chat.page.locator("#resend")
    await expect(resend).to_have_attribute("aria-disabled", "true")
    await resend.click(force=True)
    assert len(api.outbox) == 1
    await chat.page.clock.run_for(31_000)
    await expect(countdown).to_contain_text("4:2")
    await expect(resend).to_have_attribute("aria-disabled", "false")
    await resend.click()
    await expect(resend).to_have_attribute("aria-disabled", "true")
    assert len(api.outbox) == 2
    await expect(chat.page.get_by_role("status").filter(has_text="një kod i ri arrin pas pak")).to_be_attached()


async def test_s17_who_gets_no_sms_is_told_the_other_ways_whatever_the_number(
    api: FakeApi, open_chat: OpenChat
) -> None:
    chat = await open_chat(clock=True)
    await to_code(api, chat)
    help_line = chat.page.locator("#no-code")
    await expect(help_line).to_be_hidden()
    await chat.page.clock.run_for(31_000)
    await expect(help_line).to_be_visible()
    await expect(help_line).to_contain_text("thirrni 080010000, pa pagesë, ose ejani në sportelet", ignore_case=True)
    await expect(chat.page.get_by_role("status").filter(has_text="Nuk ju erdhi SMS?")).to_be_attached()


async def test_the_countdown_ends_and_says_so(api: FakeApi, chat: Chat) -> None:
    api.code_life_s = 2
    await to_code(api, chat)
    countdown = chat.page.get_by_role("timer")
    await expect(countdown).to_contain_text("Kodi vlen edhe 0:0")
    await expect(countdown).to_have_text("Kodi skadoi. Kërkoni një kod të ri.")
    await expect(chat.page.get_by_role("alert")).to_contain_text("Kodi skadoi")


async def test_an_expired_code_says_so(api: FakeApi, chat: Chat) -> None:
    await to_code(api, chat)
    api.fail("code", Failure(410, "code_expired", "Kodi ka skaduar. Kërkoni një kod të ri."))
    code = chat.page.get_by_label("Kodi me 6 shifra")
    await code.fill(CODE)
    await code.press("Enter")
    await expect(chat.page.locator("#card-error")).to_have_text("Kodi ka skaduar. Kërkoni një kod të ri.")
    api.verification("expired", "044 ••• •56", 0)
    await chat.button("Dërgo kod të ri").click()
    await expect(chat.page.get_by_role("timer")).to_contain_text("Kodi vlen edhe")
    assert len(api.outbox) == 2


@pytest.mark.parametrize("how", ["button", "escape"])
async def test_the_step_can_be_cancelled(api: FakeApi, chat: Chat, how: str) -> None:
    await to_code(api, chat)
    if how == "button":
        await chat.button("Anulo").click()
    else:
        await chat.page.keyboard.press("Escape")
    await expect(chat.log).to_contain_text("Verifikimi u anulua.")
    await expect(chat.page.get_by_role("form", name="Shkruani kodin")).to_have_count(0)
    await expect(chat.field).to_be_focused()


async def test_the_number_can_be_corrected(api: FakeApi, chat: Chat) -> None:
    await to_code(api, chat)
    await chat.button("Ndrysho numrin").click()
    number = chat.page.get_by_label("Numri i telefonit")
    await expect(number).to_have_value("044 123 456")
    await number.fill("049 555 111")
    await number.press("Enter")
    await expect(chat.page.get_by_role("form", name="Shkruani kodin")).to_contain_text("049 ••• •11")


async def test_a_reload_in_the_middle_finds_the_step_again(api: FakeApi, chat: Chat) -> None:
    await to_code(api, chat)
    await chat.page.reload()
    code = chat.page.get_by_label("Kodi me 6 shifra")
    await code.fill(CODE)
    await code.press("Enter")
    await expect(chat.log).to_contain_text("u verifikua")
    await chat.page.reload()
    await expect(chat.log).to_contain_text("u verifikua")
    await expect(code).to_have_count(0)


async def test_a_card_does_not_take_the_focus_from_someone_who_writes(api: FakeApi, chat: Chat) -> None:
    await chat.field.fill("gjysma e një pyetjeje")
    api.verification("number_needed")
    await expect(chat.page.get_by_label("Numri i telefonit")).to_be_visible()
    await expect(chat.field).to_be_focused()


async def test_the_hint_to_the_outbox_is_for_development_only(api: FakeApi, open_chat: OpenChat) -> None:
    chat = await open_chat()
    await to_code(api, chat)
    await expect(chat.page.get_by_role("link", name="Zhvillim: shihni kodet e dërguara")).to_be_visible()
    api.development = False
    other = await open_chat()
    await to_code(api, other)
    await expect(other.page.get_by_role("link", name="Zhvillim")).to_have_count(0)


async def test_the_outbox_page_shows_the_codes_and_what_it_is(api: FakeApi, open_chat: OpenChat) -> None:
    chat = await open_chat(wait=False, path="/outbox")
    await expect(chat.page.get_by_text("Vetëm për zhvillim")).to_be_visible()
    await expect(chat.page.get_by_text("Ende nuk është dërguar asnjë mesazh.")).to_be_visible()
    api.outbox.append({"at": "2026-11-22T16:00:00+01:00", "to": "044 ••• •56", "text": f"<b>Kodi</b>: {CODE}"})
    item = chat.page.get_by_role("listitem")
    await expect(item).to_contain_text(f"<b>Kodi</b>: {CODE}")
    await expect(item).to_contain_text("Për numrin 044 ••• •56 · 22 nëntor 2026, 16:00")


async def test_the_outbox_page_says_when_there_is_none(api: FakeApi, open_chat: OpenChat) -> None:
    api.development = False
    chat = await open_chat(wait=False, path="/outbox")
    await expect(chat.page.get_by_text("Kjo faqe nuk ekziston në këtë mënyrë pune.")).to_be_visible()
