"""Erasing conversations: a table that names a conversation is erased, or kept for a reason."""

import ndihma.tables  # noqa: F401  (every table)
from ndihma.db import Base
from ndihma.privacy.conversations import KEPT, OF_A_CONVERSATION


def test_s11_every_table_that_names_a_conversation_is_erased_or_kept_for_a_reason() -> None:
    naming = {table.name for table in Base.metadata.sorted_tables if "conversation_id" in table.columns}
    erased = {column.class_.__tablename__ for column in OF_A_CONVERSATION}
    assert not erased & KEPT.keys()
    assert naming == erased | KEPT.keys()
