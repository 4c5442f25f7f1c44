"""The card for a proof of payment: a file, and what the customer says to have paid."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import expect

from .cards import amount, choose, day, in_days, png, want_proof
from .conftest import OpenWidget, Widget
from .fake_api import FakeApi
from .fake_session import Failure

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]


async def test_a_proof_is_previewed_and_handed_in(api: FakeApi, widget: Widget) -> None:
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
    await widget.page.reload()
    await expect(widget.log).to_contain_text("E morëm dëshminë e pagesës.")
    await expect(widget.page.locator("#proof")).to_have_count(0)


async def test_a_proof_can_be_dropped_on_its_card(api: FakeApi, widget: Widget) -> None:
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


async def test_a_photograph_that_is_too_large_is_made_to_fit(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(has_touch=True, viewport={"width": 390, "height": 844}, is_mobile=True)
    api.store(api.session, "attachment", state="wanted", reference="RK-2026-0417")
    await expect(widget.page.get_by_role("form", name="Dëshmia e pagesës")).to_be_visible()
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
    api: FakeApi, widget: Widget, file: dict[str, object], why: str
) -> None:
    await want_proof(api, widget)
    await widget.page.locator("#proof").set_input_files(file)  # type: ignore[arg-type]
    await expect(widget.page.locator("#proof-error")).to_have_text(why.replace(" MB", "\u00a0MB"))
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.page.get_by_role("alert")).to_contain_text(why.replace(" MB", "\u00a0MB"))
    assert api.uploads == []


async def test_a_refused_file_shows_the_servers_sentence_and_another_can_be_sent(api: FakeApi, widget: Widget) -> None:
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


async def test_an_upload_can_be_cancelled_and_taken_up_again(api: FakeApi, widget: Widget) -> None:
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


async def test_the_amount_and_the_day_travel_with_the_file_as_they_were_written(api: FakeApi, widget: Widget) -> None:
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


async def test_neither_the_amount_nor_the_day_has_to_be_said(api: FakeApi, widget: Widget) -> None:
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
    api: FakeApi, widget: Widget, text: str
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
    api: FakeApi, widget: Widget
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
    api: FakeApi, widget: Widget, name: str, label: str
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


async def test_a_file_the_server_misses_is_told_at_the_file_and_nothing_is_lost(api: FakeApi, widget: Widget) -> None:
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


async def test_a_folded_card_comes_back_as_it_was_filled_in(api: FakeApi, widget: Widget) -> None:
    await want_proof(api, widget)
    await choose(widget)
    await amount(widget).fill("23,40")
    await widget.page.keyboard.press("Escape")
    await expect(amount(widget)).to_have_count(0)
    await widget.button("Dëshmia e pagesës").click()
    await expect(amount(widget)).to_have_value("23,40")
    # Asked for once more, because the customer said once more to have paid: nothing is thrown away either.
    api.store(api.session, "attachment", state="wanted", reference="RK-2026-0417")
    await widget.ask("e pagova")
    await expect(amount(widget)).to_have_value("23,40")
    await widget.button("Dërgo dëshminë").click()
    await expect(widget.log).to_contain_text("E morëm dëshminë e pagesës.")
    assert api.uploads == [("fatura.png", png())]
    assert api.claims[0]["amount"] == "23,40"
