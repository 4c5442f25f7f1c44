"""What is checked before anything starts."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ndihma.failure import Failure, last_error_line
from ndihma.supervision.leftovers import end_leftovers, end_processes, remember
from ndihma.supervision.preflight import check_disk, check_ports, free_port, one_instance, running_instance
from ndihma.supervision.program import Program


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_free_ports_pass() -> None:
    check_ports({"NDIHMA_GATEWAY_PORT": ("127.0.0.1", free_port()), "NDIHMA_ENGINE_PORT": ("127.0.0.1", free_port())})


def test_a_taken_port_names_the_setting_to_change(taken_port: int) -> None:
    with pytest.raises(Failure, match=rf"port {taken_port} .* taken .* set NDIHMA_ENGINE_PORT"):
        check_ports({"NDIHMA_ENGINE_PORT": ("127.0.0.1", taken_port)})


def test_one_port_for_two_programs_is_refused() -> None:
    port = free_port()
    with pytest.raises(Failure, match=f"NDIHMA_A_PORT and NDIHMA_B_PORT are both {port}"):
        check_ports({"NDIHMA_A_PORT": ("127.0.0.1", port), "NDIHMA_B_PORT": ("127.0.0.1", port)})


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(Failure, match=r"no address .* NDIHMA_GATEWAY_HOST"):
        check_ports({"NDIHMA_GATEWAY_PORT": (host, free_port())})


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"disk of .* is full: \d+ MB free"):
        check_disk(tmp_path / "var", min_free_bytes=2**62)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file in the way")
    with pytest.raises(Failure, match="cannot use"):
        check_disk(tmp_path / "var")


def test_the_data_folder_is_private(tmp_path: Path) -> None:
    check_disk(tmp_path / "var")
    assert (tmp_path / "var").stat().st_mode & 0o077 == 0


def test_a_second_instance_is_told_about_the_first(tmp_path: Path) -> None:
    lock = tmp_path / "run" / "serve.lock"
    with one_instance(lock, {"url": "http://127.0.0.1:8080"}):
        assert running_instance(lock) == {"url": "http://127.0.0.1:8080", "pid": os.getpid()}
        with (
            pytest.raises(Failure, match=rf"already running .*process {os.getpid()}.*http://127.0.0.1:8080"),
            one_instance(lock, {}),
        ):
            pass
    assert running_instance(lock) is None
    with one_instance(lock, {}):
        pass


def test_a_lock_file_of_a_killed_run_does_not_count(tmp_path: Path) -> None:
    lock = tmp_path / "serve.lock"
    lock.write_text(json.dumps({"pid": 1, "url": "http://127.0.0.1:8080"}))
    assert running_instance(lock) is None


def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)


def test_remembered_processes_are_ended(tmp_path: Path) -> None:
    process = sleeper()
    remember(tmp_path / "processes.json", [process.pid])
    assert end_leftovers(tmp_path / "processes.json") == 1
    assert process.wait(1) != 0


def test_a_stranger_with_a_remembered_id_is_left_alone(tmp_path: Path) -> None:
    process = sleeper()
    try:
        (tmp_path / "processes.json").write_text(json.dumps({str(process.pid): "another moment"}))
        assert end_leftovers(tmp_path / "processes.json") == 0
        assert process.poll() is None
    finally:
        end_processes([process.pid])
        process.wait(2)


@pytest.mark.parametrize("content", ["", "[]", '{"x": 1}', "{", '{"1": null}'])
def test_a_spoilt_list_of_processes_is_ignored(tmp_path: Path, content: str) -> None:
    (tmp_path / "processes.json").write_text(content)
    assert end_leftovers(tmp_path / "processes.json") == 0


@pytest.mark.parametrize("name", ["", "Engine", "a b", "a]"])
def test_a_program_needs_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="not a program name"):
        Program(name, ("true",), "http://127.0.0.1:1/")


def test_the_last_error_of_a_log_is_preferred_to_its_last_line(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    log.write_text("OldError: not this\n")
    start = log.stat().st_size
    with log.open("a") as stream:
        stream.write("Traceback (most recent call last):\nValueError: this\nshutting down\n\n")
    assert last_error_line(log, from_byte=start) == "ValueError: this"
    assert last_error_line(tmp_path / "none.log") == ""


def test_of_a_structured_log_only_the_message_is_told(tmp_path: Path) -> None:
    log = tmp_path / "gateway.log"
    log.write_text(
        '{"level": "error", "logger": "ndihma.gateway", "message": "wrong configuration: NDIHMA_X must be set"}\n'
        '{"level": "info", "logger": "ndihma.gateway", "message": "stopped"}\n'
    )
    assert last_error_line(log) == "wrong configuration: NDIHMA_X must be set"


def test_a_log_of_mere_information_gives_no_reason(tmp_path: Path) -> None:
    log = tmp_path / "supervisord.log"
    log.write_text("2026-11-22 17:58:15,810 INFO success: gateway entered RUNNING state\n")
    assert last_error_line(log) == ""
    log.write_text('{"level": "info", "message": "stopped"}\n[1, 2]\n')
    assert last_error_line(log) == "[1, 2]"


def test_the_engine_s_advice_is_preferred_to_its_technical_record(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    log.write_text(
        '{"level": "error", "event": "Could not load model due to an end", "exception": "EOFError"}\n'
        "engine: the model cannot be loaded; `ndihma train --force` makes a new one\n"
    )
    assert last_error_line(log) == "engine: the model cannot be loaded; `ndihma train --force` makes a new one"
