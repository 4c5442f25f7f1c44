"""supervisord's configuration, written anew for every run."""

from __future__ import annotations

import hashlib
import os
import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ndihma.failure import Failure
from ndihma.supervision.program import Program

__all__ = ["GROUP", "RunFiles", "render"]

GROUP: Final = "ndihma"
_LOG_BYTES: Final = 10 * 1024 * 1024
_LOG_BACKUPS: Final = 3
_SOCKET_PATH_MAX: Final = 85
"""AF_UNIX allows 103 bytes on macOS; supervisord first binds ``<path>.<pid>``."""


@dataclass(frozen=True)
class RunFiles:
    """Where one run keeps its files. Two runs at a time need two of these."""

    run: Path
    logs: Path

    @property
    def config(self) -> Path:
        return self.run / "supervisord.conf"

    @property
    def socket(self) -> Path:
        """In ``run``, unless that path is too long for a unix socket."""
        inside = self.run / "supervisor.sock"
        if len(os.fsencode(inside)) <= _SOCKET_PATH_MAX:
            return inside
        digest = hashlib.sha256(os.fsencode(self.run)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"ndihma-{os.getuid()}-{digest}" / "supervisor.sock"

    @property
    def pid_file(self) -> Path:
        return self.run / "supervisord.pid"

    @property
    def processes(self) -> Path:
        """The process ids of this run, for the next one to clean up after a crash."""
        return self.run / "processes.json"

    @property
    def supervisor_log(self) -> Path:
        return self.logs / "supervisord.log"

    def log(self, program: str) -> Path:
        return self.logs / f"{program}.log"

    def prepare(self) -> None:
        """Make the folders, private to the user. Raises OSError."""
        for folder in (self.run, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        self.run.chmod(0o700)
        if self.socket.parent != self.run:
            self.socket.parent.mkdir(mode=0o700, exist_ok=True)
            status = self.socket.parent.lstat()
            if status.st_uid != os.getuid() or status.st_mode & 0o077:
                raise Failure(f"{self.socket.parent} belongs to somebody else; remove it")

    def clear(self) -> None:
        """Remove what only a running system needs; logs stay."""
        for path in (self.config, self.socket, self.pid_file, self.processes):
            path.unlink(missing_ok=True)


def _value(text: str) -> str:
    """``text``, unless supervisord's parser would change it: it expands % (some keys twice) and cuts comments off."""
    if any(mark in text for mark in ("%", "\n", " ;", " #")):
        raise Failure(f"supervisord cannot work with {text!r}: move the project to a folder without % ; and #")
    return text


def render(programs: Sequence[Program], *, home: Path, files: RunFiles) -> str:
    """The configuration file's text. Secrets are not in it: programs inherit them in their environment."""
    sections = [
        "; Written by ndihma serve for every run; changes here are lost.",
        "[unix_http_server]",
        f"file={_value(str(files.socket))}",
        "chmod=0700",
        "",
        "[supervisord]",
        "nodaemon=true",
        "silent=true",
        f"logfile={_value(str(files.supervisor_log))}",
        f"logfile_maxbytes={_LOG_BYTES}",
        f"logfile_backups={_LOG_BACKUPS}",
        f"pidfile={_value(str(files.pid_file))}",
        f"childlogdir={_value(str(files.logs))}",
        "umask=077",
        "minfds=256",
        "",
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
        "",
        "[supervisorctl]",
        f"serverurl=unix://{_value(str(files.socket))}",
        "",
        # One group: supervisord stops the members of a group together, groups one after another.
        f"[group:{GROUP}]",
        f"programs={','.join(program.name for program in programs)}",
    ]
    for program in programs:
        sections += [
            "",
            f"[program:{program.name}]",
            f"command={_value(shlex.join(program.command))}",
            f"directory={_value(str(home))}",
            "autostart=true",
            "autorestart=true",
            "startsecs=3",
            "startretries=3",
            f"stopwaitsecs={program.stop_within_s}",
            "stopasgroup=true",
            "killasgroup=true",
            "redirect_stderr=true",
            f"stdout_logfile={_value(str(files.log(program.name)))}",
            f"stdout_logfile_maxbytes={_LOG_BYTES}",
            f"stdout_logfile_backups={_LOG_BACKUPS}",
        ]
    return "\n".join(sections) + "\n"
