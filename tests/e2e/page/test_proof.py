"""The card for a proof of payment: a file, and what the customer says to have paid."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

import pytest
from playwright.async_api import Locator, expect

from ndihma.clock import SystemClock, local_date

from .conftest import Chat, OpenChat
from .fake_server import Failure, FakeApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]

PNG: Final = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def in_days(days: int) -> date:
    """Two days away or more: a test does not fail because midnight passes in it."""
    return local_date(SystemClock().now()) + timedelta(days=days)


async def want_proof(api: FakeApi, chat: Chat) -> None:
    api.store(api.session, "attachment", state="wanted", reference="RK-2026-0417")
    await expect(chat.page.get_by_label("Zgjidh skedarin")).to_be_focused()


async def test_a_proof_is_handed_in(api: FakeApi, chat: Chat) -> None:
    await want_proof(api, chat)
    await chat.page.locator("#proof").set_input_files({"name": "fatura.png", "mimeType": "image/png", "buffer": PNG})
    await expect(chat.page.get_by_role("form", name="Dëshmia e pagesës")).to_contain_text("fatura.png")
    await chat.button("Dërgo dëshminë").click()
    await expect(chat.log).to_contain_text("E morëm dëshminë e pagesës. Referenca e kërkesës: RK-2026-0417.")
    await expect(chat.page.locator("#attachment")).to_be_hidden()
    assert api.uploads == [("fatura.png", PNG)]
    await chat.page.reload()
    await expect(chat.log).to_contain_text("E morëm dëshminë e pagesës.")
    await expect(chat.page.locator("#attachment")).to_be_hidden()


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (
            {"name": "virus.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"},
            "Lejohen vetëm skedarë JPG, PNG ose PDF.",
        ),
        (
            {"name": "e-madhe.pdf", "mimeType": "application/pdf", "buffer": b"0" * (5 * 1024 * 1024 + 1)},
            "Skedari është më i madh se 5\u00a0MB.",
        ),
        ({"name": "bosh.pdf", "mimeType": "application/pdf", "buffer": b""}, "Skedari është bosh."),
    ],
)
async def test_an_unfit_file_is_refused_before_it_travels(
    api: FakeApi, chat: Chat, file: dict[str, object], why: str
) -> None:
    await want_proof(api, chat)
    await chat.page.locator("#proof").set_input_files(file)  # type: ignore[arg-type]
    await expect(chat.page.locator("#proof-error")).to_have_text(why)
    await chat.button("Dërgo dëshminë").click()
    await expect(chat.page.get_by_role("alert")).to_contain_text(why)
    assert api.uploads == []


async def test_no_file_is_asked_for_again(api: FakeApi, chat: Chat) -> None:
    await want_proof(api, chat)
    await chat.button("Dërgo dëshminë").click()
    await expect(chat.page.locator("#proof-error")).to_have_text("Së pari zgjidhni skedarin.")


async def test_a_refused_file_shows_the_servers_sentence_and_another_can_be_sent(api: FakeApi, chat: Chat) -> None:
    await want_proof(api, chat)
    api.fail("attachments", Failure(415, "bad_file", "Skedari nuk është fotografi e as PDF."))
    await chat.page.locator("#proof").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"GIF8"})
    await chat.button("Dërgo dëshminë").click()
    await expect(chat.page.locator("#proof-error")).to_have_text("Skedari nuk është fotografi e as PDF.")
    await chat.page.locator("#proof").set_input_files({"name": "y.png", "mimeType": "image/png", "buffer": PNG})
    await chat.button("Dërgo dëshminë").click()
    await expect(chat.log).to_contain_text("E morëm dëshminë e pagesës.")


async def test_an_upload_can_be_cancelled_and_taken_up_again(api: FakeApi, chat: Chat) -> None:
    api.upload_delay_s = 5
    await want_proof(api, chat)
    await chat.page.locator("#proof").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": PNG})
    await chat.button("Dërgo dëshminë").click()
    await expect(chat.page.get_by_role("progressbar", name="Ngarkimi i dëshmisë")).to_be_visible()
    await chat.button("Anulo").click()
    await expect(chat.page.locator("#proof-error")).to_have_text("Ngarkimi u anulua.")
    await chat.button("Anulo").click()
    reopen = chat.button("Ngarko dëshminë e pagesës")
    await expect(reopen).to_be_focused()
    await reopen.click()
    await expect(chat.page.get_by_role("form", name="Dëshmia e pagesës")).to_be_visible()


async def choose(chat: Chat) -> None:
    await chat.page.locator("#proof").set_input_files({"name": "fatura.png", "mimeType": "image/png", "buffer": PNG})


def amount(chat: Chat) -> Locator:
    return chat.page.get_by_label("Shuma e paguar (€)")


def day(chat: Chat) -> Locator:
    return chat.page.get_by_label("Data e pagesës")


async def test_the_amount_and_the_day_travel_with_the_file_as_they_were_written(api: FakeApi, chat: Chat) -> None:
    await want_proof(api, chat)
    await choose(chat)
    await expect(amount(chat)).to_have_attribute("inputmode", "decimal")
    await expect(chat.page.get_by_role("group", name="Nëse dëshironi, shënoni edhe shumën dhe datën.")).to_be_visible()
    paid_on = in_days(-2).isoformat()
    await amount(chat).fill("23,40 €")
    await day(chat).fill(paid_on)
    await amount(chat).press("Enter")
    await expect(chat.log).to_contain_text("E morëm dëshminë e pagesës.")
    assert api.claims == [{"amount": "23,40 €", "paid_on": paid_on}]


async def test_neither_the_amount_nor_the_day_has_to_be_said(api: FakeApi, chat: Chat) -> None:
    await want_proof(api, chat)
    await choose(chat)
    await chat.button("Dërgo dëshminë").click()
    await expect(chat.log).to_contain_text("E morëm dëshminë e pagesës.")
    assert api.claims == [{}]


@pytest.mark.parametrize("text", ["njëzet", "1.234,50", "-5", "23,405", "1e3"])
async def test_what_is_no_amount_is_told_at_its_field_before_anything_travels(
    api: FakeApi, chat: Chat, text: str
) -> None:
    why = "Shkruani shumën vetëm me shifra, për shembull 23,40."
    await want_proof(api, chat)
    await choose(chat)
    await amount(chat).fill(text)
    await chat.button("Dërgo dëshminë").click()
    await expect(chat.page.locator("#paid-amount-error")).to_have_text(why)
    await expect(chat.page.get_by_role("alert")).to_contain_text(why)
    await expect(amount(chat)).to_be_focused()
    await expect(amount(chat)).to_have_attribute("aria-invalid", "true")
    assert api.uploads == []
    await amount(chat).fill("23")
    await expect(chat.page.locator("#paid-amount-error")).to_be_empty()
    await expect(amount(chat)).to_have_attribute("aria-invalid", "false")


async def test_the_day_is_written_out_because_browsers_order_day_and_month_differently(
    api: FakeApi, chat: Chat
) -> None:
    await want_proof(api, chat)
    await day(chat).fill("2026-11-05")
    await expect(day(chat)).to_have_accessible_description("5 nëntor 2026")
    await day(chat).fill("")
    await expect(day(chat)).to_have_accessible_description("")


async def test_a_day_ahead_and_half_a_day_are_told_at_their_field(api: FakeApi, chat: Chat) -> None:
    await want_proof(api, chat)
    await choose(chat)
    await day(chat).fill(in_days(2).isoformat())
    await chat.button("Dërgo dëshminë").click()
    error = chat.page.locator("#paid-on-error")
    await expect(error).to_have_text("Data e pagesës nuk mund të jetë në të ardhmen.")
    await day(chat).fill("")
    await day(chat).press("1")
    await chat.button("Dërgo dëshminë").click()
    await expect(error).to_have_text("Plotësoni datën ose fshijeni.")
    await expect(day(chat)).to_be_focused()
    assert api.uploads == []


@pytest.mark.parametrize(("name", "label"), [("amount", "Shuma e paguar (€)"), ("paid_on", "Data e pagesës")])
async def test_a_field_the_server_refuses_is_told_there_and_nothing_else_is_lost(
    api: FakeApi, chat: Chat, name: str, label: str
) -> None:
    api.fail("attachments", Failure(422, "invalid_field", "Kjo nuk mund të jetë.", extra={"field": name}))
    await want_proof(api, chat)
    await choose(chat)
    paid_on = in_days(-2).isoformat()
    await amount(chat).fill("9999")
    await day(chat).fill(paid_on)
    await chat.button("Dërgo dëshminë").click()
    field = chat.page.get_by_label(label)
    await expect(field).to_be_focused()
    await expect(field).to_have_accessible_description(re.compile(r"Kjo nuk mund të jetë\.$"))
    await expect(chat.page.locator("#proof-error")).to_be_empty()
    await expect(chat.page.locator("#proof-name")).to_have_text("fatura.png")
    await chat.button("Dërgo dëshminë").click()
    await expect(chat.log).to_contain_text("E morëm dëshminë e pagesës.")
    assert api.uploads == [("fatura.png", PNG)]
    assert api.claims == [{"amount": "9999", "paid_on": paid_on}]


async def test_a_folded_card_comes_back_as_it_was_filled_in(api: FakeApi, chat: Chat) -> None:
    await want_proof(api, chat)
    await choose(chat)
    await amount(chat).fill("23,40")
    await chat.page.keyboard.press("Escape")
    await chat.button("Ngarko dëshminë e pagesës").click()
    await expect(amount(chat)).to_have_value("23,40")
    # Asked for once more, because the customer said once more to have paid: nothing is thrown away either.
    api.store(api.session, "attachment", state="wanted", reference="RK-2026-0417")
    await chat.ask("e pagova")
    await expect(amount(chat)).to_have_value("23,40")
    await chat.button("Dërgo dëshminë").click()
    await expect(chat.log).to_contain_text("E morëm dëshminë e pagesës.")
    assert api.uploads == [("fatura.png", PNG)]


@pytest.mark.parametrize(("width", "columns"), [(320, 1), (390, 1), (1280, 2)])
async def test_the_fields_stand_side_by_side_where_there_is_room(
    api: FakeApi, open_chat: OpenChat, width: int, columns: int
) -> None:
    chat = await open_chat(viewport={"width": width, "height": 740})
    api.store(api.session, "attachment", state="wanted", reference="RK-2026-0417")
    boxes = [await field.bounding_box() for field in (amount(chat), day(chat))]
    assert all(boxes)
    lefts = {box["x"] for box in boxes if box}
    assert len(lefts) == columns


async def test_the_page_itself_never_scrolls(api: FakeApi, open_chat: OpenChat) -> None:
    """The file's own field is invisible and stands in the scrolled list: the focus on it must not move the frame."""
    chat = await open_chat(viewport={"width": 390, "height": 640})
    for number in range(6):
        await chat.ask(f"pyetja {number}")
    await want_proof(api, chat)
    await chat.button("Dërgo dëshminë").click()
    await expect(chat.page.locator("#proof-error")).to_be_visible()
    await choose(chat)
    await day(chat).fill(in_days(2).isoformat())
    await chat.button("Dërgo dëshminë").click()
    await expect(chat.page.locator("#paid-on-error")).to_be_visible()
    room = "[...document.querySelectorAll('html, body, main')].map(node => node.scrollHeight - node.clientHeight)"
    assert await chat.page.evaluate(room) == [0, 0, 0]
