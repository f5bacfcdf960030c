"""The demo's files without a graph."""

from pathlib import Path

import pytest

from loaders.simulation import CohortSize, DemoSize
from services.pipeline.demo_files import DemoFolderError, write_demo_files, write_once

SMALL = DemoSize(
    n_blocks=132, snps_per_block=4, n_cpgs=240, n_genes=60, n_modules=5, loci_per_module=10, cpgs_per_module=30,
    genes_per_module=6, n_hubs=10, molecules_per_hub=6, n_traits=3, n_panel_people=50,
    cohort=CohortSize(n_snps=2_200, n_people=200, n_first=150, n_second=150, n_panel_people=50, n_families=10),
)  # fmt: skip


def test_write_demo_files__every_study_of_the_manifest_lies_there(tmp_path: Path) -> None:
    found = write_demo_files(tmp_path / "new", size=SMALL)
    assert ("demo-lung-capacity", "gwas", "lung_capacity.regenie.gz") in found.studies
    assert ("demo-reference-people", "ld_panel", "cohort.bed") in found.studies
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert {file for _, _, file in found.studies} | {found.manifest, found.truth} <= names


def test_write_demo_files__a_second_call_writes_nothing(tmp_path: Path) -> None:
    first = write_demo_files(tmp_path, size=SMALL)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert write_demo_files(tmp_path, size=SMALL) == first
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(("name", "text"), [("mine.txt", "x"), ("truth.json", "x"), ("truth.json", "{}")])
def test_write_demo_files__leaves_a_folder_of_somebody_else_alone(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DemoFolderError, match=rf"folder of their own.*seen: other files, such as {name}, in .*name"):
        write_demo_files(tmp_path, size=SMALL)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, text)]


def test_write_once__replaces_what_an_earlier_version_wrote(tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text("{}")
    truth = write_once(tmp_path, 1, SMALL)
    assert truth.seed == 1
    assert write_once(tmp_path, 1, SMALL) == truth
    assert write_once(tmp_path, 2, SMALL).seed == 2
