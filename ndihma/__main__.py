"""``ndihma`` and ``python -m ndihma``: what Ctrl-C does is settled before anything else is imported.

Importing the command line takes a third of a second, and an interrupt in the middle of an import is a traceback at
best. Nothing needs an orderly end yet, so until a command takes the signals over (``children.raise_on_signals``) the
process simply ends, with the code that a shell gives an interrupted program.
"""

import os
import signal

_EXIT_INTERRUPTED = 130


def _end_at_once(_signum: int, _frame: object) -> None:
    os._exit(_EXIT_INTERRUPTED)


if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # a background job's Ctrl-C is not for it
    signal.signal(signal.SIGINT, _end_at_once)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # tools/bin/ndihma holds it back until here

from ndihma.cli import main  # noqa: E402  (after the signal, which is the point)

main()
