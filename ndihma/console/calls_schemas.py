"""The requests and responses of noted calls."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from ndihma.clock import BELGRADE
from ndihma.desk.calls.notes import Disposition
from ndihma.desk.calls.tables import CallState, CallTicketState

__all__ = ["CallNoted", "CallReason", "CallShown", "CallWritten", "CallsListed"]

_MAX_RAW_TEXT = 16 * 1024


class _In(BaseModel):
    """Strict about types; what it does not know is dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CallWritten(_In):
    """What an agent noted of a call. `msisdn`: the caller's number in any spelling, or null."""

    client_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Chosen by the console; makes a repeat safe.")
    disposition: Disposition = Field(strict=False)
    text: str = Field(max_length=_MAX_RAW_TEXT, description="1 to 4,000 characters once it is normalised.")
    msisdn: str | None = Field(default=None, max_length=40)


class CallReason(_In):
    """Why the number is looked at."""

    reason: str = Field(min_length=1, max_length=300)


class CallNoted(_Out):
    """Stored, redacted, under this reference. `duplicate`: it was stored before."""

    reference: str
    duplicate: bool


class CallShown(_Out):
    """One call. `number` is masked, or in clear where a reason was given for it; null when none was noted.

    `ticket` says how its ticket in the operator's own system stands, null where there is none.
    """

    reference: str
    agent: str
    agent_name: str
    disposition: Disposition
    text: str
    number: str | None
    state: CallState
    noted_at: datetime
    ticket: CallTicketState | None

    @field_serializer("noted_at")
    def _local(self, value: datetime) -> str:
        return value.astimezone(BELGRADE).isoformat(timespec="seconds")


class CallsListed(_Out):
    """At most 200."""

    calls: list[CallShown]
