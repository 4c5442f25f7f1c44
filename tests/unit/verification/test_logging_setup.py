"""S6, S9, S10: logs are JSON lines without numbers, codes, text of customers or locals."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from ndihma.accounts.msisdn import Msisdn
from ndihma.logging_setup import JsonFormatter, configure_logging, mask

PLANTED = "044 736 251"
CODE = "918273"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("test", stream=stream)
    yield stream
    logging.captureWarnings(capture=False)
    logging.getLogger("uvicorn.access").disabled = False
    root.handlers[:] = before
    root.setLevel(level)


def last(log: io.StringIO) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(log.getvalue().splitlines()[-1])
    return entry


def assert_nothing_planted(log: io.StringIO) -> None:
    written = log.getvalue()
    assert written
    digits = "".join(c for c in written if c.isdigit())
    for secret in (PLANTED, "736251", "736 251", CODE):
        assert secret not in written
    assert "44736251" not in digits


def test_s9_number_in_a_message_is_masked(log: io.StringIO) -> None:
    logging.getLogger("ndihma.test").warning("the code for 044 736 251 is 918273")
    assert last(log)["message"] == "the code for <msisdn> is <code>"
    assert_nothing_planted(log)


def test_s9_number_in_arguments_is_masked(log: io.StringIO) -> None:
    logging.getLogger("ndihma.test").info("sent to %s: %s %d", PLANTED, {"code": CODE}, 44736251)
    assert_nothing_planted(log)


def test_s9_number_in_extra_fields_is_masked_and_counts_stay_numbers(log: io.StringIO) -> None:
    logging.getLogger("ndihma.test").info(
        "done", extra={"to": PLANTED, "nested": {"n": [44736251, CODE]}, "took_ms": 1234, "ok": True, "share": 0.5}
    )
    entry = last(log)
    assert (entry["took_ms"], entry["ok"], entry["share"]) == (1234, True, 0.5)
    assert_nothing_planted(log)


def test_s9_number_in_an_exception_and_its_cause_is_masked(log: io.StringIO) -> None:
    def fail(number: str) -> None:
        try:
            raise KeyError(number)
        except KeyError as error:
            raise RuntimeError(f"no line with {number}") from error

    try:
        fail("044" + "736251")
    except RuntimeError:
        logging.getLogger("ndihma.test").exception("lookup failed")
    exception = last(log)["exception"]
    assert exception["type"] == "builtins.RuntimeError"
    assert exception["caused_by"][0]["type"] == "builtins.KeyError"
    assert any("fail" in frame for frame in exception["frames"])
    assert_nothing_planted(log)


def test_s10_validation_error_does_not_repeat_its_input(log: io.StringIO) -> None:
    class Body(BaseModel):
        text: int

    try:
        Body.model_validate({"text": "fjalë të klientit"})
    except ValueError:
        logging.getLogger("ndihma.test").exception("bad body")
    assert "klientit" not in log.getvalue()
    assert last(log)["exception"]["message"] == "text: int_parsing"


def test_s10_exception_group_is_written_without_source_or_locals(log: io.StringIO) -> None:
    secret_local = PLANTED
    try:
        raise ExceptionGroup("several", [ValueError(secret_local), OSError("disk")])
    except* ValueError:
        logging.getLogger("ndihma.test").exception("failed")
    except* OSError:
        pass
    assert_nothing_planted(log)
    assert "secret_local" not in log.getvalue()


def test_s9_number_in_a_warning_is_masked(log: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"odd number {PLANTED}", stacklevel=1)
    assert "<msisdn>" in last(log)["message"]
    assert_nothing_planted(log)


def test_wrong_format_string_costs_no_line_and_no_argument() -> None:
    record = logging.LogRecord("ndihma.test", logging.INFO, "module.py", 7, "%d %d", (PLANTED,), None)
    assert json.loads(JsonFormatter("test").format(record))["message"] == "unformattable message at module.py:7"


def test_s9_msisdn_values_show_masked(log: io.StringIO) -> None:
    logging.getLogger("ndihma.test").info("looking for %s %r", Msisdn.parse(PLANTED), Msisdn.parse(PLANTED))
    assert last(log)["message"] == "looking for 044 ••• •51 Msisdn(044 ••• •51)"


def test_server_addresses_and_ids_stay_readable() -> None:
    for text in (
        "listening on http://127.0.0.1:8080",
        "conversation 7f3a9c1234567890abcdef1234567890 opened",
        "id 12345678-1234-4abc-8def-123456789012",
        "took 1234 ms",
    ):
        assert mask(text) == text


def test_id_made_of_digits_only_is_not_taken_for_an_id() -> None:
    assert "44736251" not in mask("x 00000000000000000000038344736251 y")


def test_handlers_of_other_loggers_are_taken_over(log: io.StringIO) -> None:
    own = logging.getLogger("uvicorn.error")
    own.addHandler(logging.NullHandler())
    own.propagate = False
    configure_logging("test", stream=log)
    own.critical("number %s", PLANTED)
    assert last(log)["logger"] == "uvicorn.error"
    assert_nothing_planted(log)


def test_each_line_says_when_who_and_how_bad(log: io.StringIO) -> None:
    logging.getLogger("ndihma.test").error("mirë")
    entry = last(log)
    assert (entry["level"], entry["service"], entry["logger"], entry["message"]) == (
        "error",
        "test",
        "ndihma.test",
        "mirë",
    )
    assert "T" in entry["at"]
    assert "\n" not in log.getvalue().rstrip("\n")


def test_very_long_message_is_cut() -> None:
    assert len(mask("a" * 100_000)) < 3000


def test_s6_no_log_holds_the_token_of_a_telegram_bot() -> None:
    token = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # made up
    shown = mask(f"Cannot connect to https://api.telegram.org/bot{token}/getMe and {token}")
    assert token not in shown
    assert token.partition(":")[2] not in shown
