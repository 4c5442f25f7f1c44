"""domain.yml, data/rules and the actions agree."""

from __future__ import annotations

import re

import pytest
import yaml

from actions.catalogue import ACCOUNT_TOPICS, ACTION_NAMES
from ndihma.config import project_root
from ndihma.content import Content, InvalidContent


@pytest.fixture(scope="module")
def domain():
    return yaml.safe_load((project_root() / "domain.yml").read_text(encoding="utf-8"))


def test_the_server_has_exactly_the_actions_of_the_domain(domain):
    assert set(domain["actions"]) == ACTION_NAMES


def test_s7_who_speaks_is_in_no_slot_because_there_is_none(domain):
    assert not domain.keys() & {"slots", "forms"}


def test_every_rule_leads_to_an_action_or_a_response(rules, content):
    assert {action for action in rules.values() if action not in ACTION_NAMES and action not in content} == set()


def test_every_account_topic_has_a_faq_answer_with_title_source_and_review(content):
    for topic in ACCOUNT_TOPICS:
        answer = content.answer(f"utter_{topic.intent}")
        assert answer.title
        # What the account alone can answer has no paragraph of the FAQ to name.
        assert topic.intent == "check_account" or (answer.source and answer.reviewed)


async def test_leads_to_says_what_an_account_topics_answer_ends_in(domain, dialogue):
    """Of two questions in one message the one that waits for the customer is answered last (engine/turn.py)."""
    ends = {
        name.removeprefix("utter_"): about["leads_to"]
        for name, [answer] in domain["responses"].items()
        if "leads_to" in (about := answer.get("metadata") or {})
    }
    assert ends.keys() == {topic.intent for topic in ACCOUNT_TOPICS}
    for intent, end in ends.items():
        reply = await dialogue.says(intent)
        # Proof of payment is an offer to a stranger, and opens the upload for the owner of a suspended line.
        assert end == ("step" if reply.instruction or intent == "send_payment_proof" else "offer")


def test_every_language_that_is_told_apart_has_its_lines(domain, content):
    languages = {name.rpartition("_")[2] for name in domain["responses"] if name.startswith("utter_language_")}
    assert languages == {"sr", "en", "de", "tr"}
    for language in languages:
        for name in (f"utter_language_{language}", f"utter_language_unsure_{language}"):
            answer = content.answer(name)
            assert "080010000" in answer.text
            assert [payload for _, payload in answer.buttons] == ["/request_agent"]


def test_every_button_of_a_response_leads_to_an_intent(domain, content):
    intents = {i if isinstance(i, str) else next(iter(i)) for i in domain["intents"]}
    assert {payload for answer in content for _, payload in answer.buttons} <= {f"/{intent}" for intent in intents}


def test_only_account_responses_have_placeholders(content):
    assert all(a.name.startswith("utter_account_") for a in content if "{" in a.text)
    assert all(re.fullmatch(r"[a-z_]+", key) for a in content for key in re.findall(r"\{(.*?)\}", a.text))


def test_a_missing_domain_is_refused(tmp_path):
    with pytest.raises(InvalidContent, match="cannot be read"):
        Content.load(tmp_path / "domain.yml")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "responses: []",
        "responses: {utter_x: []}",
        "responses: {utter_x: [{text: ' '}]}",
        "responses: {utter_x: [{text: a}, {text: b}]}",
        "responses: {utter_x: [{text: a, metadata: {reviewed: soon}}]}",
        "responses: {utter_x: [{text: a, buttons: [{title: b}]}]}",
        "responses: {utter_x: [",
    ],
)
def test_a_domain_of_another_shape_is_refused(tmp_path, text):
    path = tmp_path / "domain.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidContent):
        Content.load(path)
