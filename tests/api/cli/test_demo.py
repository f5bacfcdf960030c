"""``locusgraph demo --files-only``: the simulated files, without a graph."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import services.pipeline
from services.pipeline import write_demo_files
from tests.api.cli.conftest import Run
from tests.services.pipeline.test_demo_files import SMALL


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Any]:
    """Write a small study."""

    def write(folder: Path) -> Any:
        return write_demo_files(folder, size=SMALL)

    monkeypatch.setattr(services.pipeline, "write_demo_files", write)
    return write


def test_demo__only_writes_files_and_needs_no_graph(run_offline: Run, tmp_path: Path) -> None:
    shown = run_offline("demo", "--files-only", str(tmp_path / "try"))
    assert shown.exit_code == 0, shown.stderr
    for part in ("simulated files in", "cohort.bed", "lung_capacity.regenie.gz", "studies.toml names them all"):
        assert part in shown.stdout
    assert not (tmp_path / "home").exists()


def test_demo__files_for_machines(run_offline: Run, tmp_path: Path) -> None:
    shown = run_offline("demo", "--files-only", str(tmp_path / "try"), "--json")
    files = json.loads(shown.stdout)
    assert (files["folder"], files["truth"]) == (str(tmp_path / "try"), "truth.json")
    assert ["demo-elements", "annotation", "elements.bed.gz"] in files["studies"]


def test_demo__refuses_a_folder_with_other_files(run_offline: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    shown = run_offline("demo", "--files-only", str(tmp_path))
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "DemoFolderError" in shown.stderr
