"""Opens the account directory that the settings choose; the only place that knows all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ndihma.accounts.adapters.sql import SqlAccountDirectory
from ndihma.accounts.adapters.stale import LastGoodAnswers
from ndihma.accounts.adapters.tmforum import TmfAccountDirectory, TmfClient, TmfMapping, TmfTickets, open_client
from ndihma.accounts.ports import AccountDirectory, TicketDesk
from ndihma.clock import Clock
from ndihma.config import AccountsSource, Settings
from ndihma.db import Database

__all__ = ["OpenAccounts", "open_accounts"]


@dataclass(frozen=True, slots=True)
class OpenAccounts:
    """A directory, and what it keeps open; ``await close()`` when done."""

    directory: AccountDirectory
    """What a customer is told about; perhaps with copies that stand in."""
    exact: AccountDirectory
    """The same without copies: for proving, revealing and changing something."""
    tickets: TicketDesk | None = None
    """Tickets in the operator's own system; None: there are none but ours."""
    client: TmfClient | None = None

    async def close(self) -> None:
        if self.client is not None:
            await self.client.close()


def open_accounts(settings: Settings, database: Database, clock: Clock, *, may_be_stale: bool) -> OpenAccounts:
    """The directory of this process. Raises InvalidAccountSettings when the operator's table of names cannot be used.

    ``may_be_stale``: the last good answer stands in while the operator's systems are down. Only for telling a
    customer; whoever proves or reveals something passes False.
    """
    if settings.accounts is AccountsSource.SQL:
        sql = SqlAccountDirectory(database)
        return OpenAccounts(sql, sql)
    mapping = TmfMapping.load(settings.tmf_mapping)
    client = open_client(settings, mapping, clock)
    directory = TmfAccountDirectory(client, mapping, clock, timeout_s=settings.tmf_timeout_s)
    tickets = TmfTickets(client, mapping)
    if not may_be_stale or settings.accounts_stale_s == 0:
        return OpenAccounts(directory, directory, tickets, client)
    copies = LastGoodAnswers(
        directory,
        clock,
        max_age=timedelta(seconds=settings.accounts_stale_s),
        max_lines=settings.accounts_stale_lines,
    )
    return OpenAccounts(copies, directory, tickets, client)
