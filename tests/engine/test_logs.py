"""S6, S10: the engine's logs hold no message text, no locals, no numbers."""

import io
import json
import logging
import warnings

import structlog

from engine.logs import SafeFormatter, configure_logging

PLANTED = "044 987 654"


def _formatted(record: logging.LogRecord) -> str:
    return SafeFormatter().format(record)


def test_s10_arguments_of_other_libraries_are_dropped() -> None:
    record = logging.LogRecord("rasa.core", logging.ERROR, __file__, 1, "got %s", (f"teksti im {PLANTED}",), None)
    assert "teksti" not in _formatted(record)


def test_s10_an_exception_keeps_type_and_place_only() -> None:
    secret = f"fjala ime {PLANTED}"
    try:
        raise ValueError(secret)
    except ValueError as error:
        record = logging.LogRecord(
            "rasa", logging.ERROR, __file__, 1, "failed", (), (type(error), error, error.__traceback__)
        )
    entry = json.loads(_formatted(record))
    assert entry["exception"] == "ValueError"
    assert entry["where"]
    assert "fjala" not in json.dumps(entry)


def test_s6_a_number_in_a_message_is_masked() -> None:
    record = logging.LogRecord("rasa", logging.ERROR, __file__, 1, f"sender {PLANTED} +383 44 987 654", (), None)
    line = _formatted(record)
    assert "987" not in line


def test_s10_structured_records_keep_their_event_only(monkeypatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    configure_logging()
    structlog.get_logger("rasa.core.processor").warning("processor.message", text=f"teksti im {PLANTED}")
    logging.getLogger("rasa").error("later")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["processor.message", "later"]
    assert "teksti" not in stream.getvalue()


def test_s10_a_warning_keeps_its_kind_and_place_only(monkeypatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    configure_logging()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        try:
            warnings.warn(f"cannot read '/teksti:1: im {PLANTED}'", UserWarning, stacklevel=1)
        finally:
            logging.captureWarnings(False)
    [entry] = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert entry["event"].startswith("test_logs.py:")
    assert entry["event"].endswith(": UserWarning")
    assert "teksti" not in stream.getvalue()
