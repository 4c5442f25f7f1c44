"""Alembic's entry point: runs on the connection that ``ndihma.db.migrate`` hands it."""

from alembic import context

import ndihma.tables  # noqa: F401  (every module that declares tables)
from ndihma.db import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
