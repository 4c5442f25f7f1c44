"""S5, S9: the outbox exists in development only, is the owner's alone, bounded, and shows where things go masked."""

from __future__ import annotations

import asyncio
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import FixedClock
from ndihma.config import Mode
from ndihma.mail import Attachment, EmailAddress, Mail, MailPostponed
from ndihma.verification.senders import FileOutbox, OutboxRefused, SendPostponed

NUMBER = Msisdn.parse("044 123 456")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MAIL = Mail(
    "m1",
    NOON,
    EmailAddress.parse("arta@example.com"),
    "Dëshmi",
    "Përshëndetje",
    (Attachment("dëshmi.pdf", "application/pdf", b"%PDF"),),
)


def outbox(var_dir: Path) -> FileOutbox:
    return FileOutbox(var_dir, Mode.DEVELOPMENT, FixedClock(NOON))


def names_in(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


async def test_newest_message_stands_first(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    box = FileOutbox(tmp_path, Mode.DEVELOPMENT, clock)
    await box.submit(NUMBER, "111111")
    clock.advance(timedelta(seconds=1))
    await box.submit(NUMBER, "222222")
    newest, oldest = box.latest()
    assert "222222" in newest.text
    assert "111111" in oldest.text
    assert newest.moment - oldest.moment == timedelta(seconds=1)
    assert box.latest(1) == [newest]
    assert box.latest(0) == []


async def test_s9_outbox_shows_the_number_masked(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    await box.submit(NUMBER, "482913")
    assert box.latest()[0].to == "044 ••• •56"
    assert "44123456" not in (tmp_path / "outbox.jsonl").read_text()


async def test_outbox_is_the_owners_alone_and_json_lines(tmp_path: Path) -> None:
    await outbox(tmp_path).submit(NUMBER, "482913")
    await outbox(tmp_path).submit(NUMBER, "482914")
    assert stat.S_IMODE((tmp_path / "outbox.jsonl").stat().st_mode) == 0o600
    lines = (tmp_path / "outbox.jsonl").read_text().splitlines()
    assert [set(json.loads(line)) for line in lines] == [{"at", "to", "text"}] * 2


async def test_outbox_keeps_the_latest_two_hundred_whoever_writes_at_once(tmp_path: Path) -> None:
    boxes = [outbox(tmp_path) for _ in range(5)]
    await asyncio.gather(*(boxes[n % 5].submit(NUMBER, f"{n:06d}") for n in range(150)))
    assert len(boxes[0].latest()) == 150
    await asyncio.gather(*(boxes[n % 5].submit(NUMBER, f"{n:06d}") for n in range(150, 230)))
    assert len(boxes[0].latest()) == 200
    assert names_in(tmp_path) == {"outbox.jsonl", "outbox.lock"}


async def test_outbox_that_cannot_be_written_is_a_named_error_without_the_code(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the directory should be")
    with pytest.raises(SendPostponed) as caught:
        await outbox(tmp_path / "var").submit(NUMBER, "482913")
    with pytest.raises(MailPostponed):
        await outbox(tmp_path / "var").send(MAIL)
    assert "482913" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_empty_outbox_has_no_messages(tmp_path: Path) -> None:
    assert outbox(tmp_path).latest() == []


def test_outbox_is_refused_in_production(tmp_path: Path) -> None:
    with pytest.raises(OutboxRefused):
        FileOutbox(tmp_path, Mode.PRODUCTION, FixedClock(NOON))
    assert list(tmp_path.iterdir()) == []


async def test_s9_mail_stands_beside_sms_with_its_address_masked(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    await box.submit(NUMBER, "482913")
    await box.send(MAIL)
    mail, sms = box.latest()
    assert (sms.to, sms.text) == ("044 ••• •56", "482913")
    assert (mail.to, mail.text) == ("a•••@e•••.com", "Dëshmi\nPërshëndetje\n[dëshmi.pdf]")
