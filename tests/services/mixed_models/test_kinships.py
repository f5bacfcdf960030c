"""Kinship from files gives what the computed one gives, and people who are not in it are counted."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.dosages import open_dosages
from loaders.kinship_files import write_gcta_grm, write_gemma_kinship
from models.genotype_blocks import array_reader
from models.kinship import Kinship, KinshipOptions, estimate_kinship
from services.mixed_models import MatchError, PeopleRequest, ScanRequest, estimate_reml, scan_genotypes
from services.mixed_models.kinships import kind_of_name, kinship_files
from services.mixed_models.people import read_people
from tests.goldens import check_golden
from tests.mouse_hs1940 import MOUSE, gemma_kinship, needs_lmm
from tests.services.mixed_models.cohort import FLAT, GAPPY, N_PEOPLE, N_SNPS, Cohort, change_cells


def kinship_of(cohort: Cohort) -> Kinship:
    passes = np.array([row not in {FLAT, GAPPY} for row in range(N_SNPS)])
    options = KinshipOptions("centred", precision="float64")
    return estimate_kinship(array_reader(cohort.dosages), N_SNPS, N_PEOPLE, options=options, is_used=passes)


@pytest.mark.slow
@needs_lmm
def test_read_kinships__mouse_mch_with_the_matrix_of_cd8_is_gemmas(tmp_path: Path) -> None:
    genotypes, fam = MOUSE / "mouse_hs1940.bed", MOUSE / "mouse_hs1940.fam"
    kinship = gemma_kinship()
    write_gcta_grm(
        tmp_path / "cd8",
        kinship.matrix,
        open_dosages(genotypes).people.with_columns(family=pl.col("family").fill_null("0")),
        n_pairs=kinship.n_snps,
    )
    people = PeopleRequest(genotypes=genotypes, phenotypes=fam, traits=("trait_6",))
    report = scan_genotypes(
        ScanRequest(people=people, kinship=tmp_path / "cd8", grm_kind="centred", out=tmp_path / "mch")
    )
    golden = pl.read_csv(MOUSE / "ref" / "gemma_MCH_lmm4.assoc.txt.gz", separator="\t")
    table = pl.read_parquet(report.files[0])
    assert report.null is not None
    assert table["rsid"].to_list() == golden["rs"].to_list()
    check_golden("gwas service, mouse MCH with CD8's kinship: PVE", report.null.pve, 0.635891, atol=1e-6)
    for test in ("wald", "lrt", "score"):
        name = f"gwas service, mouse MCH with CD8's kinship: -log10 p, {test}"
        check_golden(name, table[f"neg_log10_p_{test}"], -np.log10(golden[f"p_{test}"].to_numpy()), atol=1e-4)


@pytest.mark.parametrize("ending", [".cXX.txt", ".cXX.txt.gz"])
def test_read_kinships__gemmas_text_gives_what_is_computed(cohort: Cohort, ending: str) -> None:
    change_cells(cohort.traits, "height", {"i7": "NA", "i90": "NA"})
    path = write_gemma_kinship(cohort.folder / f"out{ending}", kinship_of(cohort).matrix)
    expected, report = scan_genotypes(cohort.scan()), scan_genotypes(cohort.scan(kinship=path))
    assert expected.null is not None
    assert report.null is not None
    assert report.null.pve == pytest.approx(expected.null.pve, rel=1e-5)
    assert [hit.rsid for hit in report.hits] == [hit.rsid for hit in expected.hits]
    assert report.kinship is not None
    assert (report.kinship.grm_kind, report.kinship.n_snps, report.kinship.source) == ("centred", 0, path.name)


def test_read_kinships__gcta_is_matched_by_person_and_losses_are_counted(cohort: Cohort) -> None:
    kinship, people = kinship_of(cohort), read_people(cohort.people()).dosages.people
    order = np.random.default_rng(2).permutation(N_PEOPLE)[: N_PEOPLE - 3]
    write_gcta_grm(cohort.folder / "some", kinship.matrix[np.ix_(order, order)], people[order], n_pairs=148)
    report = estimate_reml(cohort.reml(kinships=(cohort.folder / "some",), is_tested=True))
    assert (report.n_people, report.sample_counts["n_without_kinship"]) == (N_PEOPLE - 3, 3)
    assert (report.parts, report.n_chromosomes) == ("files", None)
    (component,) = report.components
    assert (component.name, component.kinship.n_snps, component.kinship.grm_kind) == ("some", 148, "gcta")
    chosen = np.sort(order)
    direct = estimate_reml(cohort.reml(grm_kind="centred", maximum_missing=0.05))
    assert direct.n_people == N_PEOPLE
    named = estimate_reml(cohort.reml(kinships=(cohort.folder / "some.grm.bin",), grm_kind="centred"))
    assert named.components[0].kinship.grm_kind == "centred"
    assert named.share_scale == "trace"
    assert named.components[0].mean_diagonal == pytest.approx(np.diagonal(kinship.matrix)[chosen].mean(), rel=1e-6)


def test_read_kinships__of_other_people_is_refused(cohort: Cohort) -> None:
    people = read_people(cohort.people()).dosages.people
    strangers = people.with_columns(person="x" + people["person"])
    write_gcta_grm(cohort.folder / "others", np.eye(N_PEOPLE), strangers, n_pairs=1)
    with pytest.raises(MatchError, match=r"those of the genotypes; seen: none of 120, such as f0 i0; in .*others"):
        scan_genotypes(cohort.scan(kinship=cohort.folder / "others"))


def test_read_kinships__missing_file_is_refused(cohort: Cohort) -> None:
    with pytest.raises(MatchError, match=r"prefix of a .grm.bin.*no such file; in .*nothing"):
        scan_genotypes(cohort.scan(kinship=cohort.folder / "nothing"))


def test_kind_of_name__and_files(tmp_path: Path) -> None:
    write = (tmp_path / "g.grm.bin", tmp_path / "g.grm.id")
    for path in write:
        path.touch()
    assert kind_of_name(tmp_path / "g") == kind_of_name(write[0]) == "gcta"
    assert kind_of_name(tmp_path / "a.sXX.txt.gz") == "standardised"
    assert kind_of_name(tmp_path / "a.cXX.txt") == kind_of_name(tmp_path / "a.txt") == "centred"
    assert kinship_files(tmp_path / "g") == kinship_files(write[1]) == write
    assert kinship_files(tmp_path / "a.txt") == (tmp_path / "a.txt",)
