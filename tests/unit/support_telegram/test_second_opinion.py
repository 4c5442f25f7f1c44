"""Ours and teremok's reading of the rules agree, and where they do not the reason is known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.telegram.errors import ApiError
from tests.support.telegram.fake import FakeBotApi
from tests.support.telegram.second_opinion import objection
from tests.support.telegram.specification import specification
from tests.support.telegram.validation import check, values_of

from .test_validation import CHAT, REFUSED, TAKEN

UNKNOWN_TO_TEREMOK = (
    "chat not found",
    "message to be replied not found",
    "query is too old",
    "message to edit not found",
    "message identifier is not specified",
    "message to delete not found",
    "wrong file",
    "file must be non-empty",
    "COMMAND",
    "command:",
    "description:",
    "duplicate commands",
    "invalid language code",
    "secret token contains",
    "secret_token:",
    "HTTPS URL must be provided",
    "wrong parameter action",
    "Wrong HTTP URL",
    "too many buttons in a row",
    "text must be non-empty",
    "unsupported parse_mode",
    "in a middle of a UTF-16 symbol",
    "Unsupported type specified",
    "begins after the end of the text",
)
"""Rules of state, commands, webhooks and encodings, which teremok leaves out. (It checks no types: pydantic does.)"""
SHOWN_IS_WHAT_COUNTS = "the length is counted and emptiness judged after entities parsing (sendMessage: text)"
DIFFERENT: dict[str, str] = {
    "<b></b>": SHOWN_IS_WHAT_COUNTS,
    " \n": SHOWN_IS_WHAT_COUNTS,
    "<b>" + "ë" * 4096 + "</b>": SHOWN_IS_WHAT_COUNTS,
    "1 & 2": "an ampersand that begins no entity is taken as it is",
}
"""Text → why ours judges it another way than teremok."""


def ours(method: str, raw: dict[str, Any]) -> str | None:
    api = FakeBotApi(flood=False)
    api.user(CHAT)
    try:
        values = values_of(specification(), method, raw)
        check(specification(), method, values)
        api.cloud.perform(method, values)
    except ApiError as error:
        return error.description
    return None


@pytest.mark.parametrize(("method", "raw"), [case[:2] for case in REFUSED])
def test_refusals(method: str, raw: dict[str, Any]) -> None:
    description = ours(method, raw)
    assert description is not None
    known = not any(words in description for words in UNKNOWN_TO_TEREMOK) and raw.get("text") not in DIFFERENT
    assert (objection(method, raw) is not None) >= known


AMPERSAND = {"chat_id": CHAT, "text": "1 & 2", "parse_mode": "HTML"}


@pytest.mark.parametrize(("method", "raw"), [*TAKEN, ("sendMessage", AMPERSAND)])
def test_what_is_taken(method: str, raw: dict[str, Any]) -> None:
    assert ours(method, raw) is None
    assert (objection(method, raw) is not None) == (raw.get("text") in DIFFERENT)
