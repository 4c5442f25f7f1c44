"""One command erases a person everywhere and nobody else; one tells all that is held (S11)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import OperationalError

from ndihma.accounts.adapters.sql import ContactRow, SqlAccountWriter
from ndihma.accounts.model import ContactKind
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry
from ndihma.audit.reader import AuditReader
from ndihma.db import Database
from ndihma.desk.tables import AttachmentRow, ConversationRow, EventRow, ReconnectionRequestRow
from ndihma.privacy.holdings import HOLDINGS
from ndihma.privacy.model import Person
from ndihma.privacy.tracker import TrackerStore
from tests.integration.privacy.conftest import KEY, NEIGHBOUR, NOON, OPERATOR, PERSON, Held, _line, track

OUTSIDE = {"dialogue tracker", "files", "development outbox"}


async def sizes(held: Held) -> Mapping[str, int]:
    async with held.database.session() as session:
        return {
            holding.name: await session.scalar(select(func.count()).select_from(holding.table)) or 0
            for holding in HOLDINGS
        }


async def test_s11_a_person_is_in_no_store_any_more_and_the_neighbour_in_all(held: Held) -> None:
    before = await sizes(held)
    assert all(count >= 2 for name, count in before.items() if name != "account_club")
    erased = await held.service.erase(PERSON, OPERATOR, "by letter")
    assert await sizes(held) == {name: count // 2 for name, count in before.items()}
    assert erased.counts.keys() == {name for name, count in before.items() if count} | OUTSIDE
    assert (await held.service.would_erase(PERSON)).total == 0
    assert (await held.service.would_erase(NEIGHBOUR)).counts == erased.counts
    for path in ("uploads/proof-arta", "outbox-mail/mail-arta.eml"):
        assert not (held.var / path).exists()
    assert [message.to for message in held.outbox.latest()] == [NEIGHBOUR.masked]


async def test_s11_no_file_below_var_holds_what_was_erased(held: Held) -> None:
    """Not even the pages that SQLite let go, nor its write-ahead log."""
    if held.database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's files are not below var/; autovacuum empties them")
    words = [PERSON.e164.encode(), PERSON.national.encode(), b"said-arta", b"picture-arta", b"arta@example.com"]
    assert all(word in held.texts() for word in words if word != PERSON.national.encode())
    await held.service.erase(PERSON, OPERATOR, "")
    assert [word for word in words if word in held.texts()] == []
    assert NEIGHBOUR.e164.encode() in held.texts()


async def test_s11_the_audit_keeps_a_hash_and_the_act(held: Held) -> None:
    await held.service.erase(PERSON, OPERATOR, "request of 044 123 456")
    reader = AuditReader(held.database, KEY)
    entries = await reader.entries(PERSON)
    assert [each.action for each in entries] == ["code_sent", "code_confirmed", "person_erased"]
    assert (entries[-1].actor_id, entries[-1].reason) == ("drita", "request of <msisdn>")
    assert (await reader.verify()).broken is None


async def test_a_dry_run_counts_and_changes_nothing(held: Held) -> None:
    before = await sizes(held)
    counted = await held.service.would_erase(PERSON)
    assert await sizes(held) == before
    assert counted == await held.service.erase(PERSON, OPERATOR, "")


async def test_s11_what_was_broken_off_is_finished_by_the_next_call(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(_person: Person) -> int:
        raise OperationalError("tracker is busy", None, OSError())

    with monkeypatch.context() as patch:
        patch.setattr(held.tracker, "erase", fails)
        with pytest.raises(OperationalError):
            await held.service.erase(PERSON, OPERATOR, "")
    assert (await held.service.would_erase(PERSON)).counts.keys() >= {"dialogue tracker"}
    await held.service.erase(PERSON, OPERATOR, "")
    assert not any(sender.startswith("talk-arta.") for sender in await held.tracker.last_events())
    for path in ("uploads/proof-arta", "outbox-mail/mail-arta.eml"):
        assert not (held.var / path).exists()
    assert [message.to for message in held.outbox.latest()] == [NEIGHBOUR.masked]


async def test_a_conversation_that_only_asked_for_a_code_is_not_the_persons(held: Held) -> None:
    """Anybody can type anybody's number."""
    stranger = Actor(ActorKind.CUSTOMER, "talk-besa")
    await held.audit.record(AuditEntry(stranger, AuditAction.CODE_SENT, PERSON))
    await held.service.erase(PERSON, OPERATOR, "")
    async with held.database.session() as session:
        assert await session.get(ConversationRow, "talk-besa") is not None


async def test_a_conversation_of_two_numbers_keeps_the_others_proof(held: Held) -> None:
    """Both were verified in it, one after the other; what was said goes, the other's proof stays with the staff."""
    both = Actor(ActorKind.CUSTOMER, "talk-besa")
    await held.audit.record(AuditEntry(both, AuditAction.CODE_CONFIRMED, PERSON))
    await held.service.erase(PERSON, OPERATOR, "")
    async with held.database.session() as session:
        assert (await session.scalars(select(EventRow))).all() == []
        assert (await session.scalars(select(AttachmentRow.id))).all() == ["proof-besa"]
        assert (await session.scalars(select(ReconnectionRequestRow.reference))).all() == ["RK-besa"]


async def test_a_subscriber_with_another_line_stays(held: Held) -> None:
    line = _line(NEIGHBOUR, "arta")
    await SqlAccountWriter(held.database).upsert([line], NOON)
    await held.service.erase(PERSON, OPERATOR, "")
    async with held.database.session() as session:
        kept = await session.scalars(select(ContactRow.subscriber_id))
        assert kept.all() == ["subscriber-arta"]


async def test_a_number_that_is_somebody_elses_contact_goes_and_is_not_shown(held: Held) -> None:
    async with held.database.session() as session:
        await session.execute(
            insert(ContactRow).values(
                subscriber_id="subscriber-besa", kind=ContactKind.MSISDN, value=PERSON.e164, registered_on=NOON.date()
            )
        )
    assert "subscriber-besa" not in json.dumps(await held.service.export(PERSON, OPERATOR, ""))
    await held.service.erase(PERSON, OPERATOR, "")
    async with held.database.session() as session:
        assert (await session.scalars(select(ContactRow.value))).all() == ["besa@example.com"]


async def test_s11_an_export_holds_everything_of_the_person_and_nothing_of_others(held: Held) -> None:
    document = await held.service.export(PERSON, OPERATOR, "by letter")
    told = json.dumps(document)
    for word in ("said-arta", "Name arta", "F-arta", "P-arta", "RK-arta", "arta@example.com", PERSON.e164):
        assert word in told
    assert document["files"][1]["content_base64"] == "cGljdHVyZS1hcnRh"
    assert [each["sender"] for each in document["dialogue_tracker"]] == ["talk-arta.0", "talk-arta.1"]
    assert [each["action"] for each in document["audit"]] == ["code_sent", "code_confirmed", "account_exported"]
    assert document["development_outbox"] == [{"at": document["exported_at"], "to": PERSON.masked}]
    for word in ("besa", NEIGHBOUR.e164, "secret-arta", '123456"', "ciphertext", "code_hash"):
        assert word not in told.replace(PERSON.e164, "")


async def test_an_export_is_audited_before_it_is_made(held: Held) -> None:
    await held.service.export(PERSON, OPERATOR, "by letter")
    last = (await AuditReader(held.database, KEY).entries(PERSON))[-1]
    assert (last.action, last.fields, last.reason) == ("account_exported", ("everything",), "by letter")


async def test_s11_erasing_takes_less_than_a_minute(held: Held) -> None:
    """With 200 conversations of the person and 20,000 events of others in the tracker; usually below a second."""
    for number in range(200):
        await held.audit.record(AuditEntry(Actor(ActorKind.CUSTOMER, f"t{number}"), AuditAction.CODE_CONFIRMED, PERSON))
    track(held.tracker_url, "t0.0", "x", NOON)
    async with held.database.session() as session:
        rows = [
            {"id": f"t{n}", "created_at": NOON, "last_cursor": 5, "epoch": 0, "epoch_turns": 0,
             "last_reply_offered": False}
            for n in range(200)
        ]  # fmt: skip
        await session.execute(insert(ConversationRow), rows)
        await session.execute(
            insert(EventRow),
            [
                {"conversation_id": f"t{n}", "cursor": cursor, "at": NOON, "payload": {"text": "x"}}
                for n in range(200)
                for cursor in range(1, 6)
            ],
        )
    began = time.monotonic()
    erased = await held.service.erase(PERSON, OPERATOR, "")
    assert erased.counts["events"] == 1001
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_tracker_store_that_is_not_there_holds_nothing(held: Held) -> None:
    (held.var / "tracker.db").unlink()
    erased = await held.service.erase(PERSON, OPERATOR, "")
    assert "dialogue tracker" not in erased.counts
    assert not (held.var / "tracker.db").exists()


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
async def test_the_tracker_store_may_be_in_another_database(empty_database: Database, empty_database_url: str) -> None:
    """On PostgreSQL by URL, as Rasa can have it."""
    async with empty_database.session() as session:
        await session.execute(
            text(
                "CREATE TABLE events (id SERIAL PRIMARY KEY, sender_id VARCHAR(255), type_name VARCHAR(255), "
                "timestamp FLOAT, data TEXT)"
            )
        )
        await session.execute(
            text("INSERT INTO events (sender_id, type_name, timestamp, data) VALUES ('a.0', 'user', 1, '{}')")
        )
    store = TrackerStore(empty_database_url)
    assert await store.last_events() == {"a.0": 1.0}
    assert await store.erase(Person(PERSON, "", conversations=frozenset({"a"}))) == 1
    assert await store.last_events() == {}
