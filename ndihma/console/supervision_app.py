"""The supervisor's operations, for the gateway's table of routes."""

from __future__ import annotations

from typing import Final

from ndihma.console.inbox_app import CONVERSATION, found
from ndihma.console.inbox_schemas import AgentTextStored
from ndihma.console.supervision import SupervisionApi
from ndihma.console.supervision_schemas import FloorShown, WhisperText
from ndihma.gateway.openapi import Operation

__all__ = ["supervision_operations"]

_FLOOR: Final = "/api/console/supervision"


def supervision_operations(api: SupervisionApi) -> tuple[Operation, ...]:
    """The floor, live, and whispers to agents."""
    return (
        Operation(
            "GET", _FLOOR, "readFloor", "Conversations counted, how long customers wait, agents and their load",
            api.floor, {200: FloorShown}, scheme="staff", refuses=(401, 403, 429, 503),
        ),
        Operation(
            "GET", f"{_FLOOR}/changes", "streamFloor", "The floor as it changes",
            api.changes, {200: None}, scheme="staff", refuses=(401, 403, 429, 503), streams=True,
            stream_of="Server-sent events: `event: floor` with a whole `FloorShown`, first as it is, then each time it "
            "is another; a comment line in silence. Ends after 5 minutes: open it anew.",
        ),
        Operation(
            "POST", f"{CONVERSATION}/whispers", "whisperToAgent",
            "A note to the agent who has the conversation, shown there at once; no customer sees it",
            found(api.whisper), {202: AgentTextStored}, takes=(WhisperText,), scheme="staff",
            refuses=(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503),
        ),
    )  # fmt: skip
