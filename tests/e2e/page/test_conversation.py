"""Asking and being answered: bubbles, states, buttons, hostile text, the limit."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import expect

from .conftest import Chat, OpenChat
from .fake_server import SOURCE, Failure, FakeApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]

HOSTILE = [
    "<script>window.hacked = true</script>",
    '<img src="x" onerror="window.hacked = true">',
    '<a href="javascript:window.hacked = true">këtu</a> javascript:alert(1)',
    '"><svg onload=window.hacked=true> {{7*7}} ${window.hacked=true} &lt;b&gt; &amp;',
    "https://kosovotelecom.com@evil.example/ https://kosovotelecom.com.evil.example/ http://kosovotelecom.com/",
    "https://evil.example/kosovotelecom.com evilkosovotelecom.com kosovotelecom.com.evil.example data:text/html,x",
    "https://kosovotelecom.com:8443/x https://user:secret@kosovotelecom.com/ x@evil.example x@kosovotelecom.com.evil",
    "\u202egnp.exe\u202c \u0000\u0007 😀 end",
]


async def test_a_question_is_answered_with_time_and_source(api: FakeApi, chat: Chat) -> None:
    api.replies["Sa kushton kartela?"] = {"text": "SIM kartela kushton 7 €.", "source": SOURCE}
    await chat.say("Sa kushton kartela?")
    await expect(chat.last_mine).to_contain_text("u dërgua")
    await expect(chat.last_mine).to_contain_text(re.compile(r"\d\d:\d\d"))
    await expect(chat.replies.last).to_contain_text("SIM kartela kushton 7 €.")
    await expect(chat.replies.last).to_contain_text(
        "Burimi: Pyetjet e shpeshta, SIM kartela · rishikuar më 22 nëntor 2026"
    )
    await expect(chat.field).to_have_value("")
    await expect(chat.field).to_be_focused()


async def test_each_event_is_shown_once_though_the_stream_repeats_it(api: FakeApi, chat: Chat) -> None:
    await chat.ask("një")
    await chat.ask("dy")
    assert await chat.replies.count() == 3
    assert await chat.mine.count() == 2


async def test_shift_enter_breaks_the_line_and_enter_sends(api: FakeApi, chat: Chat) -> None:
    await chat.field.press_sequentially("rreshti i parë")
    await chat.field.press("Shift+Enter")
    await chat.field.press_sequentially("rreshti i dytë")
    assert api.posts == []
    await chat.field.press("Enter")
    await expect(chat.last_mine).to_contain_text("u dërgua")
    assert [post["text"] for post in api.posts] == ["rreshti i parë\nrreshti i dytë"]


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
async def test_nothing_is_sent_when_nothing_is_written(api: FakeApi, chat: Chat, text: str) -> None:
    await chat.field.fill(text)
    await chat.button("Dërgo").click(force=True)
    assert api.posts == []
    await expect(chat.field).to_be_focused()


async def test_the_counter_appears_near_the_limit_and_too_long_is_not_sent(api: FakeApi, chat: Chat) -> None:
    counter = chat.page.locator("#counter")
    await chat.field.fill("a" * 899)
    await expect(counter).to_be_hidden()
    await chat.field.fill("ë" * 950)
    await expect(counter).to_have_text("950 nga 1000 shenja")
    await chat.field.fill("😀" * 1001)  # one character each, as the server counts
    await expect(counter).to_have_text("Mesazhi është tepër i gjatë: hiqni 1 shenjë.")
    await chat.field.press("Enter")
    assert api.posts == []
    await expect(chat.field).to_have_attribute("aria-invalid", "true")
    await chat.field.fill("😀" * 1000)
    await chat.field.press("Enter")
    await expect(chat.last_mine).to_contain_text("u dërgua")


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_from_the_server_is_shown_as_text(api: FakeApi, chat: Chat, text: str) -> None:
    source = {"text": text, "reviewed": text}
    buttons = [{"id": "c_x", "title": text}]
    api.replies["pyetje"] = {"text": text, "source": source, "buttons": buttons}
    await chat.say("pyetje")
    reply = chat.replies.nth(1)
    await expect(reply.locator(".source")).to_contain_text("Burimi")
    shown = await reply.locator(".bubble p").first.text_content()
    assert shown == text
    assert await reply.locator(".choice").text_content() == text
    assert await chat.log.locator("script, img, iframe, object, embed").count() == 0
    assert await chat.log.locator("svg:not(.icon)").count() == 0
    assert await chat.log.locator("a").count() == 0
    assert await chat.page.evaluate("window.hacked") is None


@pytest.mark.parametrize("text", HOSTILE[:4])
async def test_hostile_text_from_the_customer_is_shown_as_text(api: FakeApi, chat: Chat, text: str) -> None:
    await chat.say(text)
    await expect(chat.last_mine).to_contain_text("u dërgua")
    assert await chat.last_mine.locator(".bubble p").text_content() == text
    await chat.page.reload()
    await expect(chat.last_mine).to_contain_text("u dërgua")
    assert await chat.last_mine.locator(".bubble p").text_content() == text
    assert await chat.page.evaluate("window.hacked") is None


async def test_malformed_events_do_no_harm(api: FakeApi, chat: Chat) -> None:
    api.store(api.session, "surprise", text="<b>e panjohur</b>")
    api.store(api.session, "reply", text=None, in_reply_to=None)
    await chat.ask("ende këtu?")


async def test_only_the_operators_addresses_become_links(api: FakeApi, chat: Chat) -> None:
    api.replies["ku?"] = {
        "text": "Hapni kosovotelecom.com/selfcare.php, shkruani te business@kosovotelecom.com ose telefononi 080010000."
    }
    await chat.say("ku?")
    links = chat.replies.last.get_by_role("link")
    await expect(links).to_have_count(3)
    hrefs = [await link.get_attribute("href") for link in await links.all()]
    assert hrefs == ["https://kosovotelecom.com/selfcare.php", "mailto:business@kosovotelecom.com", "tel:080010000"]
    assert await links.first.get_attribute("rel") == "noopener noreferrer"


async def test_starter_topics_are_used_once(api: FakeApi, chat: Chat) -> None:
    await chat.button("Kodi PUK").click()
    await expect(chat.last_mine).to_contain_text("Kodi PUK")
    assert "choice" in api.posts[0]
    assert api.posts[0]["choice"] == "c_puk"
    topics = chat.page.get_by_role("group", name="Tema për fillim")
    for button in await topics.get_by_role("button").all():
        await expect(button).to_be_disabled()
    await expect(chat.button("Kodi PUK (e zgjedhur)")).to_be_visible()
    await expect(chat.field).to_be_focused()


async def test_a_new_question_supersedes_quick_replies(api: FakeApi, chat: Chat) -> None:
    buttons = [{"id": "c_yes", "title": "Po"}, {"id": "c_no", "title": "Jo"}]
    api.replies["oferta"] = {"text": "Ta shikojmë llogarinë?", "buttons": buttons}
    await chat.say("oferta")
    await expect(chat.button("Po")).to_be_enabled()
    await chat.ask("diçka tjetër")
    await expect(chat.button("Po")).to_be_disabled()
    await expect(chat.button("Jo")).to_be_disabled()


async def test_typing_is_shown_and_ends_with_the_answer(api: FakeApi, chat: Chat) -> None:
    api.typing(api.session, True)
    await expect(chat.typing).to_be_visible()
    api.store(api.session, "done", in_reply_to="m0", intent=None, confidence=None)
    await expect(chat.typing).to_have_count(0)


async def test_typing_ends_though_no_answer_comes(api: FakeApi, open_chat: OpenChat) -> None:
    chat = await open_chat(clock=True)
    api.mute.add("hesht")
    await chat.say("hesht")
    await expect(chat.typing).to_be_visible()
    await chat.page.clock.fast_forward(21_000)
    await expect(chat.typing).to_have_count(0)


async def test_typing_ends_when_the_stream_breaks(api: FakeApi, chat: Chat) -> None:
    api.mute.add("hesht")
    await chat.say("hesht")
    await expect(chat.typing).to_be_visible()
    api.session.events.append({"type": "typing", "active": False})
    api.drop_streams()
    await expect(chat.typing).to_have_count(0)


async def test_a_refused_message_says_why_and_is_sent_again_with_the_same_id(api: FakeApi, chat: Chat) -> None:
    busy = Failure(429, "rate_limited", "Keni dërguar shumë mesazhe. Provoni pas 5 sekondash.", {"Retry-After": "5"})
    api.fail("messages", busy)
    await chat.say("a më dëgjoni?")
    await expect(chat.last_mine).to_contain_text("nuk u dërgua")
    await expect(chat.last_mine).to_contain_text("Keni dërguar shumë mesazhe. Provoni pas 5 sekondash.")
    await expect(chat.page.get_by_role("alert")).to_contain_text("nuk u dërgua")
    await chat.button("Provo përsëri").click()
    await expect(chat.last_mine).to_contain_text(re.compile(r"\d u dërgua"))
    await expect(chat.replies.last).to_contain_text("Përgjigje për: a më dëgjoni?")
    await expect(chat.mine).to_have_count(1)


async def test_a_lost_answer_and_a_second_try_store_one_message(api: FakeApi, chat: Chat) -> None:
    api.lose_answer_to.add("messages")
    await chat.say("vetëm një herë")
    # The stream tells that it was stored, whatever became of the answer.
    await expect(chat.replies.last).to_contain_text("Përgjigje për: vetëm një herë")
    await expect(chat.last_mine).to_contain_text(re.compile(r"\d u dërgua$"))
    await expect(chat.button("Provo përsëri")).to_have_count(0)
    await expect(chat.mine).to_have_count(1)


async def test_resending_keeps_the_client_id(api: FakeApi, chat: Chat) -> None:
    await chat.context.set_offline(True)
    await chat.say("pa rrjet")
    await expect(chat.last_mine).to_contain_text("nuk u dërgua")
    await chat.context.set_offline(False)
    api.lose_answer_to.add("messages")
    await chat.button("Provo përsëri").click()
    await expect(chat.replies.last).to_contain_text("Përgjigje për: pa rrjet")
    assert len({post["client_id"] for post in api.posts}) == 1
    assert await chat.mine.count() == 1
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", api.posts[0]["client_id"])


async def test_a_message_that_can_never_pass_is_given_back_to_edit(api: FakeApi, chat: Chat) -> None:
    api.fail("messages", Failure(422, "bad_text", "Mesazhi nuk mund të lexohet."))
    await chat.say("mesazh i keq")
    await expect(chat.last_mine).to_contain_text("Mesazhi nuk mund të lexohet.")
    await chat.button("Ndrysho").click()
    await expect(chat.field).to_have_value("mesazh i keq")
    await expect(chat.field).to_be_focused()
    await expect(chat.mine).to_have_count(0)


async def test_messages_leave_in_order(api: FakeApi, chat: Chat) -> None:
    for text in ("një", "dy", "tre"):
        await chat.say(text)
    await expect(chat.replies.last).to_contain_text("Përgjigje për: tre")
    assert [post["text"] for post in api.posts] == ["një", "dy", "tre"]


async def test_what_the_server_hides_is_hidden_here_too(api: FakeApi, chat: Chat) -> None:
    api.stored_text["numri im është 044 123 456"] = "numri im është <msisdn> <b> <toString>"
    api.replies["numri im është 044 123 456"] = {"text": "Faleminderit."}
    await chat.say("numri im është 044 123 456")
    await expect(chat.last_mine).to_contain_text("numri im është [numër telefoni] <b> <toString>")
    await expect(chat.last_mine).to_contain_text("Për sigurinë tuaj, një pjesë e mesazhit u fsheh.")
    assert "044 123 456" not in (await chat.page.content())


async def test_an_honest_not_now_offers_to_ask_again(api: FakeApi, chat: Chat) -> None:
    sorry = "Sistemi nuk përgjigjet për momentin. Mesazhi juaj u ruajt."
    api.replies["gjendja ime"] = {"text": sorry, "outcome": "unavailable"}
    await chat.say("gjendja ime")
    await expect(chat.replies.last).to_contain_text(sorry)
    api.replies["gjendja ime"] = {"text": "Kredia juaj: 2,40 €."}
    await chat.button("Pyet përsëri").click()
    await expect(chat.replies.last).to_contain_text("Kredia juaj: 2,40 €.")
    assert len({post["client_id"] for post in api.posts}) == 2


async def test_a_reader_of_older_messages_is_not_pulled_away(api: FakeApi, chat: Chat) -> None:
    for number in range(8):
        await chat.ask(f"pyetja {number} " + "e gjatë " * 20)
    scroller = chat.page.locator("#scroller")
    await scroller.evaluate("node => { node.scrollTop = 0; }")
    await asyncio.sleep(0.1)
    api.reply(api.session, "Lajm i ri.")
    await expect(chat.button("Mesazhet e reja")).to_be_visible()
    assert await scroller.evaluate("node => node.scrollTop") == 0
    await chat.button("Mesazhet e reja").click()
    await expect(chat.replies.last).to_be_in_viewport()
    await expect(chat.button("Mesazhet e reja")).to_be_hidden()
