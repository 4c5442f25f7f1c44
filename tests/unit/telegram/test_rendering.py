"""What events look like in a chat."""

from dataclasses import fields, replace
from datetime import datetime

import pytest

from ndihma.clock import BELGRADE
from ndihma.desk.events import (
    AttachmentBody,
    AttachmentState,
    Author,
    AuthorKind,
    Body,
    Button,
    DoneBody,
    EndedBody,
    EndedBy,
    HandoffBody,
    HandoffState,
    MessageBody,
    ReplyBody,
    RevealBody,
    RevealState,
    Source,
    VerificationBody,
)
from ndihma.telegram.catalogue import WORDS
from ndihma.telegram.chats import Language
from ndihma.telegram.parts import Keyboard, inline, sending
from ndihma.telegram.rendering import Scene, render
from ndihma.telegram.styled import MAX_UNITS, units
from ndihma.telegram.words import Words
from ndihma.verification.model import Purpose, VerificationState

UNTIL = datetime(2026, 11, 30, 15, 45, tzinfo=BELGRADE)
HERE = Scene("x" * 22, Language.ALBANIAN, is_private=True, private_link="https://t.me/ndihma_bot")
GROUP = replace(HERE, is_private=False)
BODIES: tuple[Body, ...] = (
    ReplyBody(in_reply_to=None, text="Kushton 7 €."),
    *(
        VerificationBody(state=state, masked="044 ••• •56", expires_at=until, purpose=purpose, level=level)
        for state in VerificationState
        for purpose in Purpose
        for until in (UNTIL, None)
        for level in (None, 1, 2, 3)
    ),
    VerificationBody(state=VerificationState.CODE_SENT, masked="m", sent_to="a•••@x.com", purpose=Purpose.PUK),
    *(AttachmentBody(state=state, reference="RK-7F3K2") for state in AttachmentState),
    RevealBody(state=RevealState.READY, reference="r" * 43, expires_at=UNTIL),
    *(
        HandoffBody(state=state, position=at, agent=name)
        for state in HandoffState
        for at in (None, 2)
        for name in (None, "Arta")
    ),
    EndedBody(by=EndedBy.CUSTOMER),
)
SILENT = (
    MessageBody(message_id="m", client_id="c", text="x"),
    DoneBody(in_reply_to="m"),
    RevealBody(state=RevealState.SHOWN),
)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_every_event_is_a_sentence_in_every_language(language: Language, body: Body) -> None:
    scene = replace(HERE, language=language)
    parts = render(body, scene)
    assert parts
    for part in parts:
        assert part.content.text.strip()
        assert "{" not in part.content.text, "nothing is left to fill in"
        assert sending(part, 7, scene.words).text == part.content.text


@pytest.mark.parametrize("body", SILENT, ids=repr)
def test_what_needs_no_message_has_none(body: Body) -> None:
    assert render(body, HERE) == []


def test_an_answer_names_its_source_and_who_speaks() -> None:
    source = Source(text="FAQ 003", reviewed="2026-11-22")
    (part,) = render(ReplyBody(in_reply_to="m", text="7 € <b>*_", source=source), HERE)
    assert part.content.text == "7 € <b>*_\n\nBurimi: FAQ 003 · rishikuar më 22 nëntor 2026"
    (spoken,) = render(ReplyBody(in_reply_to=None, text="Po.", author=Author(kind=AuthorKind.AGENT, name="Arta")), HERE)
    assert spoken.content.text == "Arta, Vala\nPo."
    assert [entity.type for entity in spoken.content.entities] == ["bold"]


def test_the_buttons_of_a_long_answer_are_on_its_last_message() -> None:
    reply = ReplyBody(in_reply_to="m", text="Fjali e gjatë. " * 700, buttons=(Button(id="c_1", title="Po"),))
    parts = render(reply, HERE)
    assert len(parts) > 2
    assert all(units(part.content.text) <= MAX_UNITS for part in parts)
    assert [bool(part.rows) for part in parts] == [False] * (len(parts) - 1) + [True]


def test_the_number_is_asked_for_with_a_button_that_shares_it_and_the_keyboard_goes_after() -> None:
    (asked,) = render(VerificationBody(state=VerificationState.NUMBER_NEEDED), HERE)
    assert asked.keyboard is Keyboard.SHARE_NUMBER
    for state in set(VerificationState) - {VerificationState.NUMBER_NEEDED}:
        (after,) = render(VerificationBody(state=state, masked="m", expires_at=UNTIL), HERE)
        assert after.keyboard is Keyboard.NONE


@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_s8_in_a_group_there_is_nothing_of_an_account_but_the_way_to_the_private_chat(body: Body) -> None:
    for part in render(body, GROUP):
        if not isinstance(body, ReplyBody):
            assert GROUP.private_link in part.content.text
            assert {press.url for row in part.rows for press in row} == {GROUP.private_link}
        assert part.keyboard is Keyboard.AS_IT_IS
        assert "•56" not in part.content.text


def test_ratings_are_one_to_five_of_the_conversation() -> None:
    rating = render(EndedBody(by=EndedBy.CUSTOMER), HERE)[-1]
    markup = inline(rating.rows)
    assert markup is not None
    assert [button.callback_data for button in markup.inline_keyboard[0]] == [f"s:{n}:{'x' * 22}" for n in range(1, 6)]


def test_the_catalogues_say_the_same_things_with_the_same_blanks() -> None:
    def blanks(text: str) -> set[str]:
        return {piece.partition("}")[0] for piece in text.split("{")[1:]}

    for field in fields(Words):
        said = [getattr(words, field.name) for words in WORDS.values()]
        if isinstance(said[0], str):
            assert len({frozenset(blanks(text)) for text in said}) == 1, field.name
            assert all(units(text) < 600 for text in said)
        else:
            assert len({tuple(commands) for commands in said}) == 1
            assert all(1 <= len(text) <= 256 for commands in said for text in commands.values())


@pytest.mark.parametrize(
    ("code", "language"), [("sq", "sq"), (None, "sq"), ("de", "sq"), ("sr-Latn", "sr"), ("bs", "sr"), ("en-GB", "en")]
)
def test_the_language_is_that_of_the_customers_telegram(code: str | None, language: str) -> None:
    assert Language.of(code) == language
