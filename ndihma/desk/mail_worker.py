"""Works off the outbox of mails to the staff: one at a time, at once after a proof came in and when a try is due."""

from __future__ import annotations

import asyncio
import logging
from typing import Final, Protocol

from ndihma.desk.leases import MAX_ATTEMPTS
from ndihma.desk.mail_outbox import ClaimedMail, MailOutbox
from ndihma.mail.message import Mail
from ndihma.mail.ports import Mailer, MailPostponed, MailRefused
from ndihma.rounds import Rounds

__all__ = ["Composer", "MailWorker", "NothingToSend"]

_log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 5.0
_TRY_S: Final = 120.0
"""Less than a lease; the mailer's own deadline is shorter."""


class NothingToSend(Exception):
    """What the mail is about is gone. The message is fixed words."""


class Composer(Protocol):
    """Makes a mail of what is stored; the same one every time."""

    async def compose(self, mail: ClaimedMail) -> Mail:
        """Raises NothingToSend, SQLAlchemyError, OSError."""
        ...


class MailWorker:
    """``await run()`` for good, in as many processes as one likes; ``wake`` when a mail was queued."""

    def __init__(
        self, outbox: MailOutbox, composer: Composer, mailer: Mailer, *, look_every_s: float = _LOOK_EVERY_S
    ) -> None:
        self._outbox = outbox
        self._composer = composer
        self._mailer = mailer
        self._rounds = Rounds("outbox not worked off", self.deliver_due, every_s=look_every_s)

    def wake(self) -> None:
        self._rounds.wake()

    async def run(self) -> None:
        """Work until cancelled; outlives a database and a mail server that are away."""
        if not self._mailer.available:
            _log.warning("no mail server is configured; mails about proofs of payment are kept until there is one")
            return
        await self._rounds.run()

    async def deliver_due(self) -> int:
        """Try every mail that is due once; how many were sent. Raises SQLAlchemyError."""
        sent = 0
        while (mail := await self._outbox.claim()) is not None:
            sent += await self._try(mail)
        return sent

    async def _try(self, mail: ClaimedMail) -> bool:
        if mail.attempts > MAX_ATTEMPTS:  # the tries before ended with their processes
            await self._outbox.give_up(mail, "tried too often")
            return False
        about = {"mail": mail.id, "attempt": mail.attempts}
        try:
            async with asyncio.timeout(_TRY_S):
                await self._mailer.send(await self._composer.compose(mail))
        except (MailRefused, NothingToSend) as error:
            _log.error("mail given up", extra={**about, "error": str(error)})
            await self._outbox.give_up(mail, f"{type(error).__name__}: {error}")
        except MailPostponed as error:
            _log.warning("mail postponed", extra={**about, "error": str(error)})
            await self._outbox.postpone(mail, f"{type(error).__name__}: {error}")
        except Exception as error:  # the type alone, as above
            _log.error("mail not tried", extra={**about, "error": type(error).__name__})
            await self._outbox.postpone(mail, type(error).__name__)
        else:
            _log.info("mail sent", extra=about)
            await self._outbox.sent(mail)
            return True
        return False
