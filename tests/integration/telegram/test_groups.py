"""In a group the bot answers what it is asked, general questions alone; the rest is for the private chat."""

from __future__ import annotations

import pytest

from ndihma.telegram.words_sq import ALBANIAN
from tests.integration.gateway.live_gateway import said

from .living import TEXT, LivingBot, verify

ARTA, BESA = 720, 721


@pytest.fixture
async def group(bot: LivingBot) -> int:
    """A group that greeted the bot."""
    made = bot.api.group("Familja")
    await bot.api.add_bot(made, user=ARTA)
    greeting = await bot.api.said(made, "përmendni")
    assert greeting.text == ALBANIAN.group_help.format(link=f"https://t.me/{bot.api.username}")
    return made


def mention(bot: LivingBot, text: str) -> str:
    return f"@{bot.api.username} {text}"


async def test_a_mention_is_answered_as_a_reply_to_it(bot: LivingBot, group: int) -> None:
    asked = await bot.api.message(group, mention(bot, "sa kushton kartela"), user=ARTA)
    answer = await bot.api.said(group, "7 €")
    assert answer.reply_to is asked
    assert bot.heard == ["sa kushton kartela"]


async def test_a_reply_to_the_bot_is_answered(bot: LivingBot, group: int) -> None:
    await bot.api.message(group, mention(bot, "sa kushton kartela"), user=ARTA)
    first = await bot.api.said(group, "7 €")
    await bot.api.message(group, "po PIN-i?", user=BESA, reply_to=first)
    await bot.api.until(lambda: len(bot.api.sent(group)) == 3)
    assert bot.heard == ["sa kushton kartela", "po PIN-i?"]


async def test_what_is_not_for_the_bot_comes_to_nothing(bot: LivingBot, group: int) -> None:
    other = await bot.api.message(group, "sa kushton kartela", user=ARTA)
    await bot.api.message(group, "7 €", user=BESA, reply_to=other)
    await bot.api.message(group, "/ndihma@tjeter_bot", user=BESA)
    await bot.api.message(group, "shkruani te @ndihma_vala_bot_tjeter", user=BESA)
    for kind in ("voice", "sticker", "location", "poll"):
        await bot.api.media(group, kind, user=BESA)
    await bot.api.photo(group, b"JPEG", user=BESA)
    await bot.settled(group)
    assert len(bot.api.sent(group)) == 1
    assert bot.heard == []


async def test_s12_account_matters_are_answered_with_a_link_to_the_private_chat(bot: LivingBot, group: int) -> None:
    bot.script.answers["sa borxh kam"] = verify
    await bot.api.message(group, mention(bot, "sa borxh kam"), user=ARTA)
    link = f"https://t.me/{bot.api.username}"
    post = await bot.api.said(group, "privatisht", after=1)
    assert post.buttons == [{"text": ALBANIAN.private_chat, "url": link}]
    await bot.settled(group)
    assert not [post for post in bot.api.sent(group) if post.keyboard]


async def test_s8_a_number_and_a_code_in_a_group_start_nothing(bot: LivingBot, group: int) -> None:
    bot.script.answers["sa borxh kam"] = verify
    await bot.api.message(group, mention(bot, "sa borxh kam"), user=ARTA)
    await bot.api.said(group, "privatisht", after=1)
    await bot.api.message(group, mention(bot, "044 100 105"), user=ARTA)
    await bot.settled(group)
    assert bot.outbox() == []
    assert await bot.rows("SELECT * FROM verification_identities") == []


@pytest.mark.parametrize("command", ["gjendja", "agjenti", "fshi", "gjuha"])
async def test_private_commands_lead_to_the_private_chat(bot: LivingBot, group: int, command: str) -> None:
    await bot.api.message(group, f"/{command}@{bot.api.username}", user=ARTA)
    await bot.api.said(group, "privatisht", after=1)
    assert bot.heard == []


async def test_members_have_conversations_of_their_own(bot: LivingBot, group: int) -> None:
    for user in (ARTA, BESA):
        await bot.api.message(group, mention(bot, f"pyetja {user}"), user=user)
    await bot.api.until(lambda: len(bot.api.sent(group)) == 3)
    rows = await bot.rows("SELECT user_id, conversation_id FROM telegram_threads WHERE chat_id = :chat", chat=group)
    assert {user for user, _ in rows} == {ARTA, BESA}
    assert len({conversation for _, conversation in rows}) == 2


async def test_a_member_presses_only_the_buttons_of_their_own_answer(bot: LivingBot, group: int) -> None:
    buttons = [{"title": "Po", "payload": "/affirm"}]
    bot.script.answers["a kam borxh"] = lambda: said("Dëshironi?", buttons=buttons)
    await bot.api.message(group, mention(bot, "a kam borxh"), user=ARTA)
    post = await bot.api.said(group, "Dëshironi", after=1)
    stranger = await bot.api.press(post, "Po", user=BESA)
    await bot.api.until(lambda: stranger.answer)
    assert stranger.answer is not None
    assert stranger.answer.get("text") == ALBANIAN.old_button
    own = await bot.api.press(post, "Po", user=ARTA)
    await bot.api.until(lambda: own.answer)
    await bot.api.said(group, TEXT, after=2)
    assert bot.heard == ["a kam borxh", "/affirm"]


async def test_a_group_that_put_the_bot_out_gets_nothing_more(bot: LivingBot, group: int) -> None:
    await bot.api.message(group, mention(bot, "sa kushton kartela"), user=ARTA)
    await bot.api.said(group, "7 €")
    await bot.api.remove_bot(group, user=ARTA)
    await bot.api.taken()
    await bot.settled(group)
    before = len(bot.api.calls_of("sendMessage", group))
    conversations = await bot.rows("SELECT conversation_id FROM telegram_threads WHERE chat_id = :chat", chat=group)
    assert conversations
    assert len(bot.api.calls_of("sendMessage", group)) == before
