"""The files that LD scores with annotations are written to."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.ldsc import read_annot, read_frq, read_ld_scores
from services.settings import Settings
from services.statistics import LdScoreReport, LdScoreRequest, compute_ld_scores
from services.statistics.overlaps import read_overlap
from tests.services.statistics.small_world import CHROMOSOMES, N_PEOPLE, N_SNPS, STEP_BP, draw_genotypes, write_panel


def _compute(folder: Path, *, exponent: float | None = None) -> LdScoreReport:
    """LD scores of the small panel with a mark on its first 40 SNPs of chromosome 1 and a weight on all."""
    write_panel(folder)
    (folder / "mark.bed").write_text(f"chr1\t0\t{1_000_000 + 39 * STEP_BP}\n")
    weights = np.arange(2 * N_SNPS) / 8
    (folder / "weight.annot").write_text("\n".join(["weight", *map(str, weights)]) + "\n")
    annotations = (str(folder / "mark.bed"), str(folder / "weight"))
    request = LdScoreRequest(
        window_kb=300, n_processes=1, annotations=annotations, exponent=exponent, out=folder / "to" / "x"
    )
    return compute_ld_scores(None, Settings(home=folder / "home"), str(folder / "panel.bed"), options=request)


def test_write_files__annotations_and_frequencies_lie_beside_the_ld_scores(tmp_path: Path) -> None:
    report = _compute(tmp_path)
    assert [Path(file).name for file in report.files[3:]] == ["x.l2.annot.gz", "x.l2.frq"]
    found = read_annot(tmp_path / "to" / "x.l2")
    expected = np.column_stack((np.ones(2 * N_SNPS), np.arange(2 * N_SNPS) < 40, np.arange(2 * N_SNPS) / 8))
    assert found.names == ("base", "mark", "weight")
    assert np.array_equal(found.table.select(found.names).to_numpy(), expected)
    frequencies = read_frq(tmp_path / "to" / "x.l2")
    assert frequencies["SNP"].equals(read_ld_scores(tmp_path / "to" / "x").table["SNP"])
    people = np.concatenate([draw_genotypes(N_PEOPLE, 10 + c) for c in CHROMOSOMES], axis=1)
    share = people.mean(axis=0) / 2
    np.testing.assert_allclose(frequencies["MAF"].to_numpy(), np.minimum(share, 1 - share), rtol=1e-12)


def test_write_files__their_overlap_is_that_of_the_annotations(tmp_path: Path) -> None:
    report = _compute(tmp_path)
    prefix = str(tmp_path / "to" / "x.l2")
    found = read_overlap(prefix, prefix, names=report.names, chromosomes=("1", "2"))
    assert found.overlap_5_50 is not None
    assert found.overlap_5_50[0].tolist() == pytest.approx(list(report.m_5_50))
    assert found.overlap[1, 2] == sum(range(40)) / 8


def test_write_files__sums_of_weighted_annotations_are_no_overlap(tmp_path: Path) -> None:
    assert len(_compute(tmp_path, exponent=1.0).files) == 3
    assert not list((tmp_path / "to").glob("*.annot*"))


def test_write_files__leaves_annotations_of_the_same_prefix_alone(tmp_path: Path) -> None:
    write_panel(tmp_path)
    annot, frq = tmp_path / "panel.annot", tmp_path / "panel.frq"
    annot.write_text("\n".join(["mark", *["1", "0"] * N_SNPS]) + "\n")
    frq.write_text("mine\n")
    before = annot.read_text()
    request = LdScoreRequest(
        window_kb=300, n_processes=1, annotations=(str(tmp_path / "panel"),), out=tmp_path / "panel"
    )
    report = compute_ld_scores(None, Settings(home=tmp_path / "home"), str(tmp_path / "panel.bed"), options=request)
    assert (annot.read_text(), frq.read_text()) == (before, "mine\n")
    assert report.m[1] == N_SNPS
    assert pl.Series(report.files).str.ends_with("panel.l2.annot.gz").sum() == 1
