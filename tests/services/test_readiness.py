"""Whether the champion's files and the disk are as they should be."""

import hashlib
import json
from pathlib import Path

import pytest

from services.readiness import ModelCheck, check_disk
from services.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "runs" / "run-1"
    folder.mkdir(parents=True)
    (folder / "weights.bin").write_bytes(b"weights")
    (folder / "files.json").write_text(json.dumps({"weights.bin": hashlib.sha256(b"weights").hexdigest()}))
    return tmp_path


def test_model_check__whole_changed_missing(home: Path) -> None:
    check = ModelCheck(Settings(home=home))
    assert check.check(None).is_ok
    assert check.check("run-1").is_ok
    (home / "runs" / "run-1" / "weights.bin").write_bytes(b"other weights")
    changed = check.check("run-1")
    assert not changed.is_ok
    assert "is not what was written" in (changed.reason or "")
    assert "are missing" in (check.check("run-2").reason or "")


def test_model_check__reads_the_files_again_only_when_they_changed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from services import registry

    read: list[str] = []
    check_files = registry.check_files
    monkeypatch.setattr(registry, "check_files", lambda folder, run: (read.append(run), check_files(folder, run)))
    check = ModelCheck(Settings(home=home))
    assert [check.check("run-1").is_ok for _ in range(3)] == [True, True, True]
    assert read == ["run-1"]


def test_check_disk__floor(tmp_path: Path) -> None:
    assert check_disk(Settings(home=tmp_path / "not" / "made", api_minimum_free_mib=0)).is_ok
    full = check_disk(Settings(home=tmp_path, api_minimum_free_mib=10**9))
    assert not full.is_ok
    assert "LOCUSGRAPH_API_MINIMUM_FREE_MIB" in (full.reason or "")
