"""Rules of keyboards that the types alone do not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from tests.support.telegram.errors import bad_request

__all__ = ["buttons_of", "check_keyboard"]

_PLAIN: Final = {"text", "icon_custom_emoji_id", "style"}
_MAX_DATA_BYTES = 64
_MAX_IN_ROW = 8
_MAX_BUTTONS = 100
_LINK = re.compile(r"(?:https?|tg|ton|tonsite)://\S+|[\w-]+(?:\.[\w-]+)+\S*", re.IGNORECASE)


def buttons_of(markup: Any) -> Iterator[dict[str, Any]]:
    """The inline buttons of a reply_markup, row by row."""
    if isinstance(markup, dict):
        for row in markup.get("inline_keyboard", ()):
            yield from row


def check_keyboard(markup: Any) -> None:
    """Raises ApiError."""
    if not isinstance(markup, dict):
        return
    for row in markup.get("inline_keyboard", ()):
        if len(row) > _MAX_IN_ROW:
            raise bad_request("BUTTON_ROW_TOO_LONG: too many buttons in a row")
        for button in row:
            _check_inline(button)
    if sum(1 for _ in buttons_of(markup)) > _MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for row in markup.get("keyboard", ()):
        for button in row:
            if not str(button.get("text", "") if isinstance(button, dict) else button).strip():
                raise bad_request("can't parse keyboard button: text must be non-empty")


def _check_inline(button: dict[str, Any]) -> None:
    if not str(button.get("text", "")).strip():
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    kinds = [name for name in button if name not in _PLAIN]
    if not kinds:
        raise bad_request("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one of the optional fields must be used")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= _MAX_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not _LINK.fullmatch(str(url)):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
