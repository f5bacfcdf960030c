"""Models stay in memory, are read anew when they were written anew, and the oldest leaves first."""

import os
from pathlib import Path
from typing import Any

import pytest

from services import kept_models
from services.registry import MANIFEST_NAME, ArtefactError, artefact_folder
from services.settings import Settings


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runs read from the disk."""
    found: list[str] = []

    def read(_: Settings, run_id: str) -> Any:
        found.append(run_id)
        return object()

    monkeypatch.setattr(kept_models, "read_model", read)
    return found


def _write(settings: Settings, run_id: str, at: int) -> None:
    manifest = artefact_folder(settings, run_id) / MANIFEST_NAME
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text("{}")
    os.utime(manifest, (at, at))


def test_keep_model__reads_once_and_again_when_written_anew(tmp_path: Path, reads: list[str]) -> None:
    settings = Settings(home=tmp_path)
    _write(settings, "a", 1)
    assert kept_models.keep_model(settings, "a") is kept_models.keep_model(settings, "a")
    _write(settings, "a", 2)
    kept_models.keep_model(settings, "a")
    assert reads == ["a", "a"]


def test_keep_model__the_one_asked_longest_ago_leaves(tmp_path: Path, reads: list[str]) -> None:
    settings = Settings(home=tmp_path)
    for run_id in "abc":
        _write(settings, run_id, 1)
    for run_id in "abacab":
        kept_models.keep_model(settings, run_id)
    assert reads == ["a", "b", "c", "b"]


def test_keep_model__a_missing_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="are missing"):
        kept_models.keep_model(Settings(home=tmp_path), "nothing")
