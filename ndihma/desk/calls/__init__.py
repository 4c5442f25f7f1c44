"""Telephone calls that agents noted: what was asked, how it ended, and its ticket in the operator's own system."""
