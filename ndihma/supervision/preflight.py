"""What is checked before anything starts: each problem is one sentence that says what to change."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from ndihma.failure import Failure, from_os_error

__all__ = ["check_disk", "check_ports", "free_port", "one_instance", "running_instance"]

_MIN_FREE_BYTES: Final = 200 * 1024 * 1024


def check_ports(wanted: Mapping[str, tuple[str, int]]) -> None:
    """Every address of ``wanted`` (setting name → host, port) can be listened on. Raises Failure."""
    seen: dict[int, str] = {}
    for setting, (host, port) in wanted.items():
        if port in seen:
            raise Failure(f"{seen[port]} and {setting} are both {port}; give each its own port")
        seen[port] = setting
        try:
            family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            raise Failure(_port_problem(error, setting, host, port)) from error


def _port_problem(error: OSError, setting: str, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken by another program; stop it or set {setting} to a free port"
    if error.errno == errno.EACCES:
        return f"port {port} needs special rights; set {setting} to a port above 1023"
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"this machine has no address {host}; correct NDIHMA_GATEWAY_HOST"
    return f"cannot listen on {host}:{port} ({error.strerror}); change {setting}"


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def check_disk(folder: Path, *, min_free_bytes: int = _MIN_FREE_BYTES) -> None:
    """``folder`` (made when missing, private) can be written to and its disk has room. Raises Failure."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)  # customers' data will be below it
        free = shutil.disk_usage(folder).free
        if free < min_free_bytes:
            raise Failure(
                f"the disk of {folder} is full: {free // 2**20} MB free, {min_free_bytes // 2**20} MB are needed"
            )
        probe = folder / f".write-test-{os.getpid()}"
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except OSError as error:
        raise from_os_error(error, f"use {folder}") from error


@contextmanager
def one_instance(lock: Path, about: Mapping[str, object]) -> Iterator[None]:
    """Hold ``lock`` for the ``with`` block; it falls with this process, whatever ends it.

    ``about`` is what a second instance is told of this one. Raises Failure when another holds it.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            other = _read_about(lock)
            process = f" (process {other['pid']})" if "pid" in other else ""
            at = f", at {other['url']}" if "url" in other else ""
            raise Failure(f"already running in this folder{process}{at}") from error
        stream.seek(0)
        stream.truncate()
        json.dump({**about, "pid": os.getpid()}, stream)
        stream.flush()
        try:
            yield
        finally:
            stream.seek(0)
            stream.truncate()


def running_instance(lock: Path) -> dict[str, object] | None:
    """What the instance that holds ``lock`` said about itself; None when nobody holds it."""
    try:
        with lock.open("r", encoding="utf-8") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return _read_about(lock)
    except FileNotFoundError:
        return None
    return None


def _read_about(lock: Path) -> dict[str, object]:
    try:
        about = json.loads(lock.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return about if isinstance(about, dict) else {}
