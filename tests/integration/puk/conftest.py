"""PUK codes on a real database: SQLite in a file, and PostgreSQL in a schema of its own when there is one."""

from __future__ import annotations

import base64
import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

import ndihma.tables  # noqa: F401  (all tables)
from ndihma.db import Base, Database
from ndihma.puk.cipher import PukCipher
from ndihma.puk.keys import Keyring

POSTGRES_URL = os.environ.get("NDIHMA_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
TABLES = [table for name, table in Base.metadata.tables.items() if name.startswith(("puk_", "verification_", "audit_"))]


def key(byte: int) -> str:
    return base64.b64encode(bytes([byte]) * 32).decode()


def cipher_of(*key_ids: str) -> PukCipher:
    """A cipher whose keys follow from their ids."""
    return PukCipher(Keyring(SecretStr(",".join(f"{key_id}:{key(int(key_id) % 256)}" for key_id in key_ids))))


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        made = Database(f"sqlite+aiosqlite:///{tmp_path / 'test.db'}")
        await create(made)
        yield made
        await made.close()
        return
    schema = f"puk_{uuid.uuid4().hex}"
    admin = Database(POSTGRES_URL)
    try:
        async with admin.engine.begin() as connection:
            await connection.execute(text(f"CREATE SCHEMA {schema}"))
    except OperationalError:
        await admin.close()
        pytest.skip("no PostgreSQL at NDIHMA_TEST_POSTGRES_URL")
    made = Database(f"{POSTGRES_URL}?options=-csearch_path%3D{schema}")
    try:
        await create(made)
        yield made
    finally:
        await made.close()
        async with admin.engine.begin() as connection:
            await connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        await admin.close()


async def create(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: Base.metadata.create_all(sync, tables=TABLES))
