"""S8: a PUK is shown once, counted, audited and told, or not at all; on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from ndihma.accounts.model import SimCard, SimState
from ndihma.accounts.puk import settled_at
from ndihma.audit.model import Actor, ActorKind
from ndihma.db import Database
from ndihma.puk import store
from ndihma.puk.cipher import CodeUnreadable
from ndihma.puk.model import PukRefusal, PukRefused, PukShown, ReferenceOver
from ndihma.puk.reveals import ReasonMissing
from ndihma.puk.tables import PukCodeRow, PukReferenceRow, PukRevealRow
from ndihma.verification.model import AssuranceLevel
from ndihma.verification.tables import NoticeRow

from .support import CONTACTS, NOON, OTHER, OWNER, PUK, World, line_of

DAY = timedelta(hours=24)
AGENT = Actor(ActorKind.AGENT, "besa")


@pytest.fixture
async def world(database: Database) -> World:
    made = World(database)
    await made.store()
    return made


async def redeem(world: World, reference: str, conversation: str = "c1") -> PukShown | PukRefused | ReferenceOver:
    return await world.reveals.redeem(conversation, reference, private=True)


async def count(world: World, table: type[PukRevealRow | NoticeRow | PukReferenceRow]) -> int:
    async with world.database.session() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_s8_a_reference_shows_the_code_once_for_sixty_seconds(world: World) -> None:
    reference = await world.reference()
    shown = await redeem(world, reference)
    assert isinstance(shown, PukShown)
    assert (shown.codes.puk1.get_secret_value(), shown.seconds) == (PUK, 60)
    assert PUK not in repr(shown)
    assert await redeem(world, reference) == ReferenceOver()
    assert await world.audited() == [("c1", "puk_revealed", "")]


async def test_s8_of_simultaneous_redemptions_exactly_one_succeeds(world: World) -> None:
    reference = await world.reference()
    processes = [world.another_process() for _ in range(4)]
    outcomes = await asyncio.gather(
        *(process.redeem("c1", reference, private=True) for process in processes for _ in range(3))
    )
    assert sum(isinstance(outcome, PukShown) for outcome in outcomes) == 1
    assert outcomes.count(ReferenceOver()) == 11
    assert await count(world, PukRevealRow) == 1


async def test_s8_two_references_for_one_number_at_once_show_it_once(world: World) -> None:
    references = {f"c{n}": await world.reference(f"c{n}") for n in range(6)}
    processes = [world.another_process() for _ in range(6)]
    outcomes = await asyncio.gather(
        *(
            process.redeem(conversation, reference, private=True)
            for process, (conversation, reference) in zip(processes, references.items(), strict=True)
        )
    )
    assert sum(isinstance(outcome, PukShown) for outcome in outcomes) == 1
    refused = [outcome for outcome in outcomes if isinstance(outcome, PukRefused)]
    assert [each.reason for each in refused] == [PukRefusal.SHOWN_TODAY] * 5


async def test_s8_a_reference_is_worth_nothing_elsewhere_later_or_altered(world: World) -> None:
    reference = await world.reference()
    world.assurance.prove("c2", OWNER, AssuranceLevel.SECOND_FACTOR)
    assert await redeem(world, reference, "c2") == ReferenceOver()
    assert await redeem(world, reference[:-1]) == ReferenceOver()
    assert await redeem(world, "\ud800" * 22) == ReferenceOver()
    world.clock.advance(timedelta(minutes=2))
    assert await redeem(world, reference) == ReferenceOver()
    assert await count(world, PukRevealRow) == 0


async def test_s8_the_conversation_must_still_be_at_l3_for_that_number(world: World) -> None:
    reference = await world.reference()
    for level in (AssuranceLevel.ANYBODY, AssuranceLevel.NUMBER_MATCHED, AssuranceLevel.CODE_CONFIRMED):
        world.assurance.prove("c1", OWNER, level)
        assert await redeem(world, reference) == PukRefused(PukRefusal.NOT_PROVED)
    del world.assurance.identities["c1"]
    assert await redeem(world, reference) == PukRefused(PukRefusal.NOT_PROVED)
    world.assurance.prove("c1", OTHER, AssuranceLevel.SECOND_FACTOR)
    assert await redeem(world, reference) == PukRefused(PukRefusal.NOT_PROVED)
    assert await count(world, PukRevealRow) == 0


async def test_s8_never_in_a_group(world: World) -> None:
    reference = await world.reference()
    assert await world.reveals.redeem("c1", reference, private=False) == PukRefused(PukRefusal.IN_A_GROUP)
    assert isinstance(await redeem(world, reference), PukShown), "it was not used up"


@pytest.mark.parametrize("what", ["owner_changed_on", "ported_on", "sim"])
async def test_s8_a_change_between_offer_and_showing_refuses_it(world: World, what: str) -> None:
    reference = await world.reference()
    sim = line_of(OWNER).sim
    assert sim is not None
    day = NOON.date()
    world.change(**{what: SimCard(sim.iccid, SimState.IN_USE, day) if what == "sim" else day})
    assert await redeem(world, reference) == PukRefused(PukRefusal.RECENT_CHANGE, settled_at(day))
    assert await world.audited() == [("c1", "puk_refused", "recent_change")]


async def test_s8_no_sequence_of_requests_passes_the_limits_whatever_the_process(world: World) -> None:
    """The rule itself is tested with hypothesis (unit); here that the counts survive processes and are shared."""
    shown = []
    for step, hours in enumerate((1, 7, 23, 24, 25, 100, 3, 24, 1, 30) * 4):
        world.clock.advance(timedelta(hours=hours))
        process, now = world.another_process(), world.clock.now()
        if step % 2:
            outcome = await process.show_to_agent(AGENT, OWNER, "klienti thirri nga numri tjetër")
        else:
            world.assurance.prove("c1", OWNER, AssuranceLevel.SECOND_FACTOR)
            async with world.database.session() as session:
                await store.add_reference(session, f"r{step}", "c1", OWNER, now=now, expires_at=now + DAY)
            redeemed = await process.redeem("c1", f"r{step}", private=True)
            assert not isinstance(redeemed, ReferenceOver)
            outcome = redeemed
        if isinstance(outcome, PukShown):
            shown.append(now)
    assert len(shown) > 3
    for at in shown:
        assert sum(at <= other < at + DAY for other in shown) == 1
        assert sum(at <= other < at + timedelta(days=30) for other in shown) <= 3


async def test_limits_are_of_one_number(world: World) -> None:
    await world.store(OTHER, "87654321")
    assert isinstance(await redeem(world, await world.reference()), PukShown)
    other = await redeem(world, await world.reference("c2", OTHER), "c2")
    assert isinstance(other, PukShown)
    assert other.codes.puk1.get_secret_value() == "87654321"


async def test_a_code_that_does_not_open_is_not_counted_and_uses_nothing_up(world: World) -> None:
    reference = await world.reference()
    async with world.database.session() as session:
        kept = (await session.scalars(select(PukCodeRow.ciphertext))).one()
        await session.execute(update(PukCodeRow).values(ciphertext=bytes(33)))
    with pytest.raises(CodeUnreadable):
        await redeem(world, reference)
    assert (await count(world, PukRevealRow), await count(world, NoticeRow), await world.audited()) == (0, 0, [])
    async with world.database.session() as session:
        await session.execute(update(PukCodeRow).values(ciphertext=kept))
    assert isinstance(await redeem(world, reference), PukShown)


async def test_s10_what_cannot_be_audited_is_not_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = await world.reference()

    async def away(*_: object) -> None:
        raise OperationalError("the audit trail", None, OSError())

    with monkeypatch.context() as patch:
        patch.setattr(world.audit, "append", away)
        with pytest.raises(OperationalError):
            await redeem(world, reference)
    assert (await count(world, PukRevealRow), await count(world, NoticeRow)) == (0, 0)
    assert isinstance(await redeem(world, reference), PukShown)


async def test_s8_an_agent_shows_it_with_a_reason_within_the_same_limits(world: World) -> None:
    for reason in ("", "   ", "thirri     "):
        with pytest.raises(ReasonMissing):
            await world.reveals.show_to_agent(AGENT, OWNER, reason)
    with pytest.raises(ValueError, match="only an agent"):
        await world.reveals.show_to_agent(Actor(ActorKind.CUSTOMER, "c1"), OWNER, "dua ta shoh kodin")
    shown = await world.reveals.show_to_agent(AGENT, OWNER, "klienti thirri, u identifikua me letërnjoftim")
    assert isinstance(shown, PukShown)
    again = await world.reveals.show_to_agent(AGENT, OWNER, "klienti thirri përsëri")
    assert again == PukRefused(PukRefusal.SHOWN_TODAY, NOON + DAY)
    unknown = await world.reveals.show_to_agent(AGENT, OTHER, "klienti thirri, pa kartelë")
    assert unknown == PukRefused(PukRefusal.NO_CODE)
    assert await world.audited() == [
        ("besa", "puk_revealed", "klienti thirri, u identifikua me letërnjoftim"),
        ("besa", "puk_refused", "shown_today"),
        ("besa", "puk_refused", "no_code"),
    ]
    assert await count(world, NoticeRow) == len(CONTACTS)


async def test_purging_keeps_what_still_counts(world: World) -> None:
    assert isinstance(await redeem(world, await world.reference()), PukShown)
    world.clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert await world.reveals.purge() == 1, "the reference"
    assert await count(world, PukRevealRow) == 1
    world.clock.advance(timedelta(seconds=1))
    assert await world.reveals.purge() == 1
    assert (await count(world, PukReferenceRow), await count(world, PukRevealRow)) == (0, 0)
