"""Signing in: both factors, each once; failures cost time for known and unknown users alike (S14, S17)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from ndihma.audit.reader import AuditReader
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.staff.model import CodeRefused, NotSignedIn, SignInLocked, SignInRefused
from ndihma.staff.passwords import Passwords
from ndihma.staff.service import StaffService
from ndihma.staff.sessions import OpenedStaffSession
from ndihma.staff.tables import StaffRow
from tests.support.databases import statements
from tests.support.staff import ADDRESS, AUDIT_KEY, BOSS, PASSWORD, Enrolled, staff_service

WRONG = "gurë shtëpi lule 8"


async def password(service: StaffService, username: str = "anita", typed: str = PASSWORD) -> OpenedStaffSession:
    return await service.signing_in.password(username, typed, ADDRESS)


async def sign_in(service: StaffService, person: Enrolled) -> OpenedStaffSession:
    pending = await password(service, person.username)
    return await service.signing_in.code(pending.token, person.next_code(), ADDRESS)


async def acts(database: Database) -> list[tuple[str, str, tuple[str, ...]]]:
    entries = await AuditReader(database, AUDIT_KEY).entries()
    return [(entry.actor_id, entry.action, entry.fields) for entry in entries]


async def test_s14_password_and_code_make_a_session(service, anita, database):
    opened = await sign_in(service, anita)
    session = await service.sessions.check(opened.token)
    assert session.member == anita.opened.session.member
    assert session.expires_at - session.active_at == timedelta(hours=12)
    assert (await acts(database))[-1] == ("anita", "signed_in", ("password", "totp"))


async def test_user_names_are_the_same_in_any_case(service, anita):
    pending = await password(service, " Anita ")
    assert pending.session.member.username == "anita"


async def test_s14_a_password_alone_opens_nothing(service, anita):
    pending = await password(service)
    with pytest.raises(NotSignedIn):
        await service.sessions.check(pending.token)


async def test_s14_the_code_is_awaited_for_five_minutes(service, anita, clock):
    pending = await password(service)
    clock.advance(timedelta(minutes=5))
    with pytest.raises(NotSignedIn):
        await service.signing_in.code(pending.token, anita.code(), ADDRESS)


async def test_s14_signing_in_gives_a_new_token_and_ends_the_old_one(service, anita):
    pending = await password(service)
    opened = await service.signing_in.code(pending.token, anita.next_code(), ADDRESS)
    assert opened.token != pending.token
    with pytest.raises(NotSignedIn):
        await service.signing_in.code(pending.token, anita.next_code(), ADDRESS)


async def test_s14_a_code_is_taken_once(service, anita, clock):
    used = anita.next_code()
    await service.signing_in.code((await password(service)).token, used, ADDRESS)
    for _ in range(2):
        with pytest.raises(CodeRefused):
            await service.signing_in.code((await password(service)).token, used, ADDRESS)
        clock.advance(timedelta(seconds=30))
    await service.signing_in.code((await password(service)).token, anita.next_code(), ADDRESS)


async def test_s14_of_two_who_show_a_code_at_one_moment_one_signs_in(database, clock, service, anita):
    """At two replicas."""
    other = Database(str(database.engine.url.render_as_string(hide_password=False)))
    replicas = [service, staff_service(other, clock)]
    pending = [await password(service), await password(service)]
    code = anita.next_code()
    outcomes = await asyncio.gather(
        *(replica.signing_in.code(each.token, code, ADDRESS) for replica, each in zip(replicas, pending, strict=True)),
        return_exceptions=True,
    )
    await other.close()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CodeRefused", "OpenedStaffSession"]


async def test_s14_a_recovery_code_stands_in_once(service, anita, database):
    code = anita.recovery_codes[3].lower()
    await service.signing_in.code((await password(service)).token, code, ADDRESS)
    assert (await acts(database))[-1] == ("anita", "signed_in", ("password", "recovery_code"))
    with pytest.raises(CodeRefused):
        await service.signing_in.code((await password(service)).token, code, ADDRESS)
    await service.signing_in.code((await password(service)).token, anita.recovery_codes[4], ADDRESS)


async def test_s17_an_unknown_user_gets_the_answer_and_the_statements_of_a_wrong_password(service, anita, database):
    heard = {}
    for username in ("anita", "nobody"):
        with statements(database) as said, pytest.raises(SignInRefused):
            await password(service, username, WRONG)
        heard[username] = said
    assert heard["anita"] == heard["nobody"]


async def test_s17_what_was_typed_for_an_unknown_user_is_not_kept(service, database):
    with pytest.raises(SignInRefused):
        await password(service, "my-secret-password", WRONG)
    assert (await acts(database))[-1] == ("sign-in", "sign_in_refused", ("password",))


async def test_s17_who_cannot_sign_in_is_told_what_a_stranger_is_told(service, anita):
    await service.directory.add("besa", "Besa", anita.opened.session.member.role, None, by=BOSS)
    await service.directory.disable("anita", by=BOSS)
    for username in ("anita", "besa", "nobody"):
        with pytest.raises(SignInRefused):
            await password(service, username)


@pytest.mark.parametrize("username", ["anita", "nobody"])
async def test_s14_five_failures_lock_a_user_name_and_each_more_doubles_it(service, anita, clock, username):
    for _ in range(5):
        with pytest.raises(SignInRefused):
            await password(service, username, WRONG)
    for wait in (30, 60, 120):
        with pytest.raises(SignInLocked) as locked:
            await password(service, username)
        assert locked.value.retry_after == wait
        clock.advance(timedelta(seconds=wait))
        with pytest.raises(SignInRefused):
            await password(service, username, WRONG)


async def test_s14_a_lock_survives_restarts_and_is_shared(service, anita, database, clock):
    for _ in range(5):
        with pytest.raises(SignInRefused):
            await password(service, typed=WRONG)
    again = Database(str(database.engine.url.render_as_string(hide_password=False)))
    with pytest.raises(SignInLocked):
        await password(staff_service(again, clock))
    await again.close()


async def test_s14_no_more_passwords_are_compared_at_one_moment_than_one_after_the_other(service, anita):
    outcomes = await asyncio.gather(
        *(password(service, typed=f"{WRONG}{i}") for i in range(20)), return_exceptions=True
    )
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds.count(SignInRefused) == 5
    assert kinds.count(SignInLocked) == 15


async def test_s14_who_knows_the_password_has_no_more_tries_at_the_code(service, anita):
    for _ in range(5):
        pending = await password(service)
        with pytest.raises(CodeRefused):
            await service.signing_in.code(pending.token, "000000", ADDRESS)
    with pytest.raises(SignInLocked):
        await service.signing_in.code(pending.token, anita.code(), ADDRESS)
    with pytest.raises(SignInLocked):
        await password(service)


async def test_s14_four_mistakes_and_a_sign_in_begin_anew(service, anita, clock):
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(SignInRefused):
                await password(service, typed=WRONG)
        await sign_in(service, anita)


async def test_s14_failures_of_an_address_count_over_all_names_and_lock_no_other(service, anita, clock):
    for i in range(30):
        with pytest.raises(SignInRefused):
            await password(service, f"user{i}", WRONG)
    with pytest.raises(SignInLocked):
        await password(service)
    pending = await service.signing_in.password("anita", PASSWORD, "198.51.100.1")
    assert pending.session.member.username == "anita"


async def test_s14_a_hash_with_old_parameters_is_replaced_at_the_next_sign_in(service, anita, database):
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    async with database.session() as session:
        await session.execute(update(StaffRow).values(password_hash=old))
    await password(service)
    async with database.session() as session:
        renewed = (await session.scalars(select(StaffRow.password_hash))).one()
    assert renewed is not None
    assert renewed != old
    assert not Passwords().is_outdated(renewed)
    await password(service)


async def test_s10_everything_is_in_the_audit_trail(service, anita, database):
    opened = await sign_in(service, anita)
    with pytest.raises(SignInRefused):
        await password(service, typed=WRONG)
    pending = await password(service)
    with pytest.raises(CodeRefused):
        await service.signing_in.code(pending.token, "000000", ADDRESS)
    await service.sessions.end(await service.sessions.check(opened.token))
    assert [act[:2] for act in await acts(database)] == [
        ("root", "staff_added"),
        ("anita", "staff_set_up"),
        ("anita", "signed_in"),
        ("anita", "signed_in"),
        ("anita", "sign_in_refused"),
        ("anita", "sign_in_refused"),
        ("anita", "signed_out"),
    ]
    assert (await AuditReader(database, AUDIT_KEY).verify()).broken is None


def test_the_clock_of_these_tests_stands_still(clock: FixedClock) -> None:
    assert clock.now() == clock.now()
