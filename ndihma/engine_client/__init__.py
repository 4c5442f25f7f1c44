"""The dialogue engine (Rasa) as the app sees it."""

from ndihma.engine_client.client import HttpEngine

__all__ = ["HttpEngine"]
