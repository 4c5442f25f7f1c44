"""TMF629: the subscriber, the contacts registered before, and the business club."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ndihma.accounts.adapters.tmforum.client import TmfClient
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.mapping import Api, TmfMapping
from ndihma.accounts.adapters.tmforum.resources import ContactMedium, Customer, fields_of, read
from ndihma.accounts.adapters.tmforum.values import Characteristics, known, present
from ndihma.accounts.model import BusinessClub, ContactKind, ContactPoint, Subscriber
from ndihma.clock import local_date

__all__ = ["subscriber_of"]


async def subscriber_of(
    client: TmfClient, mapping: TmfMapping, customer_id: str, now: datetime, deadline: Deadline
) -> Subscriber:
    """The customer with this id. Raises OperatorTrouble, BrokenAnswer."""
    fields = fields_of(Customer)
    customer = read(Customer, await client.one(Api.CUSTOMERS, "customer", customer_id, fields, deadline))
    party = customer.engaged_party.referred_type
    return Subscriber(
        id=customer.id,
        name=customer.name or "",
        is_business=known(mapping.business_parties, party, "Customer.engagedParty"),
        contacts=_contacts(customer, mapping, now),
        club=_club(Characteristics(customer.characteristic), mapping),
    )


def _contacts(customer: Customer, mapping: TmfMapping, now: datetime) -> tuple[ContactPoint, ...]:
    """Those a code can be sent to now, oldest first. One of an unknown kind, without its day or outside its time is
    left out: nothing can be proved with it. Listed twice, the later day counts (S8)."""
    latest: dict[tuple[ContactKind, str], ContactPoint] = {}
    for medium in customer.contact_medium:
        for contact in _contact(medium, mapping, now):
            before = latest.get((contact.kind, contact.value), contact)
            latest[contact.kind, contact.value] = max(before, contact, key=lambda each: each.registered_on)
    return tuple(sorted(latest.values(), key=lambda contact: contact.registered_on))


def _contact(medium: ContactMedium, mapping: TmfMapping, now: datetime) -> Iterator[ContactPoint]:
    kind = mapping.contact_media.get(medium.medium_type.strip())
    values = {
        ContactKind.EMAIL: medium.characteristic.email_address,
        ContactKind.MSISDN: medium.characteristic.phone_number,
    }
    since = medium.valid_for.start_date_time
    if kind is not None and (value := values[kind]) and since is not None and medium.valid_for.holds(now):
        yield ContactPoint(kind, value, local_date(since))


def _club(values: Characteristics, mapping: TmfMapping) -> BusinessClub | None:
    """The club, all of it or none: half a club is refused."""
    names = mapping.customer
    name = values.text(names.club_name)
    if name is None:
        return None
    return BusinessClub(
        name=name,
        package=present(values.text(names.club_package), "the club's package"),
        required_monthly_contracts=values.count(names.club_required_contracts),
        members=values.count(names.club_members),
        monthly_contracts=values.count(names.club_contracts),
        joined_on=present(values.day(names.club_joined_on), "the day of joining the club"),
    )
