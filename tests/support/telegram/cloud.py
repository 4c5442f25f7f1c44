"""Telegram's side: what each method of the Bot API does to chats, messages, updates and settings."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.telegram.chats import Chats, Post, User
from tests.support.telegram.errors import ApiError, bad_request
from tests.support.telegram.faults import Call, Faults
from tests.support.telegram.flood import Flood
from tests.support.telegram.sending import Sending
from tests.support.telegram.updates import Updates

__all__ = ["Callback", "Cloud", "Webhook"]

DELETABLE_S: Final = 48 * 3600
ANSWERABLE_S: Final = 15 * 60
MAX_DOWNLOAD_BYTES: Final = 20 * 1024 * 1024


@dataclass
class Webhook:
    """Where updates go; ``last_error``: moment and words of the last refusal."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    last_error: tuple[float, str] | None = None


@dataclass
class Callback:
    """A pressed button, until it is answered; ``answer``: the parameters of answerCallbackQuery."""

    id: str
    post: Post
    at: float
    answer: dict[str, Any] | None = None


@dataclass
class Cloud:
    """The state; whoever touches it holds ``lock``. ``now`` gives seconds since 1970."""

    now: Callable[[], float]
    bot: User
    flood: Flood | None
    updates: Updates = field(default_factory=Updates)
    faults: Faults = field(default_factory=Faults)
    calls: list[Call] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Requests refused because they are none that the Bot API takes."""
    webhook: Webhook | None = None
    callbacks: dict[str, Callback] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    """By kind of scope and language ("": all others)."""
    settings: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Description, short description, name and menu button, by method and language."""
    allow_http: bool = True
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.chats = Chats(self.bot)
        sending = Sending(self.chats, self.now, self._count_message)
        self._methods: dict[str, Callable[[dict[str, Any]], Any]] = {
            "getMe": self._get_me,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "setMyCommands": self._set_commands,
            "getMyCommands": self._get_commands,
            "deleteMyCommands": self._delete_commands,
            **{f"setMy{name}": self._setter(name) for name in ("Description", "ShortDescription", "Name")},
            "setChatMenuButton": self._setter("ChatMenuButton"),
            "sendMessage": sending.message,
            "sendPhoto": sending.photo,
            "sendDocument": sending.document,
            "sendChatAction": sending.action,
            "editMessageText": sending.edit_text,
            "editMessageReplyMarkup": sending.edit_markup,
            "deleteMessage": self._delete,
            "deleteMessages": self._delete_many,
            "answerCallbackQuery": self._answer,
            "getFile": self._get_file,
            "getChat": self._get_chat,
            "getChatMember": self._get_member,
            "leaveChat": self._leave,
        }

    @property
    def methods(self) -> frozenset[str]:
        return frozenset(self._methods) | {"getUpdates"}

    def _count_message(self, chat_id: int) -> None:
        if self.flood is not None:
            self.flood.take(chat_id, self.now())

    def perform(self, method: str, values: dict[str, Any]) -> Any:
        """The result of a method. Raises ApiError."""
        if method not in self._methods:
            raise ApiError(404, "Not Found: method not found")
        with self.lock:
            return self._methods[method](values)

    # --- settings -----------------------------------------------------------------------------------------------

    def _get_me(self, _values: dict[str, Any]) -> dict[str, Any]:
        return self.bot.document() | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def _set_webhook(self, values: dict[str, Any]) -> bool:
        url = values["url"]
        if not url:
            return self._delete_webhook(values)
        if not url.startswith(("https://", "http://") if self.allow_http else "https://"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        self.updates.allow(values.get("allowed_updates"))
        if values.get("drop_pending_updates"):
            self.updates.pending.clear()
        self.webhook = Webhook(url, values.get("secret_token"), values.get("max_connections", 40))
        return True

    def _delete_webhook(self, values: dict[str, Any]) -> bool:
        if values.get("drop_pending_updates"):
            self.updates.pending.clear()
        self.webhook = None
        return True

    def _webhook_info(self, _values: dict[str, Any]) -> dict[str, Any]:
        info: dict[str, Any] = {
            "url": self.webhook.url if self.webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
        }
        if self.webhook:
            info |= {"max_connections": self.webhook.max_connections, "allowed_updates": sorted(self.updates.allowed)}
            if self.webhook.last_error:
                at, message = self.webhook.last_error
                info |= {"last_error_date": int(at), "last_error_message": message}
        return info

    def _set_commands(self, values: dict[str, Any]) -> bool:
        self.commands[_command_key(values)] = values["commands"]
        return True

    def _get_commands(self, values: dict[str, Any]) -> list[dict[str, str]]:
        return self.commands.get(_command_key(values), [])

    def _delete_commands(self, values: dict[str, Any]) -> bool:
        self.commands.pop(_command_key(values), None)
        return True

    def _setter(self, name: str) -> Callable[[dict[str, Any]], bool]:
        def store(values: dict[str, Any]) -> bool:
            self.settings[(name, values.get("language_code", ""))] = values
            return True

        return store

    # --- messages and buttons -----------------------------------------------------------------------------------

    def _delete(self, values: dict[str, Any]) -> bool:
        chat = self.chats.of(values["chat_id"])
        post = chat.post(values["message_id"], "message to delete not found")
        if not (post.outgoing or chat.private):
            raise bad_request("message can't be deleted")
        if self.now() - post.at >= DELETABLE_S:
            raise bad_request("message can't be deleted for everyone")
        post.deleted_at = self.now()
        return True

    def _delete_many(self, values: dict[str, Any]) -> bool:
        """What cannot be deleted is passed over."""
        for message_id in values["message_ids"]:
            try:
                self._delete({"chat_id": values["chat_id"], "message_id": message_id})
            except ApiError as error:
                if error.code != 400 or "message" not in error.description:
                    raise
        return True

    def pressed(self, post: Post) -> Callback:
        """A button of the message was pressed."""
        callback = Callback(str(random.randrange(10**17, 10**18)), post, self.now())  # noqa: S311  (no secret)
        self.callbacks[callback.id] = callback
        return callback

    def _answer(self, values: dict[str, Any]) -> bool:
        callback = self.callbacks.get(values["callback_query_id"])
        if callback is None or callback.answer is not None or self.now() - callback.at > ANSWERABLE_S:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        callback.answer = values
        return True

    # --- files, chats -------------------------------------------------------------------------------------------

    def _get_file(self, values: dict[str, Any]) -> dict[str, Any]:
        if values["file_id"] not in self.chats.files:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        path, file = self.chats.files[values["file_id"]]
        if len(file.content) > MAX_DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        return {
            "file_id": values["file_id"],
            "file_unique_id": values["file_id"][-16:],
            "file_size": len(file.content),
            "file_path": path,
        }

    def _get_chat(self, values: dict[str, Any]) -> dict[str, Any]:
        chat = self.chats.of(values["chat_id"])
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        return chat.document() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, True),
        }

    def _get_member(self, values: dict[str, Any]) -> dict[str, Any]:
        chat = self.chats.of(values["chat_id"])
        member = self.bot if values["user_id"] == self.bot.id else chat.members.get(values["user_id"])
        if member is None:
            raise bad_request("member not found")
        return {"status": "member", "user": member.document()}

    def _leave(self, values: dict[str, Any]) -> bool:
        chat = self.chats.of(values["chat_id"])
        if chat.private:
            raise bad_request("chat member status can't be changed in private chats")
        chat.blocked = "bot is not a member of the supergroup chat"
        return True


def _command_key(values: dict[str, Any]) -> tuple[str, str]:
    return values.get("scope", {"type": "default"})["type"], values.get("language_code", "")
