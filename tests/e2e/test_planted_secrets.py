"""S6: numbers, codes, PUKs and personal numbers are planted in whole conversations and then searched for everywhere.

At every log level, with failures forced: the engine hangs, the database is locked, uploads and requests are no good.
Then every file below var/ and every value of every table is looked at. A number stands in clear only where it must:
in the local copy of the accounts, in requests that the staff work on, and in what the conversation proves right now.
At last the person is erased while the system runs, and stands nowhere any more (S11).
"""

from __future__ import annotations

import io
import json
import os
import re
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pikepdf
import psutil
import pytest

from ndihma.config import LogLevel
from tests.e2e.conftest import (
    REPLY_LIMIT_S,
    Conversation,
    System,
    replies,
    sent_to,
    start_system,
    stop_system,
    wait_for,
)
from tests.e2e.traces import files, values

pytestmark = pytest.mark.e2e

CUSTOMER = "044100119"
"""Demo: suspended for non-payment; a real customer, whose number the system knows."""
CUSTOMERS_PUK = "91100144"
DEACTIVE = "044100109"
"""Demo: its code goes to a mailbox, because no SMS reaches it."""
MAILBOX, MAILBOX_SHOWN = "demo@example.com", "d•••@e•••.com"
STRANGER = ("049765432", "049 765 432", "49765432")
"""A number that nobody verifies: it stands nowhere at all."""
TYPED = ("73645182", "1234509876", "89383000000000987654")
"""A PUK, a personal number and a card's number."""
SIX_DIGITS = ("918273", "482915")
"""Codes: one told in the chat, one tried in its field."""
IN_WORDS = ("shtateqind e gjashtedhet", "katerqind e tridhet", "nante nji tet", "shtat tre gjasht", "pes nji tet")
"""Words that look the same in a file however it writes ë."""
UNTOLD = "xhamadani"
"""A word of a message: it may stand in the transcript and the tracker, and in no log."""

CUSTOMERS_NUMBER_STANDS_IN = {
    ("account_line", "msisdn"),
    ("account_bill", "line_msisdn"),
    ("account_payment", "line_msisdn"),
    ("puk_codes", "msisdn"),
    ("puk_references", "msisdn"),
    ("reconnection_requests", "msisdn"),
    ("verification_identities", "msisdn"),
}
DATABASES = {"ndihma.db", "ndihma.db-wal", "ndihma.db-shm"}


@dataclass
class Planted:
    """A system in which everything was tried, and the codes that its telephone showed."""

    system: System
    codes: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=[level.value for level in LogLevel])
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    running = start_system(
        tmp_path_factory.mktemp(f"planted-{request.param}"),
        NDIHMA_LOG_LEVEL=request.param,
        NDIHMA_ENGINE_TIMEOUT_S="2",
    )
    try:
        made = Planted(running)
        talk_as_a_stranger(running)
        made.codes += talk_as_a_customer(running)
        made.codes += talk_through_a_contact(running)
        send_what_is_no_good(running)
        talk_while_the_engine_hangs(running)
        talk_while_the_database_is_locked(running)
        yield made
    finally:
        stop_system(running)


def talk_as_a_stranger(system: System) -> None:
    conversation = Conversation.start(system)
    for text in (
        f"numri im eshte {STRANGER[1]}, {UNTOLD}, a jam aktiv",
        f"+383 {STRANGER[2]} a 00377{STRANGER[2]} a ({STRANGER[0][:3]}) {STRANGER[0][3:]}, cili vlen",
        f"kodi im {SIX_DIGITS[0]} edhe puk {TYPED[0]} leternjoftimi {TYPED[1]}, kartela {TYPED[2]}",
        "numri jem zero dyzet e nante shtateqind e gjashtedhet e pes katerqind e tridhet e dy, kur mdel afati",
        "kodi nante nji tet dy shtat tri edhe puku: shtat tre gjasht kater pes nji tet dy, a vlejnë",
    ):
        assert replies(conversation.say(text))
    conversation.say("sa kredi kam në numrin tim?")
    conversation.say(f"ja numri {STRANGER[1]}")  # the step is open: it goes to verification, not to the engine
    conversation.say(SIX_DIGITS[0])


def talk_as_a_customer(system: System) -> list[str]:
    """Verification with a wrong and a right code, a question about the PUK, a proof of payment."""
    conversation = Conversation.start(system)
    conversation.say("sa kredi kam në numrin tim?")
    call = {"headers": conversation.headers}
    started = conversation.client.post(f"{conversation.path}/verification", json={"msisdn": CUSTOMER}, **call)
    assert started.status_code == 202, started.text
    deadline = time.monotonic() + REPLY_LIMIT_S
    while not (messages := sent_to(system, CUSTOMER)) and time.monotonic() < deadline:
        time.sleep(0.05)
    code = re.findall(r"\b\d{6}\b", messages[-1]["text"])[0]
    wrong = conversation.client.post(f"{conversation.path}/verification/code", json={"code": SIX_DIGITS[1]}, **call)
    assert wrong.status_code == 422, wrong.text
    right = conversation.client.post(f"{conversation.path}/verification/code", json={"code": code}, **call)
    assert right.status_code == 200, right.text
    conversation.token = right.json()["token"]
    conversation.until("done", in_reply_to=None)
    conversation.say("më duhet kodi puk")
    conversation.say(f"puk-u im qenka {CUSTOMERS_PUK}, {CUSTOMER}, a vlen")
    events = conversation.say("e pagova, qe dëshmia, ma lëshoni numrin")
    assert [event["state"] for event in events if event["type"] == "attachment"] == ["wanted"]
    page = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Author"] = f"{STRANGER[0]} {TYPED[1]}"
        pdf.save(page)
    for name, content, kind in (
        (f"{STRANGER[0]}.png", f"#!/bin/sh {STRANGER[0]} {TYPED[0]}".encode(), "image/png"),
        (f"{STRANGER[0]}.pdf", b"%PDF-1.7 " + STRANGER[0].encode(), "application/pdf"),
        (f"{STRANGER[0]}.pdf", page.getvalue(), "application/pdf"),
    ):
        conversation.client.post(
            f"{conversation.path}/attachments", files={"file": (name, content, kind)}, headers=conversation.headers
        )
    received = [event["state"] for event in conversation.read() if event["type"] == "attachment"]
    assert received == ["received"]
    return [code]


def talk_through_a_contact(system: System) -> list[str]:
    """Verification by a code to a mailbox, after which every contact is told."""
    conversation = Conversation.start(system)
    conversation.say("sa kredi kam në numrin tim?")
    before = len(sent_to(system, MAILBOX_SHOWN))
    conversation.say(f"{DEACTIVE[:3]} {DEACTIVE[3:6]} {DEACTIVE[6:]}")
    assert "Deaktiv" in replies(conversation.give_code(system, MAILBOX_SHOWN, before))
    wait_for(lambda: sent_to(system, MAILBOX_SHOWN)[before + 1 :])
    return re.findall(r"\b\d{6}\b", sent_to(system, MAILBOX_SHOWN)[before]["text"])[:1]


def send_what_is_no_good(system: System) -> None:
    """What reaches the edge and is refused there: nothing of it may be written down."""
    conversation = Conversation.start(system)
    client, headers = conversation.client, {**conversation.headers, "Content-Type": "application/json"}
    answers = [
        client.post(f"{conversation.path}/messages", content=content, headers=headers)
        for content in (
            f'{{"client_id":"a","text":"{STRANGER[0]}'.encode(),
            f'{{"client_id":"{STRANGER[0]}","text":5}}'.encode(),
            f'{{"client_id":"a","text":"{TYPED[0]} {"x" * 2000}"}}'.encode(),
            f'{{"client_id":"a","choice":"c_{TYPED[1]}"}}'.encode(),
        )
    ]
    answers += [
        client.post(f"{conversation.path}/verification", json={"msisdn": f"{STRANGER[0]}{TYPED[0]}"}, headers=headers),
        client.post(f"{conversation.path}/verification/code", json={"code": TYPED[0]}, headers=headers),
        client.get(f"/api/v1/sessions/{STRANGER[0]}/history?after={TYPED[0]}", headers=headers),
        client.get(f"/{STRANGER[0]}?puk={TYPED[0]}"),
        httpx.get(f"{system.base}/api/v1/sessions/{TYPED[1]}", headers={"Authorization": f"Bearer {TYPED[2]}"}),
    ]
    assert [answer.status_code for answer in answers if not 400 <= answer.status_code < 500] == []


def talk_while_the_engine_hangs(system: System) -> None:
    processes = psutil.Process(system.process.pid).children(recursive=True)
    engine = next(process for process in processes if "engine.serve" in process.cmdline())
    conversation = Conversation.start(system)
    os.kill(engine.pid, signal.SIGSTOP)
    try:
        events = conversation.say(f"kodi {SIX_DIGITS[0]} numri {STRANGER[0]} a punon")
    finally:
        os.kill(engine.pid, signal.SIGCONT)
    assert [event["outcome"] for event in events if event["type"] == "reply"] != ["answered"]


def talk_while_the_database_is_locked(system: System) -> None:
    conversation = Conversation.start(system)
    with closing(sqlite3.connect(system.var / "ndihma.db", timeout=10, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        try:
            refused = [
                conversation.post({"client_id": "locked", "text": f"numri {STRANGER[0]} kodi {SIX_DIGITS[0]}"}),
                conversation.client.post(
                    f"{conversation.path}/verification", json={"msisdn": STRANGER[0]}, headers=conversation.headers
                ),
            ]
        finally:
            other.execute("ROLLBACK")
    assert {answer.status_code for answer in refused} == {503}
    deadline = time.monotonic() + 30
    while conversation.post({"client_id": "after", "text": "përshëndetje"}).status_code != 202:
        assert time.monotonic() < deadline, "the system did not come back"
        time.sleep(0.2)


def test_s6_what_was_planted_is_in_no_file(planted: Planted) -> None:
    needles = [needle.encode() for needle in (*STRANGER, *TYPED, *IN_WORDS, CUSTOMERS_PUK)]
    hits = [
        (name, needle) for name, content in files(planted.system).items() for needle in needles if needle in content
    ]
    assert hits == []


def test_s6_a_code_is_on_the_developers_telephone_alone(planted: Planted) -> None:
    """Six digits stand in many a hash and moment by chance; a code stands by itself."""
    assert planted.codes
    alone = re.compile(rb"(?<![\w.+-])(?:%s)(?![\w-])" % b"|".join(c.encode() for c in {*planted.codes, *SIX_DIGITS}))
    logs_and_others = {name: content for name, content in files(planted.system).items() if not name.endswith(".db-wal")}
    hits = [name for name, content in logs_and_others.items() if alone.search(content) and name != "outbox.jsonl"]
    assert hits == []


def test_s6_no_value_of_a_table_is_or_holds_a_code(planted: Planted) -> None:
    codes = re.compile(rf"(?<![\w.+-])(?:{'|'.join({*planted.codes, *SIX_DIGITS})})(?![\w-])")
    var = planted.system.var
    hits = [
        (path.name, table, column)
        for path in (var / "ndihma.db", var / "tracker.db")
        for table, column, value in values(path)
        if codes.search(value)
    ]
    assert hits == []


def test_s6_a_verified_number_stands_only_where_it_must(planted: Planted) -> None:
    digits = CUSTOMER.lstrip("0")
    var = planted.system.var
    found = {
        (table, column)
        for path in (var / "ndihma.db", var / "tracker.db")
        for table, column, value in values(path)
        if digits in value.replace(" ", "")
    }
    assert ("reconnection_requests", "msisdn") in found
    assert found <= CUSTOMERS_NUMBER_STANDS_IN
    spelled = [digits.encode(), f"{CUSTOMER[:3]} {CUSTOMER[3:6]} {CUSTOMER[6:]}".encode()]
    elsewhere = {
        name
        for name, content in files(planted.system).items()
        if name not in DATABASES and not name.startswith("outbox-mail/") and any(each in content for each in spelled)
    }
    assert elsewhere == set()


def test_s6_a_contact_that_carried_a_code_stands_in_the_accounts_alone(planted: Planted) -> None:
    """Its notice, with the number and the contact, is gone once it was handed over."""
    var, digits = planted.system.var, DEACTIVE.lstrip("0")
    databases = [(path, *each) for path in (var / "ndihma.db", var / "tracker.db") for each in values(path)]
    assert {(table, column) for _, table, column, value in databases if MAILBOX in value} == {
        ("account_contact", "value")
    }
    number_stands_in = {(table, column) for _, table, column, value in databases if digits in value.replace(" ", "")}
    assert number_stands_in <= CUSTOMERS_NUMBER_STANDS_IN - {("reconnection_requests", "msisdn")}
    elsewhere = {
        name
        for name, content in files(planted.system).items()
        if name not in DATABASES and (MAILBOX.encode() in content or digits.encode() in content)
    }
    assert elsewhere == set()


def test_s10_no_log_holds_what_was_said_or_a_traceback(planted: Planted) -> None:
    logs = {name: content.decode() for name, content in files(planted.system).items() if name.startswith("log/")}
    assert logs.keys() >= {"log/gateway.log", "log/actions.log", "log/engine.log"}
    assert [name for name, text in logs.items() if UNTOLD in text or "Traceback (most recent" in text] == []
    levels = [json.loads(line)["level"] for line in logs["log/gateway.log"].splitlines() if line.startswith("{")]
    assert "error" in levels, "the forced failures were not logged at all"


def test_s10_the_account_reads_of_the_conversation_are_in_the_audit_trail(planted: Planted) -> None:
    assert planted.system.command("audit", "verify").returncode == 0
    listed = planted.system.command("audit", "list", "--number", CUSTOMER, "--json")
    actions = [json.loads(line)["action"] for line in listed.stdout.splitlines()]
    assert {"code_sent", "code_confirmed", "account_read"} <= set(actions)
    assert CUSTOMER.lstrip("0") not in listed.stdout


def test_s11_the_person_is_told_and_erased_while_the_system_runs(planted: Planted, tmp_path: Path) -> None:
    system = planted.system
    out = tmp_path / "export.json"
    assert system.command("export", CUSTOMER, "--out", str(out)).returncode == 0
    document = json.loads(out.read_text(encoding="utf-8"))
    assert out.stat().st_mode & 0o077 == 0
    assert document["database"]["reconnection_requests"][0]["msisdn"] == document["msisdn"]
    assert document["dialogue_tracker"]
    assert document["files"]
    assert [code for code in (*planted.codes, CUSTOMERS_PUK) if code in out.read_text(encoding="utf-8")] == []
    began = time.monotonic()
    erased = system.command("erase", CUSTOMER, "--yes")
    assert erased.returncode == 0, erased.stderr
    assert time.monotonic() - began < 60
    assert "dialogue tracker" in erased.stdout
    digits = CUSTOMER.lstrip("0").encode()
    assert [name for name, content in files(system).items() if digits in content] == []
    assert "Nothing is held" in system.command("erase", CUSTOMER, "--dry-run").stdout
    assert replies(Conversation.start(system).say("sa kushton sim kartela"))
