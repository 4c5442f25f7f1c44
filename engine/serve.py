"""Starts the engine on the loopback interface: our channel only, none of Rasa's own HTTP API (S1).

``python -m engine.serve`` from the project's root. Environment: NDIHMA_MODEL (a model archive), NDIHMA_ENGINE_PORT,
NDIHMA_ENGINE_TOKEN, NDIHMA_ACTIONS_URL, NDIHMA_TRACKER_DB; NDIHMA_ENGINE_FULL=1 starts without the light engine
(:mod:`engine.light`).
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Final, Optional

from engine.action_results import make_validator_once
from engine.environment import prepare, refuse_what_is_left_out
from engine.light import is_installed, what_was_left_out
from engine.light.shortcuts import loading_begins, loading_is_over, take_shortcuts

__all__ = ["main"]

_REQUIRED: Final = ("NDIHMA_MODEL", "NDIHMA_ENGINE_TOKEN", "NDIHMA_ACTIONS_URL", "NDIHMA_TRACKER_DB")
_ENDPOINTS: Final = Path("endpoints.yml")
_ACTION_TIMEOUT_S: Final = 3
"""Rasa would wait five minutes for an action, holding the conversation's lock."""


def main() -> int:
    """Serve until stopped. Returns 2 when the surroundings are wrong."""
    prepare()
    missing = [name for name in _REQUIRED if not os.environ.get(name)]
    if missing:
        print(f"engine: {', '.join(missing)} must be set", file=sys.stderr)
        return 2
    model = Path(os.environ["NDIHMA_MODEL"])
    if not model.is_file():
        print(f"engine: there is no model at {model.name}; `ndihma train` makes one", file=sys.stderr)
        return 2

    if is_installed():
        loading_begins()
    refuse_what_is_left_out(endpoints=_ENDPOINTS, model=model)

    import rasa.core.actions.action
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    from engine.logs import configure_logging

    configure_logging()
    logging.captureWarnings(True)  # Rasa's may repeat a message; printed, they would reach the log as they are
    rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT = _ACTION_TIMEOUT_S
    make_validator_once()
    if is_installed():
        take_shortcuts()
    _refuse_to_run_without_a_model()
    serve_application(
        model_path=str(model),
        interface="127.0.0.1",
        port=int(os.environ.get("NDIHMA_ENGINE_PORT", "5005")),
        credentials="credentials.yml",
        endpoints=AvailableEndpoints.read_endpoints(str(_ENDPOINTS)),
        enable_api=False,
    )
    return 0


def _refuse_to_run_without_a_model() -> None:
    """Rasa answers a broken model with a server that has none; a supervisor can only see a process that ends."""
    import rasa.core.run

    load = rasa.core.run.load_agent_on_start

    async def load_or_exit(*args: object, **kwargs: object) -> object:
        failure = _Failure()
        logging.getLogger("rasa.core.agent").addHandler(failure)
        agent = await load(*args, **kwargs)
        logging.getLogger("rasa.core.agent").removeHandler(failure)
        application = args[-2]
        if not application.ctx.agent.is_ready():  # type: ignore[attr-defined]
            missing = what_was_left_out(failure.error)
            reason = missing or "`ndihma train --force` makes a new one"
            print(f"engine: the model cannot be loaded; {reason}", file=sys.stderr)
            os._exit(3)
        if is_installed():
            loading_is_over()
        return agent

    rasa.core.run.load_agent_on_start = load_or_exit


class _Failure(logging.Handler):
    """Keeps the exception that Rasa only logs."""

    error: Optional[BaseException] = None

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.error = record.exc_info[1]


if __name__ == "__main__":
    sys.exit(main())
