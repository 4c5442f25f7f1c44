"""Server secrets: made once in development, demanded in production, never shown."""

from __future__ import annotations

import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from pydantic import SecretStr

from ndihma.config import Mode, Settings
from ndihma.secrets import (
    SecretMissing,
    SecretTooShort,
    SecretUnsafe,
    development_secret,
    engine_token,
    server_secret,
    verification_key,
)


def read_secret(directory: Path) -> str:
    return development_secret(directory, "verification_key").get_secret_value()


def test_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    first = verification_key(settings)
    assert verification_key(settings) == first
    assert len(first.get_secret_value()) == 64
    assert engine_token(settings) != first
    assert first.get_secret_value() not in repr(first)


def test_secret_file_is_the_owners_alone(tmp_path: Path) -> None:
    verification_key(Settings(var_dir=tmp_path))
    assert stat.S_IMODE((tmp_path / "secrets" / "verification_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_processes_that_start_together_get_the_same_secret(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        values = list(pool.map(read_secret, [tmp_path / "secrets"] * 16))
    assert len(set(values)) == 1
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["verification_key"]


def test_secret_others_can_read_is_refused(tmp_path: Path) -> None:
    verification_key(Settings(var_dir=tmp_path))
    (tmp_path / "secrets" / "verification_key").chmod(0o644)
    with pytest.raises(SecretUnsafe):
        verification_key(Settings(var_dir=tmp_path))


def test_empty_secret_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    empty = tmp_path / "secrets" / "verification_key"
    empty.touch(mode=0o600)
    with pytest.raises(SecretUnsafe):
        verification_key(Settings(var_dir=tmp_path))


def test_name_cannot_leave_the_directory(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="identifier"):
        development_secret(tmp_path, "../key")


def test_production_demands_the_setting_and_its_length(tmp_path: Path) -> None:
    token = SecretStr("t" * 64)
    production = Settings(mode=Mode.PRODUCTION, engine_token=token, var_dir=tmp_path)
    with pytest.raises(SecretMissing, match="NDIHMA_VERIFICATION_KEY"):
        verification_key(production)
    assert engine_token(production) == token
    with pytest.raises(SecretTooShort) as caught:
        server_secret(production, "verification_key", SecretStr("short"))
    assert "short" not in str(caught.value).replace("SecretTooShort", "")
    assert not (tmp_path / "secrets").exists()


def test_configured_secret_wins_in_development(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path, verification_key=SecretStr("mine"))
    assert verification_key(settings).get_secret_value() == "mine"
