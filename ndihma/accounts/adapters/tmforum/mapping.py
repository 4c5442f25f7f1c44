"""The operator's own names: characteristics, values and addresses that TM Forum leaves open, in one table.

The defaults are ours. An operator writes what differs into a JSON file (``NDIHMA_TMF_MAPPING``), in this shape;
docs/tmforum.md explains every name.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ndihma.accounts.model import ContactKind, LineKind, Reactivation, SimState, SuspensionReason
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import InvalidAccountSettings

__all__ = ["Api", "CustomerNames", "ProductNames", "SimNames", "TicketValues", "TmfMapping"]

_MAX_FILE_BYTES: Final = 64 * 1024


class Api(StrEnum):
    """The six APIs; the value also names the circuit of the breaker and stands in logs."""

    TICKETS = "tmf621"
    CUSTOMERS = "tmf629"
    PRODUCTS = "tmf637"
    RESOURCES = "tmf639"
    BALANCES = "tmf654"
    BILLS = "tmf678"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProductNames(_Table):
    """Names of product characteristics (TMF637)."""

    msisdn: str = "msisdn"
    line_kind: str = "lineKind"
    valid_until: str = "validUntil"
    reactivated_on: str = "reactivatedOn"
    reactivation: str = "reactivation"
    suspended_since: str = "suspendedSince"
    suspension_reason: str = "suspensionReason"
    suspension_ended_at: str = "suspensionEndedAt"
    suspension_amount: str = "suspensionAmount"
    payments: str = "recentPayments"
    selfcare_registered_on: str = "selfcareRegisteredOn"
    selfcare_locked: str = "selfcareLocked"
    owner_changed_on: str = "ownerChangedOn"
    ported_on: str = "portedOn"


class SimNames(_Table):
    """Names of resource characteristics of a SIM card (TMF639)."""

    state: str = "simState"
    changed_on: str = "simChangedOn"


class CustomerNames(_Table):
    """Names of customer characteristics (TMF629): the business club."""

    club_name: str = "clubName"
    club_package: str = "clubPackage"
    club_required_contracts: str = "clubRequiredMonthlyContracts"
    club_members: str = "clubMembers"
    club_contracts: str = "clubMonthlyContracts"
    club_joined_on: str = "clubJoinedOn"


class TicketValues(_Table):
    """What a ticket (TMF621) about a reconnection is made with, and what may be told from it."""

    type: str = Field(default="reconnection", min_length=1, max_length=100)
    severity: str = Field(default="Minor", min_length=1, max_length=100)
    confirmed_status: str = Field(default="resolved", min_length=1, max_length=100)
    refused_status: str = Field(default="rejected", min_length=1, max_length=100)
    """What a ticket becomes when we decide first."""
    reasons_are_for_customers: bool = False
    """Whether ``statusChangeReason`` of a refused ticket is a sentence in Albanian that the customer may read."""


def _default_paths() -> dict[Api, str]:
    return {
        Api.TICKETS: "tmf-api/troubleTicket/v4",
        Api.CUSTOMERS: "tmf-api/customerManagement/v4",
        Api.PRODUCTS: "tmf-api/productInventory/v4",
        Api.RESOURCES: "tmf-api/resourceInventoryManagement/v4",
        Api.BALANCES: "tmf-api/prepayBalanceManagement/v4",
        Api.BILLS: "tmf-api/customerBillManagement/v4",
    }


class TmfMapping(_Table):
    """Every name that is the operator's choice, and the values it may have."""

    base_paths: dict[Api, str] = Field(default_factory=_default_paths)
    """Below ``NDIHMA_TMF_URL``; the defaults are those of the specifications."""
    page_size: int = Field(default=100, ge=1, le=1000)
    default_currency: str | None = Field(default=None, pattern="^EUR$")
    """What an amount without a unit is taken for; None: such an amount is refused."""
    msisdn_filter: dict[str, str] = Field(
        default={"productCharacteristic.name": "msisdn", "productCharacteristic.value": "{e164}"}, min_length=1
    )
    """The query that finds a product by its number: ``{e164}`` +38344…, ``{digits}`` 38344…, ``{national}`` 044…"""
    product: ProductNames = ProductNames()
    sim: SimNames = SimNames()
    customer: CustomerNames = CustomerNames()
    ticket: TicketValues = TicketValues()
    never: str = "never"
    """The value of ``simChangedOn``, ``ownerChangedOn`` and ``portedOn`` that says: it never happened."""
    customer_role: str = "customer"
    """The role of the related party that is the customer (TMF629) of a product."""
    sim_category: str = "SIM"
    """The category of a physical resource that is a SIM card."""
    line_kinds: dict[str, LineKind] = {
        "prepaid": LineKind.PREPAID,
        "postpaid": LineKind.POSTPAID,
        "fixed": LineKind.FIXED,
    }
    reactivations: dict[str, Reactivation] = {
        "keepCredit": Reactivation.KEEP_CREDIT,
        "freshStart": Reactivation.FRESH_START,
    }
    suspension_reasons: dict[str, SuspensionReason] = {"nonPayment": SuspensionReason.NON_PAYMENT}
    sim_states: dict[str, SimState] = {
        "inUse": SimState.IN_USE,
        "pukLocked": SimState.PUK_LOCKED,
        "lost": SimState.LOST,
    }
    contact_media: dict[str, ContactKind] = {"email": ContactKind.EMAIL, "mobile": ContactKind.MSISDN}
    """``mediumType`` of the contacts that a code can be sent to; others are left out."""
    business_parties: dict[str, bool] = {"Individual": False, "Organization": True}
    """``engagedParty.@referredType``: whether such a customer is a business."""
    secret_names: tuple[str, ...] = ()
    """Characteristics to drop besides those that are known for secrets (``stripping``)."""

    @field_validator("base_paths")
    @classmethod
    def _all_of_them(cls, paths: dict[Api, str]) -> dict[Api, str]:
        if any("://" in path or path.startswith("//") for path in paths.values()):
            raise ValueError("a base path is below NDIHMA_TMF_URL")  # the token goes to that host only
        return _default_paths() | paths

    @field_validator("msisdn_filter")
    @classmethod
    def _with_the_number(cls, query: dict[str, str]) -> dict[str, str]:
        if not any(form in value for value in query.values() for form in ("{e164}", "{digits}", "{national}")):
            raise ValueError("the filter must hold {e164}, {digits} or {national}")
        return query

    @classmethod
    def load(cls, path: Path | None) -> TmfMapping:
        """The table in ``path``, the defaults where it says nothing. Raises InvalidAccountSettings."""
        if path is None:
            return cls()
        try:
            with path.open("rb") as file:
                content = file.read(_MAX_FILE_BYTES + 1)
            if len(content) > _MAX_FILE_BYTES:
                raise InvalidAccountSettings(f"{path}: larger than {_MAX_FILE_BYTES} bytes")
            return cls.model_validate_json(content)
        except OSError as error:
            raise InvalidAccountSettings(f"{path}: cannot be read ({error.strerror})") from error
        except ValidationError as error:
            fields = sorted({".".join(map(str, each["loc"])) or "JSON" for each in error.errors()})
            raise InvalidAccountSettings(f"{path}: {', '.join(fields)}") from error

    def query_for(self, msisdn: Msisdn) -> dict[str, str]:
        """The filter that finds the product with this number."""
        forms = {"{e164}": msisdn.e164, "{digits}": msisdn.e164.removeprefix("+"), "{national}": msisdn.national}
        query = dict(self.msisdn_filter)
        for placeholder, form in forms.items():
            query = {name: value.replace(placeholder, form) for name, value in query.items()}
        return query
