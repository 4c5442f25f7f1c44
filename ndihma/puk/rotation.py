"""Re-encrypting every PUK code with the current key, in small transactions: broken off, it goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ndihma.audit.model import Actor, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.db import Database
from ndihma.puk import store
from ndihma.puk.cipher import CodeUnreadable, PukCipher

__all__ = ["Rotated", "rotate"]

_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many codes were encrypted anew, and how many no key of the ring opens: those stay as they were."""

    renewed: int
    unreadable: int


async def rotate(
    database: Database,
    audit: TransactionalAuditTrail,
    cipher: PukCipher,
    *,
    actor: Actor,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Rotated:
    """Encrypt all codes of other keys with the current one. ``progress`` is told how many of how many are done.

    Each batch is stored with its audit entry. A code that an import replaces meanwhile is under the current key
    already. Raises SQLAlchemyError.
    """
    async with database.session() as session:
        total = await store.count_codes(session, not_under=cipher.current_id)
    renewed = unreadable = 0
    after = ""
    while True:
        async with database.session() as session:
            batch = await store.other_keys(session, cipher.current_id, after, _BATCH)
        if not batch:
            return Rotated(renewed, unreadable)
        after = batch[-1].msisdn.e164
        fresh = []
        for code in batch:
            try:
                opened = cipher.open(code.sealed, code.msisdn, code.card)
            except CodeUnreadable:
                unreadable += 1
            else:
                fresh.append((code, cipher.seal(opened, code.msisdn, code.card)))
        if fresh:
            async with database.session() as session:
                replaced = sum([await store.replace_code(session, code, sealed) for code, sealed in fresh])
                reason = f"{replaced} codes to key {cipher.current_id}"
                await audit.append(session, AuditEntry(actor, AuditAction.KEY_ROTATED, reason=reason))
            renewed += replaced
        progress(renewed + unreadable, total)
