"""The auditor's view over HTTP: the trail by pages, as a file, and whether it is as it was written (docs/api.md).

For auditors alone: supervisors act on accounts and conversations themselves, and nobody looks after their own traces.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.audit.browsing import SUBJECT_CHARS, AuditFilter
from ndihma.audit.chain import StoredEntry
from ndihma.audit.desk import AuditDesk
from ndihma.audit.model import AuditAction, AuditEntry
from ndihma.clock import BELGRADE, Clock, local_date
from ndihma.config import Settings
from ndihma.console.audit_export import CSV, JSON_LINES, exported
from ndihma.console.audit_schemas import (
    ActorShown,
    AuditEntryShown,
    AuditPage,
    AuditWanted,
    ChainShown,
    ExportWanted,
    PageWanted,
)
from ndihma.console.auth import staff_of
from ndihma.gateway.errors import ApiError
from ndihma.gateway.reading import read_json, validated
from ndihma.messages import ErrorCode
from ndihma.staff.model import Role

__all__ = ["MOST_EXPORTED", "AuditApi"]

MOST_EXPORTED: Final = 100_000
"""Entries of one file: some 25 MB, which a browser holds before it saves them."""
_M = TypeVar("_M", bound=BaseModel)


class AuditApi:
    """The endpoints."""

    def __init__(self, settings: Settings, clock: Clock, desk: AuditDesk) -> None:
        self._settings = settings
        self._clock = clock
        self._desk = desk

    async def entries(self, request: Request) -> Response:
        """A page. Searching for a number is recorded, once for all pages of it."""
        member = await staff_of(request, Role.AUDITOR)
        wanted = await self._read(request, PageWanted)
        chosen = _filter(wanted)
        if chosen.msisdn is not None and wanted.before is None:
            searched = AuditEntry(member.actor, AuditAction.AUDIT_READ, chosen.msisdn, _named(wanted))
            await self._desk.trail.record(searched)
        found = await self._desk.browser.page(chosen, wanted.before, wanted.limit + 1)
        page = AuditPage(
            entries=[_shown(entry) for entry in found[: wanted.limit]],
            more=len(found) > wanted.limit,
            masked=None if chosen.msisdn is None else chosen.msisdn.masked,
        )
        return JSONResponse(page.model_dump(mode="json"))

    async def export(self, request: Request) -> Response:
        """A file with everything that is wanted; recorded before its first byte leaves. Not after 15 idle minutes."""
        member = await staff_of(request, Role.AUDITOR, recent=True)
        wanted = await self._read(request, ExportWanted)
        chosen = _filter(wanted)
        count, last = await self._desk.browser.extent(chosen)
        if count > MOST_EXPORTED:
            raise ApiError(422, ErrorCode.EXPORT_TOO_LARGE)
        what = (wanted.format, f"entries:{count}", *_named(wanted))
        await self._desk.trail.record(AuditEntry(member.actor, AuditAction.AUDIT_EXPORTED, chosen.msisdn, what))
        as_csv = wanted.format == "csv"
        name = f"auditimi-{local_date(self._clock.now()).isoformat()}.{wanted.format}"
        return StreamingResponse(
            exported(self._desk.browser.entries(chosen, last), as_csv=as_csv),
            media_type=CSV if as_csv else JSON_LINES,
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    async def chain(self, request: Request) -> Response:
        await staff_of(request, Role.AUDITOR)
        return self._chain()

    async def verify(self, request: Request) -> Response:
        """Begin to verify the whole trail, unless that is going on."""
        await staff_of(request, Role.AUDITOR)
        self._desk.watch.start()
        return self._chain(202)

    async def _read(self, request: Request, model: type[_M]) -> _M:
        return validated(model, await read_json(request, self._settings.max_body_bytes))

    def _chain(self, status: int = 200) -> Response:
        state = self._desk.watch.state
        shown = ChainShown(
            running=state.running,
            checked_at=state.checked_at,
            entries=state.entries,
            last=None if state.anchor is None else str(state.anchor),
            broken_at=state.broken.sequence if state.broken else None,
            problem=state.broken.problem if state.broken else None,
            failed=state.failed,
        )
        return JSONResponse(shown.model_dump(mode="json"), status_code=status)


def _filter(wanted: AuditWanted) -> AuditFilter:
    """Raises ApiError 422."""
    try:
        msisdn = Msisdn.parse(wanted.number) if wanted.number else None
    except InvalidMsisdn:
        raise ApiError(422, ErrorCode.INVALID_MSISDN, field="number") from None
    return AuditFilter(
        kind=wanted.kind,
        actor=(wanted.actor or "").strip() or None,
        action=wanted.action,
        subject=wanted.subject,
        msisdn=msisdn,
        since=None if wanted.since is None else _midnight(wanted.since),
        until=None if wanted.until is None else _midnight(wanted.until + timedelta(days=1)),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BELGRADE)


def _named(wanted: AuditWanted) -> tuple[str, ...]:
    """What was asked for, for the trail; the number itself is the entry's subject."""
    given = {
        "kind": wanted.kind,
        "actor": wanted.actor,
        "action": wanted.action,
        "subject": wanted.subject[:SUBJECT_CHARS] if wanted.subject else None,
        "since": wanted.since,
        "until": wanted.until,
    }
    return tuple(f"{name}:{value}" for name, value in given.items() if value)


def _shown(entry: StoredEntry) -> AuditEntryShown:
    return AuditEntryShown(
        sequence=entry.sequence,
        at=entry.at,
        actor=ActorShown(kind=entry.actor_kind, id=entry.actor_id),
        action=entry.action,
        subject=None if entry.subject is None else entry.subject[:SUBJECT_CHARS],
        fields=list(entry.fields),
        reason=entry.reason,
    )
