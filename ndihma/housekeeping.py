"""What the gateway does by itself now and then; each job outlives whatever happens to the database meanwhile."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict
from typing import Final

from ndihma.audit.trail import AuditBroken
from ndihma.desk.attachments import AttachmentService
from ndihma.privacy.retention import Retention, Retired
from ndihma.puk.reveals import PukReveals
from ndihma.staff.service import StaffService
from ndihma.verification.service import VerificationService

__all__ = ["purge", "retain", "sweep"]

_log = logging.getLogger(__name__)

_PURGE_EVERY_S: Final = 60.0
_SWEEP_EVERY_S: Final = 3600.0
_RETAIN_EVERY_S: Final = 3600.0


async def purge(verification: VerificationService, reveals: PukReveals, staff: StaffService) -> None:
    """Delete expired codes, identities, references and staff sessions every minute, whatever the database does."""
    while True:
        await asyncio.sleep(_PURGE_EVERY_S)
        try:
            await verification.purge()
            await reveals.purge()
            await staff.sessions.purge()
        except Exception as error:
            _log.error("purge failed", extra={"error": type(error).__name__})


async def sweep(attachments: AttachmentService) -> None:
    """Remove what a death between a file and its row left, now and every hour."""
    while True:
        try:
            await attachments.sweep()
        except Exception as error:
            _log.error("sweep of uploads failed", extra={"error": type(error).__name__})
        await asyncio.sleep(_SWEEP_EVERY_S)


async def retain(retention: Retention) -> None:
    """Remove what is older than it may be (S10), now and every hour."""
    while True:
        try:
            retired = await retention.run()
            if retired != Retired():
                _log.info("old rows and files removed", extra=asdict(retired))
        except AuditBroken as error:
            _log.error("the audit trail is not as it was written: nothing of it is removed", extra={"at": str(error)})
        except Exception as error:
            _log.error("retention failed", extra={"error": type(error).__name__})
        await asyncio.sleep(_RETAIN_EVERY_S)
