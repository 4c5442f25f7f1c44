"""Intents, rules, actions and buttons fit together."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from ndihma.contentcheck.contract import Contract
from ndihma.contentcheck.findings import Finding
from ndihma.contentcheck.project import Place, Project

__all__ = ["check"]

_RASA_INTENTS: Final = frozenset({"nlu_fallback", "restart", "back", "session_start"})
_RASA_ACTIONS: Final = frozenset(
    {
        "action_listen",
        "action_restart",
        "action_session_start",
        "action_default_fallback",
        "action_deactivate_loop",
        "action_back",
        "action_unlikely_intent",
        "action_extract_slots",
    }
)


def check(project: Project, contract: Contract, served_actions: Collection[str]) -> Iterator[Finding]:
    """``served_actions`` are the custom actions that the action server has."""
    yield from _intents(project, contract)
    yield from _actions(project, served_actions)
    yield from _buttons(project)


def _intents(project: Project, contract: Contract) -> Iterator[Finding]:
    domain = Place("domain.yml", 0)
    with_rule = {step.name for step in project.rule_intents}
    for name in sorted(contract.intents - project.intents.keys()):
        yield _error(domain, "intents", f"the intent {name} of the contract is missing")
    for name, place in project.intents.items():
        if name not in contract.intents:
            yield _error(place, "intents", f"the intent {name} is not in the contract (facts.yml)")
        if name not in with_rule:
            yield _error(place, "rules", f"the intent {name} has no rule")
    for step in [*project.rule_intents, *project.story_intents]:
        if step.name not in project.intents and step.name not in _RASA_INTENTS:
            yield _error(step.place, "rules", f"no such intent: {step.name}")
    for sentence in project.training:
        if sentence.intent not in project.intents:
            yield _error(
                sentence.place, "intents", f"examples for an intent that domain.yml does not have: {sentence.intent}"
            )


def _actions(project: Project, served_actions: Collection[str]) -> Iterator[Finding]:
    responses = {response.name for response in project.responses}
    for step in project.action_steps:
        if step.name not in _RASA_ACTIONS | responses | project.actions.keys():
            yield _error(step.place, "actions", f"no such action or response: {step.name}")
    for name, place in project.actions.items():
        if name not in served_actions and name not in responses:
            yield _error(place, "actions", f"the action {name} is in no module of actions/")
    for name in sorted(set(served_actions) - project.actions.keys()):
        yield _error(Place("domain.yml", 0), "actions", f"the action {name} of actions/ is not listed in domain.yml")


def _buttons(project: Project) -> Iterator[Finding]:
    for response in project.responses:
        for button in response.buttons:
            payload, title = str(button.get("payload") or ""), str(button.get("title") or "")
            if not title.strip():
                yield _error(response.place, "buttons", f"{response.name} has a button without a title")
            if not payload.startswith("/"):
                yield _error(
                    response.place, "buttons", f"{response.name}: the button “{title}” leads nowhere: {payload!r}"
                )
            elif payload[1:].partition("{")[0] not in project.intents:
                yield _error(
                    response.place, "buttons", f"{response.name}: the button “{title}” names no intent: {payload}"
                )


def _error(place: Place, check_name: str, message: str) -> Finding:
    return Finding(place.file, place.line, check_name, message)
