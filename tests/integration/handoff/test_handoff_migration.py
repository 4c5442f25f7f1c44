"""The migration of hand-off: as declared, there and back, on both databases; conversations of before are the bot's."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text

from ndihma.db import Database
from ndihma.desk.handoff import tables
from tests.support.migrations import differences, move
from tests.support.migrations import tables as present

MINE = {
    "conversations",
    "handoffs",
    "agent_presence",
    "agent_messages",
    "agent_notes",
    "callbacks",
    "handoff_notices",
    "reply_times",
}


async def test_hand_off_comes_and_goes_and_conversations_stay(empty_database: Database) -> None:
    await move(empty_database, "0010_contact_notices")
    at = datetime(2026, 11, 22, tzinfo=UTC)
    async with empty_database.engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO conversations (id, created_at, last_cursor, epoch, epoch_turns, last_reply_offered) "
                "VALUES ('old', :at, 3, 0, 0, false)"
            ),
            {"at": at if "postgresql" in str(empty_database.engine.url) else at.isoformat(" ")},
        )
    await move(empty_database, "head")
    assert await differences(empty_database, MINE) == []
    async with empty_database.engine.connect() as connection:
        assert not (await connection.execute(text("SELECT handed_over FROM conversations"))).scalar_one()
    await move(empty_database, "0010_contact_notices", down=True)
    assert not await present(empty_database) & (MINE - {"conversations"})
    async with empty_database.engine.connect() as connection:
        assert (await connection.execute(text("SELECT id FROM conversations"))).scalar_one() == "old"
    await move(empty_database, "head")


def test_every_table_of_hand_off_is_looked_at() -> None:
    declared = {row.__tablename__ for row in vars(tables).values() if hasattr(row, "__tablename__")}
    assert declared <= MINE
