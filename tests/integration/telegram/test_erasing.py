"""/fshi: everything that is held of the chat goes, after a question (S11)."""

from __future__ import annotations

from ndihma.telegram.words_sq import ALBANIAN

from .living import LivingBot

CHAT = 800
WORD = "xhamadani"


async def test_s11_everything_of_the_chat_is_erased(bot: LivingBot) -> None:
    await bot.say(CHAT, f"{WORD}, sa kushton kartela")
    conversation = await bot.conversation_of(CHAT)
    ask = (await bot.say(CHAT, "/fshi"))[-1]
    assert ask.titles == [ALBANIAN.erase_yes, ALBANIAN.erase_no]
    callback = await bot.api.press(ask, ALBANIAN.erase_yes)
    await bot.api.until(lambda: callback.answer)
    assert callback.answer is not None
    assert callback.answer["text"] == ALBANIAN.erased
    await bot.settled(CHAT)
    assert ask.text == ALBANIAN.erased
    assert ask.buttons == []
    for table in ("events", "turns", "conversations", "telegram_threads", "telegram_chats", "telegram_sent"):
        rows = str(await bot.rows(f"SELECT * FROM {table}"))  # noqa: S608
        assert WORD not in rows, table
        assert conversation not in rows, table
    posts = await bot.say(CHAT, "/start")
    assert posts
    assert await bot.conversation_of(CHAT) != conversation


async def test_no_means_no(bot: LivingBot) -> None:
    await bot.say(CHAT, "sa kushton kartela")
    conversation = await bot.conversation_of(CHAT)
    ask = (await bot.say(CHAT, "/fshi"))[-1]
    callback = await bot.api.press(ask, ALBANIAN.erase_no)
    await bot.api.until(lambda: callback.answer)
    assert callback.answer is not None
    assert callback.answer["text"] == ALBANIAN.kept
    assert await bot.conversation_of(CHAT) == conversation


async def test_s11_pressing_twice_is_harmless_and_other_chats_stay(bot: LivingBot) -> None:
    await bot.say(CHAT + 1, "sa kushton kartela")
    other = await bot.conversation_of(CHAT + 1)
    ask = (await bot.say(CHAT, "/fshi"))[-1]
    for _ in range(2):
        callback = await bot.api.press(ask, data=ask.buttons[0]["callback_data"] if ask.buttons else "e:")
        await bot.api.until(lambda c=callback: c.answer)
    await bot.settled(CHAT)
    assert await bot.conversation_of(CHAT + 1) == other
    assert (await bot.say(CHAT + 1, "sa kushton"))[-1].text == "Kartela kushton 7 €."
