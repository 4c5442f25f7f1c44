"""The requests and responses of canned replies."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from ndihma.assist.canned import MOST_CHARS
from ndihma.assist.canned_variables import Variable
from ndihma.clock import BELGRADE

__all__ = ["CannedChange", "CannedExpanded", "CannedList", "CannedShown", "CannedUse", "CannedWritten"]


class _In(BaseModel):
    """Strict about types; what it does not know is dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CannedWritten(_In):
    """What a supervisor wrote. `team`: null for everybody."""

    shortcut: str = Field(
        min_length=1, max_length=32, description="Typed behind `/`: small letters, digits and hyphens."
    )
    title: str = Field(min_length=1, max_length=80)
    text: str = Field(
        min_length=1,
        max_length=MOST_CHARS,
        description="Variables stand in braces: " + ", ".join(f"`{{{each.value}}}`" for each in Variable),
    )
    team: str | None = Field(default=None, max_length=80)


class CannedChange(CannedWritten):
    """As `CannedWritten`, in the place of what was read with `version`; another is refused."""

    version: int = Field(ge=1, le=2**31 - 1)


class CannedUse(_In):
    """Where a reply is used: in a conversation of the inbox, or in none."""

    conversation_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{1,64}$")


class CannedShown(_Out):
    """A canned reply; `variables`: those of its text."""

    id: str
    shortcut: str
    title: str
    text: str
    team: str | None
    variables: list[Variable]
    version: int
    changed_at: datetime
    changed_by: str

    @field_serializer("changed_at")
    def _local(self, value: datetime) -> str:
        return value.astimezone(BELGRADE).isoformat(timespec="seconds")


class CannedList(_Out):
    """By shortcut. `variables`: all that a text may use."""

    replies: list[CannedShown]
    variables: list[Variable]


class CannedExpanded(_Out):
    """The text with its variables filled in; `missing` have no value here and stay in their braces."""

    text: str
    missing: list[Variable]
