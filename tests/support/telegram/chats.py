"""Who talks where: users, chats, and everything that was posted, as the Bot API's own objects."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.telegram.errors import bad_request, forbidden
from tests.support.telegram.formatting import utf16_length
from tests.support.telegram.keyboards import buttons_of
from tests.support.telegram.uploads import Upload

__all__ = ["Chat", "Chats", "Post", "User", "spotted"]

_SPOTTED: Final = re.compile(r"(?:(?<=\s)|^)(?:(?P<bot_command>/\w{1,32}(?:@\w+)?)|(?P<mention>@\w{4,32}))(?!\w)")


@dataclass
class User:
    id: int
    first_name: str
    language_code: str | None = "sq"
    is_bot: bool = False
    username: str | None = None

    def document(self) -> dict[str, Any]:
        names = {"username": self.username, "language_code": None if self.is_bot else self.language_code}
        return {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
            **{name: value for name, value in names.items() if value},
        }


@dataclass
class Post:
    """A message in a chat; ``outgoing``: the bot's. ``earlier``: what it said before each edit, oldest first."""

    id: int
    chat: Chat
    sender: User
    at: float
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    markup: dict[str, Any] | None = None
    protected: bool = False
    content: dict[str, Any] = field(default_factory=dict)
    reply_to: Post | None = None
    edited_at: float | None = None
    deleted_at: float | None = None
    earlier: list[str] = field(default_factory=list)

    @property
    def outgoing(self) -> bool:
        return self.sender.is_bot

    @property
    def deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """The inline buttons, row by row."""
        return list(buttons_of(self.markup))

    @property
    def titles(self) -> list[str]:
        return [button["text"] for button in self.buttons]

    @property
    def keyboard(self) -> list[dict[str, Any]]:
        """The buttons of a reply keyboard."""
        return [button for row in (self.markup or {}).get("keyboard", ()) for button in row]

    @property
    def is_media(self) -> bool:
        return bool(self.content.keys() - {"contact", "location", "poll", "sticker", "forward_origin"})

    def document(self, *, nested: bool = False) -> dict[str, Any]:
        """The Message object."""
        made: dict[str, Any] = {
            "message_id": self.id,
            "from": self.sender.document(),
            "chat": self.chat.document(),
            "date": int(self.at),
            **self.content,
        }
        if self.text:
            made["caption" if self.is_media else "text"] = self.text
        if self.entities:
            made["caption_entities" if self.is_media else "entities"] = self.entities
        if self.edited_at is not None:
            made["edit_date"] = int(self.edited_at)
        if self.protected:
            made["has_protected_content"] = True
        if self.markup and "inline_keyboard" in self.markup:
            made["reply_markup"] = self.markup
        if self.reply_to is not None and not nested:
            made["reply_to_message"] = self.reply_to.document(nested=True)
        return made


@dataclass
class Chat:
    """``blocked``: what a message to it is refused with, as in "bot was blocked by the user"."""

    id: int
    kind: str
    title: str
    user: User | None = None
    members: dict[int, User] = field(default_factory=dict)
    blocked: str | None = None
    posts: list[Post] = field(default_factory=list)
    actions: list[tuple[float, str]] = field(default_factory=list)
    """Moments and kinds of what ``sendChatAction`` showed."""

    @property
    def private(self) -> bool:
        return self.kind == "private"

    def document(self) -> dict[str, Any]:
        if self.private:
            return {"id": self.id, "type": "private", "first_name": self.title}
        return {"id": self.id, "type": self.kind, "title": self.title}

    def post(self, message_id: int, missing: str) -> Post:
        """Raises ApiError ``missing`` when it is not there any more."""
        for post in self.posts:
            if post.id == message_id and not post.deleted:
                return post
        raise bad_request(missing)


class Chats:
    """All chats, the posts' numbers, and the files."""

    def __init__(self, bot: User) -> None:
        self.bot = bot
        self.all: dict[int, Chat] = {}
        self.files: dict[str, tuple[str, Upload]] = {}
        """File id → path for the download, file."""
        self._last_id = random.randrange(100, 9000)  # noqa: S311  (a number, no secret)

    def private(self, user_id: int, first_name: str = "Arta", language: str | None = None) -> Chat:
        """The chat of a user with the bot, made when there is none yet; a ``language`` given becomes the user's."""
        chat = self.all.get(user_id)
        if chat is None:
            user = User(user_id, first_name)
            chat = self.all[user_id] = Chat(user_id, "private", first_name, user, {user_id: user})
        if language is not None and chat.user is not None:
            chat.user.language_code = language or None
        return chat

    def group(self, title: str = "Grupi") -> Chat:
        """A new supergroup that the bot is a member of."""
        chat_id = -1_000_000_000_000 - random.randrange(10**9, 10**10)  # noqa: S311
        chat = self.all[chat_id] = Chat(chat_id, "supergroup", title)
        return chat

    def member(self, chat: Chat, user_id: int | None) -> User:
        """Who posts: in a private chat its user; in a group whoever is named, joining when new."""
        if chat.private:
            assert chat.user is not None
            return chat.user
        return chat.members.setdefault(user_id or 1, User(user_id or 1, f"Anëtari {user_id or 1}"))

    def of(self, chat_id: int | str) -> Chat:
        """Raises ApiError when it is unknown or takes nothing from the bot."""
        chat = self.all.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.blocked is not None:
            raise forbidden(chat.blocked)
        return chat

    def add(self, chat: Chat, sender: User, at: float, **fields: Any) -> Post:
        """Post a message. Numbers grow; a supergroup counts for itself."""
        if chat.private:
            self._last_id += 1
            number = self._last_id
        else:
            number = chat.posts[-1].id + 1 if chat.posts else 1
        post = Post(number, chat, sender, at, **fields)
        chat.posts.append(post)
        return post

    def keep(self, file: Upload, *, folder: str) -> dict[str, Any]:
        """Store a file; the fields that name it."""
        file_id = f"AgACAgQAAxkB{random.randbytes(24).hex()}"  # noqa: S311
        self.files[file_id] = (f"{folder}/file_{len(self.files)}{_suffix(file.name)}", file)
        return {"file_id": file_id, "file_unique_id": file_id[-16:], "file_size": len(file.content)}


def spotted(text: str) -> list[dict[str, Any]]:
    """The entities that a client marks by itself: commands and mentions."""
    return list(_spotted(text))


def _spotted(text: str) -> Iterator[dict[str, Any]]:
    for found in _SPOTTED.finditer(text):
        yield {
            "type": str(found.lastgroup),
            "offset": utf16_length(text[: found.start()]),
            "length": utf16_length(found[0]),
        }


def _suffix(name: str) -> str:
    return f".{name.rsplit('.', 1)[1]}" if "." in name else ""
