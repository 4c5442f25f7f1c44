"""The shape of the bot's own sentences; one catalogue a language (``words_sq``, ``words_sr``, ``words_en``).

What the assistant answers is Albanian and comes from the desk; these are the sentences that only this edge says.
``{}`` names stand for what is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Words"]


@dataclass(frozen=True, slots=True)
class Words:
    """Every sentence, in one language."""

    language: str
    """The language's own name."""
    commands: Mapping[str, str]
    """What Telegram shows beside each command of a private chat."""
    group_commands: Mapping[str, str]

    # The bot itself
    answers_in_albanian: str
    """Empty in Albanian."""
    menu: str
    help: str
    group_help: str
    language_ask: str
    language_set: str
    erase_ask: str
    erase_yes: str
    erase_no: str
    erased: str
    kept: str
    old_button: str
    limited: str
    unavailable: str
    too_long: str
    in_doubt: str
    """After a crash: whether the last answer arrived is not known."""
    repeat: str
    carried: str
    link_over: str
    in_private: str
    """``{link}``."""
    private_chat: str

    # What people send that is no text
    voice: str
    sticker: str
    video: str
    location: str
    poll: str
    other: str

    # The number and its codes
    number_ask: str
    number_ask_puk: str
    share_number: str
    share_placeholder: str
    code_to_known: str
    """``{masked}``."""
    send_code_to: str
    another_number: str
    contact_not_own: str
    contact_forwarded: str
    contact_not_kosovo: str
    matched: str
    """``{masked}``."""
    code_sent: str
    code_sent_puk: str
    code_second: str
    """``{to}``."""
    cancel: str
    code_alone: str
    code_wrong: str
    """``{left}``."""
    code_expired: str
    code_used_up: str
    locked: str
    locked_until: str
    """``{until}``."""
    too_many_codes: str
    too_many_wrong: str
    codes_unavailable: str
    no_code_awaited: str
    verified: str
    """``{masked}``, ``{time}``."""
    cancelled: str

    # PUK
    puk_cover: str
    puk_show: str
    puk_opening: str
    puk: str
    """``{puk1}``, ``{seconds}``."""
    puk_two: str
    """``{puk1}``, ``{puk2}``, ``{seconds}``."""
    puk_countdown: str
    """``{seconds}``, a number from 5 on."""
    puk_hidden: str
    puk_over: str
    puk_refused: str
    puk_unavailable: str

    # Proof of payment
    proof_wanted: str
    proof_received: str
    """``{reference}``."""
    proof_not_wanted: str
    proof_too_large: str
    proof_type: str
    proof_too_many: str
    proof_failed: str

    # Agents and the end
    agent: str
    an_agent: str
    waiting: str
    waiting_at: str
    """``{position}``."""
    with_agent: str
    with_agent_named: str
    agents_read_text: str
    """What was sent did not reach the agent."""
    """``{name}``."""
    hand_back: str
    ended: str
    rate_ask: str
    rated: str
    source: str
    """``{text}``, ``{day}``."""
