"""A person with something in every store, somebody else beside, on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, create_engine, insert
from sqlalchemy.pool import NullPool

from ndihma.accounts.adapters.sql import SqlAccountWriter
from ndihma.accounts.model import Bill, ContactKind, ContactPoint, Line, LineKind, Payment, SimCard, Subscriber
from ndihma.accounts.msisdn import Msisdn
from ndihma.assist.tables import SuggestionFeedbackRow
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import FixedClock
from ndihma.config import Mode
from ndihma.db import Database
from ndihma.desk import tables as desk
from ndihma.desk.calls import tables as calls
from ndihma.desk.handoff import tables as handoff
from ndihma.privacy.files import DevelopmentOutbox, ProofFiles
from ndihma.privacy.service import PrivacyService
from ndihma.privacy.tracker import TrackerStore
from ndihma.puk import tables as puk
from ndihma.telegram import tables as telegram
from ndihma.verification import tables as verification
from ndihma.verification.senders import FileOutbox
from ndihma.verification.vault import Vault
from tests.support.databases import Databases

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = SecretStr("a" * 64)
VAULT = Vault(SecretStr("v" * 64))
PERSON = Msisdn.parse("044 123 456")
NEIGHBOUR = Msisdn.parse("049 765 432")
OPERATOR = Actor(ActorKind.OPERATOR, "drita")


@dataclass
class Held:
    """The stores of one system."""

    database: Database
    var: Path
    clock: FixedClock
    tracker_url: str

    def __post_init__(self) -> None:
        self.audit = SqlAuditTrail(self.database, self.clock, KEY)
        self.tracker = TrackerStore(self.tracker_url)
        self.files = ProofFiles(self.var)
        self.outbox = FileOutbox(self.var, Mode.DEVELOPMENT, self.clock)
        self.service = PrivacyService(
            database=self.database,
            audit=self.audit,
            verification_key=SecretStr("v" * 64),
            beside=(self.tracker, self.files, DevelopmentOutbox(self.outbox)),
            clock=self.clock,
        )

    async def fill(self, msisdn: Msisdn, name: str) -> None:
        """Something in every store for one number; ``name`` makes ids of its own."""
        talk, reference, proof, mail = f"talk-{name}", f"RK-{name}", f"proof-{name}", f"mail-{name}"
        now = self.clock.now()
        later = now + timedelta(minutes=15)
        chat = int(msisdn.e164[-6:])
        await SqlAccountWriter(self.database).upsert([_line(msisdn, name)], now)
        await self.audit.record(
            AuditEntry(Actor(ActorKind.CUSTOMER, talk), AuditAction.CODE_SENT, msisdn, reason="account"),
            AuditEntry(Actor(ActorKind.CUSTOMER, talk), AuditAction.CODE_CONFIRMED, msisdn, reason="account"),
        )
        subject = VAULT.number_subject(msisdn)
        async with self.database.session() as session:
            for table, values in (
                (desk.ConversationRow, {"id": talk, "created_at": now, "last_cursor": 1, "epoch": 1,
                                        "epoch_turns": 1, "last_reply_offered": False}),
                (desk.SessionRow, {"id": f"session-{name}", "conversation_id": talk, "token_hash": f"secret-{name}",
                                   "created_at": now, "active_at": now, "token_expires_at": later}),
                (desk.EventRow, {"conversation_id": talk, "cursor": 1, "at": now,
                                 "payload": {"type": "message", "text": f"said-{name}"}}),
                (desk.TurnRow, {"id": f"turn-{name}", "conversation_id": talk, "kind": "text",
                                "engine_text": f"said-{name}", "state": "answered", "created_at": now}),
                (desk.RatingRow, {"conversation_id": talk, "score": 4, "comment": f"said-{name}", "rated_at": now}),
                (SuggestionFeedbackRow, {"at": now, "actor": "anita", "action": "wrong", "text": f"said-{name}",
                                         "intent": "ask_sim_price", "conversation_id": talk}),
                (desk.ChoiceRow, {"conversation_id": talk, "id": "c_1", "title": "Po", "payload": "/affirm"}),
                (handoff.HandoffRow, {"conversation_id": talk, "state": "bot", "version": 2, "changed_at": now}),
                (handoff.HandoffNoticeRow, {"id": f"notice-{name}", "conversation_id": talk, "version": 2,
                                            "before": "agent", "after": "bot", "moved_at": now, "state": "sent",
                                            "attempts": 1, "due_at": now}),
                (handoff.AgentNoteRow, {"id": f"note-{name}", "conversation_id": talk, "agent_id": "a1",
                                        "agent_name": "Arta", "at": now, "text": f"said-{name}"}),
                (handoff.AgentMessageRow, {"conversation_id": talk, "agent_id": "a1", "client_id": "x1", "at": now}),
                (handoff.ReplyTimeRow, {"conversation_id": talk, "cursor": 7, "kind": "first", "agent_id": "a1",
                                        "waited_s": 9, "answered_at": now}),
                (handoff.CallbackRow, {"reference": f"TH-{name}", "conversation_id": f"stranger-{name}",
                                       "msisdn": msisdn.e164, "verified": False, "state": "open", "asked_at": now}),
                (calls.CallNoteRow, {"reference": f"SH-{name}", "agent_id": "a1", "agent_name": "Arta",
                                     "client_id": name, "disposition": "call_back", "text": f"said-{name}",
                                     "msisdn": msisdn.e164, "state": "open", "noted_at": now}),
                (calls.CallTicketRow, {"reference": f"SH-{name}", "state": "queued", "attempts": 0, "due_at": now}),
                (desk.ReconnectionRequestRow, {"reference": reference, "conversation_id": talk, "msisdn": msisdn.e164,
                                               "state": "filed", "created_at": now}),
                (desk.AttachmentRow, {"id": proof, "conversation_id": talk, "reference": reference,
                                      "media_type": "image/png", "size": 3, "sha256": "0" * 64, "created_at": now}),
                (desk.TicketRow, {"id": f"ticket-{name}", "kind": "payment_proof", "reference": reference,
                                  "state": "open", "opened_at": now}),
                (desk.OperatorTicketRow, {"reference": reference, "state": "queued", "attempts": 0,
                                          "created_at": now, "due_at": now}),
                (desk.MailRow, {"id": mail, "attachment_id": proof, "state": "queued", "attempts": 0,
                                "created_at": now, "due_at": now}),
                (verification.StepRow, {"conversation_id": talk, "state": "verified", "purpose": "account",
                                        "resume_intent": "check_account", "masked": msisdn.masked, "updated_at": now}),
                (verification.ChallengeRow, {"id": f"challenge-{name}", "conversation_id": f"stranger-{name}",
                                             "purpose": "account", "number_subject": subject,
                                             "sealed_number": b"s" * 16, "salt": b"s" * 16, "code_hash": b"h" * 32,
                                             "deliverable": True, "tries": 0, "created_at": now, "expires_at": later}),
                (verification.StepRow, {"conversation_id": f"stranger-{name}", "state": "code_sent",
                                        "purpose": "account", "resume_intent": "check_account",
                                        "masked": msisdn.masked, "updated_at": now}),
                (verification.FactorRow, {"conversation_id": talk, "channel": "c" * 64, "kind": "sms",
                                          "number_subject": subject, "expires_at": later}),
                (verification.IdentityRow, {"conversation_id": talk, "msisdn": msisdn.e164, "level": 2,
                                            "verified_at": now, "expires_at": later}),
                (puk.PukCodeRow, {"msisdn": msisdn.e164, "card_hash": b"c" * 32, "key_id": "one", "nonce": b"n" * 12,
                                  "ciphertext": b"x" * 24, "stored_at": now}),
                (puk.PukReferenceRow, {"reference_hash": name.ljust(64, "0"), "conversation_id": talk,
                                       "msisdn": msisdn.e164, "created_at": now, "expires_at": later}),
                (puk.PukRevealRow, {"id": f"reveal-{name}", "msisdn": msisdn.e164, "at": now}),
                (verification.NoticeRow, {"id": f"notice-{name}", "msisdn": msisdn.e164, "about": "puk_shown",
                                          "kind": "email", "contact": f"{name}@example.com", "happened_at": now,
                                          "due_at": now, "attempts": 0}),
                (telegram.TelegramChatRow, {"chat_id": chat, "kind": "private", "language": "sq", "state": "active",
                                            "due_at": now, "failures": 0, "seen_at": now}),
                (telegram.TelegramThreadRow, {"conversation_id": talk, "chat_id": chat, "user_id": 0, "opened_by": chat,
                                              "opened_at": now, "cursor": 1, "parts": 0, "sending": False}),
                (telegram.TelegramUpdateRow, {"update_id": chat, "chat_id": chat, "state": "pending", "attempts": 0,
                                              "received_at": now, "due_at": now, "sealed": b"secret"}),
                (telegram.TelegramSentRow, {"chat_id": chat, "message_id": 5, "conversation_id": talk, "asked": 4,
                                            "cursor": 1, "sent_at": now}),
                (telegram.TelegramLinkRow, {"token_hash": f"secret-{name}", "conversation_id": talk,
                                            "expires_at": later}),
            ):  # fmt: skip
                await session.execute(insert(table).values(values))
        self._files(talk, proof, mail, name)
        await self.outbox.submit(msisdn, "Kodi: 123456")

    def _files(self, talk: str, proof: str, mail: str, name: str) -> None:
        for path in (self.var / "uploads" / proof, self.var / "outbox-mail" / f"{mail}.eml"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"picture-{name}")
            os.utime(path, (self.clock.now().timestamp(),) * 2)
        track(self.tracker_url, f"{talk}.0", f"said-{name}", self.clock.now())
        track(self.tracker_url, f"{talk}.1", f"said-{name}", self.clock.now())

    def texts(self) -> bytes:
        """Everything below var/, as bytes."""
        return b"".join(path.read_bytes() for path in sorted(self.var.rglob("*")) if path.is_file())


_TRACKER: Final = Table(
    "events",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255), nullable=False),
    Column("type_name", String(255), nullable=False),
    Column("timestamp", Float),
    Column("intent_name", String(255)),
    Column("action_name", String(255)),
    Column("data", Text),
)


def track(url: str, sender: str, text: str, at: datetime) -> None:
    """One event of a tracker, as Rasa's SQLTrackerStore stores it."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        _TRACKER.create(connection, checkfirst=True)
        data = json.dumps({"event": "user", "text": text})
        event = {"sender_id": sender, "type_name": "user", "timestamp": at.timestamp(), "data": data}
        connection.execute(_TRACKER.insert(), event)
    engine.dispose()


def _line(msisdn: Msisdn, name: str) -> Line:
    day = NOON.date()
    return Line(
        msisdn,
        LineKind.POSTPAID,
        Subscriber(
            f"subscriber-{name}",
            f"Name {name}",
            contacts=(ContactPoint(ContactKind.EMAIL, f"{name}@example.com", day),),
        ),
        SimCard("8938300000000000001"),
        bills=(Bill(f"F-{name}", day, day, 1850),),
        payments=(Payment(NOON, 100, f"P-{name}"),),
    )


@pytest.fixture
def tracker_url(database_url: str, databases: Databases, tmp_path: Path) -> Iterator[str]:
    """Where the engine keeps its state: in a file beside an SQLite database, else in PostgreSQL too."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'tracker.db'}"
        return
    with databases.empty("postgresql", tmp_path) as url:
        yield url


@pytest.fixture
async def held(database: Database, tracker_url: str, tmp_path: Path) -> Held:
    """Two people, each with something everywhere."""
    made = Held(database, tmp_path, FixedClock(NOON), tracker_url)
    await made.fill(PERSON, "arta")
    await made.fill(NEIGHBOUR, "besa")
    return made
