"""The requests and responses of the auditor's view."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from ndihma.audit.chain import Problem
from ndihma.audit.model import ActorKind, AuditAction
from ndihma.clock import BELGRADE

__all__ = ["ActorShown", "AuditEntryShown", "AuditPage", "AuditWanted", "ChainShown", "ExportWanted", "PageWanted"]


class AuditWanted(BaseModel):
    """Which entries; what is left out or null is whatever it is. Days are Kosovo's, both included.

    `actor` is a part of the name, `subject` the beginning of the code that stands for a number, `number` a number.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)

    kind: ActorKind | None = Field(default=None, strict=False)
    actor: str | None = Field(default=None, max_length=64)
    action: AuditAction | None = Field(default=None, strict=False)
    subject: str | None = Field(default=None, pattern=r"^[0-9a-f]{4,64}$")
    number: str | None = Field(default=None, max_length=40)
    since: date | None = Field(default=None, strict=False)
    until: date | None = Field(default=None, strict=False)


class PageWanted(AuditWanted):
    """`before`: only entries before this number."""

    before: int | None = Field(default=None, ge=1, le=2**53)
    limit: int = Field(default=50, ge=1, le=200)


class ExportWanted(AuditWanted):
    """As which file."""

    format: Literal["csv", "jsonl"]


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_serializer("at", "checked_at", check_fields=False)
    def _local(self, value: datetime | None) -> str | None:
        return None if value is None else value.astimezone(BELGRADE).isoformat(timespec="seconds")


class ActorShown(_Out):
    """Who acted: a kind (`customer`, `agent`, `operator`, `system`) and a name."""

    kind: str
    id: str


class AuditEntryShown(_Out):
    """One act. `subject`: the beginning of the keyed hash that stands for a number; no number is in the trail."""

    sequence: int
    at: datetime
    actor: ActorShown
    action: str
    subject: str | None
    fields: list[str]
    reason: str


class AuditPage(_Out):
    """The newest first; `more`: ask again with `before`. `masked`: the number that was searched for."""

    entries: list[AuditEntryShown]
    more: bool
    masked: str | None


class ChainShown(_Out):
    """Whether the trail is as it was written. `entries` were read at `checked_at`; `last` is to be kept elsewhere.

    `broken_at`: the first entry that is not, `problem`: what is wrong there. `failed`: the last try was not finished.
    """

    running: bool
    checked_at: datetime | None
    entries: int
    last: str | None
    broken_at: int | None
    problem: Problem | None
    failed: bool
