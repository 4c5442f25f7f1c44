"""Where a subscriber stands with the business clubs (FAQ 000, "Unë kam një biznes")."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ndihma.accounts.model import BusinessClub, Subscriber

__all__ = ["ClubKind", "ClubState", "club_state"]


class ClubKind(StrEnum):
    NOT_A_BUSINESS = "not_a_business"
    NO_CLUB = "no_club"
    """A business that may apply at a sales point, by changing its contract."""
    COMPLETE = "complete"
    """In a club whose package has all the monthly contracts it asks for."""
    MISSING_CONTRACTS = "missing_contracts"


@dataclass(frozen=True, slots=True)
class ClubState:
    kind: ClubKind
    missing_contracts: int = 0
    """MISSING_CONTRACTS: how many more members need a monthly contract, 1 or more; else 0."""
    club: BusinessClub | None = None
    """The club, in COMPLETE and MISSING_CONTRACTS."""

    def missing_after_adding(self, monthly_contracts: int) -> int:
        """How many contracts are still missing after so many new members with a monthly contract, 0 or more.

        A new member without one changes nothing here: the package asks for some such members, not for all.
        """
        return max(0, self.missing_contracts - monthly_contracts)

    @property
    def new_members_needed(self) -> int:
        """How many of the missing contracts no present member can take over, because all others have one already."""
        if self.club is None:
            return 0
        others = max(0, self.club.members - self.club.monthly_contracts)
        return max(0, self.missing_contracts - others)


def club_state(subscriber: Subscriber) -> ClubState:
    """The state of a subscriber. The precondition, "varësisht prej pakos", is some members with a monthly
    contract; exactly as many as the package asks for is enough."""
    if not subscriber.is_business:
        return ClubState(ClubKind.NOT_A_BUSINESS)
    club = subscriber.club
    if club is None:
        return ClubState(ClubKind.NO_CLUB)
    missing = club.missing_monthly_contracts
    return ClubState(ClubKind.MISSING_CONTRACTS if missing else ClubKind.COMPLETE, missing, club)
