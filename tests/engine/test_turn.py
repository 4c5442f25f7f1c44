"""One answer to everything a message asks, with a dialogue that answers by rule."""

import asyncio
from types import SimpleNamespace
from typing import Any, Dict, List, Optional

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import UserUttered

from engine.turn import Turn

TWO = "sa kushton kartela edhe ku e gjej PUK-un"
RANKS = {
    TWO: ["price", "puk"],
    "sa kushton kartela": ["price"],
    "ku e gjej PUK-un": ["puk"],
    "sa kredi kam edhe ku e gjej PUK-un": ["puk", "account"],
    "sa kredi kam": ["account"],
    "wie viel kostet die karte": ["price"],
    "wo kriege ich denn kaffee": ["nlu_fallback"],
}


def title(text: str, **about: str) -> List[Dict[str, Any]]:
    return [{"text": text, "metadata": {"title": text, **about}}]


RESPONSES = {
    "utter_price": title("Price"),
    "utter_puk": title("Puk", leads_to="offer"),
    "utter_account": title("Account", leads_to="step"),
    "utter_more_questions": [{"text": "More"}],
    "utter_language_de": [{"text": "Albanisch", "buttons": [{"title": "Mensch", "payload": "/request_agent"}]}],
    "utter_language_unsure_de": [{"text": "Unsicher"}],
}
OFFER = {"text": "Offer?", "metadata": {"offer": "account"}}
REPLIES: Dict[str, List[Dict[str, Any]]] = {
    "price": [{"text": "7 €"}],
    "puk": [{"text": "the big card"}, OFFER],
    "account": [{"text": "verify", "custom": {"kind": "verify", "resume_intent": "account"}}],
    "nlu_fallback": [{"text": "did you mean"}],
}


class FakeAgent:
    """Rasa's agent as far as a turn sees it; ``handled`` are the intents it was given, in order."""

    def __init__(self, silent: Optional[str] = None, broken: Optional[str] = None) -> None:
        self.domain = SimpleNamespace(responses=RESPONSES)
        self.tracker_store = self
        self.handled: List[str] = []
        self.events: Dict[str, List[UserUttered]] = {}
        self._silent, self._broken = silent, broken

    async def parse_message(self, text: str) -> Dict[str, Any]:
        names = RANKS.get(text, ["out_of_scope"])
        entries = [{"name": name, "confidence": 0.95 if i == 0 else 0.05} for i, name in enumerate(names)]
        language = "de" if text.startswith("w") else "sq"
        parsed = {"text": text, "intent": entries[0], "intent_ranking": entries, "entities": []}
        return {**parsed, "language": {"name": language, "confidence": 1.0}}

    async def handle_message(self, message: UserMessage) -> None:
        intent = message.parse_data["intent"]["name"]
        self.handled.append(intent)
        said = UserUttered(message.text, message.parse_data["intent"], metadata=message.metadata)
        self.events.setdefault(message.sender_id, []).append(said)
        if intent == self._broken:
            raise RuntimeError("what the customer wrote")
        for reply in [] if intent == self._silent else REPLIES.get(intent, []):
            await message.output_channel.send_response(message.sender_id, dict(reply))

    async def retrieve(self, sender: str) -> Any:
        events = self.events.get(sender)
        return events and SimpleNamespace(events=events, applied_events=lambda: events)

    retrieve_full_tracker = retrieve


def answer(agent: FakeAgent, text: str, sender: str = "c.0") -> Dict[str, Any]:
    return asyncio.run(Turn(agent, sender).answer(text))  # type: ignore[arg-type]


def texts(answered: Dict[str, Any]) -> List[str]:
    return [message["text"] for message in answered["messages"]]


def test_both_questions_are_answered_and_the_offer_is_last() -> None:
    answered = answer(FakeAgent(), TWO)
    assert texts(answered) == ["7 €", "the big card", "Offer?"]
    assert (answered["nlu"]["intent"]["name"], answered["nlu"]["also"]) == ("price", ["puk"])


def test_what_waits_for_the_customer_is_answered_last_and_only_its_offer_stays() -> None:
    agent = FakeAgent()
    answered = answer(agent, "sa kredi kam edhe ku e gjej PUK-un")
    assert agent.handled == ["puk", "account"]
    assert texts(answered) == ["the big card", "verify"]
    assert answered["nlu"]["intent"]["name"] == "account"  # the customer's first question


@pytest.mark.parametrize("kind", ["silent", "broken"])
def test_a_second_question_that_fails_is_offered(kind: str) -> None:
    answered = answer(FakeAgent(**{kind: "puk"}), TWO)
    assert texts(answered) == ["7 €", "More"]
    assert answered["messages"][-1]["buttons"] == [{"title": "Puk", "payload": "/puk"}]


def test_a_single_question_that_fails_fails() -> None:
    with pytest.raises(RuntimeError):
        answer(FakeAgent(broken="price"), "sa kushton kartela")
    assert answer(FakeAgent(silent="price"), "sa kushton kartela")["messages"] == []


def test_another_language_is_told_once_before_the_answer() -> None:
    agent = FakeAgent()
    first = answer(agent, "wie viel kostet die karte")
    assert texts(first) == ["Albanisch", "7 €"]
    assert first["messages"][0]["buttons"] == [{"title": "Mensch", "payload": "/request_agent"}]
    assert first["nlu"]["language"] == "de"
    assert texts(answer(agent, "wie viel kostet die karte")) == ["7 €"]
    assert texts(answer(agent, "sa kushton kartela")) == ["7 €"]


def test_another_language_is_told_once_in_a_conversation_however_many_trackers_it_has() -> None:
    agent = FakeAgent()
    told, not_again = ["Albanisch", "7 €"], ["7 €"]
    assert texts(answer(agent, "wie viel kostet die karte", "c.0")) == told
    assert texts(answer(agent, "sa kushton kartela", "c.1")) == not_again
    assert texts(answer(agent, "wie viel kostet die karte", "c.3")) == not_again
    assert texts(answer(agent, "wie viel kostet die karte", "other.4")) == told
    for sender in ("no-epoch", ".", "c.x"):
        assert texts(answer(agent, "wie viel kostet die karte", sender)) == told


def test_what_was_told_is_remembered_from_tracker_to_tracker() -> None:
    agent = FakeAgent()
    answer(agent, "wie viel kostet die karte", "c.0")
    answer(agent, "wie viel kostet die karte", "c.15")
    assert texts(answer(agent, "wie viel kostet die karte", "c.30")) == ["7 €"]


def test_what_is_not_understood_is_said_in_that_language_each_time() -> None:
    agent = FakeAgent()
    for _ in range(2):
        assert texts(answer(agent, "wo kriege ich denn kaffee")) == ["Unsicher", "did you mean"]


def test_in_another_language_too_the_bands_decide_what_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = FakeAgent()
    parse = agent.parse_message

    async def less_sure(text: str) -> Dict[str, Any]:
        parsed = await parse(text)
        return {**parsed, "intent": {**parsed["intent"], "confidence": 0.5}}

    monkeypatch.setattr(agent, "parse_message", less_sure)
    assert texts(answer(agent, "wie viel kostet die karte")) == ["Albanisch", "7 €"]


def test_a_pressed_button_has_no_language() -> None:
    assert answer(FakeAgent(), "/wie")["nlu"]["language"] == "sq"
