"""The compared widgets: where each comes from, and where on its page one clicks, types and sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ndihma.gateway.demo import DEMO_POLICY

__all__ = ["OWN", "PEERS", "POLICY", "Widget"]

POLICY: Final = DEMO_POLICY
"""What every page is served under first; whoever does not show anything then is looked at without it, too."""


@dataclass(frozen=True, slots=True)
class Widget:
    """``launcher`` and ``field`` are CSS selectors, ``>>`` goes into a shadow root.

    Without a launcher the chat is always open.
    """

    name: str
    field: str
    launcher: str = ""
    version: str = ""
    integrity: str = ""
    """Of the package's archive, as npm tells it."""
    script: str = ""
    """Inside the archive: one file with everything in it."""


OWN: Final = Widget("ndihma", field="ndihma-chat >> textarea", launcher="ndihma-chat >> [part~=launcher]")

PEERS: Final = (
    Widget(
        "rasa-webchat",
        launcher=".rw-launcher",
        field=".rw-new-message",
        version="1.0.1",
        integrity="sha512-Ld1zVJvTAaTrs6A5p8t70agNNrKYRyXlvqXZRgBoDvKKUXbA0jhJKECi5bdPGlaR6jsmqWtVylHS+YqIqo0x8w==",
        script="package/lib/index.js",
    ),
    Widget(
        "deep-chat",
        field="deep-chat >> #text-input",
        version="2.4.2",
        integrity="sha512-wQNd6Z6HDoH7OMeoQKpmxDm9XdWrRjMkBJ2yl5tsYND9Dz2UCv/BdGVM8vK2V0mhO1u+OniHYPWDGvjlNxjCeQ==",
        script="package/dist/deepChat.bundle.js",
    ),
    Widget(
        "botframework-webchat",
        field="#chat textarea, #chat input[type=text]",
        version="4.18.1",
        integrity="sha512-7jpEUJ7olT62Xm+8eh7BhhIcXVfU2xD4pZDaeBt8K4XcNy6K/83UGIxE9BFkXmHMZ4hDEVOzs5cre07GWuaXzg==",
        script="package/dist/webchat-minimal.js",
    ),
)
"""Rasa's own chat-widget has no package at npm under the names of its repository; the nearest is rasa-webchat."""
