"""Long answers, markup that Telegram refuses, text that looks like markup."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ndihma.telegram.styled import Styled, split
from tests.integration.gateway.live_gateway import said
from tests.support.telegram.formatting import utf16_length

from .living import LivingBot

CHAT = 750
SENTENCE = "Ky është një rregull i shërbimit tonë për klientët me parapagim."
PARAGRAPH = " ".join([SENTENCE] * 12)
LONG = "\n\n".join([PARAGRAPH] * 12)
BUTTONS = [{"title": "Po", "payload": "/affirm"}, {"title": "Jo", "payload": "/deny"}]


async def test_an_answer_is_split_at_paragraphs_with_the_buttons_last(bot: LivingBot) -> None:
    bot.script.answers["gjatë"] = lambda: said(LONG, buttons=BUTTONS, source="FAQ 002", reviewed="2026-11-22")
    posts = (await bot.say(CHAT, "gjatë"))[1:]
    assert len(posts) > 1
    assert all(utf16_length(post.text) <= 4096 for post in posts)
    assert all(post.text.endswith(SENTENCE) for post in posts[:-1])
    assert all(post.text.split("\n\n")[0] == PARAGRAPH for post in posts)
    assert [post.titles for post in posts] == [[]] * (len(posts) - 1) + [["Po", "Jo"]]
    assert "\n\n".join(post.text for post in posts).startswith(LONG)


async def test_a_paragraph_that_is_too_long_is_split_at_sentences(bot: LivingBot) -> None:
    bot.script.answers["gjatë"] = lambda: said(" ".join([SENTENCE] * 150))
    posts = (await bot.say(CHAT, "gjatë"))[1:]
    assert len(posts) > 1
    assert all(post.text.endswith(".") for post in posts)
    assert sum(post.text.count(SENTENCE) for post in posts) == 150


async def test_a_text_without_any_gap_is_split_between_characters(bot: LivingBot) -> None:
    bot.script.answers["gjatë"] = lambda: said("😀" * 3000)
    posts = (await bot.say(CHAT, "gjatë"))[1:]
    assert "".join(post.text for post in posts) == "😀" * 3000
    assert all(utf16_length(post.text) <= 4096 for post in posts)


MARKS = [
    "<b>x",
    "a < b & c > d",
    "*x_ `y` [z](https://x.al)",
    "&lt;b&gt;",
    "1. _ # + - = | { } . !",
    "<script>x</script>",
]


@pytest.mark.parametrize("text", MARKS)
async def test_text_that_looks_like_markup_comes_as_it_is(bot: LivingBot, text: str) -> None:
    bot.script.answers["shenja"] = lambda: said(text)
    posts = await bot.say(CHAT, "shenja")
    assert posts[-1].text == text


async def test_the_source_stands_below_the_answer(bot: LivingBot) -> None:
    bot.script.answers["burimi"] = lambda: said("Fakti.", source="FAQ 002 · SIM", reviewed="2026-11-22")
    posts = await bot.say(CHAT, "burimi")
    assert posts[-1].text.startswith("Fakti.\n\n")
    assert "FAQ 002 · SIM" in posts[-1].text
    assert "22 nëntor 2026" in posts[-1].text
    (entity,) = posts[-1].entities
    assert (entity["type"], entity["offset"]) == ("italic", len("Fakti.\n\n"))


async def test_what_telegram_cannot_parse_goes_out_as_plain_text(bot: LivingBot) -> None:
    bot.script.answers["burimi"] = lambda: said("Fakti.", source="FAQ 002", reviewed="2026-11-22")
    await bot.say(CHAT, "ç'kemi")
    bot.api.fail_next("sendMessage", 400, "Bad Request: can't parse entities: planned")
    posts = await bot.say(CHAT, "burimi")
    assert [post.entities for post in posts] == [[]]
    assert posts[0].text.startswith("Fakti.")


async def test_a_text_that_telegram_takes_in_no_form_holds_nothing_up(bot: LivingBot) -> None:
    await bot.say(CHAT, "ç'kemi")
    bot.api.fail_next("sendMessage", 400, "Bad Request: planned", times=2)
    assert await bot.say(CHAT, "humbet") == []
    posts = await bot.say(CHAT, "vjen")
    assert len(posts) == 1


@settings(max_examples=25)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300), max_size=40))
def test_no_word_is_lost_whatever_is_split(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs) * 3
    pieces = split(Styled(text))
    assert all(0 < utf16_length(piece.text) <= 4096 for piece in pieces)
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(text.split())
