"""The queue of updates: numbered, kept until confirmed, handed to one reader."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Final

__all__ = ["DEFAULT_KINDS", "KINDS", "Updates"]

_KINDS_IN_WORDS: Final = (
    "message edited_message channel_post edited_channel_post business_connection business_message"
    " edited_business_message deleted_business_messages message_reaction message_reaction_count inline_query"
    " chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media poll poll_answer"
    " my_chat_member chat_member chat_join_request chat_boost removed_chat_boost"
)
KINDS: Final = frozenset(_KINDS_IN_WORDS.split())
DEFAULT_KINDS: Final = KINDS - {"chat_member", "message_reaction", "message_reaction_count"}


class Updates:
    """``pending``: not confirmed yet, oldest first. ``given``: how often each update was handed out, by its number."""

    def __init__(self) -> None:
        self.pending: list[dict[str, Any]] = []
        self.given: dict[int, int] = {}
        self.allowed = DEFAULT_KINDS
        self._next = random.randrange(10**8, 9 * 10**8)  # noqa: S311  (a number, no secret)

    def allow(self, kinds: Sequence[str] | None) -> None:
        """An empty list: the default; None: as before. Names that are none are passed over, as the real one does."""
        if kinds is not None:
            self.allowed = frozenset(kinds) & KINDS or DEFAULT_KINDS

    def add(self, kind: str, content: dict[str, Any]) -> int | None:
        """Queue an update; its number, or None when the bot does not want this kind."""
        if kind not in self.allowed:
            return None
        update_id, self._next = self._next, self._next + 1
        self.pending.append({"update_id": update_id, kind: content})
        return update_id

    def again(self, update: dict[str, Any]) -> None:
        """Hand out an update once more, as after a confirmation that got lost."""
        self.pending.insert(0, update)

    def confirm(self, offset: int) -> None:
        """Forget what is before ``offset``; a negative one leaves that many at the end."""
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]

    def take(self, limit: int) -> list[dict[str, Any]]:
        """The oldest ones; they stay until confirmed."""
        batch = self.pending[:limit]
        for update in batch:
            self.count(update)
        return batch

    def count(self, update: dict[str, Any]) -> None:
        self.given[update["update_id"]] = self.given.get(update["update_id"], 0) + 1
