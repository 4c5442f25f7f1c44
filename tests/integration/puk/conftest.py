"""PUK codes on a real database: SQLite in a file, and PostgreSQL in a schema of its own when there is one."""

from __future__ import annotations

import base64
import os

from pydantic import SecretStr

import ndihma.tables  # noqa: F401  (all tables)
from ndihma.db import Base
from ndihma.puk.cipher import PukCipher
from ndihma.puk.keys import Keyring

POSTGRES_URL = os.environ.get("NDIHMA_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
TABLES = [table for name, table in Base.metadata.tables.items() if name.startswith(("puk_", "verification_", "audit_"))]


def key(byte: int) -> str:
    return base64.b64encode(bytes([byte]) * 32).decode()


def cipher_of(*key_ids: str) -> PukCipher:
    """A cipher whose keys follow from their ids."""
    return PukCipher(Keyring(SecretStr(",".join(f"{key_id}:{key(int(key_id) % 256)}" for key_id in key_ids))))
