"""Whether the bot has anything left to do for a chat, as its database says."""

from __future__ import annotations

from typing import Final

__all__ = ["OPEN_WORK"]

OPEN_WORK: Final = """
SELECT
    (SELECT count(*) FROM telegram_updates WHERE chat_id = :chat AND state = 'pending')
  + (SELECT count(*) FROM turns JOIN telegram_threads ON telegram_threads.conversation_id = turns.conversation_id
      WHERE chat_id = :chat AND turns.state = 'pending')
  + (SELECT count(*) FROM telegram_threads JOIN conversations ON conversations.id = conversation_id
      JOIN telegram_chats ON telegram_chats.chat_id = telegram_threads.chat_id
      WHERE telegram_threads.chat_id = :chat AND telegram_chats.state = 'active' AND last_cursor > cursor)
"""
"""Updates not worked on, messages not answered, conversations not delivered, of the chat ``:chat``."""
