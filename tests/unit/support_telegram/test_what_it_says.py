"""Everything that the made-up Bot API answers and hands out is as its definition says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.telegram.fake import FakeBotApi
from tests.support.telegram.specification import Specification, specification
from tests.support.telegram.uploads import Upload
from tests.support.telegram.validation import problems_of

SPECIFICATION = specification()
pytestmark = pytest.mark.skipif(
    SPECIFICATION is None, reason="the Bot API's definition is not beside the checkout (../shared/data/telegram)"
)


@pytest.fixture
def definition() -> Specification:
    assert SPECIFICATION is not None
    return SPECIFICATION


async def everything_people_do(api: FakeBotApi) -> None:
    api.cloud.updates.allow(["message", "edited_message", "callback_query", "my_chat_member"])
    group = api.group("Familja")
    typed = await api.message(7, "ç'kemi @ndihma_vala_bot /start")
    await api.edit(typed, "tungjatjeta")
    await api.message(group, "a ka kush", user=3, reply_to=typed)
    for kind in "voice audio video video_note animation sticker location venue poll dice".split():  # noqa: SIM905
        await api.media(7, kind)
    await api.photo(7, b"JPEG", caption="dëshmia")
    await api.document(7, b"%PDF", caption="/start")
    await api.contact(7, "+38344100104")
    await api.contact(7, "+38344100104", user_id=8, forwarded=True)
    await api.contact(7, "+38344100104", user_id=None)
    buttons = {"inline_keyboard": [[{"text": "Po", "callback_data": "a"}]]}
    values = {"chat_id": 7, "text": "<b>x</b>", "parse_mode": "HTML", "reply_markup": buttons, "protect_content": True}
    api.cloud.perform("sendMessage", values)
    (sent,) = api.sent(7)
    await api.press(sent, "Po")
    api.cloud.perform("deleteMessage", {"chat_id": 7, "message_id": sent.id})
    await api.press(sent, "Po")
    await api.block(7)
    await api.unblock(7)
    await api.add_bot(group, user=3)
    await api.remove_bot(group, user=3)


async def test_updates_are_as_defined(definition: Specification) -> None:
    api = FakeBotApi()
    await everything_people_do(api)
    updates = api.cloud.updates.take(100)
    assert len(updates) == 24
    assert [update["update_id"] for update in updates] == list(
        range(updates[0]["update_id"], updates[-1]["update_id"] + 1)
    )
    wrong = {str(update): found for update in updates if (found := list(problems_of(definition, "Update", update)))}
    assert wrong == {}


REQUESTS: dict[str, dict[str, Any]] = {
    "getMe": {},
    "getWebhookInfo": {},
    "sendMessage": {"chat_id": 7, "text": "x"},
    "sendPhoto": {"chat_id": 7, "photo": Upload("a.jpg", b"a", "image/jpeg"), "caption": "x"},
    "sendDocument": {"chat_id": 7, "document": Upload("a.txt", b"a", "text/plain")},
    "editMessageText": {"chat_id": 7, "message_id": 0, "text": "y"},
    "editMessageReplyMarkup": {
        "chat_id": 7,
        "message_id": 0,
        "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]},
    },
    "deleteMessage": {"chat_id": 7, "message_id": 0},
    "getChat": {"chat_id": 7},
    "getChatMember": {"chat_id": 7, "user_id": 7},
    "setMyCommands": {"commands": [{"command": "a", "description": "b"}]},
    "getMyCommands": {},
    "sendChatAction": {"chat_id": 7, "action": "typing"},
    "setWebhook": {"url": "https://x.al/", "secret_token": "x"},
}


def result_problems(definition: Specification, method: str, result: Any) -> Iterator[str]:
    returns = definition.returns[method]
    if "True" in returns and result is True:
        return
    found = [list(problems_of(definition, type_, result)) for type_ in returns if type_ != "True"]
    yield from min(found, key=len)


@pytest.mark.parametrize("method", REQUESTS)
def test_results_are_as_defined(definition: Specification, method: str) -> None:
    api = FakeBotApi()
    api.user(7)
    sent = api.cloud.perform("sendMessage", {"chat_id": 7, "text": "first"})["message_id"]
    values = {name: sent if name == "message_id" else value for name, value in REQUESTS[method].items()}
    assert list(result_problems(definition, method, api.cloud.perform(method, values))) == []


async def test_files_are_found_by_their_number(definition: Specification) -> None:
    api = FakeBotApi()
    post = await api.photo(7, b"JPEG")
    file = api.cloud.perform("getFile", {"file_id": post.content["photo"][-1]["file_id"]})
    assert list(problems_of(definition, "File", file)) == []
    assert file["file_size"] == 4


def test_every_method_there_is_one_of_the_definition(definition: Specification) -> None:
    assert FakeBotApi().cloud.methods <= definition.methods.keys()
