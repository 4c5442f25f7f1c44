"""What a message asks in the light of the conversation; the classifier is a table."""

import asyncio
from typing import Any, Dict, List, Tuple

import pytest

from engine.understanding import FALLBACK, Previous, Reader, Reading

TOPICS = frozenset({"ask_sim_price", "login", "fixed", "sim_pin", "account_pin", "puk", "price"})
Ranking = List[Tuple[str, float]]
SAID: Dict[str, Ranking] = {
    "fiksin": [("fixed", 0.9)],
    "per fiksin": [("fixed", 0.9)],
    "pin": [("sim_pin", 0.5), ("account_pin", 0.5)],
    "puk": [("puk", 0.9)],
    "te llogarise": [("account_pin", 0.4), ("login", 0.4)],
    "flm": [("thank", 0.99)],
    "jo flm": [("deny", 0.99)],
    "ku osht i puk kodit": [("puk", 0.95)],
    "budallej, muti": [("out_of_scope", 0.9)],
    "mut, du me fol me njeri": [("request_agent", 0.9)],
    "Përshëndetje, a jeni mirë? Ku e gjej PUK-un": [("greet", 0.98), ("puk", 0.02)],
    "ku e gjej puk-un": [("puk", 0.9)],
    "tung nga Gjilani i bukur": [("greet", 0.98), ("price", 0.02)],
    "nga gjilani i bukur": [("price", 0.3)],
    "hello, a keni 5g": [("greet", 0.6), ("out_of_scope", 0.4)],
    "a keni 5g": [("out_of_scope", 0.95)],
    "kom hup kartelen po sa kushton?": [("ask_sim_price", 0.8), ("puk", 0.2)],
    "kom hup kartelen po": [("puk", 0.95)],
    "kom ni pytje, sa kushton?": [("ask_sim_price", 0.8), ("puk", 0.2)],
    "kom ni pytje": [("puk", 0.5)],
    "mirdita, Besa nga Podujeva": [("greet", 0.9), ("price", 0.1)],
    "besa nga podujeva": [("price", 0.6)],
    "hej, a e keni kartelen": [("greet", 0.9), ("price", 0.1)],
    "a e keni kartelen": [("price", 0.6)],
    "mirdita te gjitheve atje": [("greet", 0.9), ("out_of_scope", 0.1)],
    "te gjitheve atje": [("out_of_scope", 0.95)],
    "flm shume vlla i madh je": [("thank", 0.9), ("greet", 0.1)],
    "i madh je": [("affirm", 0.95)],
}
LOGIN = Previous("login", [("login", 0.9), ("fixed", 0.1)])
PIN = Previous("sim_pin", [("sim_pin", 0.8), ("account_pin", 0.2)])
NOTHING = Previous(None, ())


def parsed(text: str) -> Dict[str, Any]:
    ranking = SAID.get(text, [("out_of_scope", 0.9), ("deny", 0.1)])
    entries = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    return {"text": text, "intent": entries[0], "intent_ranking": entries, "entities": []}


def read(text: str, before: Previous = NOTHING) -> Reading:
    async def parse(part: str) -> Dict[str, Any]:
        return parsed(part)

    async def previous() -> Previous:
        return before

    return asyncio.run(Reader(parse, TOPICS).read(text, previous))


def intents(text: str, before: Previous = NOTHING) -> List[str]:
    return [message["intent"]["name"] for message in read(text, before).messages]


@pytest.mark.parametrize("text", ["jo, e kisha fjalën për fiksin", "jo per fiksin"])
@pytest.mark.parametrize("before", [LOGIN, NOTHING])
def test_the_corrected_topic_is_answered_in_the_customers_words(text: str, before: Previous) -> None:
    [message] = read(text, before).messages
    assert message["intent"]["name"] == "fixed"
    assert message["text"] == text
    assert message["intent_ranking"][0] == message["intent"]


def test_an_unclear_correction_is_read_by_the_question_before() -> None:
    assert intents("jo, te llogarise", PIN) == ["account_pin"]


def test_what_is_negated_does_not_decide() -> None:
    assert intents("s'po pys për PUK po për PIN", Previous("puk", [("puk", 0.9), ("sim_pin", 0.1)])) == ["sim_pin"]


def test_an_answer_that_was_not_asked_for_offers_the_others() -> None:
    [message] = read("jo, nuk pyeta për këtë", LOGIN).messages
    assert message["intent"]["name"] == FALLBACK
    assert [entry["name"] for entry in message["intent_ranking"]][:2] == [FALLBACK, "fixed"]
    assert "login" not in [entry["name"] for entry in message["intent_ranking"]]


def test_without_an_answer_before_there_is_nothing_to_turn_down() -> None:
    assert intents("jo, nuk pyeta për këtë") == ["out_of_scope"]


def test_a_thanks_that_begins_with_no_is_no_correction() -> None:
    assert intents("jo flm", LOGIN) == ["deny"]


def test_a_button_is_never_read_as_words() -> None:
    assert intents("/jo, e kisha fjalën për fiksin", LOGIN) == ["out_of_scope"]


def test_swearing_hides_no_question() -> None:
    assert intents("ku osht dreqi i puk kodit") == ["puk"]


def test_swearing_alone_is_frustration() -> None:
    assert intents("budallej, muti") == ["frustration"]


def test_who_swears_and_wants_a_human_gets_one() -> None:
    assert intents("mut, du me fol me njeri") == ["request_agent"]


def test_a_greeting_in_front_hides_no_question() -> None:
    assert intents("Përshëndetje, a jeni mirë? Ku e gjej PUK-un") == ["puk"]
    assert intents("hej, a e keni kartelen") == ["price"]


def test_a_greeting_in_front_of_what_is_not_ours_hides_it_neither() -> None:
    assert intents("hello, a keni 5g") == ["out_of_scope"]


@pytest.mark.parametrize("text", ["tung nga Gjilani i bukur", "mirdita te gjitheve atje", "mirdita, Besa nga Podujeva"])
def test_a_greeting_that_goes_on_is_a_greeting(text: str) -> None:
    assert intents(text) == ["greet"]


def test_praise_behind_a_thanks_is_no_yes() -> None:
    assert intents("flm shume vlla i madh je") == ["thank"]


@pytest.mark.parametrize(
    "text",
    [
        'jo, /puk{"x": 1}',
        "jo, e kisha fjalen per //puk sa",
        "mut /puk sa kushton",
        "tung, /puk ku osht",
        "ku e gjej PUK-un? / /puk sa kushton",
        "jo, /",
    ],
)
def test_no_part_of_a_message_is_a_command(text: str) -> None:
    """S3: the gateway takes the slash from the beginning of a message; a part of it can begin with one all the same."""
    heard: List[str] = []

    async def parse(part: str) -> Dict[str, Any]:
        heard.append(part)
        entry = {"name": "login", "confidence": 0.6}
        return {"text": part, "intent": entry, "intent_ranking": [entry, {**entry, "name": "puk"}], "entities": []}

    async def previous() -> Previous:
        return LOGIN

    assert asyncio.run(Reader(parse, TOPICS).read(text, previous)).messages
    assert heard
    assert not [part for part in heard if part.lstrip().startswith("/")]


def test_a_price_without_a_thing_is_of_what_is_told_before_it() -> None:
    [message] = read("kom hup kartelen po sa kushton?").messages
    assert message["intent"]["name"] == "puk"
    assert message["text"] == "kom hup kartelen po sa kushton?"


def test_a_price_behind_nothing_that_names_a_topic_is_the_cards() -> None:
    assert intents("kom ni pytje, sa kushton?") == ["ask_sim_price"]
