"""The settings of a command, and what is wrong with them in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ndihma.failure import Failure

if TYPE_CHECKING:
    from ndihma.config import Settings

__all__ = ["load_settings"]


def load_settings() -> Settings:
    """The settings. Raises Failure with the variables that are wrong."""
    from pydantic import ValidationError

    from ndihma.config import Settings

    try:
        return Settings()
    except ValidationError as error:
        problems = [
            f"{'NDIHMA_' + str(each['loc'][0]).upper() + ': ' if each['loc'] else ''}"
            f"{each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise Failure(f"settings: {'; '.join(problems)}") from None
