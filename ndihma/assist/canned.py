"""Canned replies: texts that agents use again and again, with variables; supervisors keep them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from ndihma.assist.canned_variables import Variable, unknown_variables, variables_of
from ndihma.assist.tables import CannedReplyRow
from ndihma.audit.model import Actor, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.errors import LinkRefused
from ndihma.desk.ids import new_id
from ndihma.redaction import redact

__all__ = [
    "MOST_CANNED",
    "MOST_CHARS",
    "CannedChanged",
    "CannedReplies",
    "CannedReply",
    "HoldsPersonalData",
    "InvalidCanned",
    "NewCanned",
    "ShortcutTaken",
    "TooManyCanned",
    "UnknownCanned",
    "UnknownVariables",
]

MOST_CANNED: Final = 500
"""Of a whole contact centre: all of them are sent to each console, which filters them as one types."""
MOST_CHARS: Final = 2000
"""A message of an agent may have 4,000 (S3): there is room to write around it."""
_SHORTCUT: Final = re.compile(r"[^\W_](?:[\w-]{0,30}[^\W_])?")
_MOST_TITLE: Final = 80


class InvalidCanned(ValueError):
    """A field cannot be taken; ``field`` is its name."""

    def __init__(self, field: str) -> None:
        super().__init__(f"the {field} cannot be taken")
        self.field = field


class UnknownVariables(InvalidCanned):
    """The text has in braces what is no variable."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__("text")
        self.names = tuple(names)


class HoldsPersonalData(InvalidCanned):
    """The text has a number or an address that no message of an agent may have (S6)."""

    def __init__(self) -> None:
        super().__init__("text")


class ShortcutTaken(Exception):
    """The team, or all, have a reply with this shortcut."""


class TooManyCanned(Exception):
    """There are as many replies as there may be."""


class UnknownCanned(Exception):
    """There is no such reply, or none for this team."""


class CannedChanged(Exception):
    """Somebody changed the reply after it was read."""


@dataclass(frozen=True, slots=True)
class NewCanned:
    """What a supervisor writes. ``team``: None for all."""

    shortcut: str
    title: str
    text: str
    team: str | None = None


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A stored reply; ``version`` goes into the next change of it."""

    id: str
    shortcut: str
    title: str
    text: str
    team: str | None
    version: int
    changed_at: datetime
    changed_by: str

    @property
    def variables(self) -> tuple[Variable, ...]:
        return variables_of(self.text)


class CannedReplies:
    """Methods raise SQLAlchemyError when the database is away; then nothing is changed."""

    def __init__(
        self, database: Database, clock: Clock, audit: TransactionalAuditTrail, allowed: Callable[[str], bool]
    ) -> None:
        """``allowed``: whether a text sends customers only to where agents may send them (S16)."""
        self._database = database
        self._clock = clock
        self._audit = audit
        self._allowed = allowed

    async def of(self, team: str | None) -> list[CannedReply]:
        """What somebody of a team uses: the team's replies and everybody's; of two with one shortcut the team's."""
        stored = await self._read()
        own = {each.shortcut for each in stored if team is not None and each.team == team}
        return [each for each in stored if each.team == team or (each.team is None and each.shortcut not in own)]

    async def all(self) -> list[CannedReply]:
        """Every team's, by shortcut."""
        return await self._read()

    async def find(self, canned_id: str, team: str | None, *, any_team: bool = False) -> CannedReply:
        """One reply that this team uses, or with ``any_team`` any. Raises UnknownCanned."""
        async with self._database.session() as session:
            row = await session.get(CannedReplyRow, canned_id)
        if row is None or not (any_team or row.team is None or row.team == team):
            raise UnknownCanned
        return _canned(row)

    async def add(self, new: NewCanned, by: Actor) -> CannedReply:
        """Store a reply; audited. Raises InvalidCanned (also its kinds), LinkRefused, ShortcutTaken, TooManyCanned."""
        checked = self._checked(new)
        row = CannedReplyRow(
            id=new_id(),
            shortcut=checked.shortcut,
            title=checked.title,
            text=checked.text,
            team=checked.team,
            version=1,
            changed_at=self._clock.now(),
            changed_by=by.id,
        )
        try:
            async with self._database.session() as session:
                session.add(row)
                await session.flush()
                if (await session.scalar(select(func.count()).select_from(CannedReplyRow)) or 0) > MOST_CANNED:
                    raise TooManyCanned
                await self._audit.append(session, _entry(by, checked.shortcut, "added"))
        except IntegrityError:
            raise ShortcutTaken from None
        return _canned(row)

    async def change(self, canned_id: str, version: int, new: NewCanned, by: Actor) -> CannedReply:
        """Put a text in the place of another; audited. Raises as ``add``, and UnknownCanned, CannedChanged."""
        checked = self._checked(new)
        values = {"shortcut": checked.shortcut, "title": checked.title, "text": checked.text, "team": checked.team}
        try:
            async with self._database.session() as session:
                row = await session.scalar(
                    update(CannedReplyRow)
                    .where(CannedReplyRow.id == canned_id, CannedReplyRow.version == version)
                    .values(version=version + 1, changed_at=self._clock.now(), changed_by=by.id, **values)
                    .returning(CannedReplyRow)
                    .execution_options(synchronize_session=False)
                )
                if row is None:
                    raise CannedChanged if await session.get(CannedReplyRow, canned_id) else UnknownCanned
                changed = _canned(row)
                await self._audit.append(session, _entry(by, checked.shortcut, "changed"))
        except IntegrityError:
            raise ShortcutTaken from None
        return changed

    async def remove(self, canned_id: str, by: Actor) -> None:
        """Remove a reply; audited. Raises UnknownCanned."""
        async with self._database.session() as session:
            shortcut = await session.scalar(
                delete(CannedReplyRow).where(CannedReplyRow.id == canned_id).returning(CannedReplyRow.shortcut)
            )
            if shortcut is None:
                raise UnknownCanned
            await self._audit.append(session, _entry(by, shortcut, "removed"))

    async def put(self, replies: Sequence[NewCanned], by: Actor) -> tuple[int, int]:
        """Add the replies, each in the place of one with its team and shortcut; how many are new, how many changed.

        What is the same already is left. Raises as ``add``; then what came before it stays done.
        """
        known = {(each.team, each.shortcut): each for each in await self.all()}
        checked = [self._checked(each) for each in replies]
        added = changed = 0
        for new in checked:
            before = known.get((new.team, new.shortcut))
            if before is None:
                await self.add(new, by)
                added += 1
            elif (before.title, before.text) != (new.title, new.text):
                await self.change(before.id, before.version, new, by)
                changed += 1
        return added, changed

    def _checked(self, new: NewCanned) -> NewCanned:
        shortcut = new.shortcut.strip().lower()
        title = " ".join(new.title.split())
        text = "\n".join(line.rstrip() for line in new.text.strip().splitlines())
        team = " ".join((new.team or "").split()) or None
        for field, fits in (
            ("shortcut", bool(_SHORTCUT.fullmatch(shortcut))),
            ("title", 1 <= len(title) <= _MOST_TITLE and title.isprintable()),
            ("text", 1 <= len(text) <= MOST_CHARS and text.replace("\n", "").isprintable()),
            ("team", team is None or (len(team) <= _MOST_TITLE and team.isprintable())),
        ):
            if not fits:
                raise InvalidCanned(field)
        if redact(text).kinds or redact(title).kinds:
            raise HoldsPersonalData
        if unknown := unknown_variables(text):
            raise UnknownVariables(unknown)
        if not self._allowed(text):
            raise LinkRefused
        return NewCanned(shortcut, title, text, team)

    async def _read(self) -> list[CannedReply]:
        query = select(CannedReplyRow).order_by(CannedReplyRow.shortcut, CannedReplyRow.team).limit(MOST_CANNED)
        async with self._database.session() as session:
            return [_canned(row) for row in await session.scalars(query)]


def _entry(by: Actor, shortcut: str, what: str) -> AuditEntry:
    return AuditEntry(by, AuditAction.CANNED_CHANGED, fields=(shortcut,), reason=what)


def _canned(row: CannedReplyRow) -> CannedReply:
    return CannedReply(row.id, row.shortcut, row.title, row.text, row.team, row.version, row.changed_at, row.changed_by)
