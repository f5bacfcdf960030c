"""``locusgraph gwas``: files in, a table out, words for people, and no graph."""

import json
import re
from pathlib import Path

import polars as pl
import pytest

from tests.api.cli.conftest import Run
from tests.services.mixed_models.cohort import N_SNPS, PLANTED, Cohort, change_cells, write_cohort


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    return write_cohort(tmp_path)


def words(cohort: Cohort, *more: str, trait: str = "height") -> tuple[str, ...]:
    return ("gwas", str(cohort.bed), "--phenotypes", str(cohort.traits), "--trait", trait, *more)


def test_gwas__writes_the_table_and_answers_in_json(run_offline: Run, cohort: Cohort) -> None:
    covariates = ("--covariates", str(cohort.covariates), "--categorical", "sex")
    shown = run_offline(*words(cohort, *covariates, "--loco", "--out", str(cohort.folder / "height"), "--json"))
    assert shown.exit_code == 0, shown.stderr
    report = json.loads(shown.stdout)
    assert (report["n_people"], report["n_snps"], report["n_tested"], report["is_loco"]) == (120, N_SNPS, 148, True)
    assert report["covariates"] in (["age", "sex=w"], ["age", "sex=m"])
    assert set(report["chromosome_pve"]) == {"1", "2", "3"}
    assert report["hits"][0]["rsid"] == f"rs{PLANTED}"
    table = pl.read_parquet(report["files"][0])
    assert table.columns[:11] == [
        "chromosome", "rsid", "position_bp", "effect_allele", "other_allele", "frequency", "n", "beta", "se", "z",
        "neg_log10_p_wald",
    ]  # fmt: skip
    assert table.height == 148


def test_gwas__tells_people_who_and_what_was_tested(run_offline: Run, cohort: Cohort) -> None:
    shown = run_offline(*words(cohort, "--covariates", str(cohort.covariates), "--covariate", "age"))
    assert shown.exit_code == 0, shown.stderr
    text = " ".join(shown.stdout.split())
    for part in (
        "people analysed 120",
        "SNPs tested 148",
        "centred, 148 SNPs (MAF from 0.01), computed",
        "PVE (h2 of the SNPs) 0.",
        "2 SNPs left out",
        "monomorphic 1",
        "leads by the wald test SNP place alleles frequency n effect ± se p ────",
        f"rs{PLANTED} 2:21000000 A/G",
        "One SNP a locus",
        "--out PREFIX",
        "--by chromosome",
    ):
        assert part in text, text
    assert f"--covariates {cohort.covariates} --covariate age --trait height --out PREFIX" in text


def test_gwas__of_cases_by_firth(run_offline: Run, cohort: Cohort) -> None:
    text = " ".join(run_offline(*words(cohort, "--method", "firth", trait="asthma")).stdout.split())
    assert "cases, controls 48, 72" in text
    assert "leads by the firth test" in text
    assert "--by chromosome --population-prevalence SHARE" in text
    assert "kinship" not in text.split("next")[0]


def test_gwas__inflation_without_kinship_is_said(run_offline: Run, cohort: Cohort) -> None:
    text = " ".join(run_offline(*words(cohort, "--method", "ols")).stdout.split())
    assert "lambda GC is above 1.05: the method exact takes relatives" in text


def test_gwas__a_kinship_that_explains_nothing_is_said(run_offline: Run, cohort: Cohort) -> None:
    within_families = {f"i{row}": str(row % 4 + row / 1_000) for row in range(120)}
    change_cells(cohort.traits, "height", within_families)
    assert json.loads(run_offline(*words(cohort, "--json")).stdout)["null"]["is_at_bound"]
    shown = run_offline(*words(cohort))
    assert "stands at the end of its range" in " ".join(shown.stdout.split())


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--method", "lasso"), "Invalid value"),
        (("--missing-code", "x"), "--missing-code is a number or none, not 'x'"),
        (("--min-maf", "0.7"), "Invalid value"),
        (("--trait", "weight", "--attach", "EFO:0004339", "--build", "hg19"), "--attach is for one --trait"),
        (("--study", "mine"), "give --attach TRAIT too"),
        (("--ridge-folds", "1"), "Invalid value"),
    ],
)
def test_gwas__wrong_usage_exits_2(run_offline: Run, cohort: Cohort, more: tuple[str, ...], message: str) -> None:
    shown = run_offline(*words(cohort, *more))
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert message in shown.stderr


def test_gwas__a_missing_code_can_be_none(run_offline: Run, cohort: Cohort) -> None:
    change_cells(cohort.traits, "height", {"i3": "-9"})
    assert json.loads(run_offline(*words(cohort, "--json")).stdout)["n_people"] == 119
    report = json.loads(run_offline(*words(cohort, "--json", "--missing-code", "none")).stdout)
    assert (report["n_people"], report["notes"]) == (120, [])


def test_gwas__people_are_kept_and_removed_by_lists(run_offline: Run, cohort: Cohort) -> None:
    kept, removed = cohort.folder / "kept.txt", cohort.folder / "removed.txt"
    kept.write_text("".join(f"f{row // 4} i{row}\n" for row in range(80)))
    removed.write_text("f0 i0\nf0 i1\n")
    report = json.loads(run_offline(*words(cohort, "--keep", str(kept), "--remove", str(removed), "--json")).stdout)
    counts = report["sample_counts"]
    assert (report["n_people"], counts["n_not_in_keep_list"], counts["n_in_remove_list"]) == (78, 40, 2)


def test_gwas__double_precision_changes_the_last_digits_alone(run_offline: Run, cohort: Cohort) -> None:
    single, double = (
        json.loads(run_offline(*words(cohort, *more, "--json")).stdout)["hits"][0] for more in ((), ("--double",))
    )
    assert single["neg_log10_p"] != double["neg_log10_p"]
    assert single["neg_log10_p"] == pytest.approx(double["neg_log10_p"], rel=1e-5)


def test_gwas__by_a_ridge_says_what_its_first_step_found(run_offline: Run, cohort: Cohort) -> None:
    more = ("--method", "ridge", "--ridge-block", "25", "--ridge-folds", "4", "--out", str(cohort.folder / "r"))
    shown = run_offline(*words(cohort, *more, "--write-predictions"))
    assert shown.exit_code == 0, shown.stderr
    text = " ".join(shown.stdout.split())
    for part in (
        "SNPs in the ridge 148",
        "SNPs left out of the ridge below bars 2",
        "blocks, people in folds 6 of 25 SNPs or fewer, 4",
        "the ridge explains 0.",
        "out of sample (penalty of h2 0.",
        "first step, second step 0.",
        "leads by the score test",
        "r.loco",
        "a ridge takes relatives into account in part",
    ):
        assert part in text, text
    again = run_offline(*words(cohort, "--method", "ridge", "--predictions", str(cohort.folder / "r_pred.list")))
    assert "predictions r.loco correlation of predictions and trait 0." in " ".join(again.stdout.split())


def test_gwas__of_several_traits_shows_and_writes_each(run_offline: Run, cohort: Cohort) -> None:
    more = ("--trait", "weight", "--method", "p3d", "--out", str(cohort.folder / "both"))
    reports = json.loads(run_offline(*words(cohort, *more, "--json")).stdout)
    assert [report["trait"] for report in reports] == ["height", "weight"]
    names = [Path(file).name for report in reports for file in report["files"]]
    assert names == [f"both.{trait}.gwas.{end}" for trait in ("height", "weight") for end in ("parquet", "run.json")]
    text = " ".join(run_offline(*words(cohort, *more)).stdout.split())
    assert text.count("association of each SNP") == 2


def test_gwas__x_is_said_to_be_read_as_men_have_it(run_offline: Run, cohort: Cohort) -> None:
    bim, sexes = cohort.bed.with_suffix(".bim"), cohort.folder / "sexes.txt"
    bim.write_text(re.sub(r"(?m)^3\t", "X\t", bim.read_text()))
    sexes.write_text("FID IID SEX\n" + "".join(f"f{row // 4} i{row} {1 + row % 2}\n" for row in range(120)))
    text = " ".join(run_offline(*words(cohort, "--method", "ols", "--sex", str(sexes), "--build", "38")).stdout.split())
    assert "SNPs of X 48 that men have once, 2 pseudo-autosomal; 60 men, 60 women by sexes.txt" in text
    assert "heterozygous genotypes of men" in text
    assert "two copies in everybody" in run_offline(*words(cohort, "--method", "ols")).stdout
