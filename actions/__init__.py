"""Custom actions of the dialogue: each parses, calls one service and replies with a response of domain.yml."""
