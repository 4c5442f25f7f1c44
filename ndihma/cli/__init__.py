"""The command line: ``ndihma``. Imports stay inside the commands, so that ``--help`` answers at once."""

from ndihma.cli.entry import app, main

__all__ = ["app", "main"]
