"""What people do: each deed posts into a chat and queues the update that the bot gets of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.support.telegram.chats import Chat, Post, User, spotted
from tests.support.telegram.cloud import Callback, Cloud
from tests.support.telegram.uploads import Upload

__all__ = ["People"]

_SIZES: dict[str, dict[str, Any]] = {
    "voice": {"duration": 3, "mime_type": "audio/ogg"},
    "audio": {"duration": 120, "mime_type": "audio/mpeg", "title": "Këngë"},
    "video": {"duration": 5, "width": 640, "height": 480, "mime_type": "video/mp4"},
    "video_note": {"duration": 5, "length": 240},
    "animation": {"duration": 2, "width": 320, "height": 240, "mime_type": "video/mp4"},
    "sticker": {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "👍",
    },
}


class People:
    """Chats with a positive number are private, with the user of that number; ``group`` makes others."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def _changed(self) -> None:
        """There is a new update."""
        raise NotImplementedError

    def group(self, title: str = "Grupi") -> int:
        """The number of a new group that the bot is in."""
        with self.cloud.lock:
            return self.cloud.chats.group(title).id

    def user(self, chat_id: int, *, language: str | None = None, name: str = "Arta") -> None:
        """Who a private chat is with; ``language`` "" for a client that tells none."""
        with self.cloud.lock:
            self.cloud.chats.private(chat_id, name, language)

    # --- messages -----------------------------------------------------------------------------------------------

    async def message(
        self, chat_id: int, text: str, *, user: int | None = None, reply_to: Post | None = None, forwarded: bool = False
    ) -> Post:
        """Type a text; ``user``: who of a group."""
        return self._posted(
            chat_id, user, text=text, entities=spotted(text), reply_to=reply_to, content=_forwarded(forwarded)
        )

    async def edit(self, post: Post, text: str) -> Post:
        """Change what was typed."""
        with self.cloud.lock:
            post.earlier.append(post.text)
            post.text, post.entities, post.edited_at = text, spotted(text), self.cloud.now()
            self.cloud.updates.add("edited_message", post.document())
        self._changed()
        return post

    async def delete(self, post: Post) -> None:
        """Take a message away; the bot hears nothing of it."""
        post.deleted_at = self.cloud.now()

    async def contact(
        self, chat_id: int, phone: str, *, user_id: int | None = -1, user: int | None = None, forwarded: bool = False
    ) -> Post:
        """Share a contact: one's own, or of the user ``user_id`` (None: of somebody without Telegram)."""
        owner = self._sender(chat_id, user)[1].id if user_id == -1 else user_id
        contact = {"phone_number": phone, "first_name": "Arta"} | ({} if owner is None else {"user_id": owner})
        return self._posted(chat_id, user, content={"contact": contact} | _forwarded(forwarded))

    async def photo(self, chat_id: int, content: bytes, *, caption: str = "", user: int | None = None) -> Post:
        """A photo as clients send it: in two sizes, the larger one last."""
        with self.cloud.lock:
            sizes = [
                self.cloud.chats.keep(Upload("p.jpg", file, "image/jpeg"), folder="photos") | size
                for file, size in ((content[:1], {"width": 90, "height": 67}), (content, {"width": 800, "height": 600}))
            ]
        return self._posted(chat_id, user, text=caption, content={"photo": sizes})

    async def document(
        self,
        chat_id: int,
        content: bytes,
        name: str = "deshmia.pdf",
        mime: str = "application/pdf",
        *,
        caption: str = "",
        user: int | None = None,
        claimed_size: int | None = None,
    ) -> Post:
        """A file; ``claimed_size``: what the message says of it when that is not the truth."""
        with self.cloud.lock:
            kept = self.cloud.chats.keep(Upload(name, content, mime), folder="documents")
        if claimed_size is not None:
            kept["file_size"] = claimed_size
        return self._posted(
            chat_id, user, text=caption, content={"document": kept | {"file_name": name, "mime_type": mime}}
        )

    async def media(self, chat_id: int, kind: str, *, user: int | None = None) -> Post:
        """A voice, audio, video, video_note, animation, sticker, location, venue, poll, or dice."""
        return self._posted(chat_id, user, content=self._media(kind))

    def _media(self, kind: str) -> dict[str, Any]:
        location = {"latitude": 42.6629, "longitude": 21.1655}
        if kind in _SIZES:
            with self.cloud.lock:
                file = self.cloud.chats.keep(Upload(kind, b"\x00" * 64, "application/octet-stream"), folder=kind)
            content: dict[str, Any] = {kind: file | _SIZES[kind]}
            # For old clients an animation is told as a document, too.
            return content | ({"document": file} if kind == "animation" else {})
        if kind == "location":
            return {"location": location}
        if kind == "venue":
            return {"venue": {"location": location, "title": "Sporteli", "address": "Prishtinë"}, "location": location}
        if kind == "dice":
            return {"dice": {"emoji": "🎲", "value": 4}}
        assert kind == "poll", kind
        options = [{"persistent_id": str(n), "text": text, "voter_count": 0} for n, text in enumerate(("Po", "Jo"))]
        return {
            "poll": {
                "id": "5170",
                "question": "A jeni të kënaqur?",
                "options": options,
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": True,
                "members_only": False,
            }
        }

    # --- buttons and membership ---------------------------------------------------------------------------------

    async def press(
        self, post: Post, title: str | None = None, *, data: str | None = None, user: int | None = None
    ) -> Callback:
        """Press the inline button of this title, or send ``data`` as a client could that has an old keyboard."""
        if data is None:
            data = next(button["callback_data"] for button in post.buttons if button["text"] == title)
        with self.cloud.lock:
            chat, sender = self._sender(post.chat.id, user)
            callback = self.cloud.pressed(post)
            self.cloud.updates.add(
                "callback_query",
                {
                    "id": callback.id,
                    "from": sender.document(),
                    "message": post.document() if not post.deleted else _inaccessible(chat, post),
                    "chat_instance": str(abs(chat.id) * 31 + 7),
                    "data": data,
                },
            )
        self._changed()
        return callback

    async def block(self, chat_id: int) -> None:
        """A person stops the bot."""
        self._membership(chat_id, "member", "kicked", "bot was blocked by the user")

    async def unblock(self, chat_id: int) -> None:
        self._membership(chat_id, "kicked", "member", None)

    async def add_bot(self, chat_id: int, user: int | None = None) -> None:
        """The bot joins a group."""
        self._membership(chat_id, "left", "member", None, user)

    async def remove_bot(self, chat_id: int, user: int | None = None) -> None:
        self._membership(chat_id, "member", "kicked", "bot was kicked from the supergroup chat", user)

    def vanish(self, chat_id: int) -> None:
        """A person's account is gone; the bot hears nothing of it."""
        self.cloud.chats.all[chat_id].blocked = "user is deactivated"

    def _membership(self, chat_id: int, old: str, new: str, blocked: str | None, user: int | None = None) -> None:
        def member(status: str) -> dict[str, Any]:
            made = {"status": status, "user": self.cloud.bot.document()}
            return made | ({"until_date": 0} if status == "kicked" else {})

        with self.cloud.lock:
            chat, sender = self._sender(chat_id, user)
            chat.blocked = blocked
            self.cloud.updates.add(
                "my_chat_member",
                {
                    "chat": chat.document(),
                    "from": sender.document(),
                    "date": int(self.cloud.now()),
                    "old_chat_member": member(old),
                    "new_chat_member": member(new),
                },
            )
        self._changed()

    async def raw(self, kind: str, content: dict[str, Any]) -> int | None:
        """Queue an update as it stands; its number."""
        with self.cloud.lock:
            update_id = self.cloud.updates.add(kind, json.loads(json.dumps(content)))
        self._changed()
        return update_id

    def repeat(self, find: Callable[[dict[str, Any]], bool]) -> None:
        """Hand a still pending update out twice."""
        with self.cloud.lock:
            for update in [u for u in self.cloud.updates.pending if find(u)]:
                self.cloud.updates.again(update)
        self._changed()

    # --- inside -------------------------------------------------------------------------------------------------

    def _sender(self, chat_id: int, user: int | None) -> tuple[Chat, User]:
        chat = self.cloud.chats.private(chat_id) if chat_id > 0 else self.cloud.chats.all[chat_id]
        return chat, self.cloud.chats.member(chat, user)

    def _posted(self, chat_id: int, user: int | None, **fields: Any) -> Post:
        with self.cloud.lock:
            chat, sender = self._sender(chat_id, user)
            post = self.cloud.chats.add(chat, sender, self.cloud.now(), **fields)
            self.cloud.updates.add("message", post.document())
        self._changed()
        return post


def _forwarded(forwarded: bool) -> dict[str, Any]:
    if not forwarded:
        return {}
    return {"forward_origin": {"type": "hidden_user", "sender_user_name": "Dikush", "date": 1_700_000_000}}


def _inaccessible(chat: Chat, post: Post) -> dict[str, Any]:
    return {"chat": chat.document(), "message_id": post.id, "date": 0}
