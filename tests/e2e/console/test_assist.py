"""Beside a telephone call: suggestions and search as one types, the answer, the note, the supervisor's list."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Request, Route, expect
from sqlalchemy import select

from ndihma.accounts.demo import DemoKey
from ndihma.assist.feedback import FeedbackStore
from ndihma.assist.tables import SuggestionFeedbackRow
from ndihma.db import Database
from ndihma.staff.model import Role
from tests.integration.gateway.api_support import number_of
from tests.integration.gateway.live_gateway import Customer, Gateway
from tests.integration.gateway.scripted_desk import eventually

from .conftest import Console, OpenConsole

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]
PRICE, PUK = "Çmimi i SIM kartelës", "Kodi PUK"
WITHIN_S = 30


async def assisting(console: Console) -> Console:
    await console.page.get_by_role("button", name="Asistenca").click()
    await expect(says(console)).to_be_focused()
    return console


def says(console: Console) -> Locator:
    return console.page.get_by_label("Çfarë thotë klienti")


def answer(console: Console) -> Locator:
    return console.page.get_by_role("textbox", name="Përgjigjja për klientin")


def suggestions(console: Console) -> Locator:
    return console.page.locator("[data-suggestion]")


async def told(gateway: Gateway, *wanted: str) -> list[SuggestionFeedbackRow]:
    """What is stored of suggestions once everything that is wanted is there."""
    database = Database(gateway.settings.sqlalchemy_url)

    async def stored() -> list[SuggestionFeedbackRow]:
        async with database.session() as session:
            rows = list(await session.scalars(select(SuggestionFeedbackRow)))
        return rows if set(wanted) <= {row.action for row in rows} else []

    try:
        return await eventually(stored, WITHIN_S)
    finally:
        await database.close()


async def test_a_suggestion_has_title_text_source_day_and_confidence(gateway: Gateway, anita: Console) -> None:
    await assisting(anita)
    await says(anita).press_sequentially("sa kushton kartela")
    await expect(suggestions(anita)).to_have_count(1)
    card = anita.page.locator(".suggestion")
    for words in (PRICE, "siguria 90 %", "FAQ", "shqyrtuar më 22.11.2026"):
        await expect(card).to_contain_text(words)
    assert gateway.engine.read_texts[-1] == "sa kushton kartela"
    assert len(gateway.engine.read_texts) < len("sa kushton kartela"), "not every key is asked for"


async def test_three_at_most_and_nothing_unsure_with_the_reason(gateway: Gateway, anita: Console) -> None:
    gateway.engine.rankings = [
        {
            "ask_sim_price": 0.9,
            "ask_puk_code": 0.8,
            "ask_pin_codes": 0.7,
            "ask_reconnection": 0.6,
            "ask_sim_lifecycle": 0.5,
        }
    ]
    await assisting(anita)
    await says(anita).fill("kartela")
    await expect(suggestions(anita)).to_have_count(3)
    gateway.engine.rankings = [{"ask_sim_price": 0.05}]
    await says(anita).fill("moti nesër")
    await expect(anita.page.locator(".none")).to_contain_text("Nuk ka përgjigje të sigurt.")
    await expect(suggestions(anita)).to_have_count(0)
    await says(anita).fill("")
    await expect(anita.page.get_by_text("Sugjerimet shfaqen sapo të shkruani.")).to_be_visible()


async def test_an_old_answer_never_comes_over_a_new_one(gateway: Gateway, anita: Console) -> None:
    await assisting(anita)
    release, held = asyncio.Event(), asyncio.Event()

    async def slow(route: Route) -> None:
        """The first text's answer waits until the second's is shown."""
        if (route.request.post_data_json or {})["text"] == "sa kushton":
            answered = await route.fetch()
            held.set()
            await release.wait()
            await route.fulfill(response=answered)
        else:
            await route.continue_()

    await anita.page.route("**/api/assist/suggestions", slow)
    await says(anita).fill("sa kushton")
    await asyncio.wait_for(held.wait(), WITHIN_S)
    gateway.engine.rankings = [{"ask_puk_code": 0.8}]
    await says(anita).fill("sa kushton? jo, puk")
    await expect(suggestions(anita)).to_have_attribute("data-suggestion", "ask_puk_code")
    async with anita.page.expect_response(lambda each: (each.request.post_data_json or {}).get("text") == "sa kushton"):
        release.set()
    await anita.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    await expect(suggestions(anita)).to_have_attribute("data-suggestion", "ask_puk_code")
    await anita.page.unroute_all(behavior="ignoreErrors")


async def test_a_call_with_the_keyboard_alone_and_each_thing_is_told_once(gateway: Gateway, anita: Console) -> None:
    gateway.engine.rankings = [{"ask_sim_price": 0.9, "ask_puk_code": 0.6}]
    keyboard = anita.page.keyboard
    await anita.page.get_by_role("heading", name="Konsola e agjentëve").click()
    await keyboard.press("g")
    await keyboard.press("a")
    await expect(says(anita)).to_be_focused()
    await keyboard.type("sa kushton")
    await expect(suggestions(anita)).to_have_count(2)
    await keyboard.press("Enter")
    await expect(suggestions(anita).first).to_be_focused()
    await keyboard.press("2")
    await expect(suggestions(anita).nth(1)).to_be_focused()
    await keyboard.press("ArrowUp")
    await expect(suggestions(anita).first).to_be_focused()
    await keyboard.press("Enter")
    await expect(answer(anita)).to_be_focused()
    await expect(answer(anita)).to_have_value(re.compile("€"))
    await keyboard.type(" Faleminderit.")
    await keyboard.press("Control+Enter")
    await expect(answer(anita)).to_have_value("")
    await expect(says(anita)).to_be_focused()
    await expect(anita.page.get_by_label("Çfarë u bisedua")).to_have_value(PRICE)
    rows = await told(gateway, "displayed", "inserted", "edited", "sent")
    assert Counter((row.action, row.intent) for row in rows) == {
        ("displayed", "ask_sim_price"): 1,
        ("displayed", "ask_puk_code"): 1,
        ("inserted", "ask_sim_price"): 1,
        ("edited", "ask_sim_price"): 1,
        ("sent", "ask_sim_price"): 1,
    }
    assert {(row.actor, row.text, row.conversation_id) for row in rows} == {("anita", "sa kushton", None)}


async def test_suggestions_count_as_seen_when_they_stand(gateway: Gateway, anita: Console) -> None:
    await assisting(anita)
    await says(anita).fill("sa kushton")
    rows = await told(gateway, "displayed")
    assert [(row.action, row.intent) for row in rows] == [("displayed", "ask_sim_price")]
    await anita.page.get_by_role("button", name="Bisedat").click()
    await anita.page.get_by_role("button", name="Asistenca").click()
    await suggestions(anita).first.click()
    rows = await told(gateway, "inserted")
    assert Counter(row.action for row in rows) == {"displayed": 1, "inserted": 1}, "who comes back sees nothing twice"


async def test_what_is_marked_wrong_is_to_be_reviewed_with_what_is_right(gateway: Gateway, anita: Console) -> None:
    await assisting(anita)
    await says(anita).fill("kodi puk, sa kushton 044 123 456")
    await expect(suggestions(anita)).to_have_count(1)
    await says(anita).press("Enter")
    await anita.page.keyboard.press("x")
    dialog = anita.page.get_by_role("dialog", name="Sugjerim i gabuar")
    await dialog.get_by_label("Kërkoni përgjigjen e duhur").fill("puk")
    await dialog.get_by_role("radio", name=re.compile("PUK")).first.check()
    right = await dialog.get_by_role("radio", name=re.compile("PUK")).first.get_attribute("value")
    await dialog.get_by_role("button", name="Shënoje si të gabuar").click()
    await expect(anita.page.get_by_text("e shënuar si e gabuar")).to_be_visible()
    database = Database(gateway.settings.sqlalchemy_url)
    [item] = await FeedbackStore(database, gateway.clock).to_review(gateway.clock.now() - timedelta(days=1))
    await database.close()
    assert (item.intent, item.right_intent, item.actor) == ("ask_sim_price", right, "anita")
    assert "044" not in item.text


async def test_a_mark_that_is_not_stored_is_told_and_made_again(gateway: Gateway, anita: Console) -> None:
    await assisting(anita)
    await says(anita).fill("sa kushton")
    await expect(suggestions(anita)).to_have_count(1)
    await anita.page.route("**/api/assist/feedback", lambda route: route.abort())
    await anita.button("E gabuar: " + PRICE).click()
    dialog = anita.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Shënoje si të gabuar").click()
    await expect(dialog.get_by_text("Serveri nuk u përgjigj.")).to_be_visible()
    await anita.page.unroute("**/api/assist/feedback")
    await dialog.get_by_role("button", name="Shënoje si të gabuar").click()
    await expect(anita.page.get_by_text("e shënuar si e gabuar")).to_be_visible()
    assert [row.action for row in await told(gateway, "wrong")].count("wrong") == 1


async def test_the_search_finds_as_one_types_and_what_it_finds_is_put_in(gateway: Gateway, anita: Console) -> None:
    addresses: list[str] = []

    def seen(request: Request) -> None:
        addresses.append(request.url)

    anita.page.on("request", seen)
    await assisting(anita)
    for typed in ("qmim sim", "cmimi i sim", "ÇMIMI SIM"):
        await anita.page.get_by_label("Kërko te përgjigjet").fill(typed)
        await expect(anita.page.locator("[data-found]").first).to_have_attribute("data-found", "ask_sim_price")
    await anita.page.keyboard.press("ArrowDown")
    await anita.page.keyboard.press("Enter")
    await expect(answer(anita)).to_have_value(re.compile("€"))
    await anita.page.get_by_label("Kërko te përgjigjet").fill("xyzxyz 044123456")
    await expect(anita.page.locator(".none")).to_contain_text("Asnjë përgjigje nuk i ka këto fjalë.")
    assert not [address for address in addresses if "044" in address]


async def test_without_the_engine_the_reason_is_told_and_the_search_goes_on(gateway: Gateway, anita: Console) -> None:
    gateway.engine.token = "another"
    await assisting(anita)
    await says(anita).fill("sa kushton")
    await expect(anita.page.locator(".none")).to_contain_text("Sugjerimet nuk janë të mundshme tani.")
    await anita.page.get_by_label("Kërko te përgjigjet").fill("sim")
    await expect(anita.page.locator("[data-found]").first).to_be_visible()


async def test_without_a_connection_it_is_told_and_asked_again(gateway: Gateway, anita: Console) -> None:
    await assisting(anita)
    await anita.page.route("**/api/assist/**", lambda route: route.abort())
    await says(anita).fill("sa kushton")
    await expect(anita.alert("Serveri nuk u përgjigj.")).to_be_visible()
    await anita.page.unroute("**/api/assist/**")
    await anita.button("Provo përsëri").click()
    await expect(suggestions(anita)).to_have_count(1)
    await expect(anita.alert("Serveri nuk u përgjigj.")).to_have_count(0)


async def test_a_call_is_noted_and_a_supervisor_sees_it(gateway: Gateway, open_console: OpenConsole) -> None:
    anita = await assisting(await open_console("anita"))
    text = anita.page.get_by_label("Çfarë u bisedua")
    await anita.button("Ruaj shënimin").click()
    await expect(text).to_be_focused()
    await text.fill("Do të thirret për faturën e numrit 044 123 456.")
    await anita.button("Ruaj shënimin").click()
    await expect(anita.alert("Zgjidhni si përfundoi thirrja.")).to_be_visible()
    await anita.page.get_by_label("Do të thirret", exact=True).check()
    await anita.page.get_by_label("Numri i klientit").fill("12")
    await anita.button("Ruaj shënimin").click()
    await expect(anita.page.get_by_label("Numri i klientit")).to_be_focused()
    await anita.page.get_by_label("Numri i klientit").fill("044 123 456")

    async def lost(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await anita.page.route("**/api/console/calls", lost, times=1)
    await anita.button("Ruaj shënimin").click()
    await expect(anita.alert("Nuk u ruajt.")).to_be_visible()
    await anita.page.get_by_role("button", name="Bisedat").click()
    await anita.page.get_by_role("button", name="Asistenca").click()
    await expect(text).to_have_value(re.compile("^Do të thirret"))
    await anita.button("Ruaj shënimin").click()
    await expect(anita.page.get_by_text(re.compile("Shënimi u ruajt me referencën SH-")).first).to_be_visible()
    await expect(text).to_have_value("")

    drita = await assisting(await open_console("drita", Role.SUPERVISOR))
    await drita.button("Thirrjet e shënuara").click()
    await expect(drita.page.locator(".noted li")).to_have_count(1)
    await expect(drita.page.get_by_text("044 ••• •56")).to_be_visible()
    assert "123 456" not in await drita.page.locator(".noted").inner_text()
    await drita.button("Shfaq numrin", exact=False).click()
    await drita.page.get_by_label("Arsyeja").fill("E thërras.")
    await drita.page.keyboard.press("Enter")
    await expect(drita.page.get_by_text("044123456")).to_be_visible()
    await drita.button("U krye", exact=False).click()
    await expect(drita.page.get_by_text("Asnjë thirrje nuk ka lënë punë.")).to_be_visible()
    await drita.button("Të gjitha").click()
    await expect(drita.page.locator(".noted li")).to_have_count(1)


async def test_the_callers_account_stands_beside_the_call_with_what_to_do_next(
    gateway: Gateway, anita: Console
) -> None:
    await assisting(anita)
    await anita.page.get_by_label("Numri i klientit").fill(number_of(DemoKey.SUSPENDED))
    await anita.button("Shiko llogarinë").click()
    account = anita.page.get_by_role("region", name="Llogaria e klientit")
    await expect(account).to_contain_text("mospagesë")
    await anita.button("Mbyll llogarinë").click()
    await expect(account).to_have_count(0)


async def test_an_agent_has_no_lists_of_the_supervisors(gateway: Gateway, anita: Console) -> None:
    await assisting(anita)
    await expect(anita.button("Thirrjet e shënuara")).to_have_count(0)
    await expect(anita.button("Përgjigjet e gatshme")).to_have_count(0)


async def test_what_is_copied_counts_as_said(gateway: Gateway, open_console: OpenConsole) -> None:
    anita = await assisting(await open_console("anita", permissions=["clipboard-read", "clipboard-write"]))
    await says(anita).fill("sa kushton")
    await suggestions(anita).first.click()
    await anita.button("Kopjo").click()
    await expect(anita.page.get_by_text("U kopjua.").first).to_be_visible()
    assert "€" in await anita.page.evaluate("navigator.clipboard.readText()")
    rows = await told(gateway, "sent")
    assert Counter(row.action for row in rows) == {"displayed": 1, "inserted": 1, "sent": 1}


async def test_a_suggestion_goes_into_the_reply_and_out(gateway: Gateway, anita: Console, waiting: Customer) -> None:
    await anita.take(waiting)
    beside = anita.page.get_by_role("region", name="Sugjerimet")
    await expect(beside).to_contain_text("Për: sa kushton SIM kartela?")
    await expect(suggestions(anita)).to_have_count(1)
    await expect(anita.reply).to_be_focused()
    keyboard = anita.page.keyboard
    await keyboard.press("Escape")
    await keyboard.press("h")
    await expect(suggestions(anita).first).to_be_focused()
    await keyboard.press("Enter")
    await expect(anita.reply).to_be_focused()
    await expect(anita.reply).to_have_value(re.compile("€"))
    text = await anita.reply.input_value()
    await keyboard.press("Enter")
    await anita.see(text[:40])
    await expect(beside).to_contain_text("u përdor")
    rows = await told(gateway, "sent")
    assert Counter(row.action for row in rows) == {"displayed": 1, "inserted": 1, "sent": 1}
    assert {row.conversation_id for row in rows} == {waiting.conversation_id}


async def test_what_is_sent_counts_for_the_message_it_was_put_in_for(
    gateway: Gateway, anita: Console, waiting: Customer
) -> None:
    await anita.take(waiting)
    await suggestions(anita).first.click()
    await expect(anita.reply).to_have_value(re.compile("€"))
    await waiting.say("edhe kodi puk ku gjendet?")
    await expect(anita.page.get_by_role("region", name="Sugjerimet")).to_contain_text("Për: edhe kodi puk ku gjendet?")
    await anita.reply.press("Enter")
    await expect(anita.reply).to_have_value("")
    [sent] = [row for row in await told(gateway, "sent") if row.action == "sent"]
    assert sent.text == "sa kushton SIM kartela?"


async def test_for_what_is_redacted_and_for_a_verification_nothing_is_asked(
    gateway: Gateway, anita: Console, waiting: Customer
) -> None:
    await anita.take(waiting)
    await expect(suggestions(anita)).to_have_count(1)
    asked = len(gateway.engine.read_texts)
    await waiting.say("numri im është 044 123 456")
    await anita.see("<msisdn>")
    await expect(anita.page.get_by_text("Mesazhi i fundit ka të dhëna të fshehura")).to_be_visible()
    await expect(suggestions(anita)).to_have_count(0)
    assert len(gateway.engine.read_texts) == asked
    await waiting.say("sa kushton?")
    await expect(suggestions(anita)).to_have_count(1)
