"""The scene of a conversation's events: what their messages look like in its chat, now and when they are repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ndihma.desk.conversations import ConversationService
from ndihma.desk.events import Event, HandoffEvent, HandoffState
from ndihma.telegram.chats import Language
from ndihma.telegram.parts import Part
from ndihma.telegram.rendering import Scene, render
from ndihma.verification.model import AssuranceLevel, AssuranceReader

__all__ = ["Scenes"]


class Scenes:
    """Methods raise SQLAlchemyError when the database is away."""

    def __init__(
        self,
        *,
        conversations: ConversationService,
        assurance: AssuranceReader,
        private_link: str,
        link_hosts: frozenset[str],
    ) -> None:
        self._conversations = conversations
        self._assurance = assurance
        self._private_link = private_link
        self._link_hosts = link_hosts

    async def of(self, conversation_id: str, chat_id: int, language: Language) -> Scene:
        """Where a conversation is shown, with the number that its customer is linked with and has not proved."""
        identity = await self._assurance.identity(conversation_id) if chat_id > 0 else None
        linked = identity is not None and identity.level is AssuranceLevel.NUMBER_MATCHED
        return Scene(
            conversation_id=conversation_id,
            language=language,
            is_private=chat_id > 0,
            private_link=self._private_link,
            link_hosts=self._link_hosts,
            known=identity.msisdn.masked if identity is not None and linked else None,
        )

    async def parts(self, event: Event, scene: Scene) -> Sequence[Part]:
        """The messages of an event; one that is rare needs to know what was before it."""
        if isinstance(event, HandoffEvent) and event.state is HandoffState.BOT:
            before = await self._conversations.history(scene.conversation_id, 0, event.cursor)
            served = any(isinstance(e, HandoffEvent) and e.state is HandoffState.AGENT for e in before.events)
            scene = replace(scene, had_agent=served)
        return render(event, scene)
