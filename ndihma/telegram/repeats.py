"""Showing the messages of an event once more, because the customer says that they did not arrive."""

from __future__ import annotations

from ndihma.telegram.api import Broken
from ndihma.telegram.context import Office, Visit
from ndihma.telegram.scenes import Scenes
from ndihma.telegram.sender import Sender

__all__ = ["Repeats"]


class Repeats:
    """Whatever the event is, what it showed is shown again. Nothing is written into the conversation: it was said
    there already, and an agent who has it by now stays its only voice.
    """

    def __init__(self, office: Office, sender: Sender, scenes: Scenes) -> None:
        self._office = office
        self._sender = sender
        self._scenes = scenes

    async def show(self, visit: Visit, conversation_id: str, cursor: int) -> bool:
        """Send an event's messages now; False when it has none. Raises TelegramTrouble when nothing was sent."""
        page = await self._office.services.conversations.history(conversation_id, cursor - 1, 1)
        scene = await self._scenes.of(conversation_id, visit.chat.id, visit.chat.language)
        parts = [part for event in page.events for part in await self._scenes.parts(event, scene)]
        for part in parts:
            await self._sender.pace(visit.chat.id)
            try:
                await self._sender.send(part, visit.chat.id, scene.words)
            except Broken:  # it may have arrived; if not, the button is still there
                break
        return bool(parts)
