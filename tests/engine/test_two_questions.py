"""How many double questions the trained model parts, and how few single ones, in messages that taught it nothing."""

import asyncio
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest
from rasa.core.agent import Agent

from engine.questions import Questions, part_questions
from engine.understanding import ranking_of

ROOT = Path(__file__).resolve().parents[2]
Row = List[str]


@pytest.fixture(scope="module")
def agent() -> Iterator[Agent]:
    """The model that `ndihma setup` made, the newest; its pipeline is found from the project's root."""
    models = sorted((ROOT / "models").glob("ndihma-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    assert models, "there is no model: `ndihma setup` makes one"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        yield Agent.load(str(models[-1]))


def rows(name: str) -> List[Row]:
    return [line.split("\t") for line in (ROOT / "tests/nlu" / name).read_text(encoding="utf-8").splitlines()[1:]]


class Reader:
    """Parts messages with the trained classifier and names what their parts ask."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._rankings: Dict[str, List[Tuple[str, float]]] = {}
        responses: Dict[str, Any] = agent.domain.responses
        titled = (name for name, [answer] in responses.items() if (answer.get("metadata") or {}).get("title"))
        self._topics = frozenset(name[len("utter_") :] for name in titled)

    async def rank(self, text: str) -> List[Tuple[str, float]]:
        if text not in self._rankings:
            self._rankings[text] = ranking_of(await self._agent.parse_message(text))
        return self._rankings[text]

    def read(self, text: str) -> Tuple[Questions, List[str]]:
        async def both() -> Tuple[Questions, List[str]]:
            questions = await part_questions(text, self.rank, self._topics)
            return questions, [(await self.rank(part))[0][0] for part in questions.texts]

        return asyncio.run(both())


@pytest.fixture(scope="module")
def reader(agent: Agent) -> Reader:
    return Reader(agent)


@pytest.mark.parametrize("half", ["dev", "test"])
def test_double_questions_are_parted_and_single_ones_are_not(reader: Reader, half: str) -> None:
    both = offered = wrong = parted_singles = 0
    doubles = [row for row in rows("two_questions.tsv") if row[4] == half and row[2]]
    singles = [row for row in rows("two_questions.tsv") if row[4] == half and not row[2]]
    for text, first, second, *_ in doubles:
        questions, found = reader.read(text)
        both += len(found) > 1 and set(found) == {first, second}
        wrong += len(found) > 1 and set(found) != {first, second}
        offered += bool(questions.offered) and {*found, *questions.offered} == {first, second}
    for text, *_ in singles:
        parted_singles += len(reader.read(text)[1]) > 1
    counts = (
        f"{both} both, {offered} offered, {wrong} wrong of {len(doubles)}; {parted_singles} of {len(singles)} singles"
    )
    print(counts)
    assert both / len(doubles) >= 0.65, counts
    assert both / (both + wrong + parted_singles) >= 0.92, counts
    assert parted_singles / len(singles) <= 0.03, counts


def test_the_development_sets_single_questions_stay_whole(reader: Reader) -> None:
    texts = [row[0] for row in rows("dev.tsv")]
    parted = [text for text in texts if len(reader.read(text)[1]) > 1]
    print(len(parted), len(texts))
    assert len(parted) / len(texts) <= 0.005, parted
