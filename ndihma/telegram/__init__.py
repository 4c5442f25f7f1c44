"""The Telegram bot: an edge of the desk beside the chat API (docs/telegram.md)."""
