"""The TM Forum resources as far as they are read. Whatever else an answer holds is ignored, as the APIs ask.

Enumerations are texts here: what is not known is decided where it is mapped. Numbers come as Decimal, never as
float; days are those of Kosovo.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer
from ndihma.clock import local_date

__all__ = [
    "BookedPayment",
    "Bucket",
    "Characteristic",
    "ContactMedium",
    "Customer",
    "CustomerBill",
    "Day",
    "Moment",
    "Money",
    "PhysicalResource",
    "Product",
    "Ref",
    "TimePeriod",
    "TroubleTicket",
    "fields_of",
    "read",
]

_M = TypeVar("_M", bound=BaseModel)
_ISO_DAY_CHARS = 10


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("a date-time is a text")  # noqa: TRY004  (pydantic wants ValueError)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a date-time without its offset")
    return moment


def _day(value: object) -> date:
    if isinstance(value, str) and len(value) == _ISO_DAY_CHARS:
        return date.fromisoformat(value)
    try:
        return local_date(_moment(value))
    except OverflowError as error:
        raise ValueError("no day of the calendar") from error


Moment = Annotated[datetime, BeforeValidator(_moment)]
"""An aware moment, from an RFC 3339 date-time."""
Day = Annotated[date, BeforeValidator(_day)]
"""A calendar day in Kosovo, from a date-time or a plain ``YYYY-MM-DD``."""
Enumerated = Annotated[str, StringConstraints(strip_whitespace=True)]
"""A value of an enumeration: TMF637 itself writes ``"aborted "`` with a space at its end."""
Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Resource(BaseModel):
    model_config = ConfigDict(
        extra="ignore", frozen=True, alias_generator=to_camel, arbitrary_types_allowed=False, hide_input_in_errors=True
    )


class TimePeriod(_Resource):
    start_date_time: Moment | None = None
    end_date_time: Moment | None = None

    def holds(self, now: datetime) -> bool:
        """Whether ``now`` lies within; an open end reaches for ever."""
        begun = self.start_date_time is None or self.start_date_time <= now
        return begun and (self.end_date_time is None or now <= self.end_date_time)


class Money(_Resource):
    unit: str | None = None
    value: Decimal | None = None


class Quantity(_Resource):
    amount: Decimal | None = None
    units: str | None = None


class Ref(_Resource):
    id: Id
    role: str | None = None
    value: str | None = None
    """Of a resource: its number (TMF637 ResourceRef)."""
    referred_type: str | None = Field(default=None, alias="@referredType")


class Characteristic(_Resource):
    name: str
    value: Any = None


class Product(_Resource):
    """TMF637."""

    id: Id
    status: Enumerated | None = None
    order_date: Day | None = None
    start_date: Day | None = None
    billing_account: Ref | None = None
    product_characteristic: tuple[Characteristic, ...] = ()
    realizing_resource: tuple[Ref, ...] = ()
    related_party: tuple[Ref, ...] = ()


class BookedPayment(_Resource):
    """An item of the product characteristic of recent payments: TMF678 tells no day of a payment."""

    paid_at: Moment
    amount: Money
    reference: str = ""


class AppliedPayment(_Resource):
    applied_amount: Money | None = None


class CustomerBill(_Resource):
    """TMF678."""

    id: Id
    bill_no: str | None = None
    state: Enumerated | None = None
    bill_date: Day | None = None
    payment_due_date: Day | None = None
    amount_due: Money | None = None
    remaining_amount: Money | None = None
    applied_payment: tuple[AppliedPayment, ...] = ()
    billing_account: Ref | None = None


class Bucket(_Resource):
    """TMF654."""

    id: Id
    status: Enumerated | None = None
    usage_type: Enumerated | None = None
    remaining_value: Quantity | None = None
    valid_for: TimePeriod = TimePeriod()
    product: tuple[Ref, ...] = ()


class PhysicalResource(_Resource):
    """TMF639."""

    id: Id
    category: str | None = None
    serial_number: str | None = None
    start_operating_date: Day | None = None
    end_operating_date: Moment | None = None
    resource_characteristic: tuple[Characteristic, ...] = ()


class MediumCharacteristic(_Resource):
    email_address: str | None = None
    phone_number: str | None = None


class ContactMedium(_Resource):
    medium_type: str
    characteristic: MediumCharacteristic
    valid_for: TimePeriod = TimePeriod()


class Customer(_Resource):
    """TMF629."""

    id: Id
    name: str | None = None
    engaged_party: Ref
    characteristic: tuple[Characteristic, ...] = ()
    contact_medium: tuple[ContactMedium, ...] = ()


class TroubleTicket(_Resource):
    """TMF621."""

    id: Id
    external_id: str | None = None
    status: Enumerated | None = None
    status_change_date: Moment | None = None
    status_change_reason: str | None = None
    note: list[dict[str, Any]] | None = None
    """As they came: who adds one sends them all back (TMF630, merge patch)."""
    last_update: Moment | None = None


def fields_of(model: type[BaseModel]) -> str:
    """The ``fields=`` parameter that asks for exactly what ``model`` reads (first-level attributes, TMF630)."""
    return ",".join(str(field.alias) for field in model.model_fields.values())


def read(model: type[_M], document: object) -> _M:
    """``document`` as a resource. Raises BrokenAnswer, which names the fields and repeats no value."""
    try:
        return TypeAdapter(model).validate_python(document)
    except ValidationError as error:
        where = sorted({".".join(map(str, each["loc"])) for each in error.errors(include_input=False)})[:5]
    # Raised here, not above: a validation error holds what it read, and a chained one would keep it.
    raise BrokenAnswer(f"{model.__name__}: {', '.join(where) or 'not an object'}")
