"""Business clubs: whether this customer's business is in one, and whether its package's condition is met."""

from __future__ import annotations

from collections.abc import Sequence

from actions.context import Customer
from actions.replies import Reply, reply
from actions.topics import AccountTopic
from ndihma.accounts.clubs import ClubKind, club_state

__all__ = ["BusinessClubMembers", "BusinessClubTalk"]


def _own_club(customer: Customer) -> tuple[Reply, bool]:
    """The state of the club, and whether there is one."""
    state = club_state(customer.line.subscriber)
    if state.kind is ClubKind.NOT_A_BUSINESS:
        return reply("utter_account_club_not_business", number=customer.number), False
    club = state.club
    if club is None:
        return reply("utter_account_club_none"), False
    facts = {
        "club": club.name,
        "package": club.package,
        "contracts": str(club.monthly_contracts),
        "required": str(club.required_monthly_contracts),
    }
    if state.kind is ClubKind.COMPLETE:
        return reply("utter_account_club_complete", members=str(club.members), **facts), True
    if state.missing_contracts == 1:
        return reply("utter_account_club_missing_one", **facts), True
    return reply("utter_account_club_missing", missing=str(state.missing_contracts), **facts), True


class BusinessClubTalk(AccountTopic):
    """How employees talk free among themselves; to a member the state of the club is the answer."""

    action_name = "action_business_club"
    intent = "ask_business_club"
    reads = ("business_club",)

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        own, in_a_club = _own_club(customer)
        return (own,) if in_a_club else (own, *self.faq)


class BusinessClubMembers(AccountTopic):
    """Adding members: the state of the club, then price and condition, which are the same for everybody."""

    action_name = "action_business_club_members"
    intent = "ask_business_club_members"
    reads = ("business_club",)

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        own, _ = _own_club(customer)
        return (own, *self.faq)
