"""One tag on a strict page of another origin: launcher, conversation, buttons, who speaks, the end."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from .conftest import OpenWidget, Widget
from .fake_api import FakeApi
from .fake_session import SOURCE, Failure
from .host_site import HostSite

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]


async def test_one_tag_makes_the_launcher_with_one_request(
    api: FakeApi, site: HostSite, open_widget: OpenWidget
) -> None:
    widget = await open_widget(wait=False)
    await expect(widget.launcher).to_be_visible()
    await expect(widget.launcher).to_have_attribute("aria-expanded", "false")
    await widget.page.wait_for_load_state("networkidle")
    assert site.requests == ["/", "/widget.js"]
    assert api.requests == []
    assert await widget.page.evaluate("Object.keys(window).filter(name => /ndihma|widget/i.test(name))") == []


async def test_a_question_is_answered_with_time_and_source(api: FakeApi, widget: Widget) -> None:
    api.replies["Sa kushton kartela?"] = {"text": "SIM kartela kushton 7 €.", "source": SOURCE}
    await widget.say("Sa kushton kartela?")
    await expect(widget.mine.last).to_contain_text("u dërgua")
    await expect(widget.mine.last).to_contain_text(re.compile(r"\d\d:\d\d"))
    reply = widget.replies.last
    await expect(reply).to_contain_text("SIM kartela kushton 7 €.")
    await expect(reply).to_contain_text("Burimi: Pyetjet e shpeshta, SIM kartela · rishikuar më 22 nëntor 2026")
    await expect(widget.field).to_be_focused()


async def test_each_event_is_shown_once_though_the_stream_repeats_it(api: FakeApi, widget: Widget) -> None:
    await widget.ask("një")
    await widget.ask("dy")
    assert await widget.replies.count() == 3
    assert await widget.mine.count() == 2


async def test_a_topic_is_chosen_once(api: FakeApi, widget: Widget) -> None:
    await widget.button("Kodi PUK").click()
    await expect(widget.replies.last).to_contain_text("Përgjigje për: Kodi PUK")
    assert api.posts[0]["choice"] == "c_puk"
    await expect(widget.button("Kodi PUK (e zgjedhur)")).to_be_disabled()
    await expect(widget.button("Statuset e numrit")).to_be_disabled()
    await expect(widget.field).to_be_focused()


async def test_an_agent_is_always_in_reach(api: FakeApi, widget: Widget) -> None:
    await widget.button("Fol me një agjent").click()
    await expect(widget.mine.last).to_contain_text("u dërgua")
    assert [post["text"] for post in api.posts] == ["Fol me një agjent"]


async def test_the_hand_over_to_an_agent_and_back_is_told(api: FakeApi, widget: Widget) -> None:
    api.handoff("waiting", position=3)
    await expect(widget.page.locator(".strip")).to_have_text("Po presim një agjent. Vendi juaj në radhë: 3.")
    await expect(widget.page.get_by_role("status").filter(has_text="në radhë: 3")).to_be_attached()
    api.handoff("waiting", position=1)
    await expect(widget.page.locator(".strip")).to_contain_text("radhë: 1")
    api.handoff("agent", agent="Arta")
    await expect(widget.page.locator(".strip")).to_have_count(0)
    await expect(widget.log).to_contain_text("Agjenti u kyç në bisedë: Arta.")
    await expect(widget.page.get_by_role("heading", name="Arta, Vala")).to_be_visible()
    api.agent_says("Mirëdita, si mund t’ju ndihmoj?")
    await expect(widget.replies.last.locator(".who")).to_have_text("AArta, Vala")
    api.handoff("bot")
    await expect(widget.log).to_contain_text("Agjenti u largua nga biseda. Vazhdon asistenti Ndihma.")
    await widget.ask("faleminderit")
    await expect(widget.replies.last.locator(".who")).to_contain_text("Asistenti Ndihma")


async def test_typing_ends_with_the_answer_and_ends_without_one(api: FakeApi, open_widget: OpenWidget) -> None:
    widget = await open_widget(clock=True)
    typing = widget.page.get_by_text("Ndihma po shkruan…")
    api.mute.add("hesht")
    await widget.say("hesht")
    await expect(typing).to_be_visible()
    await widget.page.clock.run_for(21_000)
    await expect(typing).to_have_count(0)


async def test_what_comes_while_the_panel_is_closed_is_counted_on_the_launcher(api: FakeApi, widget: Widget) -> None:
    await widget.button("Mbyll").click()
    await expect(widget.panel).to_be_hidden()
    api.reply(api.session, "Një lajm.")
    api.reply(api.session, "Edhe një.")
    await expect(widget.page.get_by_role("button", name="Hap bisedën me Ndihmën, 2 mesazhe të reja")).to_be_visible()
    await widget.launcher.click()
    await expect(widget.replies.last).to_contain_text("Edhe një.")
    await widget.button("Mbyll").click()
    await expect(widget.page.get_by_role("button", name="Hap bisedën me Ndihmën", exact=True)).to_be_visible()


async def test_an_agent_can_end_it_and_unsent_words_reach_the_next_conversation(api: FakeApi, widget: Widget) -> None:
    await widget.ask("një")
    api.ended.add(api.session.id)  # the event is still on its way
    await widget.say("edhe diçka")
    await expect(widget.replies.last).to_contain_text("Përgjigje për: edhe diçka")
    assert len(api.sessions) == 2
    api.end("agent")
    await expect(widget.log).to_contain_text("Agjenti e përfundoi bisedën.")
    await expect(widget.button("Bisedë e re")).to_be_visible()


async def test_what_is_too_long_is_not_sent_and_says_by_how_much(api: FakeApi, widget: Widget) -> None:
    await widget.field.fill("😀" * 1001)  # one character each, as the server counts
    await expect(widget.page.locator("#counter")).to_have_text("Mesazhi është tepër i gjatë: hiqni 1 shenjë.")
    await widget.field.press("Enter")
    assert api.posts == []
    await widget.field.fill("😀" * 1000)
    await widget.field.press("Enter")
    await expect(widget.mine.last).to_contain_text("u dërgua")


async def test_a_refused_message_can_be_changed(api: FakeApi, widget: Widget) -> None:
    api.fail("messages", Failure(422, "text_too_long", "Mesazhi është tepër i gjatë."))
    await widget.say("një dy tri")
    await expect(widget.mine.last).to_contain_text("nuk u dërgua")
    await expect(widget.mine.last).to_contain_text("Mesazhi është tepër i gjatë.")
    await widget.button("Ndrysho").click()
    await expect(widget.mine).to_have_count(0)
    await expect(widget.field).to_have_value("një dy tri")
    await expect(widget.field).to_be_focused()


@pytest.mark.parametrize(("bundle", "label"), [("widget.sr.js", "Otvori razgovor"), ("widget.en.js", "Open the chat")])
async def test_the_widget_speaks_serbian_and_english(
    api: FakeApi, site: HostSite, open_widget: OpenWidget, bundle: str, label: str
) -> None:
    site.bundle = bundle
    widget = await open_widget(wait=False)
    launcher = widget.page.get_by_role("button", name=re.compile(label))
    await launcher.click()
    await widget.ready()
    assert await widget.page.locator("ndihma-chat").get_attribute("lang") == bundle.split(".")[1]
    assert api.languages == {bundle.split(".")[1]}  # refusals come in it too
    await expect(widget.replies.first.locator(".bubble")).to_have_attribute("lang", "sq")


async def test_as_a_part_of_the_page_it_has_no_launcher(api: FakeApi, site: HostSite, open_widget: OpenWidget) -> None:
    site.tag_data = 'data-mode="page"'
    widget = await open_widget(wait=False)
    await widget.ready()
    await expect(widget.launcher).to_have_count(0)
    await expect(widget.page.get_by_role("heading", level=2, name="Ndihma")).to_be_visible()
    await widget.page.keyboard.press("Escape")
    await widget.ask("ende këtu?")


async def test_an_imported_module_leaves_the_page_alone_until_the_element_is_used(
    api: FakeApi, site: HostSite, open_widget: OpenWidget
) -> None:
    widget = await open_widget(wait=False)
    await widget.page.evaluate(
        """async (gateway) => {
          document.querySelector("ndihma-chat").remove();
          const element = document.createElement("ndihma-chat");
          element.setAttribute("gateway", gateway);
          document.body.append(element);
          element.ask("nga faqja");
        }""",
        api.url,
    )
    await expect(widget.replies.last).to_contain_text("Përgjigje për: nga faqja")
    await expect(widget.page.locator("ndihma-chat")).to_have_count(1)


# --- writing -------------------------------------------------------------------------------------------------


async def test_shift_enter_breaks_the_line_and_enter_sends(api: FakeApi, widget: Widget) -> None:
    await widget.field.press_sequentially("rreshti i parë")
    await widget.field.press("Shift+Enter")
    await widget.field.press_sequentially("rreshti i dytë")
    assert api.posts == []
    await widget.field.press("Enter")
    await expect(widget.mine.last).to_contain_text("u dërgua")
    assert [post["text"] for post in api.posts] == ["rreshti i parë\nrreshti i dytë"]


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
async def test_nothing_is_sent_when_nothing_is_written(api: FakeApi, widget: Widget, text: str) -> None:
    await widget.field.fill(text)
    await widget.button("Dërgo").click(force=True)
    await expect(widget.field).to_be_focused()
    await expect(widget.mine).to_have_count(0)
    assert api.posts == []


async def test_messages_leave_in_order(api: FakeApi, widget: Widget) -> None:
    for text in ("një", "dy", "tre"):
        await widget.say(text)
    await expect(widget.log).to_contain_text("Përgjigje për: tre")
    assert [post["text"] for post in api.posts] == ["një", "dy", "tre"]


async def test_a_new_question_supersedes_quick_replies(api: FakeApi, widget: Widget) -> None:
    buttons = [{"id": "c_yes", "title": "Po"}, {"id": "c_no", "title": "Jo"}]
    api.replies["oferta"] = {"text": "Ta shikojmë llogarinë?", "buttons": buttons}
    await widget.say("oferta")
    await expect(widget.button("Po")).to_be_enabled()
    await widget.ask("diçka tjetër")
    await expect(widget.button("Po")).to_be_disabled()
    await expect(widget.button("Jo")).to_be_disabled()


async def test_an_honest_not_now_offers_to_ask_again(api: FakeApi, widget: Widget) -> None:
    sorry = "Sistemi nuk përgjigjet për momentin. Mesazhi juaj u ruajt."
    api.replies["gjendja ime"] = {"text": sorry, "outcome": "unavailable"}
    await widget.say("gjendja ime")
    await expect(widget.replies.last).to_contain_text(sorry)
    api.replies["gjendja ime"] = {"text": "Kredia juaj: 2,40 €."}
    await widget.button("Pyet përsëri").click()
    await expect(widget.replies.last).to_contain_text("Kredia juaj: 2,40 €.")
    assert len({post["client_id"] for post in api.posts}) == 2


async def test_typing_is_shown_and_ends_with_the_answer(api: FakeApi, widget: Widget) -> None:
    typing = widget.page.get_by_text("Ndihma po shkruan…")
    api.typing(api.session, True)
    await expect(typing).to_be_visible()
    api.store(api.session, "done", in_reply_to="m0", intent=None, confidence=None)
    await expect(typing).to_have_count(0)
