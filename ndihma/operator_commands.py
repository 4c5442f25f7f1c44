"""What commands on customers' data share: who gives them, and the database brought to its newest schema."""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from ndihma.audit.model import Actor, ActorKind
from ndihma.config import Settings
from ndihma.database_trouble import place_of, trouble_of
from ndihma.db import Database, migrate
from ndihma.failure import Failure
from ndihma.secrets import SecretError

__all__ = ["on_newest_schema", "operator", "with_database"]

_T = TypeVar("_T")


def operator() -> Actor:
    """Who is at the command line, as the system knows them."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        name = f"uid {os.getuid()}"
    return Actor(ActorKind.OPERATOR, name)


async def on_newest_schema(settings: Settings, work: Callable[[Database], Awaitable[_T]]) -> _T:
    """What ``work`` gives on the configured database, brought to the newest schema first."""
    database = Database(settings.sqlalchemy_url)
    try:
        await migrate(database)
        return await work(database)
    finally:
        await database.close()


def with_database(settings: Settings, work: Callable[[Database], Awaitable[_T]]) -> _T:
    """``on_newest_schema``, and a Failure when the database cannot be used or a secret cannot."""
    try:
        return asyncio.run(on_newest_schema(settings, work))
    except SecretError as error:
        raise Failure(str(error)) from error
    except (SQLAlchemyError, CommandError) as error:
        url = settings.sqlalchemy_url
        raise Failure(f"the database ({place_of(url)}) cannot be used now: {trouble_of(error, url).value}") from error
