"""docs/tmforum.md says what the adapter does: its example can be used, and every name and variable stands in it."""

from __future__ import annotations

import re

import pytest

from ndihma.accounts.adapters.tmforum import Api, TmfMapping
from ndihma.accounts.adapters.tmforum.mapping import CustomerNames, ProductNames, SimNames
from ndihma.accounts.model import LineKind
from ndihma.config import Settings, project_root

PAGE = (project_root() / "docs" / "tmforum.md").read_text(encoding="utf-8")


def test_the_example_of_own_names_can_be_used() -> None:
    [example] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    mapping = TmfMapping.model_validate_json(example)
    assert mapping.line_kinds["POST"] is LineKind.POSTPAID
    assert mapping.base_paths[Api.PRODUCTS] == TmfMapping().base_paths[Api.PRODUCTS]


@pytest.mark.parametrize("names", [ProductNames(), SimNames(), CustomerNames()], ids=lambda names: type(names).__name__)
def test_every_characteristic_is_explained(names: ProductNames | SimNames | CustomerNames) -> None:
    explained = set(re.findall(r"`c:(\w+)`", PAGE))
    assert set(names.model_dump().values()) <= explained


def test_every_setting_is_explained() -> None:
    ours = {f"NDIHMA_{name}".upper() for name in Settings.model_fields if name.startswith(("tmf_", "accounts_stale"))}
    assert ours <= set(re.findall(r"NDIHMA_\w+", PAGE))
