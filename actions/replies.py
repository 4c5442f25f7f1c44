"""A reply as a value: the name of a response in domain.yml, its parameters, and what the edge is to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rasa_sdk.executor import CollectingDispatcher  # type: ignore[import-untyped]

from ndihma.instructions import AnyInstruction

__all__ = ["Button", "Reply", "reply", "send"]


@dataclass(frozen=True, slots=True)
class Button:
    """``payload`` is an intent with a leading slash."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the customer. Make it with :func:`reply`."""

    response: str
    params: tuple[tuple[str, str], ...] = ()
    instruction: AnyInstruction | None = None
    buttons: tuple[Button, ...] = ()

    def doing(self, instruction: AnyInstruction) -> Reply:
        """The same message, with something for the edge to carry out."""
        return replace(self, instruction=instruction)

    def offering(self, *buttons: Button) -> Reply:
        """The same message, with buttons beside those of the response itself."""
        return replace(self, buttons=buttons)


def reply(response: str, **params: str) -> Reply:
    """A reply with ``response`` of domain.yml, whose placeholders ``params`` fill."""
    return Reply(response, tuple(params.items()))


def send(dispatcher: CollectingDispatcher, replies: Iterable[Reply], *, topic: str | None = None) -> None:
    """Hand the replies to the engine, which renders them. ``topic`` marks what they are about, for follow-ups."""
    for each in replies:
        extra = dict(each.params) if topic is None else {**dict(each.params), "topic": topic}
        dispatcher.utter_message(
            response=each.response,
            json_message=each.instruction.model_dump(mode="json") if each.instruction else None,
            buttons=[{"title": button.title, "payload": button.payload} for button in each.buttons],
            **extra,
        )
