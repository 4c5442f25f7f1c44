"""Which sender the settings ask for."""

from __future__ import annotations

from dataclasses import dataclass

from ndihma.clock import Clock
from ndihma.config import Mode, Settings
from ndihma.verification.senders.outbox import FileOutbox
from ndihma.verification.senders.ports import CodeSender, NoSender
from ndihma.verification.senders.routes import RoutedSender

__all__ = ["ChosenSender", "choose_sender"]


@dataclass(frozen=True, slots=True)
class ChosenSender:
    """The sender, and the outbox when messages go there (development only)."""

    sender: CodeSender
    outbox: FileOutbox | None = None


def choose_sender(settings: Settings, clock: Clock) -> ChosenSender:
    """The outbox in development; in production, until a gateway is configured, a sender that refuses."""
    if settings.mode is Mode.PRODUCTION:
        return ChosenSender(NoSender())
    outbox = FileOutbox(settings.var, settings.mode, clock)
    return ChosenSender(RoutedSender(outbox, outbox, clock), outbox)
