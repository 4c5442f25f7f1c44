"""docs/account-answers.md shows a product owner every answer a verified customer can get; this keeps it current.

``make answer-page`` writes it anew.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from actions.catalogue import ACCOUNT_TOPICS
from ndihma.accounts.model import LineKind
from ndihma.content import Content
from ndihma.formatting import format_day

from .account_states import ACCOUNT_STATES, TODAY, AccountState, ask
from .conftest import ROOT, Dialogue, Reply
from .state_names import LINE_NAMES

PAGE = ROOT / "docs" / "account-answers.md"
WRITE = "NDIHMA_WRITE_ANSWER_PAGE"
INTRODUCTION = """\
# What a verified customer is told

Written by `make answer-page` from the rules, the actions and `domain.yml`; do not edit it here. Every account state is
asked every question about an account on one made-up day, {day}. The number in the table is the answer below. An
answer is shown for the first of the states that get it; the others have their own number, days and amounts in it.
Below a question stands first what everybody is told; where a customer is told that too, it says FAQ. ¶ begins a new
message, [ ] are its buttons.

"""


def shown(reply: Reply, content: Content, faq: str) -> str:
    """The messages with their buttons and what they make the page do, as one paragraph."""
    parts = []
    for said in reply:
        buttons = "".join(f" [{title}]" for title, _ in content.answer(said.response).buttons)
        wants = f" *({said.custom['kind']})*" if said.custom else ""
        parts.append("*FAQ*" if said.response == faq else said.text.strip() + buttons + wants)
    return " ¶ ".join(parts)


def page(strangers: Mapping[str, Reply], answers: Mapping[str, Mapping[AccountState, Reply]], content: Content) -> str:
    """``answers``: by question, then by state, both in their order."""
    numbers: dict[tuple[str, tuple[str, ...]], int] = {}
    for question, by_state in answers.items():
        for reply in by_state.values():
            numbers.setdefault((question, tuple(reply.responses)), len(numbers) + 1)
    titles = [content.title(question) or question for question in answers]
    lines = [f"| | {' | '.join(titles)} |", f"|---|{'---|' * len(titles)}"]
    for kind in LineKind:
        lines.append(f"| **{LINE_NAMES[kind]}** |{' |' * len(titles)}")
        for state in (state for state in ACCOUNT_STATES if state.line.kind is kind):
            cells = [numbers[question, tuple(answers[question][state].responses)] for question in answers]
            lines.append(f"| {state.title} | {' | '.join(map(str, cells))} |")
    for question, by_state in answers.items():
        faq = f"utter_{question}"
        lines += ["", f"## {content.title(question)} (`{question}`)", "", shown(strangers[question], content, "")]
        for responses in dict.fromkeys(tuple(reply.responses) for reply in by_state.values()):
            first, *others = [state for state, reply in by_state.items() if tuple(reply.responses) == responses]
            answer = shown(by_state[first], content, faq)
            lines += ["", f"**{numbers[question, responses]}. {first.title}.** {answer}"]
            if others:
                lines += ["", f"> {'; '.join(state.title for state in others)}"]
    return INTRODUCTION.format(day=format_day(TODAY)) + "\n".join(lines) + "\n"


async def test_the_page_of_answers_is_current(dialogue: Dialogue, content: Content) -> None:
    strangers = {topic.intent: await dialogue.says(topic.intent) for topic in ACCOUNT_TOPICS}
    answers: dict[str, dict[AccountState, Reply]] = {}
    for topic in ACCOUNT_TOPICS:
        answers[topic.intent] = {}
        for state in ACCOUNT_STATES:
            answers[topic.intent][state] = await ask(dialogue, state, topic.intent)
    text = page(strangers, answers, content)
    if os.environ.get(WRITE):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "docs/account-answers.md is old: run `make answer-page`"
