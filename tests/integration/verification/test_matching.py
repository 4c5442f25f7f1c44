"""Level 1: a conversation is linked with the number of its customer's own Telegram account, which proves nothing."""

from datetime import timedelta

from pydantic import SecretStr
from sqlalchemy import select

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.model import AuditAction
from ndihma.audit.tables import AuditEntryRow
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import BELGRADE, FixedClock
from ndihma.db import Database
from ndihma.verification import store
from ndihma.verification.channels import ChannelKind
from ndihma.verification.identities import IdentityReader
from ndihma.verification.matching import NumberMatching
from ndihma.verification.model import AssuranceLevel, Identity, Purpose, Step, VerificationState
from tests.integration.gateway.scripted_desk import NOW

NUMBER = Msisdn.parse("044 123 456")
OTHER = Msisdn.parse("049 765 432")
TALK = "talk"


def parts(database: Database) -> tuple[NumberMatching, IdentityReader, FixedClock]:
    clock = FixedClock(NOW)
    audit = SqlAuditTrail(database, clock, SecretStr("a" * 64))
    matching = NumberMatching(database=database, clock=clock, key=SecretStr("v" * 64), audit=audit)
    return matching, IdentityReader(database, clock), clock


async def prove(database: Database, level: AssuranceLevel, clock: FixedClock) -> None:
    async with database.session() as session:
        ends = (clock.now() + timedelta(minutes=5)).astimezone(BELGRADE)
        await store.put_identity(session, Identity(TALK, NUMBER, level, ends), clock.now())


async def test_s7_a_matched_number_is_level_one_for_fifteen_minutes_and_in_the_audit_trail(database: Database) -> None:
    matching, reader, clock = parts(database)
    identity, waiting = await matching.match(TALK, NUMBER)
    assert (identity.level, identity.msisdn, waiting) == (AssuranceLevel.NUMBER_MATCHED, NUMBER, None)
    assert await reader.linked(TALK) == identity
    async with database.session() as session:
        assert [row.action for row in await session.scalars(select(AuditEntryRow))] == [AuditAction.NUMBER_MATCHED]
    clock.advance(timedelta(minutes=15))
    assert await reader.linked(TALK) is None


async def test_s7_what_was_proved_is_neither_lowered_nor_prolonged(database: Database) -> None:
    matching, reader, clock = parts(database)
    await prove(database, AssuranceLevel.CODE_CONFIRMED, clock)
    identity, _ = await matching.match(TALK, OTHER)
    assert (identity.msisdn, identity.level) == (NUMBER, AssuranceLevel.CODE_CONFIRMED)
    assert identity.expires_at == clock.now() + timedelta(minutes=5)
    assert await reader.linked(TALK) is None
    clock.advance(timedelta(minutes=5))
    identity, _ = await matching.match(TALK, OTHER)
    assert (identity.msisdn, identity.level) == (OTHER, AssuranceLevel.NUMBER_MATCHED)


async def test_s7_one_proved_contact_is_half_of_a_proof_and_links_nothing(database: Database) -> None:
    _, reader, clock = parts(database)
    await prove(database, AssuranceLevel.NUMBER_MATCHED, clock)
    factor = store.Factor("c" * 64, ChannelKind.EMAIL, clock.now() + timedelta(minutes=5))
    async with database.session() as session:
        await store.put_factor(session, TALK, factor, "n" * 64)
    assert await reader.linked(TALK) is None


async def test_the_step_that_waits_for_a_number_is_told(database: Database) -> None:
    matching, _, clock = parts(database)
    step = Step(VerificationState.NUMBER_NEEDED, "check_account", Purpose.ACCOUNT)
    async with database.session() as session:
        await store.put_step(session, TALK, step, clock.now())
    _, waiting = await matching.match(TALK, NUMBER)
    assert waiting == step
