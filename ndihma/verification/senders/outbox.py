"""The developer's telephone and mailbox: what stands in for an SMS gateway and a mail server."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import Clock
from ndihma.config import Mode
from ndihma.mail import Mail, MailPostponed
from ndihma.verification.senders.ports import SenderError, SendPostponed

__all__ = ["FileOutbox", "OutboxMessage", "OutboxRefused"]

_KEEP: Final = 200


class OutboxRefused(SenderError):
    """The development outbox was asked for in production."""


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message that would have been an SMS or an e-mail. ``to`` is masked (S9); ``at`` is ISO 8601."""

    at: str
    to: str
    text: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


class FileOutbox:
    """Implements SmsGateway and Mailer: the latest 200 messages in ``<var_dir>/outbox.jsonl``, the owner's alone.

    Several processes may write to it. Raises OutboxRefused when the mode is production.
    """

    available: Final = True

    def __init__(self, var_dir: Path, mode: Mode, clock: Clock) -> None:
        if mode is Mode.PRODUCTION:
            raise OutboxRefused("the outbox shows one-time codes; it exists in development only")
        self._path = var_dir / "outbox.jsonl"
        self._lock_path = var_dir / "outbox.lock"
        self._clock = clock

    async def submit(self, to: Msisdn, text: str) -> None:
        """Keep an SMS. Raises SendPostponed."""
        try:
            await self._keep(to.masked, text)
        except OSError as error:
            raise SendPostponed(f"the outbox cannot be written: {error.strerror}") from None

    async def send(self, mail: Mail) -> None:
        """Keep an e-mail; of attachments only their names. Raises MailPostponed."""
        names = "".join(f"\n[{attachment.filename}]" for attachment in mail.attachments)
        try:
            await self._keep(mail.to.masked, f"{mail.subject}\n{mail.text}{names}")
        except OSError as error:
            raise MailPostponed(f"the outbox cannot be written: {error.strerror}") from None

    async def start(self) -> None:
        """There is nothing to open."""

    async def close(self) -> None:
        """There is nothing to close."""

    async def _keep(self, to: str, text: str) -> None:
        await asyncio.to_thread(self._append, OutboxMessage(self._clock.now().isoformat(), to, text))

    def latest(self, limit: int = _KEEP) -> list[OutboxMessage]:
        """The messages, the newest first."""
        return [OutboxMessage(**json.loads(line)) for line in reversed(self._lines()[-limit:])] if limit > 0 else []

    def forget(self, addressees: Collection[str]) -> int:
        """Remove the messages to these (masked) addressees; how many went. Blocks; raises OSError."""
        if not self._path.exists():
            return 0
        with self._locked():
            lines = self._lines()
            kept = [line for line in lines if json.loads(line)["to"] not in addressees]
            self._replace(kept)
        return len(lines) - len(kept)

    def _append(self, message: OutboxMessage) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            self._replace([*self._lines(), json.dumps(asdict(message), ensure_ascii=False)][-_KEEP:])

    def _replace(self, lines: Sequence[str]) -> None:
        # Replaced as a whole: a reader never sees half a line. mkstemp makes the file with mode 0600.
        descriptor, temporary = tempfile.mkstemp(prefix=".outbox.", dir=self._path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write("".join(line + "\n" for line in lines))
            Path(temporary).replace(self._path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _lines(self) -> list[str]:
        try:
            return self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self._lock_path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
