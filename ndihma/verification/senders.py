"""Ways a one-time code reaches its number: the port, and what stands in for an SMS gateway."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import Clock
from ndihma.config import Mode, Settings
from ndihma.verification.messages import DEFAULT_LOCALE, code_sms

__all__ = [
    "CodeSender",
    "FileOutbox",
    "NoSender",
    "OutboxMessage",
    "OutboxRefused",
    "SenderError",
    "SenderNotConfigured",
    "choose_sender",
]

_KEEP: Final = 200


class SenderError(Exception):
    """A code cannot be sent. The message holds neither the code nor the number."""


class SenderNotConfigured(SenderError):
    """No way of sending codes is configured."""


class OutboxRefused(SenderError):
    """The development outbox was asked for in production."""


class CodeSender(Protocol):
    """Sends one-time codes."""

    @property
    def available(self) -> bool:
        """Whether anything can be sent at all; says nothing about a single number."""
        ...

    async def send(self, msisdn: Msisdn, code: str, locale: str = DEFAULT_LOCALE) -> None:
        """Hand the code's message over. Raises SenderError when that fails."""
        ...


class NoSender:
    """Stands where no sender is configured: the service then tells every requester alike that it cannot send."""

    available: Final = False

    async def send(self, msisdn: Msisdn, code: str, locale: str = DEFAULT_LOCALE) -> None:  # noqa: ARG002
        raise SenderNotConfigured("no sender of one-time codes is configured")


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message that would have been an SMS. ``to`` is masked (S9); ``at`` is ISO 8601."""

    at: str
    to: str
    text: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


class FileOutbox:
    """The developer's telephone: the latest 200 messages in ``<var_dir>/outbox.jsonl``, readable by the owner alone.

    Several processes may write to it. Raises OutboxRefused when the mode is production.
    """

    available: Final = True

    def __init__(self, var_dir: Path, mode: Mode, clock: Clock) -> None:
        if mode is Mode.PRODUCTION:
            raise OutboxRefused("the outbox shows one-time codes; it exists in development only")
        self._path = var_dir / "outbox.jsonl"
        self._lock_path = var_dir / "outbox.lock"
        self._clock = clock

    async def send(self, msisdn: Msisdn, code: str, locale: str = DEFAULT_LOCALE) -> None:
        message = OutboxMessage(self._clock.now().isoformat(), msisdn.masked, code_sms(code, locale))
        try:
            await asyncio.to_thread(self._append, message)
        except OSError as error:
            raise SenderError(f"the outbox cannot be written: {error.strerror}") from None

    def latest(self, limit: int = _KEEP) -> list[OutboxMessage]:
        """The messages, the newest first."""
        return [OutboxMessage(**json.loads(line)) for line in reversed(self._lines()[-limit:])] if limit > 0 else []

    def _append(self, message: OutboxMessage) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            lines = [*self._lines(), json.dumps(asdict(message), ensure_ascii=False)][-_KEEP:]
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


def choose_sender(settings: Settings, clock: Clock) -> FileOutbox | NoSender:
    """The outbox in development; in production, until an SMS gateway is configured, a sender that refuses."""
    if settings.mode is Mode.DEVELOPMENT:
        return FileOutbox(settings.var, settings.mode, clock)
    return NoSender()
