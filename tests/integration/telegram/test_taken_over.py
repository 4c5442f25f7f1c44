"""An agent takes the conversation over in the same chat and hands it back; the customer rates it."""

from __future__ import annotations

from datetime import timedelta

from ndihma.desk.events import Author, AuthorKind, HandoffBody, HandoffState, ReplyBody
from ndihma.telegram.words_sq import ALBANIAN
from tests.support.telegram.chats import Post

from .living import LivingBot

CHAT = 780


async def recorded(bot: LivingBot, *bodies: HandoffBody | ReplyBody) -> list[Post]:
    """What the chat shows of events that others store."""
    before = len(bot.api.sent(CHAT))
    await bot.services.conversations.record(await bot.conversation_of(CHAT), *bodies)
    await bot.settled(CHAT)
    return bot.api.sent(CHAT)[before:]


def agent_says(text: str, name: str | None = "Besa") -> ReplyBody:
    return ReplyBody(in_reply_to=None, text=text, author=Author(kind=AuthorKind.AGENT, name=name))


async def test_a_take_over_with_the_agents_name_and_the_way_back(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    (waiting,) = await recorded(bot, HandoffBody(state=HandoffState.WAITING, position=2))
    assert waiting.text == ALBANIAN.waiting_at.format(position=2)
    (joined,) = await recorded(bot, HandoffBody(state=HandoffState.AGENT, agent="Besa"))
    assert "Besa" in joined.text
    (said,) = await recorded(bot, agent_says("Mirëdita, si mund t'ju ndihmoj?"))
    assert said.text == "Besa, Vala\nMirëdita, si mund t'ju ndihmoj?"
    assert said.entities == [{"type": "bold", "offset": 0, "length": len("Besa, Vala")}]
    back, rate = await recorded(bot, HandoffBody(state=HandoffState.BOT))
    assert back.text == ALBANIAN.hand_back
    assert rate.text == ALBANIAN.rate_ask
    assert len(rate.buttons) == 5


async def test_what_an_agent_writes_is_text_whatever_it_looks_like(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    text = "<b>Shihni</b> *këtu* & [aty](https://keq.example)"
    (said,) = await recorded(bot, agent_says(text, name="<i>Besa</i>"))
    assert said.text == f"<i>Besa</i>, Vala\n{text}"


async def test_an_agent_without_a_name(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    (said,) = await recorded(bot, agent_says("Mirëdita.", name=None))
    assert said.text == f"{ALBANIAN.an_agent}\nMirëdita."


async def test_the_end_is_rated_once_and_stored(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    conversation = await bot.conversation_of(CHAT)
    await bot.services.conversations.end(conversation)
    await bot.settled(CHAT)
    ended, rate = bot.api.sent(CHAT)[-2:]
    assert ended.text == ALBANIAN.ended
    callback = await bot.api.press(rate, rate.titles[3])
    await bot.api.until(lambda: callback.answer)
    assert callback.answer is not None
    assert callback.answer["text"] == ALBANIAN.rated
    assert await bot.rows("SELECT conversation_id, score FROM ratings") == [(conversation, 4)]


async def test_a_rating_of_a_foreign_conversation_is_refused(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    await bot.say(CHAT + 1, "/start")
    other = await bot.conversation_of(CHAT + 1)
    post = bot.api.sent(CHAT)[-1]
    callback = await bot.api.press(post, data=f"s:5:{other}")
    await bot.api.until(lambda: callback.answer)
    assert callback.answer is not None
    assert callback.answer["text"] == ALBANIAN.old_button
    assert await bot.rows("SELECT score FROM ratings") == []


async def test_after_the_end_a_new_conversation_begins(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    first = await bot.conversation_of(CHAT)
    await bot.services.conversations.end(first)
    await bot.settled(CHAT)
    bot.clock.advance(timedelta(seconds=1))
    posts = await bot.say(CHAT, "sa kushton kartela")
    assert posts[-1].text == "Kartela kushton 7 €."
    assert await bot.conversation_of(CHAT) != first
