"""The errors of the desk.

DeskError
├── UnknownConversation
├── UnknownChoice
├── ConversationEnded
├── TextRefused
│   ├── EmptyText
│   └── TextTooLong
├── ConversationQueueFull
├── DeskBusy
├── VerificationRefused
│   ├── NoStep
│   ├── WrongCode
│   ├── CodeExpired
│   ├── CodesRefused
│   ├── AddressRefused
│   └── CodesUnavailable
├── HandoffRefused
│   ├── HandoffChanged
│   ├── HandoffNotPossible
│   ├── NotTheirs
│   ├── AgentNotOnDuty
│   └── LinkRefused
└── AttachmentRefused
    ├── NoOpenRequest
    ├── TooManyAttachments
    ├── AttachmentTooLarge
    └── AttachmentTypeRefused
"""

from __future__ import annotations

from datetime import datetime

__all__ = [
    "AddressRefused",
    "AgentNotOnDuty",
    "AttachmentRefused",
    "AttachmentTooLarge",
    "AttachmentTypeRefused",
    "CodeExpired",
    "CodesRefused",
    "CodesUnavailable",
    "ConversationEnded",
    "ConversationQueueFull",
    "DeskBusy",
    "DeskError",
    "EmptyText",
    "HandoffChanged",
    "HandoffNotPossible",
    "HandoffRefused",
    "LinkRefused",
    "NoOpenRequest",
    "NoStep",
    "NotTheirs",
    "TextRefused",
    "TextTooLong",
    "TooManyAttachments",
    "UnknownChoice",
    "UnknownConversation",
    "VerificationRefused",
    "WrongCode",
]


class DeskError(Exception):
    """Anything the desk refuses."""


class UnknownConversation(DeskError):
    """There is no conversation with this id."""


class UnknownChoice(DeskError):
    """The choice was never offered in this conversation."""


class ConversationEnded(DeskError):
    """The customer has ended the conversation; it takes nothing more."""


class TextRefused(DeskError):
    """The text of a message cannot be taken. The message never repeats the text."""


class EmptyText(TextRefused):
    """Nothing is left of the text once control characters and white space are gone."""


class TextTooLong(TextRefused):
    """The text is longer than the edge allows."""


class ConversationQueueFull(DeskError):
    """Too many messages of this conversation wait for an answer."""


class DeskBusy(DeskError):
    """Too many messages of all conversations wait for an answer."""


class VerificationRefused(DeskError):
    """A move of the verification step is not possible now."""


class NoStep(VerificationRefused):
    """No code is awaited in this conversation."""


class WrongCode(VerificationRefused):
    """The code is not the one that was sent; ``tries_left`` more may be made."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"{tries_left} tries left")
        self.tries_left = tries_left


class CodeExpired(VerificationRefused):
    """The code is too old or was used."""


class CodesUnavailable(VerificationRefused):
    """No code can be sent to anybody now."""


class CodesRefused(VerificationRefused):
    """No code is sent or taken for ``retry_after`` seconds, to ``until`` (aware); ``locked`` after too many wrong ones.

    ``retry_after`` is 0 when only the code is used up and another may be asked for.
    """

    def __init__(self, retry_after: int, until: datetime, *, locked: bool) -> None:
        super().__init__(f"locked={locked}, {retry_after} s")
        self.retry_after = retry_after
        self.until = until
        self.locked = locked


class AddressRefused(VerificationRefused):
    """Too many wrong codes came from the client's address: none is sent or taken for ``retry_after`` seconds, until
    ``until`` (aware)."""

    def __init__(self, retry_after: int, until: datetime) -> None:
        super().__init__(f"{retry_after} s")
        self.retry_after = retry_after
        self.until = until


class HandoffRefused(DeskError):
    """A member of staff cannot do this with the conversation now."""


class HandoffChanged(HandoffRefused):
    """The conversation has moved since it was seen: look again."""


class HandoffNotPossible(HandoffRefused):
    """From the state that it is in, the conversation cannot move so."""


class NotTheirs(HandoffRefused):
    """Another agent has the conversation, or this one has it no more."""


class AgentNotOnDuty(HandoffRefused):
    """The agent that it should go to is not there."""


class LinkRefused(HandoffRefused):
    """The text holds an address that customers must not be sent to (S16)."""


class AttachmentRefused(DeskError):
    """A file cannot be taken."""


class NoOpenRequest(AttachmentRefused):
    """The conversation has no open request that wants a proof."""


class TooManyAttachments(AttachmentRefused):
    """The conversation has its full number of files."""


class AttachmentTooLarge(AttachmentRefused):
    """The file is larger than the limit."""


class AttachmentTypeRefused(AttachmentRefused):
    """The bytes are not a whole jpg, png or pdf."""
