"""supervisord, tied to the process that started it: ``python -m ndihma.supervision.daemon CONFIG``.

Its standard input is a pipe whose other end only the starter holds and never writes to. When the starter
ends, however it ends, the kernel closes that end, and supervisord stops its programs and ends too.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from supervisor import supervisord

__all__ = ["main"]


def _end_with_the_starter() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    supervisord.main(["--nodaemon", "--configuration", sys.argv[1]])


if __name__ == "__main__":
    main()
