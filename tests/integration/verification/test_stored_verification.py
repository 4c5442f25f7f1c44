"""S6, S10: what of codes and numbers stands in the tables, and for how long."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from ndihma.db import Database
from ndihma.verification.model import Locked

from .conftest import KNOWN, World, wrong


async def everything_stored(database: Database) -> str:
    """All rows of all verification tables as one text, binary values in hex and as text."""
    parts: list[str] = []
    async with database.session() as session:
        for table in ("steps", "challenges", "subjects", "events", "identities"):
            for row in await session.execute(text(f"SELECT * FROM verification_{table}")):  # noqa: S608
                parts += [v.hex() + v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in row]
    return "\n".join(parts)


async def test_s6_neither_code_nor_number_can_be_read_from_the_tables_before_it_is_proved(world: World) -> None:
    code = await world.code_for("c1")
    await world.service.confirm("c1", wrong(code))
    stored = await everything_stored(world.database)
    assert "44123456" not in stored
    assert code not in stored
    await world.service.confirm("c1", code)
    assert code not in await everything_stored(world.database)


async def test_s10_purge_leaves_nothing_after_a_day(world: World) -> None:
    await world.service.confirm("c1", await world.code_for("c1"))
    code = await world.code_for("c2")
    await world.service.confirm("c2", wrong(code))
    world.clock.advance(timedelta(minutes=15))
    purged = await world.service.purge()
    assert (purged.identities, purged.challenges, purged.steps, purged.events, purged.subjects) == (1, 1, 0, 0, 0)
    assert "44123456" not in await everything_stored(world.database)
    world.clock.advance(timedelta(hours=24))
    await world.service.purge()
    assert await everything_stored(world.database) == ""


async def test_purge_does_not_lift_a_lock(world: World) -> None:
    for conversation in ("c1", "c2"):
        code = await world.code_for(conversation)
        for n in range(1, 6):
            await world.service.confirm(conversation, wrong(code, n))
            world.clock.advance(timedelta(seconds=1))
    world.clock.advance(timedelta(hours=23, minutes=59, seconds=55))
    await world.service.purge()
    await world.service.request_step("c3", "check_account")
    outcome = await world.service.send_code("c3", KNOWN)
    assert isinstance(outcome, Locked)
    assert outcome.retry_after <= 5
