"""Bringing the database to the state the system expects: schema, and demo customers in development."""

from __future__ import annotations

import asyncio

from ndihma.config import Mode, Settings
from ndihma.failure import Failure
from ndihma.progress import Reporter

__all__ = ["check_tracker", "prepare_data"]


def prepare_data(settings: Settings, reporter: Reporter) -> None:
    """Migrate the database; in development load the demo customers. Raises Failure."""
    from sqlalchemy.exc import SQLAlchemyError

    from ndihma.accounts.ports import AccountsUnavailable
    from ndihma.database_trouble import Trouble, place_of, trouble_of
    from ndihma.secrets import SecretError

    try:
        settings.var.mkdir(parents=True, exist_ok=True)
        asyncio.run(_prepare(settings, reporter))
    except SecretError as error:
        raise Failure(str(error)) from error
    except (SQLAlchemyError, AccountsUnavailable, OSError) as error:
        where = place_of(settings.sqlalchemy_url)
        trouble = trouble_of(error, settings.sqlalchemy_url)
        if trouble is Trouble.DISK_FULL:
            raise Failure(f"the disk of the database is full: {where}") from error
        if trouble is Trouble.NOT_WRITABLE:
            raise Failure(f"the database cannot be written to (read-only, or no permission): {where}") from error
        cause = getattr(error, "orig", None) or error
        first_line = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
        raise Failure(f"the database ({where}) cannot be prepared: {first_line}") from error


def check_tracker(settings: Settings) -> None:
    """That the engine's own database answers, where the settings name one. Raises Failure."""
    from sqlalchemy.exc import SQLAlchemyError

    from ndihma.database_trouble import trouble_of
    from ndihma.privacy.tracker import TrackerStore

    if not settings.tracker_url:
        return
    url = settings.tracker_sqlalchemy_url
    try:
        asyncio.run(TrackerStore(url).check())
    except SQLAlchemyError as error:
        raise Failure(f"NDIHMA_TRACKER_URL cannot be used now: {trouble_of(error, url).value}") from error


async def _prepare(settings: Settings, reporter: Reporter) -> None:
    from ndihma.accounts.adapters.sql import SqlAccountWriter
    from ndihma.accounts.demo import demo_customers, load_demo
    from ndihma.clock import SystemClock
    from ndihma.db import Database, migrate
    from ndihma.puk.cipher import PukCipher
    from ndihma.puk.demo import demo_codes
    from ndihma.puk.keys import keyring
    from ndihma.puk.store import put_codes

    database = Database(settings.sqlalchemy_url)
    try:
        await migrate(database)
        if settings.mode is Mode.PRODUCTION:
            reporter.line("  database is up to date")
            return
        # On every start: the demo customers' dates are relative to today.
        clock = SystemClock()
        written = await load_demo(SqlAccountWriter(database), settings.mode, clock)
        lines = [customer.line for customer in demo_customers(clock.now())]
        codes = demo_codes(lines, PukCipher(keyring(settings)))
        async with database.session() as session:
            await put_codes(session, codes, clock.now())
        reporter.line(f"  database is up to date, {written.added + written.updated} demo customers")
    finally:
        await database.close()
