"""The methods that send and change messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.telegram.chats import Chat, Chats, Post
from tests.support.telegram.errors import bad_request
from tests.support.telegram.formatting import Formatted, formatted
from tests.support.telegram.uploads import Upload

__all__ = ["Sending"]

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)


class Sending:
    """``take(chat_id)`` counts a message and raises when there are too many."""

    def __init__(self, chats: Chats, now: Callable[[], float], take: Callable[[int], object]) -> None:
        self._chats = chats
        self._now = now
        self._take = take

    def message(self, values: dict[str, Any]) -> dict[str, Any]:
        chat = self._chats.of(values["chat_id"])
        shown = formatted(values["text"], values.get("parse_mode"), values.get("entities") or ())
        return self._post(chat, values, shown, {})

    def photo(self, values: dict[str, Any]) -> dict[str, Any]:
        chat = self._chats.of(values["chat_id"])
        sizes = [self._file(values, "photo", "photos") | {"width": 640, "height": 480}]
        return self._post(chat, values, _caption(values), {"photo": sizes})

    def document(self, values: dict[str, Any]) -> dict[str, Any]:
        chat = self._chats.of(values["chat_id"])
        file = self._file(values, "document", "documents")
        upload = self._chats.files[file["file_id"]][1]
        content = {"document": file | {"file_name": upload.name, "mime_type": upload.mime}}
        return self._post(chat, values, _caption(values), content)

    def action(self, values: dict[str, Any]) -> bool:
        chat = self._chats.of(values["chat_id"])
        chat.actions.append((self._now(), values["action"]))
        return True

    def edit_text(self, values: dict[str, Any]) -> dict[str, Any]:
        post = self._editable(values)
        shown = formatted(values["text"], values.get("parse_mode"), values.get("entities") or ())
        if post.is_media:
            raise bad_request("there is no text in the message to edit")
        markup = values.get("reply_markup")
        if (shown.text, shown.entities, markup) == (post.text, post.entities, post.markup):
            raise bad_request(_NOT_MODIFIED)
        post.earlier.append(post.text)
        post.text, post.entities, post.markup = shown.text, shown.entities, markup
        post.edited_at = self._now()
        return post.document()

    def edit_markup(self, values: dict[str, Any]) -> dict[str, Any]:
        post = self._editable(values)
        markup = values.get("reply_markup")
        if not (markup or {}).get("inline_keyboard"):
            markup = None
        if markup == post.markup:
            raise bad_request(_NOT_MODIFIED)
        post.markup = markup
        post.edited_at = self._now()
        return post.document()

    def _editable(self, values: dict[str, Any]) -> Post:
        if "chat_id" not in values or "message_id" not in values:
            raise bad_request("message identifier is not specified")
        post = self._chats.of(values["chat_id"]).post(values["message_id"], "message to edit not found")
        if not post.outgoing:
            raise bad_request("message can't be edited")
        return post

    def _post(self, chat: Chat, values: dict[str, Any], shown: Formatted, content: dict[str, Any]) -> dict[str, Any]:
        markup = values.get("reply_markup")
        if not chat.private and any("request_contact" in button for row in _rows(markup) for button in row):
            raise bad_request("phone number can be requested in private chats only")
        reply_to = self._replied(chat, values)
        self._take(chat.id)
        post = self._chats.add(
            chat,
            self._chats.bot,
            self._now(),
            text=shown.text,
            entities=shown.entities,
            markup=markup,
            protected=bool(values.get("protect_content")),
            content=content,
            reply_to=reply_to,
        )
        return post.document()

    def _replied(self, chat: Chat, values: dict[str, Any]) -> Post | None:
        reply = values.get("reply_parameters")
        if reply is None:
            return None
        found = next((post for post in chat.posts if post.id == reply["message_id"] and not post.deleted), None)
        if found is None and not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        if found is not None and "quote" in reply and reply["quote"] not in found.text:
            raise bad_request("QUOTE_TEXT_INVALID")
        return found

    def _file(self, values: dict[str, Any], name: str, folder: str) -> dict[str, Any]:
        """The uploaded file, or the one that a file id names."""
        value = values[name]
        if isinstance(value, str) and value.startswith("attach://"):
            value = values.get(value.removeprefix("attach://"))
        if isinstance(value, Upload):
            return self._chats.keep(value, folder=folder)
        if value not in self._chats.files:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return {
            "file_id": value,
            "file_unique_id": value[-16:],
            "file_size": len(self._chats.files[value][1].content),
        }


def _caption(values: dict[str, Any]) -> Formatted:
    return formatted(
        values.get("caption", ""), values.get("parse_mode"), values.get("caption_entities") or (), what="caption"
    )


def _rows(markup: dict[str, Any] | None) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = (markup or {}).get("keyboard", [])
    return rows
