"""The card that proves a number, and the development outbox that tells its codes."""

from __future__ import annotations

import json
import re

import pytest
from playwright.async_api import expect

from .cards import to_code
from .conftest import OpenWidget, Widget, until
from .fake_api import FakeApi
from .fake_session import CODE, Failure

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]


async def test_a_number_is_verified_by_keyboard_alone(api: FakeApi, widget: Widget) -> None:
    await to_code(api, widget)
    code = widget.page.get_by_label("Kodi me 6 shifra")
    await expect(widget.page.get_by_role("form", name="Shkruani kodin")).to_contain_text(
        "Nëse numri 044 ••• •56 është i Valës"
    )
    before = api.session.token
    await code.press_sequentially(CODE)
    await code.press("Enter")
    await expect(widget.log).to_contain_text(
        re.compile(r"Numri 044 ••• •56 u verifikua\. Vlen deri në orën \d\d:\d\d\.")
    )
    await expect(code).to_have_count(0)
    await expect(widget.field).to_be_focused()
    assert api.session.token != before
    await widget.ask("me shenjën e re")


async def test_the_fields_are_made_for_telephones(api: FakeApi, widget: Widget) -> None:
    api.verification("number_needed")
    number = widget.page.get_by_label("Numri i telefonit")
    await expect(number).to_have_attribute("inputmode", "tel")
    await expect(number).to_have_attribute("autocomplete", "tel")
    api.verification("code_sent", "044 ••• •56", 300)
    code = widget.page.get_by_label("Kodi me 6 shifra")
    await expect(code).to_have_attribute("inputmode", "numeric")
    await expect(code).to_have_attribute("autocomplete", "one-time-code")
    await expect(code).to_have_attribute("maxlength", "6")


async def test_impossible_numbers_and_short_codes_are_not_sent(api: FakeApi, widget: Widget) -> None:
    api.verification("number_needed")
    number = widget.page.get_by_label("Numri i telefonit")
    await number.fill("044")
    await number.press("Enter")
    await expect(widget.page.get_by_role("alert")).to_contain_text("Shkruani numrin e plotë")
    await expect(number).to_have_attribute("aria-invalid", "true")
    await expect(number).to_be_focused()
    assert api.outbox == []
    await number.fill("044 123 456")
    await number.press("Enter")
    code = widget.page.get_by_label("Kodi me 6 shifra")
    await code.press_sequentially("12a3")
    await expect(code).to_have_value("123")
    await code.press("Enter")
    await expect(widget.page.locator("#proving-error")).to_have_text("Kodi ka 6 shifra.")
    assert api.session.tries_left == 5


@pytest.mark.parametrize("pasted", ["482913", "482 913", "Kodi juaj për Ndihmën: 482913. Vlen 5 minuta."])
async def test_a_code_is_found_in_what_is_pasted(api: FakeApi, widget: Widget, pasted: str) -> None:
    await to_code(api, widget)
    await widget.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await widget.page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
    code = widget.page.get_by_label("Kodi me 6 shifra")
    await code.press("Control+v")
    await expect(code).to_have_value(CODE)


async def test_a_wrong_code_tells_how_many_tries_are_left_until_it_is_used_up(api: FakeApi, widget: Widget) -> None:
    await to_code(api, widget)
    code = widget.page.get_by_label("Kodi me 6 shifra")
    error = widget.page.locator("#proving-error")
    for left in (
        "Ju mbeten 4 përpjekje.",
        "Ju mbeten 3 përpjekje.",
        "Ju mbeten 2 përpjekje.",
        "Ju mbetet 1 përpjekje.",
    ):
        await code.fill("000000")
        await code.press("Enter")
        await expect(error).to_have_text(f"Kodi nuk është i saktë. {left}")
        await expect(code).to_be_focused()
    await code.fill("000000")
    await code.press("Enter")
    # The code is used up, the step is not: another may be asked for.
    await expect(error).to_contain_text("Kodi nuk vlen më")
    await expect(widget.page.get_by_label("Numri i telefonit")).to_have_value("044 123 456")
    await widget.button("Dërgo kodin").click()
    await expect(code).to_be_focused()


async def test_a_new_code_can_be_had_after_thirty_seconds_and_help_is_the_same_for_every_number(
    api: FakeApi, open_widget: OpenWidget
) -> None:
    widget = await open_widget(clock=True)
    await to_code(api, widget)
    resend = widget.page.locator("#resend")
    await expect(resend).to_have_attribute("aria-disabled", "true")
    await resend.click(force=True)
    assert len(api.outbox) == 1
    await expect(widget.page.locator("#no-code")).to_have_count(0)
    await widget.page.clock.run_for(32_000)
    await expect(widget.page.locator("#no-code")).to_contain_text("thirrni 080010000, pa pagesë")
    await expect(resend).to_have_attribute("aria-disabled", "false")
    await resend.click()
    await expect(resend).to_have_attribute("aria-disabled", "true")
    assert len(api.outbox) == 2


async def test_the_countdown_ends_and_says_so(api: FakeApi, widget: Widget) -> None:
    api.code_life_s = 2
    await to_code(api, widget)
    await expect(widget.page.get_by_role("timer")).to_have_text("Kodi skadoi. Kërkoni një kod të ri.")
    await expect(widget.page.get_by_role("alert")).to_contain_text("Kodi skadoi")


async def test_a_refused_number_shows_the_servers_sentence(api: FakeApi, widget: Widget) -> None:
    api.fail("verification", Failure(429, "too_many_codes", "Keni kërkuar shumë kode. Provoni pas 15 minutash."))
    api.verification("number_needed")
    await widget.page.get_by_label("Numri i telefonit").fill("044 123 456")
    await widget.button("Dërgo kodin").click()
    await expect(widget.page.locator("#proving-error")).to_have_text(
        "Keni kërkuar shumë kode. Provoni pas 15 minutash."
    )


async def test_escape_cancels_the_step_and_leaves_the_panel_open(api: FakeApi, widget: Widget) -> None:
    await to_code(api, widget)
    await widget.page.keyboard.press("Escape")
    await expect(widget.log).to_contain_text("Verifikimi u anulua.")
    await expect(widget.panel).to_be_visible()
    await expect(widget.field).to_be_focused()


async def test_a_reload_in_the_middle_finds_the_step_again(api: FakeApi, widget: Widget) -> None:
    await to_code(api, widget)
    await widget.page.reload()
    code = widget.page.get_by_label("Kodi me 6 shifra")
    await code.fill(CODE)
    await code.press("Enter")
    await expect(widget.log).to_contain_text("u verifikua")
    await expect(code).to_have_count(0)
    await widget.page.reload()
    await expect(widget.log).to_contain_text("u verifikua")
    await expect(code).to_have_count(0)
    assert len(api.sessions) == 1


async def test_a_card_does_not_take_the_focus_from_someone_who_writes(api: FakeApi, widget: Widget) -> None:
    await widget.field.fill("gjysma e një pyetjeje")
    api.verification("number_needed")
    await expect(widget.page.get_by_label("Numri i telefonit")).to_be_visible()
    await expect(widget.field).to_be_focused()


async def test_s8_the_second_code_says_where_it_went(api: FakeApi, widget: Widget) -> None:
    step = {"masked": None, "expires_at": None, "purpose": "puk", "sent_to": None}
    api.store(api.session, "verification", state="number_needed", **step)
    await expect(widget.page.get_by_role("form").first).to_contain_text("kontaktet tuaja të regjistruara")
    sent = step | {"masked": "044 ••• •56", "expires_at": "2100-01-01T00:00:00+01:00"}
    api.store(api.session, "verification", state="code_sent", **sent)
    await expect(widget.page.get_by_text("Nëse nuk vjen, kërkoni kod të ri").last).to_be_visible()
    api.store(api.session, "verification", state="code_sent", **sent | {"sent_to": "d•••@e•••.com"})
    await expect(widget.page.get_by_text("Kodi i dytë po dërgohet te kontakti d•••@e•••.com.").last).to_be_visible()


async def test_numbers_and_codes_are_kept_nowhere(api: FakeApi, widget: Widget) -> None:
    await to_code(api, widget)
    kept = json.dumps(await widget.page.evaluate("[{...sessionStorage}, {...localStorage}]"))
    assert "123" not in re.sub(r'\\"(id|token)\\":\\"[^"]*\\"', "", kept)


async def test_a_locked_number_ends_the_step(api: FakeApi, widget: Widget) -> None:
    await to_code(api, widget)
    api.verification("locked", "044 ••• •56", 86_400)
    await expect(widget.log).to_contain_text(
        re.compile(r"u ndal pas shumë përpjekjeve të gabuara\. Provoni pas datës \d+ \w+ \d{4}, \d\d:\d\d ose thirrni")
    )
    await expect(widget.page.get_by_label("Kodi me 6 shifra")).to_have_count(0)


async def test_an_expired_code_says_so_and_another_can_be_had(api: FakeApi, widget: Widget) -> None:
    await to_code(api, widget)
    api.fail("code", Failure(410, "code_expired", "Kodi ka skaduar. Kërkoni një kod të ri."))
    code = widget.page.get_by_label("Kodi me 6 shifra")
    await code.fill(CODE)
    await code.press("Enter")
    await expect(widget.page.locator("#proving-error")).to_have_text("Kodi ka skaduar. Kërkoni një kod të ri.")
    api.verification("expired", "044 ••• •56", 0)
    await widget.button("Dërgo kod të ri").click()
    await expect(widget.page.get_by_role("timer")).to_contain_text("Kodi vlen edhe")
    assert len(api.outbox) == 2


async def test_the_step_can_be_cancelled(api: FakeApi, widget: Widget) -> None:
    await to_code(api, widget)
    await widget.button("Anulo").click()
    await expect(widget.log).to_contain_text("Verifikimi u anulua.")
    await expect(widget.page.get_by_role("form", name="Shkruani kodin")).to_have_count(0)
    await expect(widget.field).to_be_focused()


async def test_the_number_can_be_corrected(api: FakeApi, widget: Widget) -> None:
    await to_code(api, widget)
    await widget.button("Ndrysho numrin").click()
    number = widget.page.get_by_label("Numri i telefonit")
    await expect(number).to_have_value("044 123 456")
    await number.fill("049 555 111")
    await number.press("Enter")
    await expect(widget.page.get_by_role("form", name="Shkruani kodin")).to_contain_text("049 ••• •11")


async def test_who_waits_for_a_code_for_the_puk_is_told_where_it_can_go(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(clock=True)
    step = {"masked": "044 ••• •56", "expires_at": "2100-01-01T00:00:00+01:00", "purpose": "puk", "sent_to": None}
    api.store(api.session, "verification", state="code_sent", **step)
    await expect(widget.page.get_by_label("Kodi me 6 shifra")).to_be_visible()
    await widget.page.clock.run_for(31_000)
    await expect(widget.page.locator("#no-code")).to_contain_text(
        "te kontaktet e regjistruara më shumë se 72 orë më parë"
    )


# --- the answer to the code on its way -----------------------------------------------------------------------


async def give_the_code(api: FakeApi, widget: Widget) -> None:
    """The code arrives and is right; its answer with the new token does not come back yet, or never."""
    await to_code(api, widget)
    code = widget.page.get_by_label("Kodi me 6 shifra")
    await code.fill(CODE)
    await code.press("Enter")
    await until(lambda: api.session.level == 2)


async def test_s2_a_page_left_before_the_answer_to_the_code_finds_its_session_again(
    api: FakeApi, widget: Widget
) -> None:
    api.hold_answer_to("code")
    old = api.session.token
    await give_the_code(api, widget)
    assert api.session.token != old
    await widget.page.reload()
    await expect(widget.log).to_contain_text("u verifikua")
    await expect(widget.page.get_by_label("Kodi me 6 shifra")).to_have_count(0)
    await widget.ask("vazhdojmë")
    assert len(api.sessions) == 1
    assert api.tokens_refreshed == 1
    assert not api.session.opens(old)


async def test_s2_an_answer_to_the_code_that_gets_lost_costs_nothing(api: FakeApi, widget: Widget) -> None:
    api.lose_answer_to.add("code")
    await give_the_code(api, widget)
    await expect(widget.log).to_contain_text("u verifikua")
    await expect(widget.page.get_by_label("Kodi me 6 shifra")).to_have_count(0)
    await widget.ask("vazhdojmë")
    assert len(api.sessions) == 1


async def test_s2_a_second_tab_goes_on_when_the_first_is_closed_before_its_answer(
    api: FakeApi, widget: Widget, open_widget: OpenWidget
) -> None:
    other = await open_widget(context=widget.context)
    api.hold_answer_to("code")
    await give_the_code(api, widget)
    await widget.page.close()
    await expect(other.log).to_contain_text("u verifikua")
    await other.ask("vazhdojmë")
    assert len(api.sessions) == 1


async def test_a_page_left_before_the_answer_with_a_renewed_token_goes_on_with_the_old_one(
    api: FakeApi, open_widget: OpenWidget
) -> None:
    widget = await open_widget(clock=True)
    api.hold_answer_to("token")
    await widget.page.clock.fast_forward(785_000)
    await until(lambda: api.tokens_refreshed == 1)
    await widget.page.reload()
    await expect(widget.replies.first).to_contain_text("Mirë se vini")
    await widget.ask("ende këtu")
    assert len(api.sessions) == 1


# --- development ---------------------------------------------------------------------------------------------


async def test_the_hint_to_the_outbox_is_for_development_only(api: FakeApi, open_widget: OpenWidget) -> None:
    page = await open_widget(whole=True)
    await to_code(api, page)
    link = page.page.get_by_role("link", name="Zhvillim: shihni kodet e dërguara")
    await expect(link).to_be_visible()
    await expect(link).to_have_attribute("href", "/outbox")
    api.development = False
    other = await open_widget(whole=True)
    await to_code(api, other)
    await expect(other.page.get_by_role("link", name="Zhvillim")).to_have_count(0)


async def test_the_outbox_page_shows_the_codes_and_what_it_is(api: FakeApi, open_widget: OpenWidget) -> None:
    outbox = (await open_widget(wait=False, whole=True, path="/outbox")).page
    await expect(outbox.get_by_text("Vetëm për zhvillim", exact=True)).to_be_visible()
    await expect(outbox.get_by_text("Ende nuk është dërguar asnjë mesazh.")).to_be_visible()
    api.outbox.append({"at": "2026-11-22T16:00:00+01:00", "to": "044 ••• •56", "text": f"<b>Kodi</b>: {CODE}"})
    item = outbox.get_by_role("listitem")
    await expect(item).to_contain_text(f"<b>Kodi</b>: {CODE}")
    await expect(item).to_contain_text("Për 044 ••• •56 · 2026-11-22 16:00:00")
    await outbox.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await outbox.get_by_role("button", name="Kopjo kodin").click()
    await expect(item.get_by_role("status")).to_have_text("Kodi u kopjua.")
    assert await outbox.evaluate("navigator.clipboard.readText()") == CODE


async def test_the_outbox_page_says_when_there_is_none(api: FakeApi, open_widget: OpenWidget) -> None:
    api.development = False
    outbox = (await open_widget(wait=False, whole=True, path="/outbox")).page
    await expect(outbox.get_by_text("Kjo faqe nuk ekziston në këtë mënyrë pune.")).to_be_visible()
