"""Starting, killing and starting again what the compared widgets speak to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from bench.measure import free_port, without_settings
from bench.widget.peers import OWN, Widget

__all__ = ["Server", "serving"]

_START_S: Final = 60
_STUB: Final = Path(__file__).parent / "stub.mjs"
_TOKEN: Final = "widget-bench-token-of-a-system-for-a-minute"  # noqa: S105


class Server:
    """One server on one port, whatever happens to its process."""

    def __init__(self, command: list[str], environment: dict[str, str], url: str) -> None:
        self.url = url
        self._command = command
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Raises RuntimeError when it does not answer in time."""
        self._process = subprocess.Popen(self._command, env=self._environment, stdout=subprocess.DEVNULL)
        until = time.monotonic() + _START_S
        while time.monotonic() < until and self._process.poll() is None:
            try:
                with urlopen(self.url, timeout=2):  # noqa: S310
                    return
            except (URLError, ConnectionError):
                time.sleep(0.05)
        raise RuntimeError(f"{self.url} does not answer")

    def kill(self) -> None:
        """At once, without a word to anybody."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


@contextmanager
def serving(widget: Widget, folder: Path, policy: str) -> Iterator[Server]:
    """The widget's page and server, with a memory of its own, for the ``with`` block."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/page/{widget.name}"
    with tempfile.TemporaryDirectory(prefix="ndihma-widget-") as scratch:
        engine: Server | None = None
        if widget is OWN:
            engine_port = free_port()
            environment = {
                **without_settings(),
                "NDIHMA_VAR_DIR": scratch,
                "NDIHMA_GATEWAY_PORT": str(port),
                "NDIHMA_ENGINE_PORT": str(engine_port),
                "NDIHMA_ACTIONS_PORT": str(engine_port),
                "NDIHMA_ENGINE_TOKEN": _TOKEN,
            }
            own = [sys.executable, "-m", "bench.widget.own"]
            engine = Server([*own, "engine", str(engine_port)], environment, f"http://127.0.0.1:{engine_port}/health")
            server = Server([*own, "gateway", str(port), policy], environment, url)
        else:
            stub = ["node", str(_STUB), str(port), str(folder.resolve()), str(Path(scratch) / "state.json"), policy]
            server = Server(stub, dict(os.environ), url)
        try:
            if engine is not None:
                engine.start()
            server.start()
            yield server
        finally:
            server.kill()
            if engine is not None:
                engine.kill()
