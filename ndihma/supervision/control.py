"""Asking supervisord about its programs, over XML-RPC on its unix socket."""

from __future__ import annotations

import http.client
import socket
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ndihma.supervision.config import GROUP

__all__ = ["ProgramState", "SupervisorControl", "SupervisorGoneError"]

_TIMEOUT_S: Final = 5.0


class SupervisorGoneError(Exception):
    """Nobody answers on supervisord's socket."""


@dataclass(frozen=True)
class ProgramState:
    """What supervisord knows of one program. ``pid`` is 0 while it does not run."""

    name: str
    state: str
    pid: int
    exit_status: int
    """-1 when a signal ended it; 0 also when supervisord does not know: it forgets once it starts it again."""

    @property
    def given_up(self) -> bool:
        return self.state == "FATAL"


class SupervisorControl:
    """The part of supervisord's interface that a run needs. Raises SupervisorGoneError."""

    def __init__(self, socket_path: Path) -> None:
        self._socket_path = socket_path

    def is_running(self) -> bool:
        try:
            self._call("supervisor.getState")
        except SupervisorGoneError:
            return False
        return True

    def states(self) -> list[ProgramState]:
        return [
            ProgramState(
                name=str(info["name"]),
                state=str(info["statename"]),
                pid=int(info["pid"]),
                exit_status=int(info["exitstatus"]),
            )
            for info in self._call("supervisor.getAllProcessInfo")
            if info["group"] == GROUP
        ]

    def _call(self, method: str) -> Any:
        try:
            transport = _UnixTransport(self._socket_path)
            with xmlrpc.client.ServerProxy("http://localhost", transport=transport) as server:
                return getattr(server, method)()
        except (OSError, http.client.HTTPException, xmlrpc.client.Error) as error:
            raise SupervisorGoneError(str(error)) from error


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=_TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(_TIMEOUT_S)
            connection.connect(str(self._path))
        except OSError:
            connection.close()
            raise
        self.sock = connection


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        connection = _UnixConnection(self._path)
        self._connection = host, connection  # what Transport.close() closes
        return connection
