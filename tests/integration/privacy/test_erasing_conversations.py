"""Erasing conversations as such, for a customer who is known by a Telegram chat alone."""

from collections.abc import Collection, Iterable

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import OperationalError

from ndihma.audit.model import AuditAction
from ndihma.audit.tables import AuditEntryRow
from ndihma.db import Base
from ndihma.desk import tables as desk
from ndihma.privacy.conversations import ConversationEraser
from ndihma.telegram import tables as telegram
from ndihma.verification import tables as verification
from tests.integration.privacy.conftest import NEIGHBOUR, OPERATOR, PERSON, Held

OF_A_CONVERSATION: tuple[type[Base], ...] = (
    desk.EventRow,
    desk.TurnRow,
    desk.ChoiceRow,
    desk.RatingRow,
    desk.SessionRow,
    verification.FactorRow,
    verification.IdentityRow,
    telegram.TelegramThreadRow,
    telegram.TelegramSentRow,
    telegram.TelegramLinkRow,
)


async def counts(held: Held, tables: Iterable[type[Base]]) -> list[int]:
    async with held.database.session() as session:
        return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


async def test_s11_what_was_said_is_gone_and_what_the_staff_works_on_stays(held: Held) -> None:
    eraser = ConversationEraser(held.database, held.audit, held.tracker)
    assert await eraser.erase_conversations(["talk-arta"], "asked for in Telegram") > 0
    assert await counts(held, OF_A_CONVERSATION) == [1] * len(OF_A_CONVERSATION)
    staffs = (desk.ReconnectionRequestRow, desk.AttachmentRow, desk.TicketRow, desk.MailRow)
    assert await counts(held, staffs) == [2] * len(staffs)
    assert {sender.rpartition(".")[0] for sender in await held.tracker.last_events()} == {"talk-besa"}
    async with held.database.session() as session:
        acts = [row.action for row in await session.scalars(select(AuditEntryRow))]
    assert acts[-1] == AuditAction.CONVERSATIONS_ERASED


async def test_erasing_twice_or_nothing_changes_nothing(held: Held) -> None:
    eraser = ConversationEraser(held.database, held.audit, held.tracker)
    await eraser.erase_conversations(["talk-arta"], "asked for in Telegram")
    assert await eraser.erase_conversations(["talk-arta"], "asked for in Telegram") == 0
    assert await eraser.erase_conversations([], "asked for in Telegram") == 0
    assert (await held.service.would_erase(NEIGHBOUR)).counts["events"] == 1


async def test_s11_whoever_verified_a_number_in_a_private_chat_led_its_other_conversations_too(held: Held) -> None:
    now = held.clock.now()
    async with held.database.session() as session:
        chat = await session.scalar(
            select(telegram.TelegramThreadRow.chat_id).where(telegram.TelegramThreadRow.conversation_id == "talk-arta")
        )
        for conversation, user in (("before", 0), ("in-a-group", 9)):
            row = {"id": conversation, "created_at": now, "last_cursor": 0, "epoch": 0, "epoch_turns": 0}
            await session.execute(insert(desk.ConversationRow).values(row | {"last_reply_offered": False}))
            thread = {"conversation_id": conversation, "chat_id": chat, "user_id": user, "opened_by": 1}
            progress = {"opened_at": now, "cursor": 0, "parts": 0, "sending": False}
            await session.execute(insert(telegram.TelegramThreadRow).values(thread | progress))
    await held.service.erase(PERSON, OPERATOR, "by letter")
    async with held.database.session() as session:
        left = set(await session.scalars(select(desk.ConversationRow.id)))
    assert left == {"talk-besa", "in-a-group"}


async def test_s11_what_was_broken_off_can_be_asked_for_again(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chat's threads lead to the conversations: they stay while the dialogue's state cannot be erased."""

    async def busy(_conversations: Collection[str]) -> int:
        raise OperationalError("tracker is busy", None, OSError())

    eraser = ConversationEraser(held.database, held.audit, held.tracker)
    with monkeypatch.context() as patch:
        patch.setattr(held.tracker, "erase_conversations", busy)
        with pytest.raises(OperationalError):
            await eraser.erase_conversations(["talk-arta"], "asked for in Telegram")
    async with held.database.session() as session:
        assert await session.get(telegram.TelegramThreadRow, "talk-arta") is not None
    await eraser.erase_conversations(["talk-arta"], "asked for in Telegram")
    assert {sender.rpartition(".")[0] for sender in await held.tracker.last_events()} == {"talk-besa"}
