"""Hand-off: a conversation leaves the assistant for people, and comes back."""
