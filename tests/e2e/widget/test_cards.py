"""The cards: proving a number, a covered PUK, a proof of payment."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import Locator, expect

from tests.e2e.page.fake_server import CODE, PUK, ZONE, Failure

from .conftest import OpenWidget, Widget
from .fake_gateway import WidgetApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]


def png(width: int = 32, height: int = 24) -> bytes:
    made = BytesIO()
    Image.new("RGB", (width, height), "teal").save(made, "PNG")
    return made.getvalue()


async def to_code(api: WidgetApi, widget: Widget) -> None:
    api.verification("number_needed")
    number = widget.page.get_by_label("Numri i telefonit")
    await expect(number).to_be_focused()
    await number.fill("044 123 456")
    await number.press("Enter")
    await expect(widget.page.get_by_label("Kodi me 6 shifra")).to_be_focused()


async def test_a_number_is_verified_by_keyboard_alone(api: WidgetApi, widget: Widget) -> None:
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


async def test_the_fields_are_made_for_telephones(api: WidgetApi, widget: Widget) -> None:
    api.verification("number_needed")
    number = widget.page.get_by_label("Numri i telefonit")
    await expect(number).to_have_attribute("inputmode", "tel")
    await expect(number).to_have_attribute("autocomplete", "tel")
    api.verification("code_sent", "044 ••• •56", 300)
    code = widget.page.get_by_label("Kodi me 6 shifra")
    await expect(code).to_have_attribute("inputmode", "numeric")
    await expect(code).to_have_attribute("autocomplete", "one-time-code")
    await expect(code).to_have_attribute("maxlength", "6")


async def test_impossible_numbers_and_short_codes_are_not_sent(api: WidgetApi, widget: Widget) -> None:
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
async def test_a_code_is_found_in_what_is_pasted(api: WidgetApi, widget: Widget, pasted: str) -> None:
    await to_code(api, widget)
    await widget.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await widget.page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
    code = widget.page.get_by_label("Kodi me 6 shifra")
    await code.press("Control+v")
    await expect(code).to_have_value(CODE)


async def test_a_wrong_code_tells_how_many_tries_are_left_until_it_is_used_up(api: WidgetApi, widget: Widget) -> None:
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
    api: WidgetApi, open_widget: OpenWidget
) -> None:
    widget = await open_widget(clock=True)
    await to_code(api, widget)
    resend = widget.page.locator("#resend")
    await expect(resend).to_have_attribute("aria-disabled", "true")
    await resend.click(force=True)
    assert len(api.outbox) == 1
    await expect(widget.page.locator("#no-code")).to_have_count(0)
    await widget.page.clock.run_for(32_000)
    await expect(widget.page.locator("#no-code")).to_contain_text("Thirrni 080010000, pa pagesë")
    await expect(resend).to_have_attribute("aria-disabled", "false")
    await resend.click()
    await expect(resend).to_have_attribute("aria-disabled", "true")
    assert len(api.outbox) == 2


async def test_the_countdown_ends_and_says_so(api: WidgetApi, widget: Widget) -> None:
    api.code_life_s = 2
    await to_code(api, widget)
    await expect(widget.page.get_by_role("timer")).to_have_text("Kodi skadoi. Kërkoni një kod të ri.")
    await expect(widget.page.get_by_role("alert")).to_contain_text("Kodi skadoi")


async def test_a_refused_number_shows_the_servers_sentence(api: WidgetApi, widget: Widget) -> None:
    api.fail("verification", Failure(429, "too_many_codes", "Keni kërkuar shumë kode. Provoni pas 15 minutash."))
    api.verification("number_needed")
    await widget.page.get_by_label("Numri i telefonit").fill("044 123 456")
    await widget.button("Dërgo kodin").click()
    await expect(widget.page.locator("#proving-error")).to_have_text(
        "Keni kërkuar shumë kode. Provoni pas 15 minutash."
    )


async def test_escape_cancels_the_step_and_leaves_the_panel_open(api: WidgetApi, widget: Widget) -> None:
    await to_code(api, widget)
    await widget.page.keyboard.press("Escape")
    await expect(widget.log).to_contain_text("Verifikimi u anulua.")
    await expect(widget.panel).to_be_visible()
    await expect(widget.field).to_be_focused()


async def test_a_reload_in_the_middle_finds_the_step_again(api: WidgetApi, widget: Widget) -> None:
    await to_code(api, widget)
    await widget.page.reload()
    code = widget.page.get_by_label("Kodi me 6 shifra")
    await code.fill(CODE)
    await code.press("Enter")
    await expect(widget.log).to_contain_text("u verifikua")
    await expect(code).to_have_count(0)


async def test_a_card_does_not_take_the_focus_from_someone_who_writes(api: WidgetApi, widget: Widget) -> None:
    await widget.field.fill("gjysma e një pyetjeje")
    api.verification("number_needed")
    await expect(widget.page.get_by_label("Numri i telefonit")).to_be_visible()
    await expect(widget.field).to_be_focused()


async def test_s8_the_second_code_says_where_it_went(api: WidgetApi, widget: Widget) -> None:
    step = {"masked": None, "expires_at": None, "purpose": "puk", "sent_to": None}
    api.store(api.session, "verification", state="number_needed", **step)
    await expect(widget.page.get_by_role("form").first).to_contain_text("kontaktet tuaja të regjistruara")
    sent = step | {"masked": "044 ••• •56", "expires_at": "2100-01-01T00:00:00+01:00"}
    api.store(api.session, "verification", state="code_sent", **sent)
    await expect(widget.page.get_by_text("Nëse nuk vjen, kërkoni kod të ri").last).to_be_visible()
    api.store(api.session, "verification", state="code_sent", **sent | {"sent_to": "d•••@e•••.com"})
    await expect(widget.page.get_by_text("Kodi i dytë po dërgohet te kontakti d•••@e•••.com.").last).to_be_visible()


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
    api: WidgetApi, open_widget: OpenWidget
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


async def test_s8_closing_the_panel_or_leaving_the_page_wipes_the_code(api: WidgetApi, widget: Widget) -> None:
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


async def test_s8_a_cover_whose_time_is_over_does_not_open_and_a_refusal_is_told(
    api: WidgetApi, widget: Widget
) -> None:
    api.reveal(seconds=-1)
    await expect(widget.button("Shfaq kodin")).to_have_count(0)
    api.fail("R" * 22, Failure(409, "reveal_refused", "Kodi PUK nuk mund të tregohet tani."))
    api.reveal()
    await widget.button("Shfaq kodin").click()
    await expect(widget.page.get_by_role("region", name="Kodi PUK")).to_contain_text(
        "Kodi PUK nuk mund të tregohet tani."
    )
    await expect(widget.page.locator(".puk")).to_have_count(0)


async def want_proof(api: WidgetApi, widget: Widget) -> None:
    api.store(api.session, "attachment", state="wanted", reference="RK-2026-0417")
    await expect(widget.page.get_by_label("Zgjidh skedarin")).to_be_focused()


async def test_a_proof_is_previewed_and_handed_in(api: WidgetApi, widget: Widget) -> None:
    await want_proof(api, widget)
    picture = png()
    await widget.page.locator("#proof").set_input_files(
        {"name": "fatura.png", "mimeType": "image/png", "buffer": picture}
    )
    await expect(widget.page.get_by_role("img", name="fatura.png")).to_be_visible()
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.log).to_contain_text("E morëm dëshminë e pagesës. Referenca e kërkesës: RK-2026-0417.")
    await expect(widget.page.locator("#proof")).to_have_count(0)
    assert api.uploads == [("fatura.png", picture)]


async def test_a_proof_can_be_dropped_on_its_card(api: WidgetApi, widget: Widget) -> None:
    await want_proof(api, widget)
    await widget.page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["%PDF-1.4"], "pagesa.pdf", {type: "application/pdf"}));
          const card = document.querySelector("ndihma-chat").shadowRoot.querySelector("form.card");
          card.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )
    await expect(widget.page.get_by_text("pagesa.pdf").first).to_be_visible()
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.log).to_contain_text("E morëm dëshminë e pagesës.")
    assert api.uploads == [("pagesa.pdf", b"%PDF-1.4")]


async def test_a_photograph_that_is_too_large_is_made_to_fit(api: WidgetApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(has_touch=True, viewport={"width": 390, "height": 844}, is_mobile=True)
    await want_proof_without_focus(api, widget)
    await expect(widget.page.get_by_text("Fotografo")).to_be_visible()
    assert await widget.page.locator("#photo").get_attribute("capture") == "environment"
    noise = BytesIO()
    Image.effect_noise((3200, 2400), 90).save(noise, "PNG")
    assert len(noise.getvalue()) > 5 * 1024 * 1024
    await widget.page.locator("#photo").set_input_files(
        {"name": "IMG_1.png", "mimeType": "image/png", "buffer": noise.getvalue()}
    )
    await expect(widget.page.get_by_role("img", name="IMG_1.png")).to_be_visible()
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.log).to_contain_text("E morëm dëshminë e pagesës.")
    [(name, sent)] = api.uploads
    assert name == "IMG_1.jpg"
    assert len(sent) <= 5 * 1024 * 1024
    assert max(Image.open(BytesIO(sent)).size) == 2400


async def want_proof_without_focus(api: WidgetApi, widget: Widget) -> None:
    api.store(api.session, "attachment", state="wanted", reference="RK-2026-0417")
    await expect(widget.page.get_by_role("form", name="Dëshmia e pagesës")).to_be_visible()


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (
            {"name": "virus.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"},
            "Lejohen vetëm skedarë JPG, PNG ose PDF.",
        ),
        (
            {"name": "e-madhe.pdf", "mimeType": "application/pdf", "buffer": b"0" * (5 * 1024 * 1024 + 1)},
            "Skedari është më i madh se 5 MB.",
        ),
        ({"name": "bosh.pdf", "mimeType": "application/pdf", "buffer": b""}, "Skedari është bosh."),
    ],
)
async def test_an_unfit_file_is_refused_before_it_travels(
    api: WidgetApi, widget: Widget, file: dict[str, object], why: str
) -> None:
    await want_proof(api, widget)
    await widget.page.locator("#proof").set_input_files(file)  # type: ignore[arg-type]
    await expect(widget.page.locator("#proof-error")).to_have_text(why.replace(" MB", "\u00a0MB"))
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.page.get_by_role("alert")).to_contain_text(why.replace(" MB", "\u00a0MB"))
    assert api.uploads == []


async def test_a_refused_file_shows_the_servers_sentence_and_another_can_be_sent(
    api: WidgetApi, widget: Widget
) -> None:
    await want_proof(api, widget)
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.page.locator("#proof-error")).to_have_text("Së pari zgjidhni skedarin.")
    api.fail("attachments", Failure(415, "attachment_type", "Skedari nuk është fotografi e as PDF."))
    await widget.page.locator("#proof").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"GIF8"})
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.page.locator("#proof-error")).to_have_text("Skedari nuk është fotografi e as PDF.")
    await widget.page.locator("#proof").set_input_files({"name": "y.png", "mimeType": "image/png", "buffer": png()})
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.log).to_contain_text("E morëm dëshminë e pagesës.")


async def test_an_upload_can_be_cancelled_and_taken_up_again(api: WidgetApi, widget: Widget) -> None:
    api.upload_delay_s = 5
    await want_proof(api, widget)
    await widget.page.locator("#proof").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": png()})
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.page.get_by_role("progressbar", name="Ngarkimi i dëshmisë")).to_be_visible()
    await widget.button("Anulo").click()
    await expect(widget.page.locator("#proof-error")).to_have_text("Ngarkimi u anulua.")
    await widget.button("Anulo").click()
    reopen = widget.button("Dëshmia e pagesës")
    await expect(reopen).to_be_focused()
    await reopen.click()
    await expect(widget.page.get_by_role("form", name="Dëshmia e pagesës")).to_be_visible()


async def choose(widget: Widget) -> None:
    await widget.page.locator("#proof").set_input_files(
        {"name": "fatura.png", "mimeType": "image/png", "buffer": png()}
    )
    await expect(widget.page.get_by_role("img", name="fatura.png")).to_be_visible()


def amount(widget: Widget) -> Locator:
    return widget.page.get_by_label("Shuma e paguar (€)")


def day(widget: Widget) -> Locator:
    return widget.page.get_by_label("Data e pagesës")


def in_days(days: int) -> str:
    return (datetime.now(ZONE) + timedelta(days=days)).date().isoformat()


async def test_the_amount_and_the_day_travel_with_the_file_as_they_were_written(api: WidgetApi, widget: Widget) -> None:
    await want_proof(api, widget)
    await choose(widget)
    await expect(
        widget.page.get_by_role("group", name="Nëse dëshironi, shënoni edhe shumën dhe datën.")
    ).to_be_visible()
    await expect(amount(widget)).to_have_attribute("inputmode", "decimal")
    await expect(day(widget)).to_have_attribute("max", in_days(0))
    await amount(widget).fill("23,40 €")
    await day(widget).fill(in_days(-2))
    await amount(widget).press("Enter")
    await expect(widget.log).to_contain_text("E morëm dëshminë e pagesës.")
    assert api.claims == [{"amount": "23,40 €", "paid_on": in_days(-2)}]


async def test_neither_the_amount_nor_the_day_has_to_be_said(api: WidgetApi, widget: Widget) -> None:
    await want_proof(api, widget)
    await choose(widget)
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.log).to_contain_text("E morëm dëshminë e pagesës.")
    assert [value for claim in api.claims for value in claim.values() if value] == []
    # The next request begins with empty fields.
    api.store(api.session, "attachment", state="wanted", reference="RK-2026-0418")
    await expect(amount(widget)).to_have_value("")


@pytest.mark.parametrize("text", ["njëzet", "1.234,50", "-5", "23,405", "1e3"])
async def test_what_is_no_amount_is_told_at_its_field_before_anything_travels(
    api: WidgetApi, widget: Widget, text: str
) -> None:
    why = "Shkruani shumën vetëm me shifra, për shembull 23,40."
    await want_proof(api, widget)
    await choose(widget)
    await amount(widget).fill(text)
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.page.locator("#amount-error")).to_have_text(why)
    await expect(widget.page.get_by_role("alert")).to_contain_text(why)
    await expect(amount(widget)).to_be_focused()
    await expect(amount(widget)).to_have_attribute("aria-invalid", "true")
    assert api.uploads == []
    await amount(widget).fill("23")
    await expect(widget.page.locator("#amount-error")).to_be_empty()
    await expect(amount(widget)).to_have_attribute("aria-invalid", "false")


async def test_the_day_is_written_out_and_one_ahead_or_half_of_one_is_told_at_its_field(
    api: WidgetApi, widget: Widget
) -> None:
    await want_proof(api, widget)
    await choose(widget)
    await day(widget).fill("2026-11-05")
    await expect(day(widget)).to_have_accessible_description("5 nëntor 2026")
    await day(widget).fill(in_days(2))
    await widget.button("Dërgo dëshminë").click()
    error = widget.page.locator("#paid_on-error")
    await expect(error).to_have_text("Data e pagesës nuk mund të jetë në të ardhmen.")
    await day(widget).fill("")
    await expect(error).to_be_empty()
    await day(widget).press("1")
    await widget.button("Dërgo dëshminë").click()
    await expect(error).to_have_text("Plotësoni datën ose fshijeni.")
    await expect(day(widget)).to_be_focused()
    assert api.uploads == []


@pytest.mark.parametrize(("name", "label"), [("amount", "Shuma e paguar (€)"), ("paid_on", "Data e pagesës")])
async def test_a_field_the_server_refuses_is_told_there_and_nothing_is_lost(
    api: WidgetApi, widget: Widget, name: str, label: str
) -> None:
    api.fail("attachments", Failure(422, "invalid_field", "Kjo nuk mund të jetë.", extra={"field": name}))
    await want_proof(api, widget)
    await choose(widget)
    await amount(widget).fill("9999")
    await day(widget).fill(in_days(-2))
    await widget.button("Dërgo dëshminë").click()
    field = widget.page.get_by_label(label)
    await expect(field).to_be_focused()
    await expect(field).to_have_accessible_description(re.compile(r"Kjo nuk mund të jetë\.$"))
    await expect(widget.page.locator("#proof-error")).to_be_empty()
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.log).to_contain_text("E morëm dëshminë e pagesës.")
    assert api.uploads == [("fatura.png", png())]
    assert api.claims == [{"amount": "9999", "paid_on": in_days(-2)}]


async def test_a_file_the_server_misses_is_told_at_the_file_and_nothing_is_lost(api: WidgetApi, widget: Widget) -> None:
    why = "Skedari mungon ose është bosh."
    api.fail("attachments", Failure(422, "invalid_field", why, extra={"field": "file"}))
    await want_proof(api, widget)
    await choose(widget)
    await amount(widget).fill("23,40")
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.page.locator("#proof-error")).to_have_text(why)
    await expect(amount(widget)).to_have_value("23,40")
    await expect(amount(widget)).to_have_attribute("aria-invalid", "false")
    await expect(widget.page.get_by_role("img", name="fatura.png")).to_be_visible()


async def test_a_folded_card_comes_back_as_it_was_filled_in(api: WidgetApi, widget: Widget) -> None:
    await want_proof(api, widget)
    await choose(widget)
    await amount(widget).fill("23,40")
    await widget.page.keyboard.press("Escape")
    await expect(amount(widget)).to_have_count(0)
    await widget.button("Dëshmia e pagesës").click()
    await expect(amount(widget)).to_have_value("23,40")
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.log).to_contain_text("E morëm dëshminë e pagesës.")
    assert api.uploads == [("fatura.png", png())]
    assert api.claims[0]["amount"] == "23,40"


async def test_numbers_and_codes_are_kept_nowhere(api: WidgetApi, widget: Widget) -> None:
    await to_code(api, widget)
    kept = json.dumps(await widget.page.evaluate("[{...sessionStorage}, {...localStorage}]"))
    assert "123" not in re.sub(r'\\"(id|token)\\":\\"[^"]*\\"', "", kept)
