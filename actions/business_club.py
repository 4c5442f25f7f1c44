"""Business clubs: whether this customer's business is in one, whether its package's condition is met, who can join."""

from __future__ import annotations

from collections.abc import Sequence

from actions.context import Customer
from actions.replies import Reply, reply
from actions.topics import AccountTopic
from ndihma.accounts.clubs import ClubKind, ClubState, club_state
from ndihma.accounts.model import BusinessClub

__all__ = ["BusinessClubMembers", "BusinessClubTalk"]


def _club_replies(state: ClubState, club: BusinessClub) -> tuple[Reply, ...]:
    """How the club stands, what its package still needs, and what one more member means for it."""
    facts = {
        "club": club.name,
        "package": club.package,
        "contracts": str(club.monthly_contracts),
        "required": str(club.required_monthly_contracts),
    }
    if state.kind is ClubKind.COMPLETE:
        own = reply("utter_account_club_complete", members=str(club.members), **facts)
        return (own, reply("utter_account_club_adding_complete"))
    left = state.missing_after_adding(1)
    if left == 0:
        own, adding = reply("utter_account_club_missing_one", **facts), reply("utter_account_club_adding_completes")
    else:
        own = reply("utter_account_club_missing", missing=str(state.missing_contracts), **facts)
        adding = reply("utter_account_club_adding_missing", left=str(left))
    return (own, *_new_members(state.new_members_needed), adding)


def _new_members(needed: int) -> tuple[Reply, ...]:
    if needed == 0:
        return ()
    if needed == 1:
        return (reply("utter_account_club_new_needed_one"),)
    return (reply("utter_account_club_new_needed", new=str(needed)),)


class _ClubTopic(AccountTopic):
    reads = ("business_club",)

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        state = club_state(customer.line.subscriber)
        if state.club is not None:
            return _club_replies(state, state.club)
        if state.kind is ClubKind.NOT_A_BUSINESS:
            return (reply("utter_account_club_not_business", number=customer.number), *self.general)
        return (reply("utter_account_club_none"), *self.general)

    @property
    def general(self) -> tuple[Reply, ...]:
        """What the FAQ adds for somebody without a club."""
        return self.faq


class BusinessClubTalk(_ClubTopic):
    """How employees talk free among themselves; whoever has no club yet is told the way to one in the own answer."""

    action_name = "action_business_club"
    intent = "ask_business_club"

    @property
    def general(self) -> tuple[Reply, ...]:
        return ()


class BusinessClubMembers(_ClubTopic):
    """Adding members; whoever has no club yet also hears price and condition, which are the same for everybody."""

    action_name = "action_business_club_members"
    intent = "ask_business_club_members"
