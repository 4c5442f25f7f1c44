"""Whenever the process dies while somebody proves a number, they hear once what came of it, and get one code.

As ``test_killed``, for what is not a question: a shared contact, a typed number, a one-time code.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from ndihma.accounts.demo import DemoKey
from ndihma.telegram.words_sq import ALBANIAN
from tests.integration.gateway.scripted_desk import NOW
from tests.support.telegram.fake import FakeBotApi

from .living import TEXT, number_of, verify
from .mortal import Place, engine_in_a_thread

MOST_STEPS, FEWEST_STEPS = 60, 6
FIRST_CHAT = 1000
ASKS = "sa kredi kam"
REACHED_BY_SMS = (
    DemoKey.VALID_FRESH,
    DemoKey.VALID_ENDING,
    DemoKey.ACTIVE_BY_ACTIVATION,
    DemoKey.ACTIVE_BY_TOP_UP,
    DemoKey.ACTIVE_ENDING,
    DemoKey.SELFCARE_NEVER,
    DemoKey.SELFCARE_REGISTERED,
    DemoKey.SELFCARE_LOCKED,
)
"""In turns: a number gets three codes in a quarter of an hour (S5)."""


@dataclass
class Person:
    """Somebody in a chat, whose number is asked for."""

    place: Place
    chat: int

    @property
    def number(self) -> str:
        return number_of(REACHED_BY_SMS[self.chat % len(REACHED_BY_SMS)])

    def says(self, text: str) -> None:
        asyncio.run(self.place.api.message(self.chat, text))

    def shares_the_number(self) -> None:
        asyncio.run(self.place.api.contact(self.chat, "+383" + self.number.replace(" ", "").removeprefix("0")))

    def settles(self) -> None:
        self.place.wait(lambda: self.place.settled(self.chat), "settled")

    def codes(self) -> list[str]:
        """Those that were sent to the number, the latest last."""
        outbox = self.place.var / "outbox.jsonl"
        sent = [json.loads(line) for line in outbox.read_text().splitlines()] if outbox.exists() else []
        masked = f"{self.number[:3]} ••• •{self.number[-2:]}"
        return [code for each in sent if each["to"] == masked for code in re.findall(r"\b\d{6}\b", each["text"])]

    def posts(self, text: str) -> int:
        return sum(text in each for each in self.place.api.texts(self.chat))


@dataclass(frozen=True)
class Deed:
    """What a person does in the process that dies, what was before it, and what the chat shows of it in the end."""

    prepare: Callable[[Person], None]
    do: Callable[[Person], None]
    shows: tuple[str, ...]
    codes: int = 0


def _nothing(person: Person) -> None:
    person.says("/start")


def _number_asked(person: Person) -> None:
    person.says(ASKS)


def _code_sent(person: Person) -> None:
    before = len(person.codes())
    person.says(ASKS)
    person.settles()
    person.says(person.number)
    person.place.wait(lambda: len(person.codes()) > before, "a code")


DEEDS = {
    "contact": Deed(_nothing, Person.shares_the_number, ("Numri juaj u njoh", TEXT)),
    "number": Deed(_number_asked, lambda person: person.says(person.number), (ALBANIAN.code_sent[:10],), codes=1),
    "code": Deed(_code_sent, lambda person: person.says(person.codes()[-1]), ("u verifikua", TEXT)),
}


def _dies_at(place: Place, step: int, deed: Deed, person: Person) -> bool:
    with place.process(NOW + timedelta(minutes=3 * step + 1), step) as dead:
        codes = len(person.codes()) + deed.codes
        deed.do(person)
        place.wait(lambda: dead() or (place.settled(person.chat) and len(person.codes()) == codes), "dead or done")
        return not dead()


def _recovers(place: Place, step: int, deed: Deed, person: Person, then: Callable[[], None]) -> bool:
    """Another process goes on; whether the customer was asked about one message."""
    with place.process(NOW + timedelta(minutes=3 * step + 2)):
        person.settles()
        doubts = [post for post in place.api.sent(person.chat) if post.text == ALBANIAN.in_doubt]
        if doubts and not all(person.posts(text) for text in deed.shows):
            asyncio.run(place.api.press(doubts[0], ALBANIAN.repeat))
            place.wait(lambda: all(person.posts(text) for text in deed.shows), "repeated")
            person.settles()
        then()
    assert len(doubts) <= 1
    return bool(doubts)


@pytest.mark.parametrize("name", DEEDS)
def test_s12_who_proves_a_number_is_told_once(bot_api: FakeBotApi, demo_url: str, tmp_path: Path, name: str) -> None:
    deed = DEEDS[name]
    with engine_in_a_thread({ASKS: verify()}) as engine:
        place = Place(bot_api, engine, demo_url, tmp_path)
        people = [Person(place, FIRST_CHAT + step) for step in range(MOST_STEPS + 1)]

        def prepared(person: Person) -> None:
            deed.prepare(person)
            person.settles()

        with place.process(NOW):
            prepared(people[0])
        for step, person in enumerate(people[:-1]):
            codes = len(person.codes())
            lived = _dies_at(place, step, deed, person)
            doubted = _recovers(place, step, deed, person, partial(prepared, people[step + 1]))
            texts = place.api.texts(person.chat)
            for text in deed.shows:
                assert person.posts(text) == 1, f"killed at step {step}: {texts}"
            sent = len(person.codes()) - codes
            assert sent <= deed.codes, f"killed at step {step}: {sent} codes"
            if lived:
                assert not doubted
                assert step >= FEWEST_STEPS
                return
        pytest.fail("the process never lived through")
