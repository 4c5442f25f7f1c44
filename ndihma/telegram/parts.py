"""Messages before they are sent: text, buttons, keyboard; and as the Bot API's methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from ndihma.telegram.styled import Styled, split
from ndihma.telegram.words import Words

__all__ = ["Keyboard", "Part", "Press", "edited", "inline", "parts_of", "sending"]

_MAX_TITLE: Final = 64
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


class Keyboard(StrEnum):
    """The keyboard under the customer's text field; Telegram keeps it until it is told otherwise."""

    AS_IT_IS = "as_it_is"
    SHARE_NUMBER = "share_number"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Press:
    """A button in the message: ``data`` comes back when it is pressed (at most 64 bytes); or it opens ``url``."""

    title: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One message. Buttons and a keyboard exclude each other (the Bot API has one place for both)."""

    content: Styled
    rows: tuple[tuple[Press, ...], ...] = ()
    keyboard: Keyboard = Keyboard.AS_IT_IS

    @property
    def plain(self) -> Part:
        """Without markup."""
        return replace(self, content=Styled(self.content.text))


def parts_of(
    content: Styled, rows: Sequence[Sequence[Press]] = (), keyboard: Keyboard = Keyboard.AS_IT_IS
) -> list[Part]:
    """As many messages as the text needs; buttons and keyboard on the last."""
    pieces = [Part(piece) for piece in split(content)]
    if pieces:
        pieces[-1] = replace(pieces[-1], rows=tuple(tuple(row) for row in rows), keyboard=keyboard)
    return pieces


def inline(rows: Sequence[Sequence[Press]]) -> InlineKeyboardMarkup | None:
    """The buttons as the Bot API takes them."""
    if not rows:
        return None
    return InlineKeyboardMarkup(inline_keyboard=[[_button(press) for press in row] for row in rows])


def sending(part: Part, chat_id: int, words: Words, reply_to: int | None = None) -> SendMessage:
    """The call that sends a message; in a group it refers to the question."""
    markup: InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None = inline(part.rows)
    if part.keyboard is Keyboard.SHARE_NUMBER:
        markup = ReplyKeyboardMarkup(
            keyboard=[[KeyboardButton(text=words.share_number, request_contact=True)]],
            resize_keyboard=True,
            one_time_keyboard=True,
            input_field_placeholder=words.share_placeholder,
        )
    elif part.keyboard is Keyboard.NONE:
        markup = ReplyKeyboardRemove(remove_keyboard=True)
    refers = ReplyParameters(message_id=reply_to, allow_sending_without_reply=True) if reply_to else None
    return SendMessage(
        chat_id=chat_id,
        text=part.content.text,
        entities=part.content.entities or None,
        reply_markup=markup,
        reply_parameters=refers,
        link_preview_options=_NO_PREVIEW,
        parse_mode=None,
    )


def edited(part: Part, chat_id: int, message_id: int) -> EditMessageText:
    """The call that puts a message in place of an earlier one of ours."""
    return EditMessageText(
        chat_id=chat_id,
        message_id=message_id,
        text=part.content.text,
        entities=part.content.entities or None,
        reply_markup=inline(part.rows),
        link_preview_options=_NO_PREVIEW,
        parse_mode=None,
    )


def _button(press: Press) -> InlineKeyboardButton:
    title = press.title[:_MAX_TITLE]
    if press.url:
        return InlineKeyboardButton(text=title, url=press.url)
    return InlineKeyboardButton(text=title, callback_data=press.data)
