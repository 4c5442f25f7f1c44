"""The settings choose the sender; a choice that lacks something is refused in one line, without its secrets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from ndihma.accounts.model import ContactKind
from ndihma.clock import FixedClock
from ndihma.config import Settings
from ndihma.delivery_config import CONFIDENTIAL
from ndihma.mail import NoMailer
from ndihma.mail.smtp import SmtpMailer
from ndihma.verification.senders import ChosenSender, FileOutbox, NoSender, choose_sender

CLOCK = FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
SECRET = "fshehtesi-99"
KANNEL = {
    "NDIHMA_SMS": "kannel",
    "NDIHMA_KANNEL_URL": "https://sms.example/cgi-bin/sendsms",
    "NDIHMA_KANNEL_USERNAME": "ndihma",
    "NDIHMA_KANNEL_PASSWORD": SECRET,
}
SMPP = {
    "NDIHMA_SMS": "smpp",
    "NDIHMA_SMPP_HOST": "smsc.example",
    "NDIHMA_SMPP_SYSTEM_ID": "ndihma",
    "NDIHMA_SMPP_PASSWORD": SECRET,
}
SMTP = {"NDIHMA_SMTP_HOST": "mail.example", "NDIHMA_SMTP_FROM": "ndihma@operator.example"}
LOGIN = {"NDIHMA_SMTP_USERNAME": "ndihma", "NDIHMA_SMTP_PASSWORD": SECRET}
WEBHOOK = {
    "NDIHMA_HANDOFF_WEBHOOK_URL": "https://desk.example/hook",
    "NDIHMA_HANDOFF_WEBHOOK_SECRET": SECRET * 4,
}
PRODUCTION = {"NDIHMA_MODE": "production", "NDIHMA_ENGINE_TOKEN": "t" * 64}


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> object:
    def made(**variables: str) -> Settings:
        for name, value in {"NDIHMA_VAR_DIR": str(tmp_path), **variables}.items():
            monkeypatch.setenv(name, value)
        return Settings()

    return made


def reached(chosen: ChosenSender) -> set[ContactKind]:
    return {kind for kind in ContactKind if chosen.sender.reaches(kind)}


BOTH = set(ContactKind)
SMS_ONLY = {ContactKind.MSISDN}
MAIL_ONLY = {ContactKind.EMAIL}


@pytest.mark.parametrize(
    ("variables", "contacts", "has_outbox"),
    [
        ({}, BOTH, True),
        ({"NDIHMA_SMS": "none"}, MAIL_ONLY, True),
        (SMTP, BOTH, True),
        (SMTP | {"NDIHMA_SMS": "none"}, MAIL_ONLY, False),
        (KANNEL, BOTH, True),
        (KANNEL | SMTP, BOTH, False),
        (SMPP | SMTP | LOGIN, BOTH, False),
        (PRODUCTION, set(), False),
        (PRODUCTION | {"NDIHMA_SMS": "none"}, set(), False),
        (PRODUCTION | KANNEL, SMS_ONLY, False),
        (PRODUCTION | SMPP, SMS_ONLY, False),
        (PRODUCTION | SMTP, MAIL_ONLY, False),
        (PRODUCTION | SMPP | SMTP | LOGIN, BOTH, False),
    ],
)
async def test_sender_is_what_the_settings_say(
    set_to, variables: dict[str, str], contacts: set[ContactKind], has_outbox: bool
) -> None:
    chosen = choose_sender(set_to(**variables), CLOCK)
    assert reached(chosen) == contacts
    assert chosen.sender.available == (ContactKind.MSISDN in contacts)
    assert isinstance(chosen.sender, NoSender) == (not contacts)
    assert isinstance(chosen.outbox, FileOutbox) == has_outbox
    if "NDIHMA_SMTP_HOST" in variables:
        assert isinstance(chosen.mailer, SmtpMailer)
    await chosen.sender.close()


def test_production_without_a_mail_server_has_no_mailer(set_to) -> None:
    assert isinstance(choose_sender(set_to(**PRODUCTION), CLOCK).mailer, NoMailer)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"NDIHMA_SMS": "kannel"}, "NDIHMA_KANNEL_URL, NDIHMA_KANNEL_USERNAME, NDIHMA_KANNEL_PASSWORD"),
        (KANNEL | {"NDIHMA_KANNEL_PASSWORD": ""}, "NDIHMA_KANNEL_PASSWORD"),
        (SMPP | {"NDIHMA_SMPP_HOST": ""}, "NDIHMA_SMPP_HOST"),
        ({"NDIHMA_SMTP_HOST": "mail.example"}, "NDIHMA_SMTP_FROM"),
        (SMTP | {"NDIHMA_SMTP_USERNAME": "ndihma"}, "NDIHMA_SMTP_PASSWORD"),
        (SMTP | LOGIN | {"NDIHMA_SMTP_SECURITY": "none"}, "NDIHMA_SMTP_SECURITY"),
        (PRODUCTION | {"NDIHMA_SMS": "outbox"}, "NDIHMA_SMS"),
        ({"NDIHMA_SMS": "fax"}, "sms"),
        ({"NDIHMA_SMS_FROM": "Ndihma e operatorit"}, "sms_from"),
        ({"NDIHMA_SMS_TIMEOUT_S": "10"}, "sms_timeout_s"),
        (KANNEL | {"NDIHMA_KANNEL_URL": "ftp://sms.example"}, "kannel_url"),
        (KANNEL | {"NDIHMA_KANNEL_URL": f"https://ndihma:{SECRET}@sms.example/"}, "kannel_url"),
        (KANNEL | {"NDIHMA_KANNEL_URL": f"https://sms.example/?password={SECRET}"}, "kannel_url"),
        (SMTP | {"NDIHMA_SMTP_FROM": "Ndihma <ndihma@operator.example>"}, "smtp_from"),
        (SMTP | {"NDIHMA_SMTP_PORT": "0"}, "smtp_port"),
    ],
)
def test_incomplete_or_wrong_choice_names_its_variable_and_shows_no_secret(
    set_to, variables: dict[str, str], named: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        set_to(**variables)
    (fault,) = caught.value.errors(include_input=False, include_url=False, include_context=False)
    said = f"{'.'.join(map(str, fault['loc']))} {fault['msg']}"
    assert named in said
    assert SECRET not in said


def test_password_in_clear_is_allowed_to_this_machine_only(set_to) -> None:
    local = SMTP | LOGIN | {"NDIHMA_SMTP_SECURITY": "none", "NDIHMA_SMTP_HOST": "127.0.0.1"}
    assert set_to(**local).smtp_security.port == 25


def test_settings_without_what_is_confidential_are_complete(set_to, monkeypatch: pytest.MonkeyPatch) -> None:
    """Engine and actions inherit the environment without these."""
    whole = PRODUCTION | SMPP | SMTP | LOGIN | WEBHOOK | {name: KANNEL[name] for name in KANNEL if name != "NDIHMA_SMS"}
    set_to(**whole)
    for name in CONFIDENTIAL:
        monkeypatch.delenv(name)
    assert isinstance(choose_sender(Settings(), CLOCK).sender, NoSender)
    assert SECRET not in repr(Settings())
