"""Several traits in one run: the numbers of each trait's own run, with what they share computed once."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.kinship_files import write_gemma_kinship
from services.mixed_models import MatchError, RequestError, RidgeChoices, scan_genotypes, scan_traits
from tests.services.mixed_models.cohort import N_PEOPLE, Cohort, change_cells

BOTH = ("height", "weight")


def files_of(folder: Path, prefix: str) -> tuple[pl.DataFrame, dict[str, object]]:
    about = json.loads((folder / f"{prefix}.gwas.run.json").read_text())
    return pl.read_parquet(folder / f"{prefix}.gwas.parquet"), about


@pytest.mark.parametrize("are_alike", [True, False])
@pytest.mark.parametrize(
    "more", [{}, {"method": "p3d"}, {"method": "ols"}, {"is_loco": True}, {"grm_kind": "gcta", "is_loco": True}]
)
def test_scan_traits__each_is_its_own_run_to_the_last_digit(
    cohort: Cohort, more: dict[str, object], are_alike: bool
) -> None:
    change_cells(cohort.traits, "weight", {"i5": "NA", "i6": "NA"})
    if are_alike:
        change_cells(cohort.traits, "height", {"i5": "NA", "i6": "NA"})
    covariates = {"covariates": cohort.covariates, "covariate_names": ("age",)}
    scan_traits(cohort.scan(people=cohort.people(*BOTH, **covariates), out=cohort.folder / "out", **more))
    together = {trait: files_of(cohort.folder, f"out.{trait}") for trait in BOTH}
    for trait in BOTH:
        people = cohort.people(trait, **covariates)
        scan_genotypes(cohort.scan(people=people, out=cohort.folder / f"out.{trait}", **more))
        table, about = files_of(cohort.folder, f"out.{trait}")
        assert together[trait][0].equals(table)
        assert together[trait][1] == about


def test_scan_traits__of_the_same_people_share_kinship_decomposition_and_pass(cohort: Cohort) -> None:
    told: list[str] = []
    request = cohort.scan(people=cohort.people(*BOTH))
    scan_traits(request, on_progress=lambda *now: told.append(now[2]))
    assert told == ["kinship", "decomposition of the kinship", "scan"]
    change_cells(cohort.traits, "weight", {"i5": "NA"})
    told.clear()
    height, weight = scan_traits(request, on_progress=lambda *now: told.append(now[2]))
    assert told.count("scan") == told.count("decomposition of the kinship") == 2
    assert (height.n_people, weight.n_people) == (N_PEOPLE, N_PEOPLE - 1)


def test_scan_traits__ridge_shares_its_first_step_and_agrees_to_float32(cohort: Cohort) -> None:
    told: list[str] = []
    request = cohort.scan(people=cohort.people(*BOTH), method="ridge", ridge=RidgeChoices(block_snps=20))
    request = dataclasses.replace(request, out=cohort.folder / "out")
    scan_traits(request, on_progress=lambda *now: told.append(now[2]))
    assert (told.count("frequencies"), told.count("ridge"), told.count("scan")) == (1, 9, 3)  # blocks, chromosomes
    for trait in BOTH:
        together, _ = files_of(cohort.folder, f"out.{trait}")
        alone = cohort.folder / "alone"
        scan_genotypes(dataclasses.replace(request, people=cohort.people(trait), out=alone))
        expected, _ = files_of(cohort.folder, "alone")
        np.testing.assert_allclose(together["neg_log10_p_score"], expected["neg_log10_p_score"], rtol=1e-5, atol=1e-6)


def test_scan_traits__of_a_kinship_file_and_of_cases(cohort: Cohort) -> None:
    change_cells(cohort.traits, "weight", {"i5": "NA"})
    kinship = write_gemma_kinship(cohort.folder / "k.cXX.txt", np.cov(np.nan_to_num(cohort.dosages).T))
    request = cohort.scan(people=cohort.people(*BOTH), kinship=kinship)
    reports = scan_traits(request)
    for trait, report in zip(BOTH, reports, strict=True):
        alone = scan_genotypes(dataclasses.replace(request, people=cohort.people(trait)))
        assert dataclasses.replace(alone, seconds=0.0) == dataclasses.replace(report, seconds=0.0)
    table = pl.read_csv(cohort.traits, separator="\t").with_columns(gout=1.0 - pl.col("asthma"))
    table.write_csv(cohort.traits, separator="\t")
    asthma, gout = scan_traits(cohort.scan(people=cohort.people("asthma", "gout"), method="firth"))
    assert (asthma.n_cases, gout.n_cases) == (48, 72)
    assert asthma.hits[0].neg_log10_p == pytest.approx(gout.hits[0].neg_log10_p)


@pytest.mark.parametrize("method", ["exact", "ridge"])
def test_scan_traits__names_the_trait_that_cannot_be_scanned(cohort: Cohort, method: str) -> None:
    change_cells(cohort.traits, "weight", {f"i{row}": "2.5" for row in range(N_PEOPLE)})
    request = cohort.scan(people=cohort.people(*BOTH), method=method, out=cohort.folder / "out")
    with pytest.raises(MatchError, match=r"seen: weight: the trait does not vary .*traits.txt; leave the trait out"):
        scan_traits(request)
    assert not list(cohort.folder.glob("out*"))


def test_scan_genotypes__is_of_one_trait(cohort: Cohort) -> None:
    with pytest.raises(RequestError, match="of one trait; seen: height, weight"):
        scan_genotypes(cohort.scan(people=cohort.people(*BOTH)))
