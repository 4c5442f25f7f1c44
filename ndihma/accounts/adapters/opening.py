"""Opens the account directory that the settings choose; the only place that knows all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from ndihma.accounts.adapters.sql import SqlAccountDirectory
from ndihma.accounts.adapters.stale import LastGoodAnswers
from ndihma.accounts.adapters.tmforum import TmfAccountDirectory, TmfMapping
from ndihma.accounts.adapters.tmforum.opening import open_client
from ndihma.accounts.ports import AccountDirectory
from ndihma.clock import Clock
from ndihma.config import AccountsSource, Settings
from ndihma.db import Database

__all__ = ["open_accounts"]


@asynccontextmanager
async def open_accounts(
    settings: Settings, database: Database, clock: Clock, *, may_be_stale: bool
) -> AsyncIterator[AccountDirectory]:
    """The directory of this process. Raises InvalidMapping when the operator's table of names cannot be used.

    ``may_be_stale``: the last good answer stands in while the operator's systems are down. Only for telling a
    customer; whoever proves or reveals something passes False.
    """
    if settings.accounts is AccountsSource.SQL:
        yield SqlAccountDirectory(database)
        return
    mapping = TmfMapping.load(settings.tmf_mapping)
    async with open_client(settings, mapping, clock) as client:
        directory = TmfAccountDirectory(client, mapping, clock, timeout_s=settings.tmf_timeout_s)
        if not may_be_stale or settings.accounts_stale_s == 0:
            yield directory
            return
        yield LastGoodAnswers(
            directory,
            clock,
            max_age=timedelta(seconds=settings.accounts_stale_s),
            max_lines=settings.accounts_stale_lines,
        )
