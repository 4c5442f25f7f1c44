"""The console has an Albanian word for each action and fault of the audit trail."""

from __future__ import annotations

import re
from pathlib import Path

from actions.catalogue import ACCOUNT_TOPICS
from ndihma.audit.chain import Problem
from ndihma.audit.model import ActorKind, AuditAction
from ndihma.console.account_desk import READ, Revealable

CATALOGUE = (Path(__file__).parents[2] / "web/console/src/audit/sq.ts").read_text(encoding="utf-8")


def words(name: str) -> set[str]:
    """The keys of one table of the catalogue."""
    table = re.search(rf"export const {name}: Record<string, string> = \{{(.*?)\}};", CATALOGUE, re.DOTALL)
    assert table is not None
    return {plain or quoted for quoted, plain in re.findall(r'(?:"([^"]+)"|(\w+)): "', table[1])}


def test_each_action_has_a_word() -> None:
    assert words("actions") == {action.value for action in AuditAction}


def test_each_kind_of_actor_and_each_fault_has_a_word() -> None:
    assert words("kinds") == {kind.value for kind in ActorKind}
    # An anchor is given on the command line alone.
    assert words("problems") == {problem.value for problem in Problem} - {Problem.ANCHOR_GONE.value}


def test_each_field_of_an_account_that_somebody_saw_has_a_word() -> None:
    told = {field for topic in ACCOUNT_TOPICS for field in topic.reads}
    assert told | set(READ) | {each.value for each in Revealable} <= words("fields")
