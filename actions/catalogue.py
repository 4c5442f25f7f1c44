"""All custom actions, by the names that domain.yml lists."""

from __future__ import annotations

from typing import Final

from actions.account import CheckAccount
from actions.business_club import BusinessClubMembers, BusinessClubTalk
from actions.context import ActionContext
from actions.follow_up import Affirm, FollowUpPrice
from actions.general import Cancel, Deny, DidYouMean, Frustration
from actions.pin_puk import PukCode
from actions.reconnection import PaymentProof, Reconnection
from actions.selfcare import SelfcareLogin
from actions.sim import SimLifecycle, StatusActive, StatusDeactive, StatusInactive, StatusValid
from actions.topics import AccountTopic, DialogueAction

__all__ = ["ACCOUNT_TOPICS", "ACTION_NAMES", "build_actions"]

ACCOUNT_TOPICS: Final[tuple[type[AccountTopic], ...]] = (
    Reconnection,
    PaymentProof,
    SelfcareLogin,
    BusinessClubTalk,
    BusinessClubMembers,
    SimLifecycle,
    StatusValid,
    StatusActive,
    StatusInactive,
    StatusDeactive,
    PukCode,
    CheckAccount,
)
_PLAIN: Final[tuple[type[DialogueAction], ...]] = (FollowUpPrice, Deny, Cancel, Frustration, DidYouMean)

ACTION_NAMES: Final[frozenset[str]] = frozenset(
    {a.action_name for a in ACCOUNT_TOPICS} | {a.action_name for a in _PLAIN} | {Affirm.action_name}
)
"""What ``python -m actions`` serves."""


def build_actions(context: ActionContext) -> list[DialogueAction]:
    """Every action, with its dependencies."""
    topics = [topic(context) for topic in ACCOUNT_TOPICS]
    return [*topics, *(action(context) for action in _PLAIN), Affirm(context, topics)]
