"""Agents and customers at one gateway: who gets a conversation, what is said in it, what becomes of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Route, expect

from ndihma.staff.model import Role
from tests.integration.gateway.live_gateway import Customer, Gateway
from tests.integration.gateway.scripted_desk import eventually

from .conftest import Console, OpenConsole

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]
WITHIN_S = 60


async def agents_words(customer: Customer) -> list[str]:
    """What agents told the customer."""
    events = await customer.events()
    return [e["text"] for e in events if e["type"] == "reply" and (e["author"] or {}).get("kind") == "agent"]


async def handoffs(customer: Customer) -> list[str]:
    return [event["state"] for event in await customer.events() if event["type"] == "handoff"]


async def test_a_customer_is_taken_answered_and_handed_back(
    gateway: Gateway, anita: Console, waiting: Customer
) -> None:
    await expect(anita.view("Në pritje")).to_contain_text("1")
    await expect(anita.page).to_have_title(re.compile(r"^\(1\)"))
    await expect(anita.entries).to_contain_text("pret")
    await anita.open(waiting)
    await expect(anita.page.get_by_role("heading", name=re.compile("^Biseda"))).to_be_focused()
    summary = anita.page.get_by_role("region", name="Çfarë u pyet")
    await expect(summary).to_contain_text("sa kushton SIM kartela?")
    await expect(summary).to_contain_text("siguria 97 %")
    await expect(anita.log.locator(".customer").first).to_contain_text("sa kushton SIM kartela?")
    await expect(anita.log.locator(".bot").last).to_be_visible()
    await anita.see("Klienti pret një agjent.")
    await expect(anita.page.get_by_text("Për t’u përgjigjur, merrni së pari bisedën.")).to_be_visible()

    await anita.button("Merr bisedën").click()
    await expect(anita.state).to_contain_text("te ju")
    await expect(anita.reply).to_be_focused()
    await anita.say("Mirëdita, si mund t’ju ndihmoj?")
    await expect(anita.reply).to_have_value("")
    assert await agents_words(waiting) == ["Mirëdita, si mund t’ju ndihmoj?"]
    await waiting.say("E kam humbur kartelën.")
    await anita.see("E kam humbur kartelën.")
    await anita.view("Të miat").click()
    await expect(anita.entries).to_contain_text("E kam humbur kartelën.")

    await anita.button("Ktheje te asistenti").click()
    await expect(anita.state).to_contain_text("te asistenti")
    await anita.see("Biseda u kthye te asistenti.")
    await expect(anita.entries).to_have_count(0)
    assert await handoffs(waiting) == ["waiting", "agent", "bot"]
    await waiting.say("sa kushton?")
    await anita.see("Përgjigje: sa kushton?")


async def test_of_two_who_take_one_conversation_one_is_told_who_was_faster(
    gateway: Gateway, anita: Console, waiting: Customer, open_console: OpenConsole
) -> None:
    besa = await open_console("besa")
    await besa.available()
    await besa.open(waiting)
    await anita.open(waiting)

    async def slower(route: Route) -> None:
        """Besa's call is under way while Anita's is answered."""
        await anita.button("Merr bisedën").click()
        await expect(anita.state).to_contain_text("te ju")
        await route.continue_()

    await besa.page.route("**/take", slower)
    await besa.button("Merr bisedën").click()
    await expect(besa.alert("Bisedën e mori Anita Krasniqi para jush.")).to_be_visible()
    await expect(besa.state).to_contain_text("te Anita Krasniqi")
    await expect(besa.button("Merr bisedën")).to_have_count(0)
    assert await handoffs(waiting) == ["waiting", "agent"]
    await expect(besa.view("Te agjentët")).to_contain_text("1")


async def test_who_writes_when_a_supervisor_has_taken_over_is_told_and_keeps_the_text(
    gateway: Gateway, anita: Console, waiting: Customer, open_console: OpenConsole
) -> None:
    await anita.take(waiting)
    boss = await open_console("drita", Role.SUPERVISOR)
    await boss.available()
    await boss.view("Te agjentët").click()
    await boss.open(waiting)

    async def slower(route: Route) -> None:
        await boss.button("Merr bisedën").click()
        await expect(boss.state).to_contain_text("te ju")
        await route.continue_()

    await anita.page.route("**/messages", slower)
    await anita.reply.fill("Po e shikoj.")
    await anita.reply.press("Enter")
    await expect(
        anita.alert("Bisedën e ka Anita Krasniqi.")
    ).to_be_visible()  # every person of these tests has that name
    assert await agents_words(waiting) == []
    await expect(anita.reply).to_have_count(0)


async def test_a_note_is_for_staff_alone(
    gateway: Gateway, anita: Console, waiting: Customer, open_console: OpenConsole
) -> None:
    await anita.open(waiting)
    await anita.page.get_by_label("Shënimi i brendshëm").fill("Thirret nesër.")
    await anita.page.keyboard.press("Enter")
    await anita.see("Thirret nesër.")
    await expect(anita.log.locator(".note")).to_contain_text("Shënim i brendshëm nga Anita Krasniqi")
    assert "Thirret nesër." not in str(await waiting.events())
    besa = await open_console("besa")
    await besa.open(waiting)
    await besa.see("Thirret nesër.")


async def test_a_conversation_is_transferred_put_aside_closed_and_opened_again(
    gateway: Gateway, anita: Console, waiting: Customer, open_console: OpenConsole
) -> None:
    besa = await open_console("besa")
    await besa.available()
    await anita.take(waiting)

    await anita.button("Transfero").click()
    dialog = anita.page.get_by_role("dialog", name="Transfero bisedën")
    await dialog.get_by_label(re.compile("në dispozicion")).check()
    await dialog.get_by_role("button", name="Transfero").click()
    await expect(anita.button("Transfero")).to_have_count(0)
    await besa.view("Të miat").click()
    await besa.open(waiting)
    await expect(besa.state).to_contain_text("te ju")

    await besa.button("Shtyje").click()
    await besa.page.get_by_role("dialog").get_by_label("4 orë").check()
    await besa.page.get_by_role("dialog").get_by_role("button", name="Shtyje").click()
    await expect(besa.state).to_contain_text("e shtyrë")
    await expect(besa.view("Të shtyra")).to_contain_text("1")

    await besa.button("Mbylle").click()
    await expect(besa.state).to_contain_text("e mbyllur")
    await besa.view("Të mbyllura").click()
    await expect(besa.entries).to_have_count(1)
    await besa.button("Rihape").click()
    await expect(besa.state).to_contain_text("në pritje")
    await expect(besa.entries).to_have_count(0)
    await anita.view("Në pritje").click()
    await expect(anita.entries).to_have_count(1)


async def test_a_dialog_that_is_left_gives_the_focus_back(gateway: Gateway, anita: Console, waiting: Customer) -> None:
    await anita.take(waiting)
    await anita.button("Shtyje").focus()
    await anita.page.keyboard.press("Enter")
    await expect(anita.page.get_by_role("dialog").get_by_label("1 orë")).to_be_focused()
    await anita.page.keyboard.press("Escape")
    await expect(anita.page.get_by_role("dialog")).to_have_count(0)
    await expect(anita.button("Shtyje")).to_be_focused()
    await expect(anita.state).to_contain_text("te ju")


async def test_without_a_connection_it_is_told_and_what_was_written_goes_out_once(
    gateway: Gateway, anita: Console, waiting: Customer
) -> None:
    await anita.take(waiting)
    await anita.context.set_offline(True)
    await anita.reply.fill("Një çast, ju lutem.")
    await anita.reply.press("Enter")
    await expect(anita.alert("Nuk u dërgua.")).to_be_visible()
    await expect(anita.reply).to_have_value("Një çast, ju lutem.")
    await anita.context.set_offline(False)
    await anita.reply.press("Enter")
    await anita.see("Një çast, ju lutem.")
    assert await agents_words(waiting) == ["Një çast, ju lutem."]


async def test_an_answer_that_got_lost_is_not_sent_twice(gateway: Gateway, anita: Console, waiting: Customer) -> None:
    await anita.take(waiting)

    async def lost(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await anita.page.route("**/messages", lost, times=1)
    await anita.reply.fill("Po, kushton 7 €.")
    await anita.reply.press("Enter")
    await expect(anita.alert("Nuk u dërgua.")).to_be_visible()
    await anita.reply.press("Enter")
    await expect(anita.reply).to_have_value("")
    assert await agents_words(waiting) == ["Po, kushton 7 €."]
    await expect(anita.log.get_by_text("Po, kushton 7 €.")).to_have_count(1)


async def test_a_broken_stream_is_told_and_what_was_missed_is_there_when_it_is_back(
    gateway: Gateway, anita: Console
) -> None:
    await anita.page.route("**/api/console/inbox/changes", lambda route: route.abort())
    await anita.page.reload()
    await expect(anita.alert("Nuk ka lidhje me serverin.")).to_be_visible()
    customer = await gateway.customer()
    await customer.say("Fol me një agjent")
    await anita.page.unroute("**/api/console/inbox/changes")
    await expect(anita.alert("Nuk ka lidhje me serverin.")).to_have_count(0)
    await expect(anita.entries).to_have_count(1)


async def test_who_was_answered_is_not_said_to_wait_any_more(
    gateway: Gateway, anita: Console, waiting: Customer
) -> None:
    await anita.take(waiting)
    await waiting.say("E kam humbur kartelën.")
    # What happened before has been read, and nothing is read because time goes by: the reply alone can do it.
    await anita.page.clock.install()
    await anita.page.add_init_script("window.setInterval = () => 0")
    await anita.page.reload()
    await anita.see("E kam humbur kartelën.")
    await expect(anita.state).to_contain_text("pret")
    await anita.page.clock.fast_forward(5_000)
    await anita.say("Po e bllokoj menjëherë.")
    await expect(anita.state).not_to_contain_text("pret")


async def test_a_list_that_cannot_be_read_is_told_and_read_again(gateway: Gateway, anita: Console) -> None:
    await anita.page.route("**/views/closed*", lambda route: route.abort())
    await anita.view("Të mbyllura").click()
    await expect(anita.alert("Serveri nuk u përgjigj.")).to_be_visible()
    await anita.page.unroute("**/views/closed*")
    await anita.button("Provo përsëri").click()
    await expect(anita.page.get_by_text("Asnjë bisedë e mbyllur.")).to_be_visible()


async def test_presence_is_said_kept_alive_and_ends_with_the_session(
    gateway: Gateway, open_console: OpenConsole
) -> None:
    console = await open_console("anita")
    await expect(console.page.get_by_label("Prania juaj")).to_have_value("away")
    await console.available()
    await console.page.reload()
    await expect(console.page.get_by_label("Prania juaj")).to_have_value("available")
    customer = await gateway.customer()
    await customer.say("Fol me një agjent")
    assert await handoffs(customer) == ["waiting"]
    await console.button("Çkyçu").click()
    await expect(console.alert("Jeni çkyçur.")).to_be_visible()
    other = await gateway.customer()
    await other.say("Fol me një agjent")
    assert await handoffs(other) == []


async def test_the_keyboard_alone_does_a_whole_conversation(
    gateway: Gateway, anita: Console, waiting: Customer
) -> None:
    keyboard = anita.page.keyboard
    await expect(anita.entries).to_have_count(1)
    await anita.page.get_by_role("heading", name="Konsola e agjentëve").click()
    await keyboard.press("?")
    sheet = anita.page.get_by_role("dialog", name="Shkurtoret e tastierës")
    await expect(sheet).to_contain_text("Merr bisedën")
    await keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await keyboard.press("j")
    await expect(anita.entries.first).to_be_focused()
    await keyboard.press("Enter")
    await expect(anita.page.get_by_role("heading", name=re.compile("^Biseda"))).to_be_focused()
    await keyboard.press("m")
    await expect(anita.reply).to_be_focused()
    await keyboard.type("mbx?")  # letters in a field are letters
    await keyboard.press("Enter")
    await anita.see("mbx?")
    await keyboard.press("Escape")
    await keyboard.press("n")
    await expect(anita.page.get_by_label("Shënimi i brendshëm")).to_be_focused()
    await keyboard.press("Escape")
    await keyboard.press("s")
    await keyboard.press("Escape")
    await expect(anita.page.get_by_role("dialog")).to_have_count(0)
    await keyboard.press("2")
    await expect(anita.page.get_by_role("heading", name="Të miat")).to_be_visible()
    await keyboard.press("p")
    await expect(anita.page.get_by_label("Prania juaj")).to_have_value("busy")
    await keyboard.press("b")
    await expect(anita.state).to_contain_text("te asistenti")
    assert await handoffs(waiting) == ["waiting", "agent", "bot"]


async def test_letters_that_were_switched_off_do_nothing(gateway: Gateway, anita: Console, waiting: Customer) -> None:
    await anita.open(waiting)
    await anita.page.keyboard.press("?")
    await anita.page.get_by_label("Shkurtoret me një shkronjë janë aktive").uncheck()
    await anita.page.keyboard.press("Escape")
    await anita.page.reload()
    await expect(anita.button("Merr bisedën")).to_be_visible()
    await anita.page.keyboard.press("m")
    await anita.page.keyboard.press("?")
    await expect(anita.page.get_by_role("dialog")).to_be_visible()
    await expect(anita.state).to_contain_text("në pritje")


async def test_a_number_is_shown_for_a_reason_and_the_call_ticked_off(
    gateway: Gateway, open_console: OpenConsole
) -> None:
    customer = await gateway.customer()
    events = await customer.say("Fol me një agjent")
    await press(customer, events, "thirr")
    await customer.say("044 123 456")
    console = await open_console("anita")
    await expect(console.view("Për thirrje")).to_contain_text("1")
    await console.view("Për thirrje").click()
    await expect(console.page.get_by_text("044 ••• •56")).to_be_visible()
    await console.button("Shfaq numrin").click()
    dialog = console.page.get_by_role("dialog", name="Shfaq numrin e klientit")
    await dialog.get_by_role("button", name="Shfaq numrin").click()
    await expect(dialog.get_by_text("Plotësoni këtë fushë.")).to_be_visible()
    await dialog.get_by_label("Arsyeja").fill("Klienti kërkoi thirrje.")
    await console.page.keyboard.press("Enter")
    await expect(console.page.get_by_text(re.compile(r"044 ?123 ?456"))).to_be_visible()
    await console.button("U thirr klienti").click()
    await expect(console.page.get_by_text("Askush nuk pret thirrje.")).to_be_visible()


async def press(customer: Customer, events: list[dict[str, Any]], words: str) -> None:
    """Press the latest button whose title has these words."""
    titles = [button for event in events if event["type"] == "reply" for button in event["buttons"]]
    chosen = [button["id"] for button in titles if words in button["title"].lower()]
    assert chosen, [button["title"] for button in titles]
    answer = await customer.call("POST", "/messages", json={"client_id": "pressed", "choice": chosen[-1]})
    assert answer.status_code == 202, answer.text

    async def answered() -> bool:
        return any(
            e["type"] == "done" and e["in_reply_to"] == answer.json()["message_id"] for e in await customer.events()
        )

    await eventually(answered, WITHIN_S)


async def test_earlier_messages_of_a_long_conversation_are_read_when_asked_for(
    gateway: Gateway, anita: Console
) -> None:
    customer = await gateway.customer()
    for number in range(40):
        if number % 15 == 14:
            gateway.clock.advance(timedelta(minutes=1))  # messages a minute are counted
        await customer.say(f"pyetja {number}")
    await anita.page.reload()  # her console was silent for minutes
    await anita.available()
    await customer.say("Fol me një agjent")
    await anita.open(customer)
    await expect(anita.log.get_by_text("pyetja 0", exact=True)).to_have_count(0)
    await anita.button("Shfaq mesazhet e mëhershme").click()
    await expect(anita.log.get_by_text("pyetja 0", exact=True)).to_have_count(1)
    await expect(anita.log.get_by_text("pyetja 39", exact=True)).to_have_count(1)


async def test_a_browser_that_slept_an_hour_finds_the_conversation_with_a_colleague(
    gateway: Gateway, anita: Console, waiting: Customer, open_console: OpenConsole
) -> None:
    besa = await open_console("besa", name="Besa Gashi")
    await besa.available()
    await anita.take(waiting)
    await anita.say("Mirëdita.")
    await anita.reply.fill("Po e shikoj.")
    await anita.context.set_offline(True)
    await waiting.say("A jeni aty?")
    async with besa.page.expect_response(lambda answer: answer.url.endswith("/presence") and answer.ok):
        gateway.clock.advance(timedelta(hours=1))  # and Besa's console says that it is there
    await expect(besa.view("Në pritje")).to_contain_text("1")
    await besa.take(waiting)
    await besa.say("Unë jam këtu.")
    await anita.context.set_offline(False)
    await expect(anita.state).to_contain_text("te Besa Gashi")
    await anita.see("Unë jam këtu.")
    await expect(anita.reply).to_have_count(0)
    for console in (anita, besa):
        said = "\n".join(await console.lines.all_inner_texts())
        counts = [said.count(text) for text in ("Mirëdita.", "A jeni aty?", "Unë jam këtu.", "Po e shikoj.")]
        assert counts == [1, 1, 1, 0], said
