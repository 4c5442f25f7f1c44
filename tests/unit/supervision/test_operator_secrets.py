"""The engine is not told how the operator's systems are asked (S1)."""

from __future__ import annotations

from pathlib import Path

from ndihma.config import Settings
from ndihma.supervision.serve import programs


def test_s1_the_engine_is_not_told_the_operator_s_token(tmp_path: Path) -> None:
    engine = next(program for program in programs(Settings(var_dir=tmp_path)) if program.name == "engine")
    assert {"NDIHMA_TMF_TOKEN", "NDIHMA_TMF_CLIENT_SECRET"} <= set(engine.hidden)
