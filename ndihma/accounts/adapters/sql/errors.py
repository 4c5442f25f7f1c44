"""What every access to the account tables needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from ndihma.accounts.ports import AccountsUnavailable

__all__ = ["accounts_errors"]


@contextmanager
def accounts_errors() -> Iterator[None]:
    """Whatever the database does wrong is one error for the caller; the cause stays chained, without values."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:  # OSError: refused connections and time-outs
        raise AccountsUnavailable("the account database failed") from error
    except LookupError as error:  # an enum value this version does not know
        raise AccountsUnavailable("the account database holds an unknown value") from error
