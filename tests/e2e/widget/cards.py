"""What the tests of the cards do to reach them."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image
from playwright.async_api import Locator, expect

from .conftest import Widget
from .fake_api import FakeApi
from .fake_session import ZONE

__all__ = ["amount", "choose", "day", "in_days", "png", "to_code", "want_proof"]


def png(width: int = 32, height: int = 24) -> bytes:
    made = BytesIO()
    Image.new("RGB", (width, height), "teal").save(made, "PNG")
    return made.getvalue()


async def to_code(api: FakeApi, widget: Widget) -> None:
    api.verification("number_needed")
    number = widget.page.get_by_label("Numri i telefonit")
    await expect(number).to_be_focused()
    await number.fill("044 123 456")
    await number.press("Enter")
    await expect(widget.page.get_by_label("Kodi me 6 shifra")).to_be_focused()


async def want_proof(api: FakeApi, widget: Widget) -> None:
    api.store(api.session, "attachment", state="wanted", reference="RK-2026-0417")
    await expect(widget.page.get_by_label("Zgjidh skedarin")).to_be_focused()


async def choose(widget: Widget) -> None:
    await widget.page.locator("#proof").set_input_files(
        {"name": "fatura.png", "mimeType": "image/png", "buffer": png()}
    )
    await expect(widget.page.get_by_role("img", name="fatura.png")).to_be_visible()


def amount(widget: Widget) -> Locator:
    return widget.page.get_by_label("Shuma e paguar (€)")


def day(widget: Widget) -> Locator:
    return widget.page.get_by_label("Data e pagesës")


def in_days(days: int) -> str:
    return (datetime.now(ZONE) + timedelta(days=days)).date().isoformat()
