"""The made-up Bot API refuses what the real one refuses, in its words, and takes what it takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.telegram.errors import ApiError
from tests.support.telegram.fake import FakeBotApi
from tests.support.telegram.specification import specification
from tests.support.telegram.uploads import Upload
from tests.support.telegram.validation import check, values_of

CHAT = 7
needs_specification = pytest.mark.skipif(
    specification() is None, reason="the Bot API's definition is not beside the checkout (../shared/data/telegram)"
)


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Po"} | button for button in buttons]]}


def bold(offset: int, length: int) -> list[dict[str, Any]]:
    return [{"type": "bold", "offset": offset, "length": length}]


@pytest.fixture
def api() -> FakeBotApi:
    """Without a socket: what is asked of it here is only its judgement."""
    made = FakeBotApi(flood=False)
    made.user(CHAT)
    return made


def performed(api: FakeBotApi, method: str, raw: dict[str, Any]) -> Any:
    """What the server does with a request."""
    values = values_of(specification(), method, raw)
    check(specification(), method, values)
    return api.cloud.perform(method, values)


def refusal(api: FakeBotApi, method: str, raw: dict[str, Any]) -> str:
    with pytest.raises(ApiError) as raised:
        performed(api, method, raw)
    return raised.value.description


TEXT = {"chat_id": CHAT, "text": "x"}
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    # texts
    ("sendMessage", {"chat_id": CHAT, "text": "ë" * 4097}, "message is too long"),
    ("sendMessage", {"chat_id": CHAT, "text": "😀" * 2049}, "message is too long"),
    ("sendMessage", {"chat_id": CHAT, "text": ""}, "message text is empty"),
    ("sendMessage", {"chat_id": CHAT, "text": " \n"}, "message text is empty"),
    ("sendMessage", {"chat_id": CHAT, "text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
    ("sendMessage", {"chat_id": 8, "text": "x"}, "chat not found"),
    ("sendMessage", TEXT | {"parse_mode": "Wiki"}, "unsupported parse_mode"),
    # markup
    ("sendMessage", {"chat_id": CHAT, "text": "<b>x", "parse_mode": "HTML"}, "Can't find end tag corresponding"),
    ("sendMessage", {"chat_id": CHAT, "text": "a < b", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"chat_id": CHAT, "text": "<b><i>x</b></i>", "parse_mode": "HTML"}, "Unmatched end tag"),
    ("sendMessage", {"chat_id": CHAT, "text": "x</b>", "parse_mode": "HTML"}, "Unexpected end tag"),
    ("sendMessage", {"chat_id": CHAT, "text": "<p>x</p>", "parse_mode": "HTML"}, 'Unsupported start tag "p"'),
    ("sendMessage", {"chat_id": CHAT, "text": "a<br/>b", "parse_mode": "HTML"}, "can't parse entities"),
    # entities
    ("sendMessage", TEXT | {"entities": bold(0, 2)}, "ends after the end of the text"),
    ("sendMessage", TEXT | {"entities": bold(1, 1)}, "begins after the end of the text"),
    ("sendMessage", {"chat_id": CHAT, "text": "😀x", "entities": bold(1, 1)}, "begins in a middle of a UTF-16 symbol"),
    ("sendMessage", {"chat_id": CHAT, "text": "x😀", "entities": bold(0, 2)}, "ends in a middle of a UTF-16 symbol"),
    ("sendMessage", TEXT | {"entities": [{"type": "loud", "offset": 0, "length": 1}]}, "Unsupported type"),
    # keyboards
    ("sendMessage", TEXT | {"reply_markup": keyboard({"callback_data": "x" * 65})}, "BUTTON_DATA_INVALID"),
    ("sendMessage", TEXT | {"reply_markup": keyboard({"callback_data": "ë" * 33})}, "BUTTON_DATA_INVALID"),
    ("sendMessage", TEXT | {"reply_markup": keyboard({"callback_data": ""})}, "BUTTON_DATA_INVALID"),
    ("sendMessage", TEXT | {"reply_markup": keyboard({})}, "text buttons are unallowed"),
    ("sendMessage", TEXT | {"reply_markup": keyboard({"callback_data": "a", "url": "https://x.al"})}, "exactly one"),
    ("sendMessage", TEXT | {"reply_markup": keyboard({"callback_data": "a", "text": " "})}, "text must be non-empty"),
    ("sendMessage", TEXT | {"reply_markup": keyboard({"url": "javascript:x"})}, "Wrong HTTP URL"),
    ("sendMessage", TEXT | {"reply_markup": keyboard(*[{"callback_data": "a"}] * 9)}, "too many buttons in a row"),
    ("sendMessage", TEXT | {"reply_parameters": {"message_id": 1}}, "message to be replied not found"),
    # buttons, edits, deletions
    ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old"),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, ""),
    ("editMessageText", {"chat_id": CHAT, "message_id": 1, "text": "x"}, "message to edit not found"),
    ("editMessageText", {"text": "x"}, "message identifier is not specified"),
    ("deleteMessage", {"chat_id": CHAT, "message_id": 1}, "message to delete not found"),
    ("getFile", {"file_id": "x"}, "wrong file_id"),
    ("sendDocument", {"chat_id": CHAT, "document": "x"}, "wrong file identifier"),
    # settings
    ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "x"}]}, ""),
    ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, ""),
    ("setMyCommands", {"commands": [{"command": "a", "description": "x"}] * 2}, "duplicate"),
    ("setMyCommands", {"commands": [], "language_code": "sqi"}, "invalid language code"),
    ("setWebhook", {"url": "https://x.al/", "secret_token": "a b"}, "secret token contains unallowed characters"),
    ("setWebhook", {"url": "ftp://x.al/"}, "HTTPS URL must be provided"),
    ("sendChatAction", {"chat_id": CHAT, "action": "thinking"}, "wrong parameter action"),
]
REFUSED_BY_SPECIFICATION: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"text": "x"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": CHAT}, "message text is empty"),
    ("sendMessage", TEXT | {"colour": "red"}, "unknown parameter 'colour'"),
    ("sendMessage", TEXT | {"protect_content": "maybe"}, "protect_content"),
    ("sendMessage", TEXT | {"protect_content": 1}, "Boolean is expected"),
    ("sendMessage", TEXT | {"chat_id": [7]}, "chat_id"),
    ("sendMessage", TEXT | {"text": 5}, "String is expected"),
    ("sendMessage", TEXT | {"reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
    ("sendMessage", TEXT | {"reply_markup": {"inline_keyboard": [{"text": "a"}]}}, "Array is expected"),
    ("sendMessage", TEXT | {"reply_markup": {"keyboard": [[{"txt": "a"}]]}}, "is missing"),
    ("sendMessage", TEXT | {"reply_markup": keyboard({"callback_data": 5})}, "String is expected"),
    ("sendMessage", TEXT | {"reply_markup": keyboard({"callback_data": "a", "style": "loud"})}, "one of"),
    ("sendMessage", TEXT | {"entities": [{"type": "bold", "offset": "0", "length": 1}]}, "Integer is expected"),
    ("sendMessage", TEXT | {"link_preview_options": True}, "LinkPreviewOptions is expected"),
    ("sendDocument", {"chat_id": CHAT}, "'document' is required"),
    ("sendDocument", {"chat_id": CHAT, "document": Upload("a", b"", "text/plain")}, "file must be non-empty"),
    ("getUpdates", {"limit": 101}, "1-100 values are allowed"),
    ("getUpdates", {"limit": 0}, "1-100 values are allowed"),
    ("getUpdates", {"allowed_updates": "message"}, "allowed_updates"),
    ("deleteMessages", {"chat_id": CHAT, "message_ids": []}, "1-100 items are allowed"),
    ("deleteMessage", {"chat_id": CHAT, "message_id": "last"}, "Integer"),
    ("setWebhook", {"url": "https://x.al/", "secret_token": "a" * 257}, "1-256 characters are allowed"),
    ("editMessageReplyMarkup", {"reply_markup": {"remove_keyboard": True}}, "InlineKeyboardMarkup"),
    ("forwardEverything", {}, "method not found"),
]


@pytest.mark.parametrize(("method", "raw", "words"), REFUSED)
def test_what_the_bot_api_refuses_is_refused(api: FakeBotApi, method: str, raw: dict[str, Any], words: str) -> None:
    assert words in refusal(api, method, raw)


@needs_specification
@pytest.mark.parametrize(("method", "raw", "words"), REFUSED_BY_SPECIFICATION)
def test_what_the_definition_forbids_is_refused(api: FakeBotApi, method: str, raw: dict[str, Any], words: str) -> None:
    assert words in refusal(api, method, raw)


TAKEN: list[tuple[str, dict[str, Any]]] = [
    ("sendMessage", {"chat_id": CHAT, "text": "😀" * 2048}),
    ("sendMessage", {"chat_id": CHAT, "text": "<b>" + "ë" * 4096 + "</b>", "parse_mode": "HTML"}),
    ("sendMessage", TEXT | {"entities": bold(0, 1)}),
    ("sendMessage", TEXT | {"reply_markup": keyboard({"callback_data": "ë" * 32}, {"url": "https://vala.al/x?y=1"})}),
    ("sendMessage", TEXT | {"reply_markup": {"keyboard": [[{"text": "a", "request_contact": True}]]}}),
    ("sendMessage", TEXT | {"reply_markup": {"remove_keyboard": True}, "protect_content": True}),
    ("sendMessage", TEXT | {"reply_parameters": {"message_id": 1, "allow_sending_without_reply": True}}),
    ("sendDocument", {"chat_id": CHAT, "document": Upload("a.txt", b"a", "text/plain"), "caption": "x" * 1024}),
    ("sendPhoto", {"chat_id": CHAT, "photo": "attach://one", "one": Upload("a.jpg", b"a", "image/jpeg")}),
    ("sendChatAction", {"chat_id": CHAT, "action": "typing"}),
    ("setMyCommands", {"commands": [{"command": "gjuha", "description": "Gjuha"}], "language_code": "sq"}),
    ("setWebhook", {"url": "https://x.al/", "secret_token": "a_B-9" * 51, "allowed_updates": ["message"]}),
    ("setWebhook", {"url": ""}),
    ("getMe", {}),
    ("getWebhookInfo", {}),
]


def as_form(raw: dict[str, Any]) -> dict[str, Any]:
    """The same parameters as form data writes them."""
    written: dict[str, Any] = {}
    for name, value in raw.items():
        if isinstance(value, bool):
            written[name] = "true" if value else "false"
        elif isinstance(value, str | Upload):
            written[name] = value
        else:
            written[name] = json.dumps(value)
    return written


@pytest.mark.parametrize("written", [dict, as_form], ids=["json", "form"])
@pytest.mark.parametrize(("method", "raw"), TAKEN)
def test_what_the_bot_api_takes_is_taken(api: FakeBotApi, method: str, raw: dict[str, Any], written: Any) -> None:
    assert performed(api, method, written(raw)) is not None


def test_without_the_definition_limits_are_kept_all_the_same(api: FakeBotApi) -> None:
    for form in (dict, as_form):
        values = values_of(None, "sendMessage", form(TEXT | {"text": "123", "protect_content": True}))
        assert values == TEXT | {"text": "123", "protect_content": True}
    too_long = values_of(None, "sendMessage", as_form(TEXT | {"reply_markup": keyboard({"callback_data": "x" * 65})}))
    with pytest.raises(ApiError, match="BUTTON_DATA_INVALID"):
        check(None, "sendMessage", too_long)


def test_a_contact_is_asked_for_in_private_chats_only(api: FakeBotApi) -> None:
    ask = {"text": "x", "reply_markup": {"keyboard": [[{"text": "a", "request_contact": True}]]}}
    assert "private chats only" in refusal(api, "sendMessage", ask | {"chat_id": api.group()})


def test_messages_older_than_48_hours_stay(api: FakeBotApi) -> None:
    first, second = (performed(api, "sendMessage", TEXT)["message_id"] for _ in range(2))
    api.advance(48 * 3600 - 60)
    assert performed(api, "deleteMessage", {"chat_id": CHAT, "message_id": first}) is True
    assert "to delete not found" in refusal(api, "deleteMessage", {"chat_id": CHAT, "message_id": first})
    api.advance(60)
    assert "can't be deleted for everyone" in refusal(api, "deleteMessage", {"chat_id": CHAT, "message_id": second})
    assert [post.deleted for post in api.sent(CHAT)] == [True, False]


async def test_other_peoples_messages_in_a_group_stay(api: FakeBotApi) -> None:
    group = api.group()
    theirs = await api.message(group, "ç'kemi", user=3)
    assert "can't be deleted" in refusal(api, "deleteMessage", {"chat_id": group, "message_id": theirs.id})
    own = await api.message(CHAT, "482913")
    assert performed(api, "deleteMessage", {"chat_id": CHAT, "message_id": own.id}) is True


def test_an_edit_must_change_something_and_drops_buttons_it_does_not_name(api: FakeBotApi) -> None:
    made = performed(api, "sendMessage", TEXT | {"reply_markup": keyboard({"callback_data": "a"})})
    edit = TEXT | {"message_id": made["message_id"]}
    same = edit | {"reply_markup": keyboard({"callback_data": "a"})}
    assert "message is not modified" in refusal(api, "editMessageText", same)
    performed(api, "editMessageText", edit | {"text": "y"})
    (post,) = api.sent(CHAT)
    assert (post.text, post.earlier, post.buttons) == ("y", ["x"], [])


async def test_a_pressed_button_is_answered_once_and_in_time(api: FakeBotApi) -> None:
    performed(api, "sendMessage", TEXT | {"reply_markup": keyboard({"callback_data": "a"})})
    (post,) = api.sent(CHAT)
    first, second = await api.press(post, "Po"), await api.press(post, "Po")
    assert performed(api, "answerCallbackQuery", {"callback_query_id": first.id}) is True
    assert "query is too old" in refusal(api, "answerCallbackQuery", {"callback_query_id": first.id})
    api.advance(3600)
    assert "query is too old" in refusal(api, "answerCallbackQuery", {"callback_query_id": second.id})


@pytest.mark.parametrize(
    ("happens", "words"),
    [("block", "bot was blocked by the user"), ("vanish", "user is deactivated")],
)
async def test_who_blocks_the_bot_gets_nothing(api: FakeBotApi, happens: str, words: str) -> None:
    outcome = getattr(api, happens)(CHAT)
    if outcome is not None:
        await outcome
    for method, raw in (("sendMessage", TEXT), ("sendChatAction", {"chat_id": CHAT, "action": "typing"})):
        assert refusal(api, method, raw) == f"Forbidden: {words}"


def test_one_message_a_second_and_thirty_over_all() -> None:
    moment = [0.0]
    api = FakeBotApi(clock=lambda: 1_800_000_000 + moment[0])
    for user in range(1, 61):
        api.user(user)
    for _ in range(2):  # a short burst passes
        performed(api, "sendMessage", {"chat_id": 1, "text": "x"})
    assert "retry after 1" in refusal(api, "sendMessage", {"chat_id": 1, "text": "x"})
    for second in range(1, 6):
        moment[0] = second
        performed(api, "sendMessage", {"chat_id": 1, "text": "x"})
    for user in range(2, 31):
        performed(api, "sendMessage", {"chat_id": user, "text": "x"})
    assert "Too Many Requests" in refusal(api, "sendMessage", {"chat_id": 31, "text": "x"})
