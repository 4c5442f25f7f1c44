"""A made-up Telegram Bot API for tests: a real HTTP server on loopback that refuses what the real one refuses."""
