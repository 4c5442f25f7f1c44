"""Ways a one-time code reaches its number or address: the port, the real gateways, and what stands in for them."""

from ndihma.verification.senders.choose import ChosenSender, choose_sender
from ndihma.verification.senders.outbox import FileOutbox, OutboxMessage, OutboxRefused
from ndihma.verification.senders.ports import (
    CodeSender,
    Destination,
    NoSender,
    SenderError,
    SenderNotConfigured,
    SendPostponed,
    SendRefused,
    SmsGateway,
)

__all__ = [
    "ChosenSender",
    "CodeSender",
    "Destination",
    "FileOutbox",
    "NoSender",
    "OutboxMessage",
    "OutboxRefused",
    "SendPostponed",
    "SendRefused",
    "SenderError",
    "SenderNotConfigured",
    "SmsGateway",
    "choose_sender",
]
