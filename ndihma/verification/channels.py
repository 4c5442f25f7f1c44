"""Through what a customer can be reached besides the line itself, and when two such channels are two factors (S8).

A code for an account goes to its line by SMS. Only for a line that the account knows to receive none (fixed, Deactive,
void, its SIM locked or lost) it goes to a contact registered before, and proves the account as one to the line would.

A PUK is asked for exactly when the SIM is locked, and the account does not know: a wrong PIN stays between the
telephone and the card. So a code for a PUK goes to contacts registered before, first to other numbers, then to e-mail
addresses, and to the line itself only when there is nothing else. Each time it is asked for again the next one gets it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ndihma.accounts.model import ContactKind, ContactPoint, Line
from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.accounts.ports import AccountDirectory
from ndihma.accounts.puk import settled_at, unsettled_until
from ndihma.clock import local_date
from ndihma.mail import EmailAddress, InvalidEmailAddress
from ndihma.verification.model import Purpose

__all__ = [
    "Channel",
    "ChannelKind",
    "ChannelRules",
    "Channels",
    "are_two_factors",
    "audited_reason",
    "next_channel",
]

_SHOWN_CHARS = 16


class ChannelKind(StrEnum):
    LINE = "line"
    """The number whose account it is: its SIM."""
    MSISDN = "msisdn"
    """Another number, registered as a contact."""
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to the customer."""

    kind: ChannelKind
    to: Msisdn | EmailAddress

    @classmethod
    def of_line(cls, msisdn: Msisdn) -> Channel:
        return cls(ChannelKind.LINE, msisdn)

    @property
    def name(self) -> str:
        """What tells it from others: the same mailbox in other letters is the same channel."""
        return self.to.e164 if isinstance(self.to, Msisdn) else self.to.address.casefold()

    @property
    def masked(self) -> str:
        """As people may see it (S9), 16 characters at most."""
        return self.to.masked[:_SHOWN_CHARS]


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels of a line that may carry a code for its PUK now, the preferred one first.

    ``settling_until``: when the first of those that are registered too freshly may.
    """

    usable: tuple[Channel, ...]
    settling_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """Judges the contacts of a line. ``reaches`` says whether anything can be sent to a kind of contact."""

    accounts: AccountDirectory
    sms_reachable: Callable[[Line, date], bool]
    reaches: Callable[[ContactKind], bool]

    async def for_account(self, line: Line, now: datetime) -> tuple[Channel, ...]:
        """The channels that may carry a code for the answers about an account, the preferred one first.

        The line itself and nothing else while an SMS reaches it: who stole a mailbox must not get at the account of
        somebody whose telephone works. Else the contacts of ``of``, but none within 72 h after the line's own SIM,
        owner or operator changed: until then it is open whose contacts they are. Raises AccountsUnavailable.
        """
        if self.sms_reachable(line, local_date(now)):
            return (Channel.of_line(line.msisdn),)
        if unsettled_until(line, now) is not None:
            return ()
        return tuple(each for each in (await self.of(line, now)).usable if each.kind is not ChannelKind.LINE)

    async def of(self, line: Line, now: datetime) -> Channels:
        """A contact counts 72 h after the day it was registered on, listed twice (in whatever writing) after the later
        one; one that is a line of ours, only while an SMS reaches it and 72 h after its own SIM, owner or operator
        changed (S8). Raises AccountsUnavailable."""
        registered: dict[str, tuple[Channel, date]] = {}
        found: dict[str, Channel] = {}
        settling: list[datetime] = []
        order = sorted(line.subscriber.contacts, key=lambda c: (c.kind is ContactKind.EMAIL, c.registered_on))
        for contact in order:
            channel = _channel(contact)
            if channel is None or channel.to == line.msisdn or not self.reaches(contact.kind):
                continue
            first, _ = registered.get(channel.name, (channel, None))
            registered[channel.name] = (first, contact.registered_on)  # the later day: that is their order
        for channel, day in registered.values():
            until = settled_at(day)
            if until > now:
                settling.append(until)
            elif isinstance(channel.to, EmailAddress) or await self._is_sound(channel.to, now):
                found[channel.name] = channel
        if self.reaches(ContactKind.MSISDN) and self.sms_reachable(line, local_date(now)):
            found.setdefault(line.msisdn.e164, Channel.of_line(line.msisdn))
        return Channels(tuple(found.values()), min(settling, default=None))

    async def _is_sound(self, number: Msisdn, now: datetime) -> bool:
        other = await self.accounts.find(number)
        if other is None:  # of another operator: what is registered is all we know
            return True
        return unsettled_until(other, now) is None and self.sms_reachable(other, local_date(now))


def are_two_factors(kinds: Collection[ChannelKind]) -> bool:
    """Whether proved channels, each different from the others, are two independent factors.

    All e-mail counts as one: mailboxes restore each other's passwords, and are open on the same telephone. (NIST SP
    800-63B-4, 3.1.3, takes no e-mail as an out-of-band authenticator; here it is at most the second of two.)
    """
    mails = sum(kind is ChannelKind.EMAIL for kind in kinds)
    return len(kinds) - max(0, mails - 1) >= 2  # noqa: PLR2004


def next_channel(
    channels: Channels,
    asked_before: int,
    *,
    proved: Collection[str] = (),
    proved_kinds: Collection[ChannelKind] = (),
) -> Channel | None:
    """Where the next code goes: to a channel that would add a factor; each time it is asked for, to the next of them.

    ``proved`` and ``proved_kinds``: names and kinds of the channels whose code was right. None: nothing adds a factor.
    """
    candidates = [
        channel
        for channel in channels.usable
        if channel.name not in proved and not (channel.kind is ChannelKind.EMAIL and ChannelKind.EMAIL in proved_kinds)
    ]
    return candidates[asked_before % len(candidates)] if candidates else None


def audited_reason(purpose: str, kind: str) -> str:
    """What the audit trail says a code was for: ``account``, ``puk``, and ``account_by_contact`` where it did not go to
    the line."""
    by_contact = purpose == Purpose.ACCOUNT and kind != ChannelKind.LINE
    return f"{purpose}_by_contact" if by_contact else purpose


def _channel(contact: ContactPoint) -> Channel | None:
    """None for a contact that nothing can be sent to, such as a foreign number."""
    try:
        if contact.kind is ContactKind.EMAIL:
            return Channel(ChannelKind.EMAIL, EmailAddress.parse(contact.value))
        return Channel(ChannelKind.MSISDN, Msisdn.parse(contact.value))
    except (InvalidMsisdn, InvalidEmailAddress):
        return None
