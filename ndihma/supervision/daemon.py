"""supervisord, tied to the process that started it: ``python -m ndihma.supervision.daemon CONFIG``.

Its standard input is a pipe whose other end only the starter holds and never writes to. When the starter
ends, however it ends, the kernel closes that end, and supervisord stops its programs and ends too.

A log line that cannot be written is lost, and nothing else: supervisord would tell of it on its standard error, which
is on the same full disk, and end with everything it runs.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from supervisor import loggers, supervisord

__all__ = ["main"]


def _end_with_the_starter() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _lose_the_line(_handler: loggers.Handler) -> None:
    pass


def main() -> None:
    loggers.Handler.handleError = _lose_the_line
    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    supervisord.main(["--nodaemon", "--configuration", sys.argv[1]])


if __name__ == "__main__":
    main()
