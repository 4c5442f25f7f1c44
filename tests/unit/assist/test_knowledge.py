"""The knowledge search finds answers by beginnings, without marks, in Kosovar forms, over the real FAQ."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.assist.knowledge import Knowledge, kosovar_forms
from ndihma.assist.model import KnowledgeAnswer
from ndihma.content import Content
from ndihma.desk.plain_answers import plain_answers

ROOT = Path(__file__).resolve().parents[3]
ANSWERS = [
    KnowledgeAnswer(intent, plain.title, plain.text, plain.source, plain.reviewed)
    for intent, plain in plain_answers(Content.load(ROOT / "domain.yml")).items()
]
FORMS = kosovar_forms(ROOT)
FAQ = Knowledge(ANSWERS, FORMS)
WORDS = sorted({word for answer in ANSWERS for word in f"{answer.title} {answer.text}".split() if word.isalpha()})


def intents(query: str, most: int = 8) -> list[str]:
    return [answer.intent for answer in FAQ.search(query, most)]


@pytest.mark.parametrize(
    ("query", "intent"),
    [
        ("çmimi i sim kartelës", "ask_sim_price"),
        ("cmimi sim", "ask_sim_price"),
        ("qmimi i sim karteles", "ask_sim_price"),
        ("ÇMIMI SIM", "ask_sim_price"),
        ("gjetja puk", "ask_puk_code"),
        ("gjetj pu", "ask_puk_code"),
    ],
)
def test_the_answer_is_first(query: str, intent: str) -> None:
    assert intents(query)[0] == intent


@given(st.sampled_from(WORDS), st.data())
def test_every_beginning_of_a_word_finds_the_answers_that_hold_it(word: str, data: st.DataObject) -> None:
    beginning = word[: data.draw(st.integers(1, len(word)))]
    holds = {answer.intent for answer in ANSWERS if word in f"{answer.title} {answer.text}".split()}
    assert holds <= set(intents(beginning, len(ANSWERS)))


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join))
def test_marks_case_and_the_way_letters_are_written_change_nothing(query: str) -> None:
    bare = "".join(c for c in unicodedata.normalize("NFD", query) if not unicodedata.combining(c))
    assert intents(query) == intents(query.upper()) == intents(bare) == intents(unicodedata.normalize("NFD", query))


@given(st.text(max_size=200))
def test_any_text_can_be_searched_for(query: str) -> None:
    found = intents(query, 3)
    assert len(found) <= 3
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("kosovar", "standard"), [("kartel sim", "kartele sim"), ("rikyqje", "rikyçje"), ("biznisi", "biznesi")]
)
def test_kosovar_forms_find_what_the_standard_ones_find(kosovar: str, standard: str) -> None:
    assert intents(standard)
    assert set(intents(standard)) <= set(intents(kosovar, len(ANSWERS)))
    assert intents(kosovar)[0] == intents(standard)[0]


def test_what_is_nowhere_is_not_found() -> None:
    assert intents("") == intents("   ") == intents("xyzzy") == intents("??") == []


def test_more_matched_words_come_before_fewer() -> None:
    answers = [
        KnowledgeAnswer("one", "Alfa", "beta", "S", "2026-11-22"),
        KnowledgeAnswer("both", "Tjetër", "alfa beta", "S", "2026-11-22"),
        KnowledgeAnswer("title", "Beta", "tjetër", "S", "2026-11-22"),
    ]
    knowledge = Knowledge(answers, {})
    assert {each.intent for each in knowledge.search("alfa beta", 2)} == {"one", "both"}
    assert knowledge.search("beta", 1) == [answers[2]]


def test_a_table_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "engine" / "albanian").mkdir(parents=True)
    (tmp_path / "engine" / "albanian" / "gheg.py").write_text("X = 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="GHEG_TO_STANDARD"):
        kosovar_forms(tmp_path)
    assert FORMS["qysh"] == "si"
