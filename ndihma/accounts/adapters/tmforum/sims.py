"""TMF639: the SIM card of a line. Its PUK never gets here (``stripping``)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from ndihma.accounts.adapters.tmforum.client import TmfClient
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer
from ndihma.accounts.adapters.tmforum.mapping import Api, TmfMapping
from ndihma.accounts.adapters.tmforum.resources import PhysicalResource, fields_of, read
from ndihma.accounts.adapters.tmforum.values import Characteristics, known, present
from ndihma.accounts.model import SimCard

__all__ = ["sim_of"]

_MAX_CARDS: Final = 5


async def sim_of(
    client: TmfClient, mapping: TmfMapping, card_ids: Sequence[str], now: datetime, deadline: Deadline
) -> SimCard:
    """The one SIM card in operation among a product's physical resources. Raises OperatorTrouble, BrokenAnswer.

    A mobile line without one, or with two, is refused: whether a code by SMS reaches its owner depends on the card.
    """
    if len(card_ids) > _MAX_CARDS:
        raise BrokenAnswer("Product.realizingResource holds too many devices")
    fields = fields_of(PhysicalResource)
    documents = await asyncio.gather(
        *(client.one(Api.RESOURCES, "physicalResource", card_id, fields, deadline) for card_id in card_ids)
    )
    devices = [read(PhysicalResource, document) for document in documents]
    cards = [device for device in devices if device.category == mapping.sim_category and _in_operation(device, now)]
    if len(cards) != 1:
        raise BrokenAnswer("Product.realizingResource holds no one SIM card in operation")
    return _sim(cards[0], mapping)


def _in_operation(device: PhysicalResource, now: datetime) -> bool:
    return device.end_operating_date is None or now <= device.end_operating_date


def _sim(card: PhysicalResource, mapping: TmfMapping) -> SimCard:
    values = Characteristics(card.resource_characteristic)
    return SimCard(
        iccid=present(card.serial_number, "PhysicalResource.serialNumber"),
        state=known(mapping.sim_states, values.text(mapping.sim.state), "the state of the SIM card"),
        changed_on=_changed_on(card, values, mapping),
    )


def _changed_on(card: PhysicalResource, values: Characteristics, mapping: TmfMapping) -> date | None:
    """The day of the latest SIM change; not told, the day on which the card was put into operation counts (S8)."""
    return values.change(mapping.sim.changed_on, mapping.never, card.start_operating_date)
