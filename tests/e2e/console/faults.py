"""What axe-core and a ruler find wrong in a state of the console."""

from __future__ import annotations

import json
from typing import Final

import pytest
from playwright.async_api import Page

from tests.web.npm import widget_tools

__all__ = ["WIDER", "axe", "faults"]

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES: Final = ("light", "dark")
SMALL: Final = """
() => [...document.querySelectorAll("button, select, textarea, input:not(.away), a:not(.skip), label:has(input)")]
  .filter((node) => node.checkVisibility() && !node.closest("label input"))
  .filter((node) => !node.matches("[type=radio], [type=checkbox]"))
  .map((node) => [node.textContent || node.id, node.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 20)
  .map(([name, box]) => `${name} ${box.width}x${box.height}`)
"""
WIDER: Final = """
() => [document.documentElement, ...document.querySelectorAll(
    ".top, .list, .pane, .log, .summary, .composer, dialog, .door, .area, .account")]
  .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.className || node.tagName)
"""


@pytest.fixture(scope="session")
def axe() -> str:
    return (widget_tools() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


async def faults(page: Page, axe: str) -> list[str]:
    """What axe-core finds now, in both schemes, and what is cut off or too small."""
    await page.evaluate(axe)
    found = []
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        broken = await page.evaluate("(tags) => axe.run(document, {runOnly: tags}).then((r) => r.violations)", RULES)
        found += [f"{scheme} {each['id']}: {json.dumps([node['html'] for node in each['nodes']])}" for each in broken]
    return found + list(await page.evaluate(SMALL)) + list(await page.evaluate(WIDER))
