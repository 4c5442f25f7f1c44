"""``ndihma chat``: one conversation in the terminal."""

from __future__ import annotations

import contextlib
import getpass
import sys
from typing import Any

from ndihma.client import ApiProblem, ChatClient, Exchange

__all__ = ["run"]

_PROMPT = "› "


def run(client: ChatClient) -> None:
    """Talk until Ctrl-D. Numbers press the buttons shown last; a code is typed unseen."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  (gives input() a history and line editing)
    print("Ctrl-D ends; a number presses the button in front of it.\n")
    buttons = _show(client.opening(), [])
    while True:
        try:
            line = input(_PROMPT).strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if not line:
            continue
        try:
            if line.isdecimal() and 0 < int(line) <= len(buttons):
                exchange = client.choose(buttons[int(line) - 1]["id"])
            else:
                exchange = client.ask(line)
            buttons = _show(exchange.events, buttons)
            while step := _verification_wanted(exchange):
                continued = _verify(client, step)
                if continued is None:
                    buttons = _show(client.history(), buttons)
                    break
                exchange = continued
                buttons = _show(exchange.events, buttons)
        except ApiProblem as problem:
            print(f"! {problem}\n")


def _show(
    events: tuple[dict[str, Any], ...] | list[dict[str, Any]], known: list[dict[str, str]]
) -> list[dict[str, str]]:
    """Print the replies; returns the buttons that numbers now mean."""
    buttons = known
    for event in events:
        if event["type"] == "attachment" and event["state"] == "wanted":
            print(f"  (a file is expected for {event['reference']}; send it on the web page)\n")
        if event["type"] == "reveal" and event["state"] == "ready":
            print("  (a terminal keeps what it has shown, so a PUK opens on the web page only: ask for it there)\n")
        if event["type"] == "verification" and event.get("sent_to"):
            print(f"  → {event['sent_to']}")
        if event["type"] != "reply":
            continue
        print(event["text"])
        if event["buttons"]:
            buttons = event["buttons"]
            for number, button in enumerate(buttons, start=1):
                print(f"  {number}. {button['title']}")
        print()
    return buttons


def _verification_wanted(exchange: Exchange) -> str | None:
    """The state of the verification step that the last events opened, if it waits for the customer."""
    steps = [event["state"] for event in exchange.events if event["type"] == "verification"]
    return steps[-1] if steps and steps[-1] in ("number_needed", "code_sent") else None


def _verify(client: ChatClient, step: str) -> Exchange | None:
    """Number, then code; None when the customer gave up (an empty line)."""
    while True:
        try:
            if step == "number_needed":
                number = input("Numri i telefonit: ").strip()
                if not number:
                    client.cancel_verification()
                    return None
                sent = client.give_number(number)
                print(f"  → {sent.get('masked') or number}")
                step = "code_sent"
            code = _hidden("Kodi (nuk shfaqet): ").strip()
            if not code:
                client.cancel_verification()
                return None
            return client.give_code(code)
        except EOFError:
            client.cancel_verification()
            return None
        except ApiProblem as problem:
            print(f"! {problem}\n")
            if problem.code in ("verification_locked", "rate_limited", "session_ended"):
                return None
            if problem.code == "code_expired":
                step = "number_needed"


def _hidden(prompt: str) -> str:
    return getpass.getpass(prompt) if sys.stdin.isatty() else input(prompt)
