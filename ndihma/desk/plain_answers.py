"""The FAQ's answers by intent, as everybody may read them."""

from __future__ import annotations

from ndihma.content import Content
from ndihma.desk.ports import PlainAnswer

__all__ = ["plain_answers"]


def plain_answers(content: Content) -> dict[str, PlainAnswer]:
    """What only the account can answer has no source and is not among them."""
    return {
        answer.name.removeprefix("utter_"): PlainAnswer(
            answer.text, answer.source, answer.reviewed.isoformat(), answer.title
        )
        for answer in content
        if answer.title and answer.source and answer.reviewed
    }
