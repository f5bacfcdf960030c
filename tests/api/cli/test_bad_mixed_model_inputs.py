"""Bad inputs of the mixed models: each ends with exit code 1, one clear message, and nothing half done."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.kinship_files import write_gemma_kinship
from tests.api.cli.conftest import Run
from tests.api.cli.test_bad_statistics_inputs import names, refused, untouched
from tests.services.mixed_models.cohort import Cohort, change_cells, drop_people, write_cohort


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    return write_cohort(tmp_path)


def gwas(cohort: Cohort, *more: str, trait: str = "height") -> tuple[str, ...]:
    files = (str(cohort.bed), "--phenotypes", str(cohort.traits), "--trait", trait)
    return ("gwas", *files, "--out", str(cohort.folder / "out"), *more)


def reml(cohort: Cohort, *more: str) -> tuple[str, ...]:
    return ("reml", *gwas(cohort)[1:], *more)


def with_covariates(cohort: Cohort) -> tuple[str, ...]:
    return gwas(cohort, "--covariates", str(cohort.covariates), "--covariate", "age")


def test_sound_files__make_results(run_offline: Run, cohort: Cohort) -> None:
    """The files of this module are refused for what is wrong with them, and for nothing else."""
    for words in (with_covariates(cohort), reml(cohort)):
        shown = run_offline(*words, "--json")
        assert shown.exit_code == 0, shown.stderr
        assert json.loads(shown.stdout)["n_people"] == 120


def test_1_truncated_genotypes(run_offline: Run, cohort: Cohort) -> None:
    cohort.bed.write_bytes(cohort.bed.read_bytes()[:-7])
    before = names(cohort.folder)
    refused(run_offline(*gwas(cohort)), "4,496 bytes", "120 people", "150 variants", "4,503", "cohort.bed", "copy all")
    assert untouched(cohort.folder, before)


def test_2_unknown_trait(run_offline: Run, cohort: Cohort) -> None:
    refused(run_offline(*gwas(cohort, trait="hight")), "no hight", "traits.txt", "choose among height, weight, asthma")


def test_3_nobody_in_common(run_offline: Run, cohort: Cohort) -> None:
    table = pl.read_csv(cohort.traits, separator="\t", infer_schema=False)
    table.with_columns(IID="x" + pl.col("IID")).write_csv(cohort.traits, separator="\t")
    before = names(cohort.folder)
    refused(
        run_offline(*gwas(cohort)), "nobody", "without trait row 120", "traits not genotyped 120", "first ids f0 i0",
        "same FID and IID",
    )  # fmt: skip
    assert untouched(cohort.folder, before)


def test_4_trait_that_is_no_number(run_offline: Run, cohort: Cohort) -> None:
    change_cells(cohort.traits, "height", {"i9": "tall"})
    refused(run_offline(*gwas(cohort)), "height must be a number, or NA", "seen: tall", "traits.txt:")


def test_5_trait_that_everybody_lacks_or_shares(run_offline: Run, cohort: Cohort) -> None:
    change_cells(cohort.traits, "height", {f"i{row}": "NA" for row in range(120)})
    refused(run_offline(*gwas(cohort)), "nobody", "without trait 120")
    change_cells(cohort.traits, "height", {f"i{row}": "1.5" for row in range(120)})
    refused(run_offline(*gwas(cohort)), "does not vary")
    refused(run_offline(*reml(cohort)), "does not vary")


def test_6_collinear_covariates(run_offline: Run, cohort: Cohort) -> None:
    table = pl.read_csv(cohort.covariates, separator="\t")
    table.with_columns(months=12 * pl.col("age")).drop("sex").write_csv(cohort.covariates, separator="\t")
    before = names(cohort.folder)
    more = ("--covariates", str(cohort.covariates))
    refused(
        run_offline(*gwas(cohort, *more)), "nor sums of each other", "seen: months", "covariates.txt", "leave them out"
    )
    refused(run_offline(*reml(cohort, *more)), "leave them out")
    assert untouched(cohort.folder, before)


def test_7_too_few_people(run_offline: Run, cohort: Cohort) -> None:
    drop_people(cohort.traits, *(f"i{row}" for row in range(118)))
    refused(run_offline(*with_covariates(cohort)), "2 people", "at least 4", "drop covariates or find why")
    refused(run_offline(*reml(cohort)), "2 of 2 people", "at least 3")


def test_8_kinship_of_other_people(run_offline: Run, cohort: Cohort) -> None:
    path = write_gemma_kinship(cohort.folder / "other.cXX.txt", np.eye(90))
    before = names(cohort.folder)
    refused(run_offline(*gwas(cohort, "--kinship", str(path))), "90 lines for 120 people", "other.cXX.txt")
    path = write_gemma_kinship(path, np.ones((120, 120)))
    refused(run_offline(*gwas(cohort, "--kinship", str(path))), "eigenvalues", "genotypes that vary")
    assert untouched(cohort.folder, before)


def test_9_one_chromosome_cannot_be_left_out(run_offline: Run, cohort: Cohort) -> None:
    bim = cohort.bed.with_suffix(".bim")
    bim.write_text("".join("1\t" + line.split("\t", 1)[1] + "\n" for line in bim.read_text().splitlines()))
    refused(run_offline(*gwas(cohort, "--loco")), "two or more", "all 150 on 1", "whole kinship")


def test_10_quantitative_trait_as_cases(run_offline: Run, cohort: Cohort) -> None:
    refused(run_offline(*gwas(cohort, "--method", "firth")), "0 and 1, or as 1 and 2", "quantitative")
    change_cells(cohort.traits, "asthma", {f"i{row}": "0" for row in range(3, 120)})
    refused(run_offline(*gwas(cohort, "--method", "firth", trait="asthma")), "cases and", "at least 10")


def test_11_annotation_of_another_build_or_kind(run_offline: Run, cohort: Cohort) -> None:
    marks = cohort.folder / "marks.bed"
    marks.write_text("chr1\t200000000\t200000100\n")
    more = ("--by", "annotation", "--annotation")
    refused(run_offline(*reml(cohort, *more, str(marks))), "hold SNPs", "none of 150", "marks.bed", "genome build")
    refused(run_offline(*reml(cohort, *more, str(cohort.bed))), "PLINK genotypes", "cohort.bed")


def test_12_choices_that_contradict_each_other(run_offline: Run, cohort: Cohort) -> None:
    refused(run_offline(*gwas(cohort, "--method", "ols", "--loco")), "about the kinship", "method ols, which has none")
    refused(run_offline(*reml(cohort, "--sample-prevalence", "0.3")), "prevalence in the population", "give both")


def ridge(cohort: Cohort, *more: str, trait: str = "height", method: str = "ridge") -> tuple[str, ...]:
    return gwas(cohort, "--method", method, "--ridge-block", "20", *more, trait=trait)


def write_loco(run_offline: Run, cohort: Cohort) -> Path:
    """Predictions that the ridge makes of the trait itself."""
    first = cohort.folder / "first"
    shown = run_offline(*ridge(cohort, "--out", str(first), "--write-predictions"))
    assert shown.exit_code == 0, shown.stderr
    return first.with_name("first.loco")


def with_predictions(cohort: Cohort, path: Path, trait: str = "height") -> tuple[str, ...]:
    return gwas(cohort, "--method", "ridge", "--predictions", str(path), trait=trait)


def test_13_predictions_of_other_people(run_offline: Run, cohort: Cohort) -> None:
    loco = write_loco(run_offline, cohort)
    assert run_offline(*with_predictions(cohort, loco)).exit_code == 0
    loco.write_text(loco.read_text().replace("f", "family"))
    before = names(cohort.folder)
    refused(
        run_offline(*with_predictions(cohort, loco)),
        "people of the predictions", "none of 120", "family0_i0 there, f0_i0 here", "first.loco", "FID_IID",
    )  # fmt: skip
    assert untouched(cohort.folder, before)


def test_14_predictions_without_a_chromosome(run_offline: Run, cohort: Cohort) -> None:
    loco = write_loco(run_offline, cohort)
    rows = loco.read_text().splitlines(keepends=True)
    loco.write_text("".join(row for row in rows if not row.startswith("3 ")))
    refused(
        run_offline(*with_predictions(cohort, loco)), "each chromosome that is tested", "leave out 3 (50 SNPs on 3)",
        "first.loco", "make them again",
    )  # fmt: skip


def test_15_predictions_of_another_trait(run_offline: Run, cohort: Cohort) -> None:
    loco = write_loco(run_offline, cohort)
    refused(
        run_offline(*with_predictions(cohort, loco, trait="weight")), "that is tested, weight", "those of height",
        "first_pred.list", "give the file of this trait",
    )  # fmt: skip
    listed = cohort.folder / "first_pred.list"
    refused(run_offline(*with_predictions(cohort, listed, trait="weight")), "name the trait weight", "seen: height")
    listed.write_text("height gone.loco\n")
    refused(run_offline(*with_predictions(cohort, listed)), "must exist", "no gone.loco", "first_pred.list:1", "beside")


def test_16_predictions_that_are_broken_or_none(run_offline: Run, cohort: Cohort) -> None:
    loco = write_loco(run_offline, cohort)
    whole = loco.read_text()
    loco.write_text(whole[: len(whole) // 2])
    refused(run_offline(*with_predictions(cohort, loco)), "a chromosome and 120 values", "first.loco:", "copy the file")
    refused(run_offline(*with_predictions(cohort, cohort.bed)), "must be text in UTF-8", "cohort.bed:1")


def test_17_trait_of_no_cases_for_the_ridge(run_offline: Run, cohort: Cohort) -> None:
    refused(
        run_offline(*ridge(cohort, method="ridge-firth")), "0 and 1, or as 1 and 2", "column height", "quantitative"
    )
    change_cells(cohort.traits, "asthma", {f"i{row}": "0" for row in range(12, 120)})
    few = run_offline(*ridge(cohort, method="ridge-firth", trait="asthma"))
    refused(few, "cases and", "at least 10 of each")


def test_18_choices_that_do_not_go_with_the_method(run_offline: Run, cohort: Cohort) -> None:
    loco = write_loco(run_offline, cohort)
    kinship = write_gemma_kinship(cohort.folder / "k.cXX.txt", np.eye(120))
    before = names(cohort.folder)
    refused(run_offline(*ridge(cohort, "--kinship", str(kinship))), "exact and p3d", "method ridge", "leave it out")
    refused(run_offline(*ridge(cohort, "--loco")), "the ridge always leaves each chromosome out")
    refused(run_offline(*gwas(cohort, "--predictions", str(loco))), "ridge and ridge-firth", "method exact")
    refused(run_offline(*with_predictions(cohort, loco), "--ridge-block", "50"), "take the place", "leave one")
    refused(run_offline(*gwas(cohort, "--trait", "height")), "must differ", "height, height", "name each once")
    assert untouched(cohort.folder, before)


def test_19_ridge_without_snps_to_make_it_of(run_offline: Run, cohort: Cohort) -> None:
    listed = cohort.folder / "listed.txt"
    listed.write_text("rs3\nrs4\n")
    refused(
        run_offline(*ridge(cohort, "--ridge-snps", str(listed))), "on two or more", "1 of 150 SNPs", "on 1 chromosomes",
        "listed.txt", "give predictions made elsewhere",
    )  # fmt: skip
    listed.write_text("")
    refused(run_offline(*ridge(cohort, "--ridge-snps", str(listed))), "an empty file", "listed.txt")
    refused(run_offline(*ridge(cohort, "--ridge-folds", "121")), "120 people cannot be cut into 121 folds")


def test_20_sexes_and_builds_that_are_none(run_offline: Run, cohort: Cohort) -> None:
    bim = cohort.bed.with_suffix(".bim")
    bim.write_text("".join("X\t" + line.split("\t", 1)[1] + "\n" for line in bim.read_text().splitlines()))
    refused(run_offline(*gwas(cohort, "--sex", str(cohort.traits))), "a column SEX", "traits.txt", "give a .fam")
    refused(run_offline(*gwas(cohort, "--build", "hg99")), "GRCh37 (hg19)", "hg99")
    fam = cohort.bed.with_suffix(".fam")
    fam.write_text(fam.read_text().replace("f0 i0 0 0 0", "f0 i0 0 0 7"))
    refused(run_offline(*gwas(cohort)), "a sex must be 1 (male)", "seen: 7", "cohort.fam:1", "write NA")
