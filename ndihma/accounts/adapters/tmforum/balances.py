"""TMF654: the prepaid credit of a line."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ndihma.accounts.adapters.tmforum.client import TmfClient
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.mapping import Api, TmfMapping
from ndihma.accounts.adapters.tmforum.resources import Bucket, fields_of, read
from ndihma.accounts.adapters.tmforum.values import cents

__all__ = ["credit_of"]

_MONEY: Final = "monetary"
_OTHER_USAGE: Final = frozenset({"voice", "data", "sms", "other"})
_ACTIVE: Final = "active"
_EXPIRED: Final = "expired"


async def credit_of(
    client: TmfClient, mapping: TmfMapping, product_id: str, now: datetime, deadline: Deadline
) -> int | None:
    """The sum of the monetary buckets in force, in cents; None when it is not known: no monetary bucket, or one
    whose status, use or amount is not understood. Raises OperatorTrouble, BrokenAnswer (also for a missing currency).
    """
    documents = await client.all(Api.BALANCES, "bucket", {"product.id": product_id}, fields_of(Bucket), deadline)
    buckets = [read(Bucket, document) for document in documents]
    own = [bucket for bucket in buckets if any(ref.id == product_id for ref in bucket.product)]
    if any(bucket.usage_type not in _OTHER_USAGE | {_MONEY} for bucket in own):
        return None
    money = [bucket for bucket in own if bucket.usage_type == _MONEY]
    credits = [_credit(bucket, now, mapping.default_currency) for bucket in money]
    known = [credit for credit in credits if credit is not None]
    return sum(known) if known and len(known) == len(credits) else None


def _credit(bucket: Bucket, now: datetime, default_currency: str | None) -> int | None:
    if bucket.status == _EXPIRED:
        return 0
    if bucket.status != _ACTIVE or bucket.remaining_value is None:  # suspended, or unknown: it may be used or not
        return None
    return (
        cents(bucket.remaining_value, "Bucket.remainingValue", default_currency) if bucket.valid_for.holds(now) else 0
    )
