"""Process settings that must stand before Rasa is imported; every entry point of the engine calls this first."""

from __future__ import annotations

import os
import warnings

__all__ = ["prepare"]


def prepare() -> None:
    """No telemetry, no noise, one thread for numeric libraries (two on a busy core were far slower, docs/nlu.md)."""
    warnings.simplefilter("ignore", DeprecationWarning)
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
