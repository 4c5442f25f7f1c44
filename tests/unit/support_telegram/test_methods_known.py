"""The made-up Bot API knows every method that the bot calls."""

from __future__ import annotations

import ast
from pathlib import Path

from aiogram import methods
from aiogram.methods import TelegramMethod

from ndihma.config import project_root
from tests.support.telegram.fake import FakeBotApi
from tests.support.telegram.specification import specification

BOT = Path(project_root()) / "ndihma" / "telegram"


def called(source: str) -> set[str]:
    """The Bot API's names of the methods that a module imports from aiogram, or names itself."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "aiogram.methods":
            for name in node.names:
                kind = getattr(methods, name.name)
                if isinstance(kind, type) and issubclass(kind, TelegramMethod) and kind is not TelegramMethod:
                    found.add(kind.__api_method__)
        elif (
            isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == "__api_method__" for target in node.targets)
            and isinstance(node.value, ast.Constant)
        ):
            found.add(str(node.value.value))
    return found


def test_every_method_of_the_bot_is_known() -> None:
    used = set().union(*(called(path.read_text(encoding="utf-8")) for path in BOT.glob("**/*.py")))
    assert {"getMe", "getUpdates", "sendMessage", "deleteMessage", "answerCallbackQuery", "setWebhook"} <= used
    assert used <= FakeBotApi().cloud.methods
    definition = specification()
    if definition is not None:
        assert used <= definition.methods.keys()


def test_the_bot_calls_methods_by_their_classes_alone() -> None:
    """So that the test above sees all of them: no shortcut (``message.answer_photo``) anywhere."""
    for path in BOT.glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                shortcut = node.func.attr.startswith(("send_", "edit_message", "answer_", "delete_message"))
                assert not shortcut or node.func.attr == "send_code", f"{path.name}: {node.func.attr}"
