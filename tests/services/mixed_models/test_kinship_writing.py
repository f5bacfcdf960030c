"""Kinship matrices written to files: other analyses read them and find what they would have computed."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from loaders.kinship_files import read_gcta_grm
from services.mixed_models import KinshipRequest, RequestError, estimate_reml, scan_genotypes, write_kinships
from tests.services.mixed_models.cohort import Cohort


@pytest.mark.parametrize("kind", ["gcta", "centred", "standardised"])
def test_write_kinships__reml_finds_what_it_would_have_computed(cohort: Cohort, tmp_path: Path, kind: str) -> None:
    written = write_kinships(KinshipRequest(genotypes=cohort.bed, out=tmp_path / "all", grm_kind=kind))  # type: ignore[arg-type]
    asked = cohort.reml(grm_kind=kind)
    own = estimate_reml(asked)
    read = estimate_reml(dataclasses.replace(asked, kinships=(Path(written.kinships[0].path),)))
    assert read.h2 == pytest.approx(own.h2, abs=1e-5)
    assert read.components[0].mean_diagonal == pytest.approx(own.components[0].mean_diagonal, rel=1e-6)
    assert written.n_snps == sum(written.n_dropped.values()) + written.kinships[0].n_snps


def test_write_kinships__a_scan_finds_what_it_would_have_computed(cohort: Cohort, tmp_path: Path) -> None:
    request = KinshipRequest(
        genotypes=cohort.bed, out=tmp_path / "all", grm_kind="centred", format="gcta", maximum_missing=0.05
    )
    path = Path(write_kinships(request).kinships[0].path)
    computed, read = scan_genotypes(cohort.scan()), scan_genotypes(cohort.scan(kinship=path, grm_kind="centred"))
    assert computed.null is not None
    assert read.null is not None
    assert read.null.pve == pytest.approx(computed.null.pve, abs=1e-5)
    assert read.kinship is not None
    assert read.kinship.grm_kind == "centred"


def test_write_kinships__chromosomes_sum_to_the_whole(cohort: Cohort, tmp_path: Path) -> None:
    whole = write_kinships(KinshipRequest(genotypes=cohort.bed, out=tmp_path / "whole", grm_kind="centred"))
    request = KinshipRequest(
        genotypes=cohort.bed, out=tmp_path / "parts", grm_kind="centred", format="gcta", by_chromosome=True
    )
    parts = write_kinships(request)
    assert sum(one.n_snps for one in parts.kinships) == whole.kinships[0].n_snps
    assert [Path(one.path).name for one in parts.kinships] == ["parts.chr1", "parts.chr2", "parts.chr3"]
    together = sum(read_gcta_grm(Path(one.path)).matrix * one.n_snps for one in parts.kinships)
    expected = np.loadtxt(tmp_path / "whole.cXX.txt")
    np.testing.assert_allclose(together / whole.kinships[0].n_snps, expected, atol=1e-6)
    assert whole.kinships[0].mean_diagonal == pytest.approx(np.diag(expected).mean())
    assert whole.kinships[0].largest_off_diagonal == pytest.approx(expected[~np.eye(len(expected), dtype=bool)].max())


def test_write_kinships__says_what_it_was_made_from_and_names_no_folder(cohort: Cohort, tmp_path: Path) -> None:
    report = write_kinships(KinshipRequest(genotypes=cohort.bed, out=tmp_path / "all"))
    text = Path(report.files[-1]).read_text(encoding="utf-8")
    about = json.loads(text)
    assert {entry["file"] for entry in about["inputs"]} == {"cohort.bed", "cohort.bim", "cohort.fam"}
    assert about["results"]["grm_kind"] == "gcta"
    assert about["results"]["minimum_maf"] == 0.01
    assert str(tmp_path) not in text


def test_kinship_request__text_holds_no_matrix_of_gcta() -> None:
    with pytest.raises(RequestError, match=r"GEMMA's text holds centred and standardised.*seen: kind gcta"):
        KinshipRequest(genotypes=Path("a.bed"), out=Path("a"), format="gemma")
