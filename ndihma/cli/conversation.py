"""Commands that talk to the assistant."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from ndihma.cli.settings import load_settings
from ndihma.failure import Failure

if TYPE_CHECKING:
    from ndihma.client import ChatClient

__all__ = ["app"]

app = typer.Typer()

_EXIT_UNAVAILABLE = 3


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in Albanian.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print intent, confidence and replies as JSON.")] = False,
) -> None:
    """Ask one question and print the reply.

    A running system is used when there is one; otherwise one is started for the question. Exit code 3: no answer
    could be given now.
    """
    import json

    def answer(client: ChatClient) -> None:
        exchange = client.ask(question)
        if as_json:
            replies = [
                {key: reply[key] for key in ("text", "buttons", "source", "outcome")} for reply in exchange.replies
            ]
            content = {"text": exchange.text, "intent": exchange.intent, "confidence": exchange.confidence}
            typer.echo(json.dumps({**content, "replies": replies}, ensure_ascii=False))
        else:
            typer.echo(exchange.text)
        if not exchange.is_answered:
            raise typer.Exit(_EXIT_UNAVAILABLE)

    _with_client(answer)


@app.command()
def chat() -> None:
    """Talk to the assistant in the terminal; Ctrl-D ends."""
    from ndihma.terminal_chat import run

    _with_client(run)


def _with_client(talk: Callable[[ChatClient], None]) -> None:
    """Run ``talk`` on the system that runs, or on one started for it."""
    from ndihma.children import raise_on_signals
    from ndihma.client import ApiProblem, ChatClient, Unreachable, is_gateway
    from ndihma.progress import Terminal
    from ndihma.supervision.serve import gateway_url, running_gateway, temporary_system

    settings = load_settings()
    raise_on_signals()
    address = running_gateway(settings) or gateway_url(settings)
    try:
        with contextlib.ExitStack() as stack:
            if not is_gateway(address):
                reporter = Terminal(sys.stderr)
                address = stack.enter_context(temporary_system(settings, reporter))
                reporter.clear()
            talk(stack.enter_context(ChatClient(address)))
    except Unreachable as error:
        raise Failure(f"the gateway at {address} does not answer: {error}", exit_code=_EXIT_UNAVAILABLE) from error
    except ApiProblem as error:
        raise Failure(str(error), exit_code=_EXIT_UNAVAILABLE) from error
