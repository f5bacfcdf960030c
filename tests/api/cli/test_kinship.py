"""``locusgraph kinship``: matrices for people and machines, and a hint that works."""

import json
import shlex
from pathlib import Path

import pytest

from tests.api.cli.conftest import Run
from tests.services.mixed_models.cohort import Cohort, write_cohort


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    return write_cohort(tmp_path)


@pytest.mark.parametrize("kind", ["gcta", "centred"])
def test_kinship__the_next_command_uses_the_matrix(run_offline: Run, cohort: Cohort, tmp_path: Path, kind: str) -> None:
    shown = run_offline("kinship", str(cohort.bed), "--out", str(tmp_path / "k"), "--grm-kind", kind)
    assert shown.exit_code == 0, shown.stderr
    assert "150" in shown.stdout
    command = shown.stdout.split("next  locusgraph ")[1].replace("FILE", str(cohort.traits)).replace("NAME", "height")
    report = json.loads(run_offline(*shlex.split(command), "--json").stdout)
    assert report["kinship"]["grm_kind"] == kind
    assert report["kinship"]["source"].startswith("k")


def test_kinship__by_chromosome_for_machines(run_offline: Run, cohort: Cohort, tmp_path: Path) -> None:
    words = ("kinship", str(cohort.bed), "--out", str(tmp_path / "k"), "--by-chromosome")
    report = json.loads(run_offline(*words, "--json").stdout)
    assert [one["part"] for one in report["kinships"]] == ["1", "2", "3"]
    assert all(Path(file).is_file() for file in report["files"])
    assert "--kinship …" in run_offline(*words).stdout


def test_kinship__a_kind_that_the_format_has_not(run_offline: Run, cohort: Cohort, tmp_path: Path) -> None:
    shown = run_offline("kinship", str(cohort.bed), "--out", str(tmp_path / "k"), "--format", "gemma")
    assert shown.exit_code == 1
    assert "GEMMA's text holds centred and standardised matrices; seen: kind gcta" in " ".join(shown.stderr.split())
    assert not list(tmp_path.glob("k*"))
