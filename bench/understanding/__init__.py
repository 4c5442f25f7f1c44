"""Compares what systems understand of the same messages after learning from the same ones."""
