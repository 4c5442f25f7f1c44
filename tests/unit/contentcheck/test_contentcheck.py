"""Each check on a small project that is right, and on the same project with one thing wrong."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.config import project_root
from ndihma.contentcheck import Finding, Severity, answers, check_project, dialogue, training
from ndihma.contentcheck.contract import Contract
from ndihma.contentcheck.folding import fold
from ndihma.contentcheck.project import Project
from ndihma.contentcheck.similar import similar_pairs, similarity
from ndihma.failure import Failure

CONTRACT = """
minimal_examples: {topic: 3, conversation: 2, out_of_scope: 2}
topics:
  ask_sim_price:
    - 7 Euro: '\\b7 ?(€|euro)'
conversation: [greet, out_of_scope]
sources:
  FAQ 002:
    Çmimi i SIM Kartelës: "Çmimi i SIM Kartelës"
"""

DOMAIN = """\
version: "3.1"
intents:
  - ask_sim_price: {use_entities: [bare_price]}
  - greet
  - out_of_scope
actions:
  - action_price
responses:
  utter_ask_sim_price:
    - text: "SIM kartela kushton 7 €."
      buttons:
        - title: "Përshëndet"
          payload: /greet
      metadata:
        title: "Çmimi"
        source: "FAQ 002 · Çmimi i SIM Kartelës"
        reviewed: 2026-11-22
  utter_greet:
    - text: "Mirë se vini!"
"""

NLU = """\
version: "3.1"
nlu:
- intent: ask_sim_price
  metadata:
    author: a01
    register: gheg
  examples: |
    - sa kushton SIM kartela
    - sa osht [kartela](pin_kind)
    - çmimi?
- intent: greet
  examples: |
    - tung
    - mirëdita
- intent: out_of_scope
  examples: |
    - a keni eSIM
    - sa kushton interneti në avion
"""

RULES = """\
version: "3.1"
rules:
  - rule: price
    steps:
      - intent: ask_sim_price
      - action: action_price
  - rule: greet
    steps:
      - or:
        - intent: greet
        - intent: out_of_scope
      - action: utter_greet
"""

SERVED = frozenset({"action_price"})


class Folder:
    """A Rasa project to spoil."""

    def __init__(self, home: Path) -> None:
        self.home = home
        for name, content in {"domain.yml": DOMAIN, "data/nlu/sim.yml": NLU, "data/rules/sim.yml": RULES}.items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        (home / "contract.yml").write_text(CONTRACT, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        path = self.home / name
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new, 1), encoding="utf-8")

    def tests(self, content: str) -> None:
        path = self.home / "tests" / "nlu" / "test.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def findings(self, served: Collection[str] = SERVED) -> list[Finding]:
        project, contract = Project.load(self.home), Contract.load(self.home / "contract.yml")
        found = [
            *dialogue.check(project, contract, served),
            *answers.check(project, contract),
            *training.check(project, contract),
        ]
        assert all(str(finding) for finding in found)
        return found

    def only(self) -> Finding:
        (finding,) = self.findings()
        return finding


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_right_project_has_no_findings(folder: Folder) -> None:
    assert folder.findings() == []


def test_an_intent_of_the_contract_that_the_domain_lacks_is_found(folder: Folder) -> None:
    folder.change("domain.yml", "  - greet\n", "")
    assert any("greet of the contract is missing" in finding.message for finding in folder.findings())


def test_an_intent_outside_the_contract_is_found_with_its_line(folder: Folder) -> None:
    folder.change("domain.yml", "  - greet\n", "  - greet\n  - ask_weather\n")
    findings = [finding for finding in folder.findings() if "not in the contract" in finding.message]
    assert [(finding.file, finding.line) for finding in findings] == [("domain.yml", 5)]


def test_an_intent_without_a_rule_is_found(folder: Folder) -> None:
    folder.change("data/rules/sim.yml", "        - intent: out_of_scope\n", "")
    assert folder.only().message == "the intent out_of_scope has no rule"


def test_a_rule_with_an_unknown_intent_is_found(folder: Folder) -> None:
    folder.change("data/rules/sim.yml", "- intent: out_of_scope", "- intent: out_of_scope\n        - intent: nowhere")
    finding = folder.only()
    assert (finding.message, finding.file, finding.line) == ("no such intent: nowhere", "data/rules/sim.yml", 12)


def test_a_rule_with_an_action_that_does_not_exist_is_found(folder: Folder) -> None:
    folder.change("data/rules/sim.yml", "- action: action_price", "- action: action_prize")
    finding = folder.only()
    assert (finding.message, finding.line) == ("no such action or response: action_prize", 6)


def test_a_rule_with_a_response_that_does_not_exist_is_found(folder: Folder) -> None:
    folder.change("data/rules/sim.yml", "- action: utter_greet", "- action: utter_hello")
    assert folder.only().message == "no such action or response: utter_hello"


def test_an_action_that_nobody_serves_is_found(folder: Folder) -> None:
    (finding,) = folder.findings(served=())
    assert finding.message == "the action action_price is in no module of actions/"


def test_a_served_action_that_the_domain_does_not_list_is_found(folder: Folder) -> None:
    (finding,) = folder.findings(served=SERVED | {"action_secret"})
    assert "action_secret of actions/ is not listed" in finding.message


@pytest.mark.parametrize(
    ("payload", "says"), [("/gret", "names no intent"), ("greet", "leads nowhere"), ('""', "nowhere")]
)
def test_a_button_that_leads_nowhere_is_found(folder: Folder, payload: str, says: str) -> None:
    folder.change("domain.yml", "/greet", payload)
    assert says in folder.only().message


def test_a_button_with_entities_is_fine(folder: Folder) -> None:
    folder.change("domain.yml", "payload: /greet", 'payload: \'/greet{"pin_kind": "puk"}\'')
    assert folder.findings() == []


def test_an_answer_without_its_fact_is_found(folder: Folder) -> None:
    folder.change("domain.yml", "7 €", "17 €")
    assert folder.only().message == "utter_ask_sim_price does not say: 7 Euro"


def test_every_variant_of_an_answer_must_hold_the_facts(folder: Folder) -> None:
    metadata = '{title: a, source: "FAQ 002 · Çmimi i SIM Kartelës", reviewed: "2026-11-22"}'
    second = f'    - text: "Shtrenjtë."\n      metadata: {metadata}\n'
    folder.change("domain.yml", "  utter_greet:", f"{second}  utter_greet:")
    assert folder.only().check == "facts"


def test_a_missing_answer_is_found(folder: Folder) -> None:
    folder.change("domain.yml", "utter_ask_sim_price", "utter_price")
    assert folder.only().message == "the answer utter_ask_sim_price is missing"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('title: "Çmimi"', 'title: ""', "has no title"),
        ("reviewed: 2026-11-22", "reviewed: nesër", "is not a date"),
        ("FAQ 002 ·", "FAQ 9 ·", "no such document"),
        ("· Çmimi i SIM Kartelës", "· Çmimi", "no paragraph 'Çmimi'"),
    ],
)
def test_an_answer_without_a_real_source_is_found(folder: Folder, old: str, new: str, says: str) -> None:
    folder.change("domain.yml", old, new)
    assert says in folder.only().message


def test_too_few_training_sentences_are_found_and_doubles_do_not_count(folder: Folder) -> None:
    folder.change("data/nlu/sim.yml", "- çmimi?", "- Sa kushton SIM-kartela?!")
    messages = [finding.message for finding in folder.findings() if finding.severity is Severity.ERROR]
    assert messages == ["ask_sim_price has 2 different training sentences, 3 are needed"]


def test_one_sentence_under_two_intents_is_found_whatever_its_spelling(folder: Folder) -> None:
    folder.change("data/nlu/sim.yml", "- tung\n", "- tung\n    - CMIMI\n")
    finding = folder.only()
    assert finding.message == "“CMIMI” stands under greet and, at data/nlu/sim.yml:10, under ask_sim_price"
    assert finding.line == 14


def test_a_sentence_that_a_test_asks_is_found_with_its_entities_taken_out(folder: Folder) -> None:
    folder.tests("text\tintent\tstyle\nSa osht kartela?\task_sim_price\tgheg\n")
    finding = folder.only()
    assert finding.message == "“sa osht kartela” is asked by a test too (tests/nlu/test.tsv:2)"
    assert (finding.file, finding.line, finding.severity) == ("data/nlu/sim.yml", 9, Severity.ERROR)


LONG = "sa kushton interneti në avion kur fluturoj për Zvicër"


def test_a_nearly_equal_sentence_of_a_test_is_a_warning(folder: Folder) -> None:
    folder.change("data/nlu/sim.yml", "- çmimi?", f"- çmimi?\n    - {LONG}")
    folder.tests(f"diçka krejt tjetër pyes këtu\tout_of_scope\n{LONG} juve\tout_of_scope\n")
    finding = folder.only()
    assert finding.severity is Severity.WARNING
    assert "tests/nlu/test.tsv:2" in finding.message


def test_a_nearly_equal_training_sentence_is_a_warning_with_both_places(folder: Folder) -> None:
    folder.change("data/nlu/sim.yml", "- çmimi?", f"- çmimi?\n    - {LONG}\n    - {LONG.replace('kur', 'ku')}")
    finding = folder.only()
    assert (finding.check, finding.line, finding.severity) == ("near", 12, Severity.WARNING)
    assert "data/nlu/sim.yml:11" in finding.message


def test_short_sentences_may_be_nearly_equal(folder: Folder) -> None:
    folder.change("data/nlu/sim.yml", "- çmimi?", "- çmimi?\n    - çmimii tash\n    - çmimi tash")
    assert folder.findings() == []


WORDS = ("po", "a", "sa", "kartela", "kartelen", "puk", "pin", "vetem", "numrin", "kushton")
sentences = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)


@given(st.lists(sentences, max_size=25), st.sampled_from([0.5, 0.8, 1.0]))
def test_no_similar_pair_is_missed_and_none_is_made_up(texts: list[str], least: float) -> None:
    compared = {
        (one, other)
        for one in range(len(texts))
        for other in range(one + 1, len(texts))
        if similarity(texts[one], texts[other]) >= least
    }
    assert sorted(similar_pairs(texts, least)) == sorted(compared)


def test_a_file_that_is_no_yaml_is_one_line_with_its_place(folder: Folder) -> None:
    folder.change("domain.yml", "actions:", "actions: [")
    with pytest.raises(Failure, match=r"^domain\.yml:\d+: not YAML"):
        folder.findings()


@pytest.mark.parametrize("content", ["- a\n- b\n", "intents: 7\n", "responses: {utter_a: [text]}\n"])
def test_a_file_of_another_shape_is_one_line(folder: Folder, content: str) -> None:
    (folder.home / "domain.yml").write_text(content, encoding="utf-8")
    with pytest.raises(Failure, match=r"^domain\.yml is not"):
        folder.findings()


@pytest.mark.parametrize(
    ("one", "other"), [("Çka ësht’ kjo?", "cka esht kjo"), ("  A—B ", "a b"), ("PUK-un", "puk un"), ("ﬁle", "file")]
)
def test_folding_makes_spellings_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_the_projects_own_content_has_no_errors() -> None:
    errors = [str(finding) for finding in check_project(project_root()) if finding.severity is Severity.ERROR]
    assert errors == []
