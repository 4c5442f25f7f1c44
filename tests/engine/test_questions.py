"""Two questions in one message: where a message can be parted, and when it is."""

import asyncio
from typing import Dict, List, Tuple

import pytest

from engine.clauses import asks, asks_bare_price, begins_asking, clauses, reports
from engine.questions import Questions, part_questions


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("sa kushton kartela edhe ku e gjej PUK-un", ["sa kushton kartela", "ku e gjej PUK-un"]),
        ("Ku e gjej PUK-un? Gjithashtu, si kyçem?", ["Ku e gjej PUK-un?", "si kyçem?"]),
        ("1. Si hapet klubi? 2. Sa paguhet?", ["Si hapet klubi?", "Sa paguhet?"]),
        ("si hyj në selfcare\nsa është PIN-i", ["si hyj në selfcare", "sa është PIN-i"]),
        ("qysh kthehet e sa kushton", ["qysh kthehet", "sa kushton"]),
        ("kako da vratim broj i koliko kosta kartica", ["kako da vratim broj", "koliko kosta kartica"]),
        ("kl. pyet per PUK; tel. nr. 5", ["kl. pyet per PUK", "tel. nr. 5"]),
        ("paguhen 1.50 euro", ["paguhen 1.50 euro"]),
        ("sa zgjat deri sa kthehet", ["sa zgjat deri sa kthehet"]),
        ("?! … 🤬", []),
        ("", []),
    ],
)
def test_clauses(text: str, parts: List[str]) -> None:
    assert [clause.text for clause in clauses(text)] == parts


def test_a_clause_knows_its_joint() -> None:
    joints = [clause.joint for clause in clauses("e kom hup, e du prap edhe shpejt. Faleminderit")]
    assert joints == ["start", "comma", "and", "mark"]


@pytest.mark.parametrize(
    "clause", ["qysh kyqem", "PIN-i cili osht", "a keni", "desha me dit per puk", "PUK?", "wo ist er"]
)
def test_a_question_or_a_request_asks(clause: str) -> None:
    assert asks(clause)


@pytest.mark.parametrize(
    "clause", ["e kom hup telefonin", "du me i qu kredi vllaut", "numri u nal", "po a jo nuk e di"]
)
def test_a_story_does_not_ask(clause: str) -> None:
    assert not asks(clause)


def test_where_a_clause_begins_asking() -> None:
    assert begins_asking("sa kushton")
    assert not begins_asking("pra kur nuk lejohet")
    assert not begins_asking("pa ardhur në sportel, në cilin numër")


def test_an_agents_note_reports() -> None:
    assert reports("kl. kerkon PUK")
    assert not reports("telefoni im i ri qe e bleva po kerkon PUK")


@pytest.mark.parametrize(
    "clause", ["sa kushton", "e sa euro osht", "sa paguhet për këtë?", "was kostet das", "koliko kosta"]
)
def test_a_bare_price_names_no_thing(clause: str) -> None:
    assert asks_bare_price(clause)
    assert not asks_bare_price(f"{clause} kartela")


TOPICS = frozenset({"price", "puk", "club"})
Ranks = Dict[str, List[Tuple[str, float]]]


def parted(text: str, ranks: Ranks) -> Tuple[Questions, List[str]]:
    """``ranks`` is what the classifier says; everything else is out of scope. Also what it was asked."""
    asked = []

    async def rank(part: str) -> List[Tuple[str, float]]:
        asked.append(part)
        return ranks.get(part, [("out_of_scope", 0.9), ("price", 0.1)])

    return asyncio.run(part_questions(text, rank, TOPICS)), asked


TWO = "sa kushton kartela edhe ku e gjej PUK-un"
PRICE, PUK = TWO.split(" edhe ")
WHOLE = [("price", 0.7), ("puk", 0.3)]


def test_two_sure_questions_are_parted() -> None:
    questions, _ = parted(TWO, {TWO: WHOLE, PRICE: [("price", 0.99)], PUK: [("puk", 0.99)]})
    assert questions == Questions((PRICE, PUK))


def test_a_likely_second_question_is_offered() -> None:
    questions, _ = parted(TWO, {TWO: WHOLE, PRICE: [("price", 0.99)], PUK: [("puk", 0.6)]})
    assert questions == Questions((TWO,), ("puk",))


@pytest.mark.parametrize(
    "ranks",
    [
        {TWO: WHOLE, PRICE: [("price", 0.99)], PUK: [("price", 0.99)]},  # one topic
        {TWO: WHOLE, PRICE: [("price", 0.99)], PUK: [("puk", 0.4)]},  # a guess
        {TWO: [("price", 0.9), ("club", 0.1)], PRICE: [("price", 0.99)], PUK: [("puk", 0.99)]},  # the whole disagrees
        {TWO: WHOLE, PRICE: [("out_of_scope", 0.99)], PUK: [("puk", 0.99)]},
        {TWO: [("price", 0.9), ("greet", 0.1)], PRICE: [("greet", 0.99)], PUK: [("price", 0.99)]},  # no topic
    ],
)
def test_anything_less_is_one_question(ranks: Ranks) -> None:
    assert parted(TWO, ranks)[0] == Questions((TWO,))


@pytest.mark.parametrize(
    "text",
    [
        "sa kushton kartela",
        "e kom hup telefonin edhe sa kushton tjetra",
        "qysh kthehet numri edhe sa kushton",
        "edhe",
        "",
    ],
)
def test_most_messages_cost_no_classification(text: str) -> None:
    assert parted(text, {}) == (Questions((text,)), [])


def test_a_text_of_many_joints_is_not_tried() -> None:
    text = " edhe ".join(["sa kushton kartela"] * 40)
    assert parted(text, {})[1] == []


def test_three_questions() -> None:
    club = "qysh hapet klubi"
    text = f"{TWO} edhe {club}"
    later = f"{PUK} edhe {club}".replace(" edhe ", " ")
    ranks: Ranks = {
        text: WHOLE,
        PRICE: [("price", 0.99)],
        later: [("puk", 0.95), ("club", 0.05)],
        PUK: [("puk", 0.99)],
        club: [("club", 0.99)],
    }
    assert parted(text, ranks)[0].texts[0] == PRICE
