"""Sessions end when they must; invitations are for once; resetting and disabling take effect at once (S14)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from ndihma.audit.reader import AuditReader
from ndihma.staff.model import (
    CodeRefused,
    InvalidStaff,
    NotSignedIn,
    Role,
    SetupOver,
    SignInRefused,
    StaffState,
    WeakPassword,
)
from ndihma.staff.tables import AttemptRow, InvitationRow, RecoveryCodeRow, StaffRow, StaffSessionRow
from tests.support.staff import ADDRESS, AUDIT_KEY, BOSS, PASSWORD, enrol


async def test_s14_a_session_ends_after_twelve_hours(service, anita, clock):
    clock.advance(timedelta(hours=12) - timedelta(seconds=1))
    await service.sessions.check(anita.opened.token)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(NotSignedIn):
        await service.sessions.check(anita.opened.token)


async def test_s14_fifteen_idle_minutes_end_reveals_until_the_code_is_shown_again(service, anita, clock):
    token = anita.opened.token
    for _ in range(3):  # actions keep it going
        clock.advance(timedelta(minutes=14))
        session = await service.sessions.check(token)
        assert session.recently_active(clock.now())
        await service.sessions.acted(session)
    clock.advance(timedelta(minutes=15))
    session = await service.sessions.check(token)
    assert not session.recently_active(clock.now())
    await service.sessions.acted(session)  # an action that comes too late
    assert not (await service.sessions.check(token)).recently_active(clock.now())
    with pytest.raises(CodeRefused):
        await service.signing_in.confirm(session, "000000", ADDRESS)
    assert not (await service.sessions.check(token)).recently_active(clock.now())
    await service.signing_in.confirm(session, anita.next_code(), ADDRESS)
    assert (await service.sessions.check(token)).recently_active(clock.now())


async def test_s14_an_action_that_was_read_before_the_limit_does_not_pass_it(service, anita, clock):
    """The session was read at minute 14; the statement itself looks again."""
    clock.advance(timedelta(minutes=14))
    early = await service.sessions.check(anita.opened.token)
    clock.advance(timedelta(minutes=2))
    await service.sessions.acted(early)
    assert not (await service.sessions.check(anita.opened.token)).recently_active(clock.now())


async def test_s14_signing_out_ends_one_session_or_all(service, anita, clock, database):
    tokens = [anita.opened.token]
    for _ in range(2):
        pending = await service.signing_in.password("anita", PASSWORD, ADDRESS)
        tokens.append((await service.signing_in.code(pending.token, anita.next_code(), ADDRESS)).token)
    besa = await enrol(service, clock, "besa")
    await service.sessions.end(await service.sessions.check(tokens[0]))
    with pytest.raises(NotSignedIn):
        await service.sessions.check(tokens[0])
    await service.sessions.end_all(await service.sessions.check(tokens[1]))
    for token in tokens:
        with pytest.raises(NotSignedIn):
            await service.sessions.check(token)
    await service.sessions.check(besa.opened.token)


@pytest.mark.parametrize("token", ["", "x", "x" * 100_000, "\udc80"])
async def test_s14_what_is_no_token_opens_nothing(service, anita, token):
    with pytest.raises(NotSignedIn):
        await service.sessions.check(token)
    with pytest.raises(NotSignedIn):
        await service.signing_in.code(token, "000000", ADDRESS)
    with pytest.raises(SetupOver):
        await service.setting_up.offer(token)


async def test_s14_the_database_holds_no_secret_in_clear(service, anita, database):
    invitation = await service.directory.add("besa", "Besa", Role.AUDITOR, None, by=BOSS)
    secrets = [PASSWORD, anita.secret, anita.opened.token, invitation.token]
    secrets += [code.replace("-", "") for code in anita.recovery_codes]
    held = ""
    async with database.session() as session:
        for table in (StaffRow, InvitationRow, RecoveryCodeRow, StaffSessionRow, AttemptRow):
            held += "".join(str(tuple(row)) for row in await session.execute(select(*table.__table__.columns)))
    assert "anita" in held
    assert not [secret for secret in secrets if secret in held]


async def test_s14_an_invitation_is_for_once(service, clock):
    invitation = await service.directory.add("anita", "Anita", Role.AGENT, None, by=BOSS)
    offer = await service.setting_up.offer(invitation.token)
    assert (await service.setting_up.offer(invitation.token)).secret == offer.secret, "the app was given it already"
    code = pyotp.TOTP(offer.secret).at(clock.now())
    with pytest.raises(WeakPassword):
        await service.setting_up.complete(invitation.token, "short", code)
    with pytest.raises(CodeRefused):
        await service.setting_up.complete(invitation.token, PASSWORD, "000000")
    outcomes = await asyncio.gather(
        *(service.setting_up.complete(invitation.token, PASSWORD, code) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(outcome, SetupOver) for outcome in outcomes) == 2
    with pytest.raises(SetupOver):
        await service.setting_up.offer(invitation.token)
    pending = await service.signing_in.password("anita", PASSWORD, ADDRESS)
    with pytest.raises(CodeRefused):  # the code that set it up was used with that
        await service.signing_in.code(pending.token, code, ADDRESS)


async def test_s14_an_invitation_lasts_a_day(service, clock):
    invitation = await service.directory.add("anita", "Anita", Role.AGENT, None, by=BOSS)
    clock.advance(timedelta(hours=24))
    with pytest.raises(SetupOver):
        await service.setting_up.offer(invitation.token)


async def test_s14_a_reset_takes_everything_away_and_invites_anew(service, anita, clock):
    pending = await service.signing_in.password("anita", PASSWORD, ADDRESS)
    first = await service.directory.reset("anita", by=BOSS)
    second = await service.directory.reset("anita", by=BOSS)
    for token in (anita.opened.token, pending.token):
        with pytest.raises(NotSignedIn):
            await service.sessions.check(token)
        with pytest.raises(NotSignedIn):
            await service.signing_in.code(token, anita.recovery_codes[0], ADDRESS)
    with pytest.raises(SignInRefused):
        await service.signing_in.password("anita", PASSWORD, ADDRESS)
    with pytest.raises(SetupOver):
        await service.setting_up.offer(first.token)
    offer = await service.setting_up.offer(second.token)
    assert offer.secret != anita.secret
    assert await service.directory.state("anita") is StaffState.INVITED
    await service.setting_up.complete(second.token, PASSWORD, pyotp.TOTP(offer.secret).at(clock.now()))
    assert await service.directory.state("anita") is StaffState.ACTIVE


async def test_s14_disabling_ends_everything_and_enabling_brings_it_back(service, anita):
    pending = await service.signing_in.password("anita", PASSWORD, ADDRESS)
    await service.directory.disable("anita", by=BOSS, reason="left on 044 123 456")
    with pytest.raises(NotSignedIn):
        await service.sessions.check(anita.opened.token)
    with pytest.raises(NotSignedIn):
        await service.signing_in.code(pending.token, anita.next_code(), ADDRESS)
    with pytest.raises(InvalidStaff, match="disabled already"):
        await service.directory.disable("anita", by=BOSS)
    with pytest.raises(InvalidStaff, match="enable the account first"):
        await service.directory.reset("anita", by=BOSS)
    await service.directory.enable("anita", by=BOSS)
    pending = await service.signing_in.password("anita", PASSWORD, ADDRESS)
    await service.signing_in.code(pending.token, anita.next_code(), ADDRESS)


async def test_s14_an_invitation_of_a_disabled_account_opens_nothing(service):
    invitation = await service.directory.add("anita", "Anita", Role.AGENT, None, by=BOSS)
    await service.directory.disable("anita", by=BOSS)
    with pytest.raises(SetupOver):
        await service.setting_up.offer(invitation.token)


async def test_enabling_ends_a_lock(service, anita):
    for _ in range(5):
        with pytest.raises(SignInRefused):
            await service.signing_in.password("anita", "wrong", ADDRESS)
    await service.directory.enable("anita", by=BOSS)
    await service.signing_in.password("anita", PASSWORD, ADDRESS)


async def test_names_are_given_once(service, anita):
    with pytest.raises(InvalidStaff, match="already"):
        await service.directory.add("Anita", "Another", Role.SUPERVISOR, None, by=BOSS)
    for change in (service.directory.reset, service.directory.disable, service.directory.enable):
        with pytest.raises(InvalidStaff, match="no account besa"):
            await change("besa", by=BOSS)


async def test_s10_changes_are_audited_without_numbers(service, anita, database):
    await service.directory.disable("anita", by=BOSS, reason="left, reach her on 044 123 456")
    await service.directory.enable("anita", by=BOSS)
    await service.directory.reset("anita", by=BOSS)
    entries = (await AuditReader(database, AUDIT_KEY).entries())[-3:]
    assert [(e.actor_id, e.action, e.fields) for e in entries] == [
        ("root", "staff_disabled", ("anita",)),
        ("root", "staff_enabled", ("anita",)),
        ("root", "staff_reset", ("anita",)),
    ]
    assert "123" not in entries[0].reason


async def test_what_has_expired_is_removed(service, anita, clock, database):
    await service.directory.add("besa", "Besa", Role.AGENT, None, by=BOSS)
    with pytest.raises(SignInRefused):
        await service.signing_in.password("nobody", "wrong", ADDRESS)
    await service.sessions.purge()
    await service.sessions.check(anita.opened.token)
    clock.advance(timedelta(hours=24))
    await service.sessions.purge()
    async with database.session() as session:
        for table in (StaffSessionRow, InvitationRow, AttemptRow):
            assert await session.scalar(select(func.count()).select_from(table)) == 0
        assert await session.scalar(select(func.count()).select_from(StaffRow)) == 2


async def test_s14_another_role_holds_at_once_and_leaves_the_rest(service, anita, database):
    await service.directory.change("anita", role=Role.SUPERVISOR, by=BOSS)
    member = (await service.sessions.check(anita.opened.token)).member
    assert (member.role, member.team, member.name) == (Role.SUPERVISOR, "Prishtinë", "Anita Krasniqi")
    await service.directory.change("anita", name="Anita K.", team="", by=BOSS)
    member = (await service.sessions.check(anita.opened.token)).member
    assert (member.role, member.team, member.name) == (Role.SUPERVISOR, None, "Anita K.")
    for wrong in ({}, {"name": " "}, {"team": "x" * 81}):
        with pytest.raises(InvalidStaff):
            await service.directory.change("anita", **wrong, by=BOSS)
    with pytest.raises(InvalidStaff, match="no account besa"):
        await service.directory.change("besa", role=Role.AGENT, by=BOSS)
    entries = [e for e in await AuditReader(database, AUDIT_KEY).entries() if e.action == "staff_changed"]
    assert [(e.actor_id, e.fields, e.reason) for e in entries] == [
        ("root", ("anita",), "role: supervisor"),
        ("root", ("anita",), "name team: supervisor"),
    ]
