"""The errors of the desk.

DeskError
├── UnknownConversation
├── UnknownChoice
├── TextRefused
│   ├── EmptyText
│   └── TextTooLong
├── ConversationQueueFull
├── DeskBusy
└── AttachmentRefused
    ├── NoOpenRequest
    ├── TooManyAttachments
    ├── AttachmentTooLarge
    └── AttachmentTypeRefused
"""

from __future__ import annotations

__all__ = [
    "AttachmentRefused",
    "AttachmentTooLarge",
    "AttachmentTypeRefused",
    "ConversationQueueFull",
    "DeskBusy",
    "DeskError",
    "EmptyText",
    "NoOpenRequest",
    "TextRefused",
    "TextTooLong",
    "TooManyAttachments",
    "UnknownChoice",
    "UnknownConversation",
]


class DeskError(Exception):
    """Anything the desk refuses."""


class UnknownConversation(DeskError):
    """There is no conversation with this id."""


class UnknownChoice(DeskError):
    """The choice was never offered in this conversation."""


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
