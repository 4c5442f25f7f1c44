"""The operator's own people: who may use the console, how they prove it, for how long (security S14)."""
